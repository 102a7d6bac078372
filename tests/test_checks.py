"""check_gradients: a corpus of wrong and of right classes, and what it leaves alone."""

import gradient_corpus
import numpy as np
import pytest
import typed_in_corpus

from scratchdl import (
    Dense,
    Linear,
    MeanSquaredError,
    NeuralNetwork,
    Operation,
    Sigmoid,
    WeightMultiply,
    check_gradients,
)

RIGHT = [*gradient_corpus.RIGHT, *typed_in_corpus.RIGHT]
WRONG = [*gradient_corpus.WRONG, *typed_in_corpus.WRONG]
# The words by which a verdict names each mistake.
WORDS = {
    "no-grad": "output gradient not multiplied in",
    "twice": "output gradient multiplied twice",
    "transposed": "transposed",
    "axis": "wrong axis",
    "averaged": "averaged",
    "unsummed": "not summed over the batch",
    "sign": "sign",
    "factor": "constant factor",
    "shape": "shape|returns nothing|not an array|what _output returned",
    "stale": "stale state",
    "in-place": "in place",
    "nondeterministic": "differs from call to call",
    "non-finite": "non-finite",
    "one-row": "right for one row and wrong for several",
    "other": "",
}
X = np.random.RandomState(7).randn(4, 3)


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.name)
def test_a_right_class_is_not_accused(case):
    check_gradients(*case.make()).raise_if_wrong()


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_a_wrong_class_is_caught_and_its_mistake_named(case):
    result = check_gradients(*case.make())
    verdict = str(result)
    assert not result
    assert case.method is None or case.method in verdict
    assert case.culprit is None or case.culprit in verdict
    said = [WORDS[mistake].split("|") for mistake in (case.mistake, *case.also)]
    assert any(words in verdict for words in sum(said, []))


class Half(Sigmoid):
    def _input_grad(self, output_grad):
        return 0.5 * super()._input_grad(output_grad)


class Typed:  # as typed in from a book: no class of the package behind it
    def forward(self, input_):
        self.input_ = input_
        return input_**2

    def backward(self, output_grad):
        return output_grad * self.input_


def test_the_result_says_what_was_found():
    result = check_gradients(Half(), X)
    assert not result
    assert (
        repr(result) == str(result) == "Half: wrong. _input_grad: constant factor 0.5"
    )
    assert [(f.method, f.mistake) for f in result.faults] == [
        ("_input_grad", "constant factor 0.5")
    ]
    with pytest.raises(AssertionError, match="Half: wrong. _input_grad: constant fact"):
        result.raise_if_wrong()
    right = check_gradients(WeightMultiply(np.ones((3, 2))), X)
    assert right
    assert right.raise_if_wrong() is None
    assert str(right) == (
        "WeightMultiply: right. input_ (4, 3): 12 entries, param (3, 2): 6 entries"
    )


def test_a_verdict_names_three_faults_and_counts_the_rest():
    net = NeuralNetwork([Dense(3, Half()) for _ in range(5)], MeanSquaredError())
    verdict = str(check_gradients(net, X, X))
    assert "Half._input_grad in layers[2].operations[2]: constant factor" in verdict
    assert "layers[3]" not in verdict
    assert verdict.endswith("; and 2 more")


def test_the_page_of_a_result():
    html = check_gradients(Half(), X)._repr_html_()
    assert "<b>Half: wrong</b>" in html
    assert "<li>_input_grad: constant factor 0.5</li>" in html
    assert "<td>(4, 3)</td><td>12</td>" in html
    assert 'aria-label="input_: 12 of 12 entries are wrong"' in html
    assert html.count("<rect") == 12
    assert 'width="36" height="48"' in html
    # Half of the largest gradient is missing in its place, and less in others.
    assert 'fill-opacity="0.60"' in html
    assert 'fill-opacity="0.61"' not in html
    assert "<svg" not in check_gradients(Sigmoid(), X)._repr_html_()


def test_right_entries_are_empty_in_the_picture():
    class HalfReLU(Operation):
        def _output(self):
            return np.where(self.input_ > 0, self.input_, 0.1 * self.input_)

        def _input_grad(self, output_grad):
            return output_grad * (self.input_ > 0)

    result = check_gradients(HalfReLU(), X)
    wrong = int((X < 0).sum())
    assert f"{wrong} of 12 entries are wrong" in str(result)
    assert result._repr_html_().count('fill-opacity="0.00"') == 12 - wrong
    assert str(result).endswith("they are those where input_ is negative")


def test_a_class_of_any_origin_can_be_checked():
    assert str(check_gradients(Typed(), X)) == (
        "Typed: wrong. backward: constant factor 0.5"
    )


def test_the_thing_and_the_arrays_stay_as_they_are():
    net = NeuralNetwork([Dense(3, Sigmoid()), Dense(2)], MeanSquaredError(), seed=1)
    x, y = X.copy(), X[:, :2].copy()
    net.train_batch(x, y)
    arrays = [*net.params(), *net.param_grads(), net.layers[0].output, x, y]
    kept = [array.copy() for array in arrays]
    state = np.random.get_state()[1].copy()
    assert check_gradients(net, x, y)
    assert all(np.array_equal(a, b) for a, b in zip(arrays, kept, strict=True))
    assert next(net.params()) is arrays[0]
    assert net.layers[0].output is arrays[8]
    assert "forward" not in vars(net.layers[0])
    np.testing.assert_array_equal(np.random.get_state()[1], state)
    fresh = Dense(3)
    assert check_gradients(fresh, x)
    assert fresh.first


def test_small_arrays_are_checked_entry_by_entry_and_large_ones_in_a_sample():
    small = check_gradients(Sigmoid(), np.random.RandomState(0).randn(25, 40))
    assert "1000 entries" in str(small)
    x = np.random.RandomState(0).randn(26, 40)
    once, again = (check_gradients(Sigmoid(), x).comparison for _ in range(2))
    places = once.measured[0].places
    assert 100 <= len(places[0]) <= 120
    np.testing.assert_array_equal(places, again.measured[0].places)
    flat = set(np.ravel_multi_index(places, x.shape))
    assert {int(x.argmax()), int(x.argmin())} <= flat


def test_whole_numbers_are_taken_for_floats():
    assert check_gradients(Sigmoid(), np.array([[1, 2], [3, 0]]))
    assert not check_gradients(Half(), np.array([[1, 2], [3, 0]]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_percent_is_too_much_for_either_precision(dtype):
    class Off(Linear):
        def _input_grad(self, output_grad):
            return output_grad * output_grad.dtype.type(1.01)

    assert str(check_gradients(Off(), X.astype(dtype))).endswith("constant factor 1.01")


def test_a_batch_that_does_not_fit_is_the_callers_mistake():
    with pytest.raises(ValueError, match=r"\(4, 3\) and W \(2, 3\)"):
        check_gradients(WeightMultiply(np.ones((2, 3))), X)
    with pytest.raises(ValueError, match="targets|target has shape"):
        check_gradients(MeanSquaredError(), X, X[:2])
