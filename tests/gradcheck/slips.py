"""Short wrong classes, one slip each; verdicts.json has what the check says of them."""

import numpy as np

from scratchdl import (
    BiasAdd,
    Dense,
    Layer,
    Linear,
    Loss,
    MeanSquaredError,
    NeuralNetwork,
    Operation,
    ParamOperation,
    Sigmoid,
    WeightMultiply,
)


def draw(*shape, seed=11):
    return np.random.RandomState(seed).randn(*shape)


def derived(base, **methods):
    for name, method in methods.items():  # An error names the method it came from.
        method.__code__ = method.__code__.replace(co_name=name)
    return type("My" + base.__name__, (base,), methods)


def weights(inputs=3, neurons=2, **methods):
    return derived(WeightMultiply, **methods)(draw(inputs, neurons, seed=5))


def biases(neurons=3, **methods):
    return derived(BiasAdd, **methods)(draw(1, neurons, seed=5))


class Same(Operation):
    def _output(self):
        return 1.0 * self.input_


def same(**methods):
    return derived(Same, **methods)()


class Growing(Same):
    def __init__(self, more):
        self.more, self.factor = more, 1

    def _output(self):
        self.factor += self.more
        return self.input_ * np.array(self.factor, self.input_.dtype)


class Steady(Growing):
    def _input_grad(self, output_grad):
        return output_grad * self.factor


def remembered(thing, name, made):
    """Return what was made at the first call: what a reader makes once to save time."""
    return vars(thing).setdefault(name, made)


class Probabilities(Loss):
    """Takes rows that sum to 1, and divides by the rows of its first batch."""

    def _output(self):
        if np.any(np.abs(self.prediction.sum(axis=1) - 1) > 0.05):
            raise ValueError("Each row must sum to 1.")
        self.rows = remembered(self, "rows", len(self.prediction))
        return np.sum(self.prediction * self.target) / self.rows

    def _input_grad(self):
        return self.target / self.rows


class Appending(Dense):
    def backward(self, output_grad):
        before = self.param_grads
        input_grad = super().backward(output_grad)
        self.param_grads = before + self.param_grads
        return input_grad


X = draw(4, 3)
SQUARE = draw(3, 3)
SLIPS = {
    # A method that stops
    "input times gradient": (weights(_param_grad=lambda s, g: s.input_ @ g), X),
    "no transpose": (weights(_input_grad=lambda s, g: g @ s.param), X),
    "both": (
        weights(
            _input_grad=lambda s, g: g @ s.param, _param_grad=lambda s, g: s.input_ @ g
        ),
        X,
    ),
    "a name misspelt": (same(_input_grad=lambda s, g: g * s.inpt), X),
    "a name misspelt going forward": (same(_output=lambda s: s.inpt), X),
    "output of another kind": (same(_output=lambda s: s.input_.tolist()), X),
    "gradient not defined": (derived(Operation, _output=lambda s: s.input_)(), X),
    "stops for one row": (
        same(_input_grad=lambda s, g: g if len(g) > 1 else g[1:]),
        X,
    ),
    # A gradient of another kind
    "list": (same(_input_grad=lambda s, g: g.tolist()), X),
    "complex": (same(_input_grad=lambda s, g: g * 1j), X),
    "nothing": (same(_input_grad=lambda s, g: None), X),
    "nothing for the parameter": (biases(_param_grad=lambda s, g: None), X),
    "infinite": (same(_input_grad=lambda s, g: g / 0), X),
    # Shapes
    "mean without keepdims": (biases(_param_grad=lambda s, g: g.mean(axis=0)), X),
    "sum over columns, one dimension": (
        biases(_param_grad=lambda s, g: g.sum(axis=1)),
        X,
    ),
    "mean over columns": (biases(_param_grad=lambda s, g: g.mean(axis=1)), X),
    "sum over all": (biases(_param_grad=lambda s, g: np.array([[g.sum()]])), X),
    "mean over all": (biases(_param_grad=lambda s, g: np.array([g.mean()])), X),
    "unsummed products": (
        derived(
            ParamOperation,
            _output=lambda s: s.input_ * s.param,
            _input_grad=lambda s, g: g * s.param,
            _param_grad=lambda s, g: g * s.input_,
        )(draw(1, 3)),
        X,
    ),
    "unsummed products of one number": (
        derived(
            ParamOperation,
            _output=lambda s: s.input_ * s.param,
            _input_grad=lambda s, g: g * s.param,
            _param_grad=lambda s, g: g * s.input_,
        )(draw(1, 1)),
        X,
    ),
    "input gradient turned": (same(_input_grad=lambda s, g: g.T), X),
    "input gradient summed": (same(_input_grad=lambda s, g: g.sum(axis=0)), X),
    "input gradient flat": (same(_input_grad=lambda s, g: g.ravel()), X),
    "input gradient nonsense": (same(_input_grad=lambda s, g: np.ones((2, 2))), X),
    "input gradient a number": (same(_input_grad=lambda s, g: 1.0), X),
    "parameter gradient nonsense": (biases(_param_grad=lambda s, g: g[:2, :2]), X),
    "a large one": (same(_input_grad=lambda s, g: g.sum(axis=1)), draw(80, 60)),
    # Numbers
    "zero": (same(_input_grad=lambda s, g: 0 * g), X),
    "zero by the parameter": (biases(_param_grad=lambda s, g: 0 * s.param), X),
    "no gradient": (same(_input_grad=lambda s, g: np.ones_like(g)), X),
    "gradient squared": (same(_input_grad=lambda s, g: g * g), X),
    "gradient and more": (same(_input_grad=lambda s, g: g + s.input_), X),
    "minus": (same(_input_grad=lambda s, g: -g), X),
    "minus two": (same(_input_grad=lambda s, g: -2 * g), X),
    "tiny factor": (same(_input_grad=lambda s, g: 1e-4 * g), X),
    "huge factor": (same(_input_grad=lambda s, g: 1e4 * g), X),
    "by the rows": (same(_input_grad=lambda s, g: g / len(g)), X),
    "times the rows": (same(_input_grad=lambda s, g: g * len(g)), X),
    "a quarter that is no mean": (same(_input_grad=lambda s, g: g / 4), X),
    "four that is no sum": (same(_input_grad=lambda s, g: g * 4), X),
    "by the columns": (same(_input_grad=lambda s, g: g / g.shape[1]), X),
    "half, with two columns": (same(_input_grad=lambda s, g: g / 2), X[:, :2]),
    "turned": (same(_input_grad=lambda s, g: g.T), SQUARE),
    "weights turned": (weights(3, 3, _input_grad=lambda s, g: g @ s.param), X),
    "weights' gradient turned": (
        weights(3, 3, _param_grad=lambda s, g: g.T @ s.input_),
        X,
    ),
    "input not turned": (weights(3, 3, _param_grad=lambda s, g: s.input_ @ g), SQUARE),
    "bias summed sideways": (
        biases(_param_grad=lambda s, g: g.sum(axis=1, keepdims=True).T),
        SQUARE,
    ),
    "bias averaged sideways": (
        biases(_param_grad=lambda s, g: g.mean(axis=1, keepdims=True).T),
        SQUARE,
    ),
    "bias summed over all": (
        biases(_param_grad=lambda s, g: np.full((1, 3), g.sum())),
        X,
    ),
    "last row alone": (biases(_param_grad=lambda s, g: g[-1:]), X),
    "passed on": (
        derived(Sigmoid, _input_grad=lambda s, g: g)(),
        X,
    ),
    "derivative twice": (
        derived(
            Sigmoid,
            _input_grad=lambda s, g: g * (s.output * (1 - s.output)) ** 2,
        )(),
        X,
    ),
    "input for output": (
        derived(
            Sigmoid,
            _input_grad=lambda s, g: g * s.input_ * (1 - s.input_),
        )(),
        X,
    ),
    "output for input": (
        derived(
            Same,
            _output=lambda s: s.input_**2,
            _input_grad=lambda s, g: 2 * g * s.output,
        )(),
        X,
    ),
    "input left out": (
        derived(
            ParamOperation,
            _output=lambda s: s.input_ * s.param,
            _input_grad=lambda s, g: g * s.param,
            _param_grad=lambda s, g: g.sum(axis=0, keepdims=True),
        )(draw(1, 3)),
        X,
    ),
    "parameter forgotten": (
        derived(
            ParamOperation,
            _output=lambda s: s.input_**2 * s.param,
            _input_grad=lambda s, g: 2 * s.input_ * g,
            _param_grad=lambda s, g: (g * s.input_**2).sum(axis=0, keepdims=True),
        )(draw(1, 3)),
        X,
    ),
    "rows mixed": (same(_input_grad=lambda s, g: 2 * g - g.mean(axis=0)), X),
    "positive ones": (
        same(_input_grad=lambda s, g: np.where(s.input_ > 0, 1.1 * g, g)),
        X,
    ),
    "the largest one": (
        same(_input_grad=lambda s, g: np.where(s.input_ == X.max(), 1.1 * g, g)),
        X,
    ),
    # Conduct
    "input in place": (same(_output=lambda s: np.abs(s.input_, out=s.input_)), X),
    "parameter in place": (
        biases(_output=lambda s: s.input_ + np.abs(s.param, out=s.param)),
        X,
    ),
    "gradient doubled in place": (
        biases(_param_grad=lambda s, g: np.add(g, g, g).sum(axis=0, keepdims=True)),
        X,
    ),
    "another parameter": (
        biases(
            _output=lambda s: (
                (setattr(s, "param", np.abs(s.param)), s.input_)[1] + s.param
            )
        ),
        X,
    ),
    "not a number": (same(_output=lambda s: np.log(s.input_)), X),
    # Whole networks
    "in a network": (
        NeuralNetwork(
            [Dense(3, same(_input_grad=lambda s, g: -g)), Dense(1)], MeanSquaredError()
        ),
        X,
        draw(4, 1),
    ),
    "loss in a network": (
        NeuralNetwork(
            [Dense(1)],
            derived(
                MeanSquaredError,
                _input_grad=lambda s: s.prediction - s.target,
            )(),
        ),
        X,
        draw(4, 1),
    ),
    "loss summed": (
        derived(
            MeanSquaredError, _input_grad=lambda s: 2 * (s.prediction - s.target)
        )(),
        X,
        SQUARE[[0, 1, 2, 0]],
    ),
    "loss divided twice": (
        derived(
            MeanSquaredError,
            _input_grad=lambda s: 2 * (s.prediction - s.target) / len(s.target) ** 2,
        )(),
        X,
        SQUARE[[0, 1, 2, 0]],
    ),
    "loss without a sum": (
        derived(MeanSquaredError, _output=lambda s: s.prediction - s.target)(),
        X,
        X,
    ),
    "loss that overflows": (
        derived(MeanSquaredError, _output=lambda s: np.exp(1e3))(),
        X,
        X,
    ),
    "loss of zero": (
        derived(MeanSquaredError, _input_grad=lambda s: 0 * s.prediction)(),
        X,
        2 * X,
    ),
    "layer that forgets its gradients": (
        derived(Dense, _collect=lambda s: setattr(s, "params", [1 * X]))(2),
        X,
    ),
    "layer that turns back": (
        derived(Dense, backward=lambda s, g: -Dense.backward(s, g))(2),
        X,
    ),
    "layer that stops": (derived(Dense, backward=lambda s, g: g @ s.W)(2), X),
    "network that stops": (
        derived(NeuralNetwork, backward=lambda s, g: s.layers[0].backward(g.T))(
            [Dense(1)], MeanSquaredError()
        ),
        X,
        draw(4, 1),
    ),
    "layer in a network that stops": (
        NeuralNetwork(
            [derived(Dense, forward=lambda s, x: s.W @ x)(2), Dense(1)],
            MeanSquaredError(),
        ),
        X,
        draw(4, 1),
    ),
    "layer in a network that stops going back": (
        NeuralNetwork(
            [derived(Dense, backward=lambda s, g: s.W @ g)(2), Dense(1)],
            MeanSquaredError(),
        ),
        X,
        draw(4, 1),
    ),
    "operation in a layer that stops": (
        Dense(2, same(_output=lambda s: s.inpt)),
        X,
    ),
    "operation in a layer that returns nothing": (
        Dense(2, same(_output=lambda s: None)),
        X,
    ),
    "a whole backward that doubles in place": (
        derived(Linear, backward=lambda s, g: np.add(g, g, out=g) / 2)(),
        X,
    ),
    "made for its rows, and divided twice": (
        derived(
            Loss,
            _output=lambda s: np.sum(np.ones((4, 1)) * s.prediction * s.target) / 4,
            _input_grad=lambda s: np.ones((4, 1)) * s.target / 16,
        )(),
        X,
        2 + X,
    ),
    "unsummed outer products": (
        weights(_param_grad=lambda s, g: s.input_[:, :, None] * g[:, None, :]),
        X,
    ),
    "unsummed, and too wide": (
        derived(
            ParamOperation,
            _output=lambda s: s.input_ * s.param,
            _input_grad=lambda s, g: g * s.param,
            _param_grad=lambda s, g: np.hstack([g * s.input_] * 2),
        )(draw(1, 3)),
        X,
    ),
    "three numbers for each row": (
        biases(_param_grad=lambda s, g: np.repeat(g.sum(axis=1), 3)),
        X,
    ),
    "a bias wrong where its input is positive": (
        biases(_input_grad=lambda s, g: np.where(s.input_ > 0, 1.1 * g, g)),
        X,
    ),
    "wrong where negative, and a zero": (
        same(_input_grad=lambda s, g: np.where(s.input_ < 0, 1.1 * g, g)),
        np.array([[0.0, -1.0, 2.0], [-1.5, 0.5, 0.0]]),
    ),
    "wrong where positive, and a zero": (
        same(_input_grad=lambda s, g: np.where(s.input_ > 0, 1.1 * g, g)),
        np.array([[0.0, -1.0, 2.0], [-1.5, 0.5, 0.0]]),
    ),
    "a slope forgotten on the left": (
        same(
            _output=lambda s: np.maximum(s.input_, 0.1 * s.input_),
            _input_grad=lambda s, g: g * (s.input_ > 0),
        ),
        np.array([[1.0, -1.0, 2.0], [1.5, 0.5, 2.0]]),
    ),
    "two rows mixed": (
        same(_input_grad=lambda s, g: 2 * g - g.mean(axis=0)),
        X[:2],
    ),
    "right for this batch alone": (
        same(_input_grad=lambda s, g: np.where(np.isin(s.input_, X), g, 2 * g)),
        X,
    ),
    # What could be taken for something else
    "output not defined": (derived(Operation, _input_grad=lambda s, g: g)(), X),
    "a name misspelt that ends in _output": (
        same(_input_grad=lambda s, g: g * s.my_output),
        X,
    ),
    "stops within a function": (same(_output=lambda s: (lambda: s.inpt)()), X),
    "stops for a gradient of zeros": (
        same(_input_grad=lambda s, g: np.full_like(g, g[g != 0].max())),
        X,
    ),
    "layer around a part that stops": (
        derived(Dense, forward=lambda s, x: same(_output=lambda s: s.inpt).forward(x))(
            2
        ),
        X,
    ),
    "layer without operations": (derived(Layer)(2), X),
    "zeros, and flat": (
        same(_output=lambda s: 0 * s.input_, _input_grad=lambda s, g: np.zeros(12)),
        X,
    ),
    "a number, and a large input": (
        same(_input_grad=lambda s, g: g.sum()),
        draw(80, 60),
    ),
    "a gradient for each row": (
        same(_input_grad=lambda s, g: g * np.eye(4)[:, :, None]),
        X,
    ),
    "a kink, and twice as much": (
        same(
            _output=lambda s: 1e-3 * np.maximum(s.input_, 0),
            _input_grad=lambda s, g: 2e-3 * g * (s.input_ > 0),
        ),
        np.array([[0.0, -1.0, 2.0], [-1.5, 0.5, 0.0]]),
    ),
    "a constant's input": (
        same(_output=lambda s: 0 * s.input_, _input_grad=lambda s, g: g * s.input_),
        X,
    ),
    "gradient and more, all small": (
        same(
            _output=lambda s: 1e-4 * s.input_,
            _input_grad=lambda s, g: 1e-4 * (g + s.input_),
        ),
        X,
    ),
    "twice as much, computed in float32": (
        same(
            _output=lambda s: 5 + np.tanh(s.input_.astype(np.float32)),
            _input_grad=lambda s, g: 2 * g * (1 - (s.output - 5) ** 2),
        ),
        X.astype(np.float32),
    ),
    "the largest one, in float32": (
        same(
            _input_grad=lambda s, g: np.where(
                s.input_ == s.input_.max(), np.float32(1.0025) * g, g
            )
        ),
        X.astype(np.float32),
    ),
    "parameter kept from the first forward": (
        weights(
            _output=lambda s: (
                (vars(s).setdefault("kept", s.param.T.copy()), s.input_)[1] @ s.param
            ),
            _input_grad=lambda s, g: g @ s.kept,
        ),
        X,
    ),
    "a millionth more at each call": (Growing(1e-6), X),
    "a thousandth more at each call, in float32": (
        Growing(1e-3),
        X.astype(np.float32),
    ),
    # Of one row, and of two
    "rows mixed, seen with one row": (
        same(_input_grad=lambda s, g: 2 * g - g.mean(axis=0)),
        X[:1],
    ),
    "the mean row's derivative, seen with one row": (
        same(
            _output=lambda s: s.input_**2,
            _input_grad=lambda s, g: 2 * g * s.input_.mean(axis=0),
        ),
        X[:1],
    ),
    "loss that mixes rows, seen with one row": (
        derived(
            MeanSquaredError,
            _input_grad=lambda s: (
                0 * s.prediction + 2 * (s.prediction - s.target).mean(axis=0)
            ),
        )(),
        X[:1],
        SQUARE[:1],
    ),
    "rows kept from the first batch": (
        same(
            _output=lambda s: s.input_ / remembered(s, "rows", len(s.input_)),
            _input_grad=lambda s, g: g / s.rows,
        ),
        X[:2],
    ),
    "rows kept from the first batch of probabilities": (
        Probabilities(),
        np.array([[0.5, 0.2, 0.3], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]]),
        SQUARE,
    ),
    # What differs from call to call
    "a column less at the second call": (
        same(_output=lambda s: s.input_[:, : remembered(s, "widths", [2, 3]).pop()]),
        X,
    ),
    "a millionth more at each call, of something small": (Growing(1e-6), 1e-6 * X),
    "layer that appends its gradients": (Appending(2), X),
    "a row of ones kept from the first batch": (
        biases(
            _param_grad=lambda s, g: remembered(s, "ones", np.ones((1, len(g)))) @ g
        ),
        X,
    ),
    "as many rows as the first batch had": (
        same(_input_grad=lambda s, g: g[: remembered(s, "rows", len(g))]),
        X,
    ),
    "output in place": (
        derived(
            Sigmoid,
            _input_grad=lambda s, g: (
                g * np.multiply(s.output, 1 - s.output, out=s.output)
            ),
        )(),
        X,
    ),
    # Close, and not close enough
    "a thousandth more": (same(_input_grad=lambda s, g: 1.001 * g), X),
    "twice as much, of a large input": (
        same(_output=lambda s: 1e-6 * s.input_, _input_grad=lambda s, g: 2e-6 * g),
        1e9 * X,
    ),
    "a backward of its own": (
        derived(Sigmoid, backward=lambda s, g: -Sigmoid.backward(s, g))(),
        X,
    ),
    "a parameter that is no number": (
        derived(WeightMultiply)(np.array([[1.0], [np.nan], [1.0]])),
        X,
    ),
}
