"""Wrong and right classes as a reader types them: they inherit nothing of the package.

`WRONG` and `RIGHT` have the form of those in gradient_corpus.
"""

from types import SimpleNamespace

import numpy as np
from right_classes import Case, breaks, derived, draw, put, read_only, rows


def own_classes(checked):
    """The reader's own framework: with asserts on shapes, or with no checks at all."""

    def same(a, b):
        if checked:
            assert a.shape == b.shape, f"{a.shape} is not {b.shape}"

    class Operation:
        def forward(self, input_):
            self.input_ = input_
            self.output = self._output()
            return self.output

        def backward(self, output_grad):
            same(self.output, output_grad)
            self.input_grad = self._input_grad(output_grad)
            same(self.input_, self.input_grad)
            return self.input_grad

    class ParamOperation(Operation):
        def __init__(self, param):
            self.param = param

        def backward(self, output_grad):
            input_grad = super().backward(output_grad)
            self.param_grad = self._param_grad(output_grad)
            same(self.param, self.param_grad)
            return input_grad

    class Mul(ParamOperation):
        def _output(self):
            return self.input_.dot(self.param)

        def _input_grad(self, output_grad):
            return output_grad.dot(self.param.T)

        def _param_grad(self, output_grad):
            return self.input_.T.dot(output_grad)

    class Add(ParamOperation):
        def _output(self):
            return self.input_ + self.param

        def _input_grad(self, output_grad):
            return np.ones_like(self.input_) * output_grad

        def _param_grad(self, output_grad):
            return np.sum(output_grad, axis=0).reshape(1, -1)

    class Tanh(Operation):
        def _output(self):
            return np.tanh(self.input_)

        def _input_grad(self, output_grad):
            return output_grad * (1 - self.output**2)

    class Identity(Operation):
        def _output(self):
            return self.input_

        def _input_grad(self, output_grad):
            return output_grad

    class Layer:
        def __init__(self, neurons):
            self.neurons = neurons
            self.first = True
            self.params = []
            self.param_grads = []
            self.operations = []

        def forward(self, input_):
            if self.first:
                self._setup_layer(input_)
                self.first = False
            self.input_ = input_
            for op in self.operations:
                input_ = op.forward(input_)
            self.output = input_
            return input_

        def backward(self, output_grad):
            same(self.output, output_grad)
            for op in self.operations[::-1]:
                output_grad = op.backward(output_grad)
            self.param_grads = [
                op.param_grad for op in self.operations if hasattr(op, "param")
            ]
            return output_grad

    class Dense(Layer):
        def __init__(self, neurons, activation=None, seed=1):
            super().__init__(neurons)
            self.activation = activation or Identity()
            self.seed = seed

        def _setup_layer(self, input_):
            rng = np.random.RandomState(self.seed)
            W = rng.randn(input_.shape[1], self.neurons)
            B = rng.randn(1, self.neurons)
            self.params = [W, B]
            self.operations = [Mul(W), Add(B), self.activation]

    class Loss:
        def forward(self, prediction, target):
            same(prediction, target)
            self.prediction = prediction
            self.target = target
            return self._output()

        def backward(self):
            self.input_grad = self._input_grad()
            same(self.prediction, self.input_grad)
            return self.input_grad

    class MSE(Loss):
        def _output(self):
            return np.sum((self.prediction - self.target) ** 2) / len(self.target)

        def _input_grad(self):
            return 2 * (self.prediction - self.target) / len(self.target)

    class NeuralNetwork:
        def __init__(self, layers, loss):
            self.layers = layers
            self.loss = loss

        def forward(self, x):
            for layer in self.layers:
                x = layer.forward(x)
            return x

        def backward(self, grad):
            for layer in self.layers[::-1]:
                grad = layer.backward(grad)

        def train_batch(self, x, y):
            loss = self.loss.forward(self.forward(x), y)
            self.backward(self.loss.backward())
            return loss

        def params(self):
            for layer in self.layers:
                yield from layer.params

        def param_grads(self):
            for layer in self.layers:
                yield from layer.param_grads

    return SimpleNamespace(
        **{name: kind for name, kind in locals().items() if isinstance(kind, type)}
    )


CHECKED, BARE = own_classes(checked=True), own_classes(checked=False)
X, Y = draw(5, 3), draw(5, 3, seed=2)
SQUARE = draw(3, 3)
PROBABILITIES = np.array([[0.2], [0.0], [0.9], [1.0]])
square, mul, add = breaks(CHECKED.Operation), breaks(CHECKED.Mul), breaks(CHECKED.Add)
bare, bare_param = breaks(BARE.Operation), breaks(BARE.ParamOperation)
bare_add = breaks(BARE.Add, X[:1])
checked, mse = breaks(CHECKED.Operation), breaks(CHECKED.MSE)


def shared_activation():
    shared = CHECKED.Tanh()
    layers = [CHECKED.Dense(3, shared, seed=2), CHECKED.Dense(3, shared, seed=3)]
    return Case(CHECKED.NeuralNetwork(layers, CHECKED.MSE()), X, Y, "Tanh")


def layers_not_reversed():
    class Net(CHECKED.NeuralNetwork):
        def backward(self, grad):
            for layer in self.layers:
                grad = layer.backward(grad)

    layers = [CHECKED.Dense(3, CHECKED.Tanh(), seed=seed) for seed in (5, 6)]
    return Case(Net(layers, CHECKED.MSE()), X, Y)


# fmt: off
WRONG = {
    ("NO_OUTPUT_GRAD", "_param_grad"): [
        Case(bare_param(draw(1, 3), _output=lambda s: s.input_ * s.param,
            _input_grad=lambda s, g: g * s.param,
            _param_grad=lambda s, g: s.input_.sum(axis=0, keepdims=True)), X)],
    ("OUTPUT_GRAD_TWICE", "_input_grad"): [
        Case(CHECKED.Dense(2, checked(_output=lambda s: s.input_**2,
            _input_grad=lambda s, g: 2 * s.input_ * g * g)), X, None, "MyOperation")],
    ("TRANSPOSED param.T", "_input_grad"): [
        Case(mul(SQUARE, _input_grad=lambda s, g: np.dot(g, s.param)), X)],
    ("AVERAGED rows", "_param_grad"): [
        Case(mul(SQUARE, _param_grad=lambda s, g: 1 / len(g) * s.input_.T.dot(g)), X)],
    ("UNSUMMED", "_param_grad"): [
        Case(bare_add(_param_grad=lambda s, g: np.ones_like(s.param) * g), X)],
    ("FACTOR 3", "_input_grad"): [
        Case(mse(_output=lambda s: np.mean(np.square(s.prediction - s.target))), X, Y)],
    ("SHAPE_ONLY", "_param_grad"): [
        Case(add(X[:1], _param_grad=lambda s, g: g.sum(axis=0)), X)],
    ("STALE", "_param_grad"): [
        Case(mul(SQUARE, _param_grad=lambda s, g: put(
            s, "grad", vars(s).get("grad", 0) + s.input_.T.dot(g))), X)],
    ("STALE", "backward"): [shared_activation],
    ("IN_PLACE gradient", "_input_grad"): [
        Case(breaks(BARE.Tanh)(
            _input_grad=lambda s, g: np.multiply(g, 1 - s.output**2, out=g)), X)],
    ("NOT_FINITE nan", "_input_grad"): [
        Case(mse(
            _output=lambda s: -np.mean(s.target * np.log(np.clip(s.prediction, 1e-9, 1))
                + (1 - s.target) * np.log(1 - np.clip(s.prediction, 0, 1 - 1e-9))),
            _input_grad=lambda s: (-s.target / s.prediction
                + (1 - s.target) / (1 - s.prediction)) / 4), PROBABILITIES,
            np.round(PROBABILITIES))],
    ("ENTRIES", "backward"): [layers_not_reversed],
    ("NOTHING", "_output"): [
        Case(checked(_output=lambda s: None), X),
        Case(bare(_output=lambda s: None), X)],
    ("NOTHING", "forward"): [
        Case(type("Bare", (), {"forward": lambda s, x: None, "backward": abs})(), X)],
}


def selu(x, negative):
    positive = 1 if negative is np.exp else x
    return 1.05 * np.where(x > 0, positive, 1.67 * negative(-abs(x)))


def gumbel(array):
    return np.random.RandomState(13).gumbel(size=array.shape)


RIGHT = {
    "typed in": [
        Case(checked(_output=lambda s: selu(s.input_, np.expm1),
            _input_grad=lambda s, g: g * selu(s.input_, np.exp)), X * (X > -1)),
        Case(bare(_output=lambda s: np.maximum(-1, np.minimum(1, s.input_)),
            _input_grad=lambda s, g: g * (np.abs(s.input_) <= 1)),
            np.array([[-1.0, 1.0], [0.5, -2.0], [1.0, 1.5], [-0.25, 0.0]])),
        Case(checked(_output=lambda s: s.input_ / (1e-9 + np.abs(s.input_)),
            _input_grad=lambda s, g: g * 1e-9 / (1e-9 + np.abs(s.input_)) ** 2),
            1e-9 * X),
        Case(checked(  # Gumbel softmax: the noise is the same in each call
            _output=lambda s: (e := np.exp(2 * s.input_ + gumbel(s.input_))) / rows(e),
            _input_grad=lambda s, g: 2 * s.output * (g - rows(g * s.output))),
            X),
        Case(bare(_output=lambda s: s.input_[1:] - s.input_[:-1],
            _input_grad=lambda s, g: -np.diff(g, axis=0, prepend=0, append=0)), X),
        Case(derived(CHECKED.Operation,  # operations inside an operation
            _output=lambda s: s.input_ + s.tanh.forward(s.mul.forward(s.input_)),
            _input_grad=lambda s, g: g + s.mul.backward(s.tanh.backward(g)),
            mul=CHECKED.Mul(SQUARE), tanh=CHECKED.Tanh())(), X),
        Case(CHECKED.Dense(1, CHECKED.Tanh(), seed=15), np.array([[0.8]])),
        Case(CHECKED.Mul(SQUARE[:, :2]), read_only(draw(8, 6)[::-2, ::2])),
        Case(mse(_output=lambda s: float(np.mean(
            (e := np.abs(s.prediction - s.target)) + np.log1p(np.exp(-2 * e)))),
            _input_grad=lambda s: np.tanh(s.prediction - s.target) / len(s.target)),
            np.array([[500.0], [-0.3], [2.0], [-700.0]]), np.zeros((4, 1))),
        Case(breaks(BARE.MSE)(  # hinge loss, at its margin
            _output=lambda s: np.maximum(0, 1 - s.target * s.prediction).sum() / 3,
            _input_grad=lambda s: -s.target * (s.target * s.prediction < 1) / 3),
            np.array([[1.0], [-1.0], [0.3]]), np.array([[1.0], [-1.0], [-1.0]])),
        Case(mse(  # cross-entropy with smoothed labels
            _output=lambda s: -np.sum((0.9 * s.target + 0.1 / 3) * np.log(
                np.exp(s.prediction) / rows(np.exp(s.prediction)))),
            _input_grad=lambda s: (e := np.exp(s.prediction)) / rows(e)
                - 0.9 * s.target - 0.1 / 3), X, np.eye(3)[[0, 2, 1, 2, 0]]),
        Case(CHECKED.NeuralNetwork([CHECKED.Dense(4, CHECKED.Tanh()), CHECKED.Dense(2)],
            CHECKED.MSE()), X, Y[:, :2])],
}
