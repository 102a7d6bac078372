"""check_gradients: a corpus of wrong and of right classes, and what it leaves alone."""

import json
import re
import warnings

import numpy as np
import pytest
from slips import SLIPS, Steady
from verdicts import FILE, RIGHT, WRONG, words_of

from scratchdl import (
    Dense,
    Linear,
    MeanSquaredError,
    NeuralNetwork,
    Operation,
    Sigmoid,
    WeightMultiply,
    check_gradients,
    numerical_gradient,
)

VERDICTS = json.loads(FILE.read_text(encoding="utf-8"))
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
    result = check_gradients(*case.make())
    result.raise_if_wrong()
    assert words_of(result) == VERDICTS[case.name]


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_a_wrong_class_is_caught_and_its_mistake_named(case):
    result = check_gradients(*case.make())
    verdict = str(result)
    assert not result
    assert case.method is None or case.method in verdict
    assert case.culprit is None or case.culprit in verdict
    said = [WORDS[mistake].split("|") for mistake in (case.mistake, *case.also)]
    assert any(words in verdict for words in sum(said, []))
    assert words_of(result) == VERDICTS[case.name]


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_gets_its_verdict(name):
    result = check_gradients(*SLIPS[name])
    assert not result
    assert words_of(result) == VERDICTS[name]


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
    net = NeuralNetwork([Dense(3, Half()) for _ in range(4)], MeanSquaredError())
    assert str(check_gradients(net, X, X)).endswith("; and 1 more")


def test_the_page_of_a_result():
    class Third(Operation):
        def _output(self):
            return np.where(self.input_ > 0, 2 * self.input_, self.input_)

        def _input_grad(self, output_grad):
            return np.where(self.input_ > 0, output_grad / 2, output_grad)

    result = check_gradients(Third(), np.array([[1.0, -1.0, -2.0]]))
    assert result._repr_html_() == (
        "<p><b>Third: wrong</b></p><ul><li>_input_grad: 1 of 3 entries are wrong; at "
        "[0, 0] it gives 0.9561, and 3.824 is measured; they are those where input_ "
        "is positive</li></ul><table><tr><th>gradient of</th><th>shape</th>"
        "<th>entries</th><th>wrong</th></tr><tr><td>input_</td><td>(1, 3)</td>"
        "<td>3</td>"
        '<td>1 <svg role="img" aria-label="input_: 1 of 3 entries are wrong" '
        'width="36" height="12" stroke="currentColor"><title>input_: 1 of 3 entries '
        "are wrong</title>"
        '<rect x="1" y="1" width="10" height="10" fill="#d9621e" fill-opacity="0.80"/>'
        '<rect x="13" y="1" width="10" height="10" fill="#d9621e" fill-opacity="0.00"/>'
        '<rect x="25" y="1" width="10" height="10" fill="#d9621e" fill-opacity="0.00"/>'
        "</svg></td></tr></table>"
    )
    assert check_gradients(Linear(), np.ones((1, 2)))._repr_html_() == (
        "<p><b>Linear: right</b></p><ul></ul><table><tr><th>gradient of</th>"
        "<th>shape</th><th>entries</th><th>wrong</th></tr><tr><td>input_</td>"
        "<td>(1, 2)</td><td>2</td><td>0 </td></tr></table>"
    )


def page(fill_of, input_):
    """Return the page of an operation whose claims are `fill_of(output_grad)`."""

    class Claimed(Linear):
        def _input_grad(self, output_grad):
            return fill_of(self.input_, output_grad)

    return check_gradients(Claimed(), input_)._repr_html_()


def test_squares_stand_where_the_entries_stand():
    x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    html = page(lambda x, g: np.where(x == 6, 9 * g, g), x)
    squares = re.findall(r'x="(\d+)" y="(\d+)" \S+ \S+ \S+ fill-opacity="(\S+)"', html)
    assert squares == [
        (x, y, "1.00" if (x, y) == ("25", "13") else "0.00")
        for y in ("1", "13")
        for x in ("1", "13", "25")
    ]
    assert 'width="36" height="24"' in html


def test_a_claim_where_every_gradient_is_zero():
    class Constant(Operation):
        def _output(self):
            return 0 * self.input_

        def _input_grad(self, output_grad):
            return np.full_like(output_grad, 0.5)

    html = check_gradients(Constant(), np.ones((1, 2)))._repr_html_()
    assert html.count('fill-opacity="0.60"') == 2


def test_each_fault_is_an_item_of_the_list():
    class Twice(WeightMultiply):
        def _input_grad(self, output_grad):
            return -super()._input_grad(output_grad)

        def _param_grad(self, output_grad):
            return -super()._param_grad(output_grad)

    html = check_gradients(Twice(np.ones((3, 2))), X)._repr_html_()
    assert (
        "<ul><li>_input_grad: the sign is wrong</li><li>_param_grad: the sign is wrong"
        "</li></ul>"
    ) in html


def test_the_largest_picture():
    html = page(lambda x, g: 2 * g, np.ones((1, 64)))
    assert html.count("<rect") == 64
    assert "<td>64</td></tr>" not in html


def test_what_a_sample_leaves_out_has_no_square():
    result = check_gradients(Half(), np.random.RandomState(0).randn(40, 40))
    count = result.comparison.measured[0].value.size
    assert 100 < count <= 120
    assert result._repr_html_().count("<rect") == count


@pytest.mark.parametrize("shape", [(1, 65), (65, 1), (6,), (2, 3, 2)])
def test_what_is_too_large_or_not_flat_has_no_picture(shape):
    html = check_gradients(Half(), np.ones(shape))._repr_html_()
    count = np.prod(shape)
    assert html.endswith(
        f"<td>{shape}</td><td>{count}</td><td>{count} </td></tr></table>"
    )


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


class TypedNet:
    """Layers of a kind of their own, with no list of operations."""

    def __init__(self, layer):
        layer.params, layer.param_grads = [], []
        self.layers, self.loss = [layer], MeanSquaredError()

    def forward(self, x_batch):
        return self.layers[0].forward(x_batch)

    def backward(self, loss_grad):
        self.layers[0].backward(loss_grad)

    def params(self):
        return iter(())

    param_grads = params


def test_a_network_of_any_origin_can_be_checked():
    assert check_gradients(TypedNet(Sigmoid()), X, X + 1)
    assert str(check_gradients(TypedNet(Typed()), X, X + 1)) == (
        "TypedNet: wrong. Typed.backward in layers[0]: constant factor 0.5"
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
    x = np.random.RandomState(0).randn(77, 13)
    once, again = (check_gradients(Sigmoid(), x).comparison for _ in range(2))
    places = once.measured[0].places
    assert len(places[0]) == 118
    np.testing.assert_array_equal(places, again.measured[0].places)
    flat = set(np.ravel_multi_index(places, x.shape))
    order = np.argsort(x, axis=None)
    assert {*order[:10], *order[-10:]} <= flat


def test_a_whole_layer_is_checked_in_a_smaller_sample_than_its_operations():
    x = np.random.RandomState(0).randn(2, 20)
    verdicts = [str(check_gradients(Dense(neurons), x)) for neurons in (20, 21)]
    assert "params[0] (20, 20): 400 entries" in verdicts[0]
    assert "params[0] (20, 21): 1" in verdicts[1]


def test_whole_numbers_are_taken_for_floats():
    assert check_gradients(Sigmoid(), np.array([[1, 2], [3, 0]]))
    assert not check_gradients(Half(), np.array([[1, 2], [3, 0]]))
    for given, there in ((int, float), (np.float32, np.float32)):
        checked = check_gradients(Linear(), np.ones((2, 2), given)).comparison.subject
        assert checked.input_.dtype == there


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
    with pytest.raises(RuntimeError, match="the loss is inf"):
        check_gradients(MeanSquaredError(), 1e200 * X, X)


@pytest.mark.parametrize("method", ["forward", "backward"])
def test_what_goes_one_way_only_cannot_be_checked(method):
    one_way = type("OneWay", (), {method: lambda self, array: array})()
    with pytest.raises(TypeError, match="has no forward and backward"):
        check_gradients(one_way, X)


def test_the_step_of_the_numerical_gradient():
    array = np.array([[1.0, -2.0]])
    gradient = numerical_gradient(lambda: np.sum(array**3), array)
    np.testing.assert_allclose(gradient, [[3.0, 12.0]], rtol=1e-9)


class SingleTanh(Operation):
    def _output(self):
        return np.tanh(self.input_.astype(np.float32))

    def _input_grad(self, output_grad):
        return output_grad * (1 - self.output**2)


def test_what_computes_in_float32_whatever_comes():
    class Off(SingleTanh):
        def _input_grad(self, output_grad):
            return 1.01 * super()._input_grad(output_grad)

    assert check_gradients(SingleTanh(), X)
    assert check_gradients(SingleTanh(), X.astype(np.float32))
    assert str(check_gradients(Off(), X)).startswith("Off: wrong. _input_grad: ")


def test_a_rounding_that_differs_from_call_to_call_is_no_mistake():
    assert check_gradients(Steady(1e-14), X)


def test_a_step_over_the_edge_of_a_function_is_taken_in_silence():
    class Root(Operation):
        def _output(self):
            return np.sqrt(self.input_)

        def _input_grad(self, output_grad):
            return output_grad / (2 * self.output)

    with np.errstate(all="warn"), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        assert check_gradients(Root(), np.array([[1e-5, 1.0]]))
    assert not warned
