"""check_gradients: a corpus of wrong and of right classes, and what it leaves alone."""

import re
import warnings
from itertools import chain

import gradient_corpus
import numpy as np
import pytest
import typed_in_corpus
from right_classes import (
    EDGES,
    LARGE,
    WHOLE,
    X32,
    Clipped,
    Embedded,
    Embedding,
    Exp,
    Growing,
    Holding,
    Root,
    Steady,
    SwitchedNorm,
    X,
    Y,
    case_of,
    confident,
    draw,
    from_global,
    from_new,
    from_state,
    masked,
    network,
    same,
    squared,
)

from scratchdl import (
    SGD,
    Dense,
    Linear,
    MeanSquaredError,
    NeuralNetwork,
    Operation,
    Sigmoid,
    SoftmaxCrossEntropy,
    WeightMultiply,
    check_gradients,
    load_digits,
    numerical_gradient,
)
from scratchdl.gradcheck import compare_gradients
from scratchdl.gradcheck.faults import Kind, Note

CORPORA = gradient_corpus, typed_in_corpus


def cases(corpora):
    """Return parameters: the key of a group, and each of its entries."""
    return [
        pytest.param(key, entry, id=f"{''.join(key)}-{number}")
        for key, entries in chain(*[corpus.items() for corpus in corpora])
        for number, entry in enumerate(entries)
    ]


@pytest.mark.parametrize("key, entry", cases([corpus.RIGHT for corpus in CORPORA]))
def test_a_right_class_is_not_accused(key, entry):
    thing, input_, target, _ = case_of(entry)
    result = check_gradients(thing, input_, target)
    result.raise_if_wrong()
    assert all(f"{n} {a.shape}" in str(result) for n, a in arrays_of(result))


def arrays_of(result):
    subject = result.comparison.subject
    return zip(subject.names(), subject.arrays(), strict=True)


@pytest.mark.parametrize("key, entry", cases([corpus.WRONG for corpus in CORPORA]))
def test_a_wrong_class_is_caught_and_its_mistake_named(key, entry):
    thing, input_, target, owner = case_of(entry)
    (kind, _, words), method = key[0].partition(" "), key[1]
    result = check_gradients(thing, input_, target)
    assert not result
    fault = result.faults[0]
    assert (fault.kind, fault.method, fault.owner) == (Kind[kind], method, owner)
    assert all(part in fault.mistake for part in words.split("..."))
    where = f"{owner}.{method} in {fault.place}" if fault.place else method
    assert str(fault).endswith(f"{where}: {fault.mistake}")


def test_every_kind_of_mistake_has_a_case():
    keys = chain(*[corpus.WRONG for corpus in CORPORA])
    assert {key[0].split()[0] for key in keys} == {kind.name for kind in Kind}


class Half(Sigmoid):
    def _input_grad(self, output_grad):
        return 0.5 * super()._input_grad(output_grad)


class Typed:  # as typed in from a book: no class of the package behind it
    def forward(self, input_):
        self.input_ = input_
        return input_**2

    def backward(self, output_grad):
        return output_grad * self.input_


def claimed(gradient, input_):
    """Return the check of `Linear` with another input gradient, (x, g) -> array."""
    methods = {"_input_grad": lambda self, g: gradient(self.input_, g)}
    return check_gradients(type("Claimed", (Linear,), methods)(), input_)


def test_the_result_tells_what_was_found():
    result = check_gradients(Half(), X)
    assert not result
    (fault,) = result.faults
    assert (fault.method, fault.kind) == ("_input_grad", Kind.FACTOR)
    assert str(result) == f"Half: wrong. _input_grad: {fault.mistake}"
    with pytest.raises(AssertionError, match=re.escape(str(result))):
        result.raise_if_wrong()
    right = check_gradients(WeightMultiply(np.ones((3, 2))), X)
    assert right
    assert right.raise_if_wrong() is None
    assert str(right) == (
        "WeightMultiply: right. input_ (4, 3): 12 entries, param (3, 2): 6 entries"
    )


def test_a_verdict_names_three_faults_and_counts_the_rest():
    for layers in (4, 5):
        net = NeuralNetwork(
            [Dense(3, Half()) for _ in range(layers)], MeanSquaredError()
        )
        verdict = str(check_gradients(net, X, Y))
        assert "Half._input_grad in layers[2].operations[2]: constant" in verdict
        assert "layers[3]" not in verdict
        assert verdict.endswith(f"; and {layers - 3} more")
    net = NeuralNetwork([Dense(3, Half()) for _ in range(3)], MeanSquaredError())
    assert "more" not in str(check_gradients(net, X, Y))


def test_the_page_of_a_result():
    result = claimed(lambda x, g: np.where(x > 0, 1.2 * g, g), np.array([[1.0, -1.0]]))
    html = result._repr_html_()
    assert html.startswith(
        f"<p><b>Claimed: wrong</b></p><ul><li>{result.faults[0]}</li>"
    )
    assert (
        '<tr><td>input_</td><td>(1, 2)</td><td>2</td><td>1 <svg role="img" '
        'aria-label="input_: 1 of 2 entries are wrong" width="24" height="12" '
        'stroke="currentColor"><title>input_: 1 of 2 entries are wrong</title>'
        '<rect x="1" y="1" width="10" height="10" fill="#d9621e" fill-opacity="0.36"/>'
        '<rect x="13" y="1" width="10" height="10" fill="#d9621e" fill-opacity="0.00"/>'
        "</svg></td></tr></table>"
    ) in html
    assert check_gradients(Linear(), np.ones((1, 2)))._repr_html_() == (
        "<p><b>Linear: right</b></p><ul></ul><table><tr><th>gradient of</th>"
        "<th>shape</th><th>entries</th><th>wrong</th></tr><tr><td>input_</td>"
        "<td>(1, 2)</td><td>2</td><td>0 </td></tr></table>"
    )
    assert check_gradients(Dense(2, Half()), X)._repr_html_().endswith("</li></ul>")


def holding(array):
    """Return an operation that multiplies by an array inside a list inside a dict."""
    thing = same(_output=lambda s: s.input_ * s.kept["all"][1])
    thing.__class__._input_grad = lambda s, g: g * s.kept["all"][1]
    thing.kept = {"all": ["text", array], "same": thing}
    return thing


@pytest.mark.parametrize(
    "thing, x, target, notes",
    [
        (Holding(), X, None, {Note.UNSEEN: ["self.W"]}),
        (holding(X), X, None, {Note.UNSEEN: ["self.kept['all'][1]"]}),
        (holding(X32[:1]), X32, None, {Note.UNSEEN: ["self.kept['all'][1]"]}),
        (
            network(Dense(3, holding(X[:1])), Dense(2)),
            X,
            Y[:, :2],
            {Note.UNSEEN: ["self.layers[0].operations[2].kept['all'][1]"]},
        ),
        (holding(np.array([2, 3, 4])), X, None, {}),  # cannot be trained
        (Dense(2), X, None, {}),
        (SwitchedNorm(), X, None, {Note.TRAINING: []}),
        (masked(from_state), X, None, {Note.RANDOM: []}),
        (masked(from_state, False), X, None, {Note.TRAINING: [], Note.RANDOM: []}),
        (Embedding(draw(5, 3)), WHOLE, None, {Note.WHOLE: ["input_"]}),
        (WeightMultiply(np.ones((3, 2), int)), X, None, {Note.WHOLE: ["param"]}),
        (network(Embedded(2)), WHOLE, Y[:3, :2], {Note.WHOLE: ["x_batch"]}),
        (MeanSquaredError(), X, X, {}),
        (Clipped(), EDGES, np.eye(3)[:2], {}),
        (SoftmaxCrossEntropy(), confident(25, float), np.eye(3)[:2], {}),
        (
            SoftmaxCrossEntropy(),
            confident(40, float),
            np.eye(3)[:2],
            {Note.SMALL: ["prediction"]},
        ),
    ],
)
def test_a_right_result_says_what_was_not_checked(thing, x, target, notes):
    result = check_gradients(thing, x, target)
    assert result.notes == notes
    for note in notes:
        assert all(name in str(result) for name in notes[note])
    assert str(result).count("Note: ") == len(notes)
    assert result._repr_html_().count("<li>Note: ") == len(notes)


def test_what_cannot_be_measured_is_neither_right_nor_wrong():
    loss = squared(_input_grad=lambda s: 2 * SoftmaxCrossEntropy._input_grad(s))
    loss.__class__._output = SoftmaxCrossEntropy._output
    verdicts = [
        str(check_gradients(loss, confident(size, float), np.eye(3)[:2]))
        for size in (20, 40)
    ]
    assert "wrong. _input_grad: constant factor 2" in verdicts[0]
    assert "too small to measure" in verdicts[1] and "right" not in verdicts[1]


def test_a_loss_in_a_trained_network_is_not_called_wrong():
    X, _, y, _ = load_digits()
    net = network(Dense(12, Sigmoid()), Dense(10), loss=SoftmaxCrossEntropy())
    optim = SGD(lr=0.5)
    optim.net = net
    for start in range(0, 1400, 28):
        net.train_batch(X[start : start + 28], y[start : start + 28])
        optim.step()
    for param in list(net.params())[2:]:
        param *= 12  # as sure of its answers as after many epochs
    right = np.flatnonzero(net.forward(X).argmax(axis=1) == y.argmax(axis=1))
    for row in right[:2]:
        check_gradients(net, X[[row]], y[[row]]).raise_if_wrong()


def test_the_advice_for_a_random_operation_leads_to_a_check():
    new = masked(from_new)
    (fault,) = check_gradients(new, X).faults
    advice = "self.rng = np.random.RandomState(0)"
    assert fault.kind is Kind.NONDETERMINISTIC and advice in fault.mistake
    exec(advice, {"self": new, "np": np})
    new.draw = from_state
    assert check_gradients(new, X)
    (fault,) = check_gradients(Growing(0.1), X).faults  # It is not random.
    assert fault.kind is Kind.NONDETERMINISTIC and "random" not in fault.mistake


def test_random_numbers_are_left_as_they_were():
    np.random.seed(8)
    state = np.random.get_state()
    operation = masked(from_global, False)
    assert check_gradients(operation, X)
    np.testing.assert_equal(np.random.get_state(), state)
    assert operation.training is False
    draws = [
        check_gradients(masked(from_global), X).comparison.analytic[0] for _ in range(2)
    ]
    np.testing.assert_array_equal(*draws)


def warned(operation):
    """Return the output of an operation, with a warning as from an old NumPy."""
    warnings.warn("deprecated", DeprecationWarning, stacklevel=2)
    return 1.0 * operation.input_


@pytest.mark.parametrize(
    "thing", [Exp(), Half(), same(_output=warned, _input_grad=lambda s, g: g)]
)
@pytest.mark.parametrize("dtype", [float, int])
def test_settings_for_errors_change_nothing(thing, dtype):
    x, usual = np.append(X - 710, X, axis=0).astype(dtype), []
    for strict in (False, True):
        with np.errstate(), warnings.catch_warnings():
            if strict:
                np.seterr(all="raise")
                warnings.simplefilter("error")
            settings = np.geterr(), list(warnings.filters)
            result = check_gradients(thing, x)
            usual.append((str(result), result._repr_html_()))
            assert (np.geterr(), list(warnings.filters)) == settings
    assert usual[0] == usual[1]


def squares(result):
    """Return (x, y, opacity) of the squares in the picture of a result."""
    return re.findall(
        r'<rect x="(\d+)" y="(\d+)" \S+ \S+ \S+ fill-opacity="(\S+)"',
        result._repr_html_(),
    )


def test_a_square_is_at_the_place_of_its_entry():
    x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert squares(claimed(lambda x, g: np.where(x == 6, 9 * g, g), x)) == [
        (x, y, "1.00" if (x, y) == ("25", "13") else "0.00")
        for y in ("1", "13")
        for x in ("1", "13", "25")
    ]
    constant = type("Constant", (Linear,), {"_output": lambda self: 0 * self.input_})
    result = check_gradients(constant(), x)  # Its gradient is zero everywhere.
    assert {float(opacity) > 0.2 for _, _, opacity in squares(result)} == {True}


def test_large_arrays_and_those_that_are_not_flat_have_no_picture():
    assert len(squares(claimed(lambda x, g: 2 * g, np.ones((1, 64))))) == 64
    for shape in [(1, 65), (65, 1), (6,), (2, 3, 2)]:
        result = check_gradients(Half(), np.ones(shape))
        count = np.prod(shape)
        end = f"<td>{shape}</td><td>{count}</td><td>{count} </td></tr></table>"
        assert result._repr_html_().endswith(end)
    sample = check_gradients(Half(), LARGE)
    count = sample.comparison.numerical[0].value.size
    assert 100 < count <= 120
    assert len(squares(sample)) == count


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


def test_classes_of_any_origin_can_be_checked():
    assert str(check_gradients(Typed(), X)).startswith("Typed: wrong. backward: ")
    right = str(check_gradients(TypedNet(Sigmoid()), X, Y))
    assert right == "TypedNet: right. x_batch (4, 3): 12 entries"
    assert "prediction (4, 3): 12 ent" in str(check_gradients(MeanSquaredError(), X, Y))
    assert str(check_gradients(TypedNet(Typed()), X, Y)).startswith(
        "TypedNet: wrong. Typed.backward in layers[0]: "
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


def test_large_arrays_are_checked_in_a_sample():
    small = check_gradients(Sigmoid(), np.random.RandomState(0).randn(25, 40))
    assert "1000 entries" in str(small)
    x = np.random.RandomState(0).randn(77, 13)
    once, again = (check_gradients(Sigmoid(), x).comparison for _ in range(2))
    places = once.numerical[0].places
    assert len(places[0]) == 118
    np.testing.assert_array_equal(places, again.numerical[0].places)
    order = np.argsort(x, axis=None)
    assert {*order[:10], *order[-10:]} <= set(np.ravel_multi_index(places, x.shape))
    x = x[:2, :1] * np.ones((1, 20))  # in a layer, above 400 entries
    verdicts = [str(check_gradients(Dense(neurons), x)) for neurons in (20, 21)]
    assert "right. input_ (2, 20): 40 entries" in verdicts[0]
    assert "params[0] (20, 20): 400 entries" in verdicts[0]
    assert "params[0] (20, 21): 1" in verdicts[1]


def test_integers_become_floats_and_float32_stays():
    assert check_gradients(Sigmoid(), np.array([[1, 2], [3, 0]]))
    assert not check_gradients(Half(), np.array([[1, 2], [3, 0]]))
    for given, there in ((int, float), (np.float32, np.float32)):
        checked = check_gradients(Linear(), np.ones((2, 2), given)).comparison.subject
        assert checked.input_.dtype == there


@pytest.mark.parametrize("x", [X, X32])
def test_one_percent_is_too_much_for_either_precision(x):
    (fault,) = claimed(lambda x, g: g * g.dtype.type(1.01), x).faults
    assert fault.kind is Kind.FACTOR and "1.01" in fault.mistake


def test_an_operation_may_compute_in_float32():
    def tanh(factor):
        class SingleTanh(Operation):
            def _output(self):
                return np.tanh(self.input_.astype(np.float32))

            def _input_grad(self, output_grad):
                return factor * output_grad * (1 - self.output**2)

        return SingleTanh()

    assert check_gradients(tanh(1), X) and check_gradients(tanh(1), X32)
    assert not check_gradients(tanh(1.01), X)
    assert check_gradients(Steady(1e-14), X)  # Rounding may differ from call to call.


def test_a_batch_that_does_not_fit_is_not_a_fault():
    with pytest.raises(ValueError, match=r"\(2, 3\).*\(4, 3\)"):
        check_gradients(WeightMultiply(np.ones((2, 3))), X)
    with pytest.raises(ValueError, match="target"):
        check_gradients(MeanSquaredError(), X, X[:2])
    with pytest.raises(RuntimeError, match="inf"):
        check_gradients(MeanSquaredError(), 1e200 * X, X)


@pytest.mark.parametrize(
    "error, words, arguments",
    [
        (TypeError, "forward and backward", (type("A", (), {"forward": abs})(), X)),
        (TypeError, "forward and backward", (type("A", (), {"backward": abs})(), X)),
        (TypeError, "input_.*MaskedArray", (Linear(), np.ma.array(X))),
        (TypeError, "input_.*matrix", (Linear(), X.view(np.matrix))),
        (TypeError, "input_.*complex128", (Linear(), 1j * X)),
        (ValueError, r"input_.*\(0, 3\)", (Linear(), X[:0])),
        (ValueError, r"input_.*\(\)", (Linear(), np.array(1.0))),
        (TypeError, "MeanSquaredError.*target", (MeanSquaredError(), X)),
    ],
)
def test_arguments_that_cannot_be_checked(error, words, arguments):
    with pytest.raises(error, match=f"check_gradients: .*{words}"):
        check_gradients(*arguments)


def test_the_numerical_gradient():
    array = np.array([[1.0, -2.0]])
    gradient = numerical_gradient(lambda: np.sum(array**3), array)
    np.testing.assert_allclose(gradient, [[3.0, 12.0]], rtol=1e-9)
    with pytest.raises(ZeroDivisionError):
        numerical_gradient(lambda: 1 / 0, array)
    assert array.tolist() == [[1.0, -2.0]]


def test_two_gradients_are_compared_by_their_largest_error():
    assert compare_gradients(np.array([1.0, -3.5]), np.array([1.2, -4.0])) == 0.125
    assert compare_gradients(np.array([0.5, 0.0]), np.zeros(2)) == 0.5
    with pytest.raises(ValueError, match=r"compare_gradients: .*\(1, 2\).*\(2,\)"):
        compare_gradients(np.ones((1, 2)), np.ones(2))


def test_a_step_over_the_edge_of_a_function_is_taken_in_silence():
    with np.errstate(all="warn"), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        assert check_gradients(Root(), np.array([[1e-5, 1.0]]))
    assert not warned
