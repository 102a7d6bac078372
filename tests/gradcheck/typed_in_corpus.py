"""Wrong and right classes as a reader types them: they inherit nothing of the package.

Each case's `make()` returns a fresh `(thing, input_, target or None)`. `mistake` says
what is wrong, `also` what would be as true a name for it, `method` where it is wrong,
and `culprit` the class of the faulty part inside a layer or a network.
"""

from collections import namedtuple
from types import SimpleNamespace

import numpy as np

Case = namedtuple("Case", "name make method mistake also culprit", defaults=((), None))
WRONG: list[Case] = []
RIGHT: list[Case] = []


def wrong(name, method, mistake, also=(), culprit=None):
    def add(make):
        WRONG.append(Case(name, make, method, mistake, also, culprit))
        return make

    return add


def right(name):
    def add(make):
        RIGHT.append(Case(name, make, None, None))
        return make

    return add


def batch(rows, columns, seed=0):
    return np.random.RandomState(100 + seed).randn(rows, columns)


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

        def _output(self):
            raise NotImplementedError()

        def _input_grad(self, output_grad):
            raise NotImplementedError()

    class ParamOperation(Operation):
        def __init__(self, param):
            self.param = param

        def backward(self, output_grad):
            same(self.output, output_grad)
            self.input_grad = self._input_grad(output_grad)
            self.param_grad = self._param_grad(output_grad)
            same(self.input_, self.input_grad)
            same(self.param, self.param_grad)
            return self.input_grad

        def _param_grad(self, output_grad):
            raise NotImplementedError()

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

        def _setup_layer(self, input_):
            raise NotImplementedError()

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

        def _output(self):
            raise NotImplementedError()

        def _input_grad(self):
            raise NotImplementedError()

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


@wrong("gain, parameter's derivative only", "_param_grad", "no-grad")
def _():
    own = own_classes(checked=False)

    class Gain(own.ParamOperation):
        def _output(self):
            return self.input_ * self.param

        def _input_grad(self, output_grad):
            return output_grad * self.param

        def _param_grad(self, output_grad):
            return self.input_.sum(axis=0, keepdims=True)

    return Gain(np.array([[1.5, -0.4, 2.0]])), batch(5, 3, 1), None


@wrong("square in a layer, chain rule twice", "_input_grad", "twice", (), "Square")
def _():
    own = own_classes(checked=True)

    class Square(own.Operation):
        def _output(self):
            return self.input_**2

        def _input_grad(self, output_grad):
            grad = 2 * self.input_ * output_grad
            return grad * output_grad

    return own.Dense(2, Square(), seed=4), batch(4, 3, 5), None


@wrong("square weights, no transpose", "_input_grad", "transposed")
def _():
    own = own_classes(checked=True)

    class Weights(own.ParamOperation):
        def _output(self):
            return np.dot(self.input_, self.param)

        def _input_grad(self, output_grad):
            return np.dot(output_grad, self.param)

        def _param_grad(self, output_grad):
            return np.dot(self.input_.T, output_grad)

    return Weights(batch(3, 3, 6)), batch(5, 3, 7), None


@wrong("weights, 1/m as in a lecture", "_param_grad", "averaged")
def _():
    own = own_classes(checked=True)

    class Weights(own.Mul):
        def _param_grad(self, dZ):
            m = self.input_.shape[0]
            return (1 / m) * np.dot(self.input_.T, dZ)

    return Weights(batch(3, 2, 15)), batch(7, 3, 16), None


@wrong("bias, ones times the gradient", "_param_grad", "unsummed", ("shape",))
def _():
    own = own_classes(checked=False)

    class Bias(own.ParamOperation):
        def _output(self):
            return self.input_ + self.param

        def _input_grad(self, output_grad):
            return np.ones_like(self.input_) * output_grad

        def _param_grad(self, output_grad):
            return np.ones_like(self.param) * output_grad

    return Bias(np.array([[0.5, -1.5]])), batch(4, 2, 20), None


@wrong("loss, mean over entries, divided by rows", "_input_grad", "factor")
def _():
    own = own_classes(checked=True)

    class MeanLoss(own.Loss):
        def _output(self):
            return np.mean(np.square(self.prediction - self.target))

        def _input_grad(self):
            return 2.0 * (self.prediction - self.target) / self.prediction.shape[0]

    return MeanLoss(), batch(5, 3, 29), batch(5, 3, 30)


@wrong("bias, gradient of one dimension", "_param_grad", "shape")
def _():
    own = own_classes(checked=True)

    class Bias(own.Add):
        def _param_grad(self, output_grad):
            return output_grad.sum(axis=0)

    return Bias(np.array([[0.3, 0.6, 0.9]])), batch(4, 3, 34), None


@wrong("weights, gradients pile up", "_param_grad", "stale")
def _():
    own = own_classes(checked=True)

    class Weights(own.Mul):
        def __init__(self, W):
            super().__init__(W)
            self.grad = np.zeros_like(W)

        def _param_grad(self, output_grad):
            self.grad = self.grad + self.input_.T.dot(output_grad)
            return self.grad

    return Weights(batch(3, 2, 39)), batch(4, 3, 40), None


@wrong("network, one default activation for all layers", None, "stale")
def _():
    own = own_classes(checked=True)

    class Squash(own.Operation):
        def _output(self):
            return 1 / (1 + np.exp(-self.input_))

        def _input_grad(self, output_grad):
            return output_grad * self.output * (1 - self.output)

    class MyDense(own.Dense):
        def __init__(self, neurons, activation=Squash(), seed=1):  # noqa: B008
            super().__init__(neurons, activation, seed)

    layers = [MyDense(3, seed=2), MyDense(3, seed=3)]
    return own.NeuralNetwork(layers, own.MSE()), batch(5, 3, 43), batch(5, 3, 44)


@wrong("tanh, gradient multiplied in place", "_input_grad", "in-place")
def _():
    own = own_classes(checked=False)

    class Tanh(own.Operation):
        def _output(self):
            return np.tanh(self.input_)

        def _input_grad(self, output_grad):
            output_grad *= 1 - self.output**2
            return output_grad

    return Tanh(), batch(4, 3, 46), None


@wrong("cross-entropy, clipped one way only", "_input_grad", "non-finite")
def _():
    own = own_classes(checked=True)

    class BCE(own.Loss):
        def _output(self):
            p = np.clip(self.prediction, 1e-12, 1 - 1e-12)
            t = self.target
            return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))

        def _input_grad(self):
            p, t = self.prediction, self.target
            return (-t / p + (1 - t) / (1 - p)) / p.size

    p = np.array([[0.2], [0.0], [0.9], [1.0]])
    return BCE(), p, np.array([[0.0], [0.0], [1.0], [1.0]])


@wrong("network, layers not reversed", "backward", "other")
def _():
    own = own_classes(checked=True)

    class Net(own.NeuralNetwork):
        def backward(self, grad):
            for layer in self.layers:
                grad = layer.backward(grad)

    layers = [own.Dense(2, own.Tanh(), seed=5), own.Dense(2, own.Tanh(), seed=6)]
    return Net(layers, own.MSE()), batch(5, 2, 60), batch(5, 2, 61)


@right("selu, at its kink")
def _():
    own = own_classes(checked=True)
    scale, alpha = 1.0507009873554805, 1.6732632423543772

    class SELU(own.Operation):
        def _output(self):
            x = self.input_
            return scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))

        def _input_grad(self, output_grad):
            x = self.input_
            slope = np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0)))
            return output_grad * scale * slope

    x = batch(4, 3, 71)
    x[1, 2] = x[3, 0] = 0.0
    return SELU(), x, None


@right("hard tanh, at its corners")
def _():
    own = own_classes(checked=False)

    class HardTanh(own.Operation):
        def _output(self):
            return np.maximum(-1, np.minimum(1, self.input_))

        def _input_grad(self, output_grad):
            inside = (self.input_ >= -1) & (self.input_ <= 1)
            return output_grad * inside

    x = np.array([[-1.0, 1.0], [0.5, -2.0], [1.0, 1.5], [-0.25, 0.0]])
    return HardTanh(), x, None


@right("softsign of tiny numbers")
def _():
    own = own_classes(checked=True)

    class Softsign(own.Operation):
        unit = 1e-9

        def _output(self):
            return self.input_ / (self.unit + np.abs(self.input_))

        def _input_grad(self, output_grad):
            return output_grad * self.unit / (self.unit + np.abs(self.input_)) ** 2

    return Softsign(), 1e-9 * batch(4, 3, 75), None


@right("gumbel softmax, noise frozen")
def _():
    own = own_classes(checked=True)

    class GumbelSoftmax(own.Operation):
        def __init__(self, temperature, seed):
            self.temperature = temperature
            self.seed = seed

        def _output(self):
            noise = np.random.RandomState(self.seed).gumbel(size=self.input_.shape)
            z = (self.input_ + noise) / self.temperature
            e = np.exp(z - z.max(axis=1, keepdims=True))
            return e / e.sum(axis=1, keepdims=True)

        def _input_grad(self, output_grad):
            s = self.output
            dot = (output_grad * s).sum(axis=1, keepdims=True)
            return s * (output_grad - dot) / self.temperature

    return GumbelSoftmax(0.5, 13), batch(4, 3, 78), None


@right("differences of neighbouring rows")
def _():
    own = own_classes(checked=False)

    class RowDifferences(own.Operation):
        def _output(self):
            return self.input_[1:] - self.input_[:-1]

        def _input_grad(self, output_grad):
            grad = np.zeros_like(self.input_)
            grad[1:] += output_grad
            grad[:-1] -= output_grad
            return grad

    return RowDifferences(), batch(5, 2, 84), None


@right("residual operation with operations inside")
def _():
    own = own_classes(checked=True)

    class Residual(own.Operation):
        def __init__(self, *inner):
            self.inner = inner

        def _output(self):
            x = self.input_
            for op in self.inner:
                x = op.forward(x)
            return self.input_ + x

        def _input_grad(self, output_grad):
            grad = output_grad
            for op in reversed(self.inner):
                grad = op.backward(grad)
            return output_grad + grad

    block = Residual(own.Mul(batch(3, 3, 88)), own.Tanh(), own.Mul(batch(3, 3, 89)))
    return block, batch(4, 3, 90), None


@right("layer, one row and one column")
def _():
    own = own_classes(checked=True)
    return own.Dense(1, own.Tanh(), seed=15), np.array([[0.8]]), None


@right("weights, on a read-only view with strides")
def _():
    own = own_classes(checked=True)
    view = batch(8, 6, 95)[::-2, ::2]
    view.setflags(write=False)
    return own.Mul(batch(3, 2, 96)), view, None


@right("log-cosh, with large errors")
def _():
    own = own_classes(checked=True)

    class LogCosh(own.Loss):
        def _output(self):
            e = np.abs(self.prediction - self.target)
            return float(np.mean(e + np.log1p(np.exp(-2 * e)) - np.log(2)))

        def _input_grad(self):
            return np.tanh(self.prediction - self.target) / self.prediction.size

    return LogCosh(), np.array([[500.0], [-0.3], [2.0], [-700.0]]), np.zeros((4, 1))


@right("hinge, with a margin of exactly one")
def _():
    own = own_classes(checked=False)

    class Hinge(own.Loss):
        def _output(self):
            return np.maximum(0, 1 - self.target * self.prediction).mean()

        def _input_grad(self):
            violated = self.target * self.prediction < 1
            return -self.target * violated / self.prediction.size

    p = np.array([[1.0], [-1.0], [0.3], [-2.0], [0.0]])
    return Hinge(), p, np.array([[1.0], [-1.0], [-1.0], [-1.0], [1.0]])


@right("cross-entropy with smoothed labels")
def _():
    own = own_classes(checked=True)

    class SmoothedCrossEntropy(own.Loss):
        def _smooth(self):
            return 0.9 * self.target + 0.1 / self.target.shape[1]

        def _output(self):
            z = self.prediction - self.prediction.max(axis=1, keepdims=True)
            self.logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
            return -(self._smooth() * self.logs).sum() / len(z)

        def _input_grad(self):
            return (np.exp(self.logs) - self._smooth()) / len(self.logs)

    return SmoothedCrossEntropy(), 2 * batch(4, 3, 106), np.eye(3)[[0, 2, 1, 2]]


@right("network with two outputs")
def _():
    own = own_classes(checked=True)
    layers = [own.Dense(4, own.Tanh(), seed=18), own.Dense(2, seed=19)]
    return own.NeuralNetwork(layers, own.MSE()), batch(5, 3, 109), batch(5, 2, 110)
