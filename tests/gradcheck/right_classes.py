"""Right classes as readers write them, and short ways to break and to nest them."""

from types import FunctionType
from typing import NamedTuple

import numpy as np
from numpy.random import RandomState, default_rng

from scratchdl import (
    BiasAdd,
    Dense,
    Layer,
    Linear,  # noqa: F401, for the corpora
    Loss,
    MeanSquaredError,
    NeuralNetwork,
    Operation,
    ParamOperation,
    Sigmoid,
    WeightMultiply,
)


class Case(NamedTuple):
    thing: object
    input_: np.ndarray
    target: np.ndarray | None = None
    owner: str = ""  # class at fault, if it is a part of the thing


def draw(*shape, seed=11):
    return RandomState(seed).randn(*shape)


def single(*shape, seed=11):
    return draw(*shape, seed=seed).astype(np.float32)


def one_hot(rows, columns, seed=3):
    return np.eye(columns)[RandomState(seed).randint(columns, size=rows)]


X, Y, SQUARE, LARGE = draw(4, 3), draw(4, 3, seed=2), draw(3, 3), draw(40, 30)
X32 = single(4, 3)
POSITIVE = np.exp(X)
ZEROS = np.array([[0.0, -1.0, 2.0], [-1.5, 0.5, 0.0]])


def derived(base, **methods):
    """Return a subclass; an error names the method it came from."""
    for name, method in methods.items():
        if hasattr(method, "__code__"):
            method.__code__ = method.__code__.replace(co_name=name)
    return type("My" + base.__name__, (base,), methods)


def breaks(base, *arguments):
    """Return a function that makes an object of the class with methods replaced."""
    return lambda *args, **methods: derived(base, **methods)(*(args or arguments))


def loss(name, output, input_grad):
    return type(name, (Loss,), {"_output": output, "_input_grad": input_grad})


def operation(name, output, input_grad, param_grad=None):
    """Return a class of operations that is written in one line for each method."""
    methods = {"_output": output, "_input_grad": input_grad, "_param_grad": param_grad}
    return type(name, (ParamOperation if param_grad else Operation,), methods)


def remembered(thing, name, made):
    """Return what was made at the first call: readers make it once to save time."""
    return vars(thing).setdefault(name, made)


def rows(array):
    return array.sum(axis=1, keepdims=True)


def means(array):
    return array.mean(axis=1, keepdims=True)


def root(array):
    return np.sqrt(array + 1e-5)


def put(thing, name, value):
    """Set an attribute inside an expression."""
    setattr(thing, name, value)
    return value


def stops(self):
    raise ValueError("two\n lines.")


def seeded(layer):
    layer.rng, layer.seed = RandomState(1), 1
    return layer


def network(*layers, loss=None):
    return NeuralNetwork(list(layers), loss or MeanSquaredError(), seed=1)


class Chain(Layer):
    def __init__(self, *chain):
        super().__init__(1)
        self.chain = chain

    def _setup_layer(self, input_):
        self.operations = list(self.chain)


def in_chain(*parts, input_=X):
    names = [type(part).__name__ for part in parts]
    owner = next(name for name in names if name.startswith("My"))
    return Case(Chain(*parts), input_, None, owner)


def in_layer(part, input_=X):
    return Case(seeded(Dense(3, part)), input_, None, type(part).__name__)


def in_network(part, input_=X, neurons=4):
    layers = Dense(4, Sigmoid()), Dense(neurons, part), Dense(3)
    return Case(network(*layers), input_, Y, type(part).__name__)


def loss_in_network(part, target=Y):
    layers = Dense(4, Sigmoid()), Dense(target.shape[1])
    return Case(network(*layers, loss=part), X, target, type(part).__name__)


# fmt: off
Tanh = operation("Tanh", lambda s: np.tanh(s.input_),
    lambda s, g: g * (1 - s.output ** 2))
ReLU = operation("ReLU", lambda s: np.maximum(s.input_, 0),
    lambda s, g: g * (s.input_ > 0))
Exp = operation("Exp", lambda s: np.exp(s.input_), lambda s, g: g * s.output)
Square = operation("Square", lambda s: s.input_ ** 2, lambda s, g: 2 * s.input_ * g)
Turn = operation("Turn", lambda s: s.input_.T, lambda s, g: g.T)
Log = operation("Log", lambda s: np.log(s.input_), lambda s, g: g / s.input_)
Root = operation("Root", lambda s: np.sqrt(s.input_), lambda s, g: g / (2 * s.output))
Reciprocal = operation("Reciprocal", lambda s: 1 / s.input_,
    lambda s, g: -g / s.input_ ** 2)
Softplus = operation("Softplus", lambda s: np.logaddexp(0, s.input_),
    lambda s, g: g / (1 + np.exp(-s.input_)))
LeakyReLU = operation("LeakyReLU",
    lambda s: np.where(s.input_ > 0, s.input_, 0.1 * s.input_),
    lambda s, g: np.where(s.input_ > 0, g, 0.1 * g))
Softmax = operation("Softmax",
    lambda s: (e := np.exp(s.input_ - s.input_.max(1, keepdims=True))) / rows(e),
    lambda s, g: s.output * (g - rows(g * s.output)))
Scale = operation("Scale", lambda s: s.input_ * s.param, lambda s, g: g * s.param,
    lambda s, g: (g * s.input_).sum(axis=0, keepdims=True))
Gain = operation("Gain", lambda s: s.input_ * s.param, lambda s, g: g * s.param,
    lambda s, g: np.sum(g * s.input_, keepdims=True))
Slope = operation("Slope",
    lambda s: np.where(s.input_ > 0, s.input_, s.param * s.input_),
    lambda s, g: np.where(s.input_ > 0, g, s.param * g),
    lambda s, g: np.where(s.input_ > 0, 0, s.input_ * g).sum(axis=0, keepdims=True))
Offsets = operation("Offsets", lambda s: s.input_ + s.param, lambda s, g: g,
    lambda s, g: g.sum(axis=0))
RowMean = operation("RowMean", lambda s: s.input_.mean(axis=1, keepdims=True),
    lambda s, g: g * np.ones_like(s.input_) / s.input_.shape[1])
RowMax = operation("RowMax", lambda s: s.input_.max(axis=1, keepdims=True),
    lambda s, g: g * (np.arange(s.input_.shape[1]) == s.input_.argmax(1)[:, None]))
LayerNorm = operation("LayerNorm",
    lambda s: (c := s.input_ - means(s.input_)) / put(s, "std", root(means(c ** 2))),
    lambda s, g: (g - means(g) - s.output * means(g * s.output)) / s.std)
BatchNorm = operation("BatchNorm",
    lambda s: (s.input_ - s.input_.mean(0)) / put(s, "std", root(s.input_.var(0))),
    lambda s, g: (g - g.mean(0) - s.output * (g * s.output).mean(0)) / s.std)
Center = operation("Center", lambda s: s.input_ - s.input_.mean(axis=0),
    lambda s, g: g - g.mean(axis=0))
GELU = operation("GELU",
    lambda s: s.input_ / 2 * (1 + put(s, "t",
        np.tanh(0.8 * (s.input_ + s.input_ ** 3 / 22)))),
    lambda s, g: g / 2 * (1 + s.t + s.input_ * (1 - s.t ** 2) * 0.8 * (1
        + 3 * s.input_ ** 2 / 22)))
FixedDropout = operation("FixedDropout", lambda s: s.input_ * s.mask / 0.8,
    lambda s, g: g * s.mask / 0.8)
FixedDropout.mask = RandomState(7).rand(40, 30) < 0.8
SquaredMean = loss("SquaredMean", lambda s: np.mean((s.prediction - s.target) ** 2),
    lambda s: 2 * (s.prediction - s.target) / s.target.size)
AbsoluteError = loss("AbsoluteError",
    lambda s: np.sum(np.abs(s.prediction - s.target)) / len(s.target),
    lambda s: np.sign(s.prediction - s.target) / len(s.target))
Huber = loss("Huber",
    lambda s: np.sum(np.where((e := abs(s.prediction - s.target)) < 1, e ** 2 / 2,
        e - 0.5)) / 6, lambda s: np.clip(s.prediction - s.target, -1, 1) / 6)
LogCosh = loss("LogCosh", lambda s: np.sum(np.log(np.cosh(s.prediction - s.target))),
    lambda s: np.tanh(s.prediction - s.target))
CrossEntropy = loss("CrossEntropy",
    lambda s: -np.sum(s.target * np.log(put(s, "p",
        np.exp(p := s.prediction) / rows(np.exp(p))))) / len(s.target),
        lambda s: (s.p - s.target) / len(s.target))

# fmt: on


class Same(Operation):
    def _output(self):
        return 1.0 * self.input_


class Growing(Same):
    def __init__(self, more):
        self.more, self.factor = more, 1

    def _output(self):
        self.factor += self.more
        return self.input_ * np.array(self.factor, self.input_.dtype)


class Steady(Growing):
    def _input_grad(self, output_grad):
        return output_grad * self.factor


class Probabilities(Loss):
    """Takes rows that sum to 1, and divides by the rows of its first batch."""

    def _output(self):
        if np.any(np.abs(self.prediction.sum(axis=1) - 1) > 0.05):
            raise ValueError("Each row must sum to 1.")
        self.rows = remembered(self, "rows", len(self.prediction))
        return np.sum(self.prediction * self.target) / self.rows

    def _input_grad(self):
        return self.target / self.rows


same, sigmoid, tanh, relu, exp, square, turn, softplus, softmax, norm = map(
    breaks,
    [Same, Sigmoid, Tanh, ReLU, Exp, Square, Turn, Softplus, Softmax, LayerNorm],
)
weights, wide = breaks(WeightMultiply, draw(3, 2)), breaks(WeightMultiply, draw(3, 3))
bias, scale = breaks(BiasAdd, draw(1, 3)), breaks(Scale, draw(1, 3))
gain, slope = breaks(Gain, np.array([[1.5]])), breaks(Slope, np.full((1, 4), 0.2))
squared, dense = breaks(MeanSquaredError), breaks(Dense, 2)


def stale_layers():
    class MyTanh(Tanh):
        slopes = {}  # shared by all objects of the class

        def _input_grad(self, output_grad):
            made = self.slopes.setdefault(output_grad.shape, 1 - self.output**2)
            return output_grad * made

    return in_network(MyTanh())


def trained(thing):
    """Return the operation after a step of training."""
    thing.forward(X)
    thing.backward(np.ones((4, 2)))
    thing.param -= 0.1 * thing.param_grad
    return thing


def turned_before_training():
    thing = weights(_input_grad=lambda s, g: g @ s.turned)
    thing.turned = thing.param.T.copy()
    return trained(thing)


def overflowing_network():
    case = in_network(
        softmax(_output=lambda s: (e := np.exp(s.input_)) / rows(e)), neurons=3
    )
    case.thing.forward(X)
    case.thing.layers[1].operations[0].param[:] *= 2000
    return case


class Appending(Dense):
    def backward(self, output_grad):
        before = self.param_grads
        input_grad = super().backward(output_grad)
        self.param_grads = before + self.param_grads
        return input_grad


class FastDense(Dense):
    def backward(self, output_grad):
        kept = self.param_grads
        input_grad = super().backward(output_grad)
        self.param_grads = kept or [grad.copy() for grad in self.param_grads]
        return input_grad


class MyDense(Dense):
    def backward(self, output_grad):
        for operation in self.operations:
            output_grad = operation.backward(output_grad)
        self.param_grads = [op.param_grad for op in self.operations[:2]]
        return output_grad


class Residual(Dense):
    def forward(self, input_):
        self.output = input_ + super().forward(input_)
        return self.output


class Restless(Layer):
    def _setup_layer(self, input_):
        W = self.rng.randn(input_.shape[1], self.neurons)
        self.operations = [WeightMultiply(W), Tanh()]

    def forward(self, input_):
        self.reset()
        return super().forward(input_)


class TwoSteps(Layer):
    def _setup_layer(self, input_):
        squash = Tanh()
        W = self.rng.randn(self.neurons, self.neurons)
        self.operations = [squash, WeightMultiply(W), squash]


class RunningNorm(Operation):
    mean = 0.0

    def _output(self):
        self.mean = 0.9 * self.mean + 0.1 * self.input_.mean(axis=0)
        return self.input_ - self.mean

    def _input_grad(self, output_grad):
        return output_grad


# fmt: off
HardTanh = operation("HardTanh", lambda s: np.clip(s.input_, -1, 1),
    lambda s, g: g * (abs(s.input_) < 1))
Absolute = operation("Absolute", lambda s: np.abs(s.input_),
    lambda s, g: g * np.sign(s.input_))
Floor = operation("Floor", lambda s: np.maximum(s.input_, s.param),
    lambda s, g: g * (s.input_ >= s.param),
    lambda s, g: (g * (s.input_ < s.param)).sum(axis=0, keepdims=True))
Sorted = operation("Sorted",
    lambda s: np.take_along_axis(s.input_, put(s, "order", s.input_.argsort(1)), 1),
    lambda s, g: np.take_along_axis(g, s.order.argsort(1), 1))
Steep = operation("Steep", lambda s: np.tanh(50 * s.input_),
    lambda s, g: 50 * g / np.cosh(50 * s.input_) ** 2)
Tiny = operation("Tiny", lambda s: 1e-12 * np.sin(s.input_),
    lambda s, g: 1e-12 * np.cos(s.input_) * g)
Swish = operation("Swish",
    lambda s: s.input_ * put(s, "s", 1 / (1 + np.exp(-s.input_))),
    lambda s, g: g * (s.s + s.output * (1 - s.s)))
Backwards = operation("Backwards", lambda s: s.input_[:, ::-1], lambda s, g: g[:, ::-1])
Flatten = operation("Flatten", lambda s: s.input_.reshape(len(s.input_), -1),
    lambda s, g: g.reshape(s.input_.shape))
WidthMean = operation("WidthMean", lambda s: s.input_.mean(axis=2),
    lambda s, g: g[:, :, None] * np.ones_like(s.input_) / s.input_.shape[2])
RunningSum = operation("RunningSum", lambda s: np.cumsum(s.input_),
    lambda s, g: np.cumsum(g[::-1])[::-1])
SameNoise = operation("SameNoise",
    lambda s: s.input_ * put(s, "noise", RandomState(3).randn(*s.input_.shape)),
    lambda s, g: g * s.noise)
Hinge = loss("Hinge", lambda s: np.maximum(0, 1 - s.target * s.prediction).mean(),
    lambda s: -s.target * (s.target * s.prediction < 1) / s.target.size)
BinaryCrossEntropy = loss("BinaryCrossEntropy",
    lambda s: -np.sum(s.target * np.log(s.prediction) + (1 - s.target)
        * np.log(1 - s.prediction)),
    lambda s: (s.prediction - s.target) / (s.prediction * (1 - s.prediction)))
LogSoftmaxLoss = loss("LogSoftmaxLoss",
    lambda s: -np.sum(s.target * put(s, "logs", log_softmax(s.prediction))),
    lambda s: np.exp(s.logs) - s.target)
WindowSum = operation("WindowSum", lambda s: s.input_[:, WINDOWS] @ s.param,
    lambda s, g: add_at(s.input_, (slice(None), WINDOWS), g[..., None] * s.param),
    lambda s, g: np.tensordot(g, s.input_[:, WINDOWS], ([0, 1], [0, 1])))
Attention = operation("Attention",
    lambda s: put(s, "p", (e := np.exp(s.input_ @ s.input_.T)) / rows(e)) @ s.input_,
    lambda s, g: (d := s.p * ((p := g @ s.input_.T) - rows(p * s.p))) @ s.input_
        + d.T @ s.input_ + s.p.T @ g)
Tied = operation("Tied", lambda s: put(s, "h", np.tanh(s.input_ @ s.param)) @ s.param.T,
    lambda s, g: (g @ s.param * (1 - s.h ** 2)) @ s.param.T,
    lambda s, g: s.input_.T @ (g @ s.param * (1 - s.h ** 2)) + g.T @ s.h)
Clipped = loss("Clipped",
    lambda s: -np.mean(s.target * np.log(np.clip(s.prediction, 1e-7, 1))),
    lambda s: -s.target / np.clip(s.prediction, 1e-7, 1) * (s.prediction > 1e-7)
        / s.target.size)
# fmt: on
WINDOWS = np.arange(4)[:, None] + np.arange(3)
EDGES = np.array([[0.0, 1.0, 0.3], [0.5, 0.5, 1e-9]])
WHOLE = np.array([[0, 2], [1, 1], [3, 0]])


def add_at(like, places, values):
    array = np.zeros_like(like)
    np.add.at(array, places, values)
    return array


def overwritten(like, places, values):
    """Return what an assignment leaves where a sum is needed."""
    array = np.zeros_like(like)
    array[places] = values
    return array


def confident(size, dtype):
    return np.array([[size, 0, -1], [0, size, 2]], dtype)


def log_softmax(array):
    shifted = array - array.max(axis=1, keepdims=True)
    return shifted - np.log(rows(np.exp(shifted)))


class Picky(Root):
    def _output(self):
        if (self.input_ < 0).any():
            raise ValueError("Picky: input_ must not be negative.")
        return super()._output()


class BufferedExp(Operation):
    buffer = None

    def _output(self):
        if self.buffer is None or self.buffer.shape != self.input_.shape:
            self.buffer = np.empty_like(self.input_)
        return np.exp(self.input_, out=self.buffer)

    def _input_grad(self, output_grad):
        return output_grad * np.exp(self.input_)


class TrackingNorm(BatchNorm):
    running_mean = 0.0

    def _output(self):
        self.running_mean = 0.9 * self.running_mean + 0.1 * self.input_.mean(axis=0)
        return super()._output()


class Counting(Scale):
    calls = 0

    def forward(self, input_):
        self.calls += 1
        return super().forward(input_)

    def backward(self, output_grad):
        self.calls += 1
        return super().backward(output_grad)


class BothWays(Residual):
    def backward(self, output_grad):
        return output_grad + super().backward(output_grad)


class Bare(Layer):
    def _setup_layer(self, input_):
        W = self.rng.rand(input_.shape[1], 3).astype(input_.dtype)
        self.operations = [LayerNorm(), WeightMultiply(W), Softmax()]


class Rooted(Layer):
    def _setup_layer(self, input_):
        W = self.rng.rand(input_.shape[1], 3).astype(np.float32)
        self.operations = [WeightMultiply(W), Exp(), Scale(np.full((1, 3), 0.1))]


def deep_network():
    layers = [*[Dense(8, ReLU()) for _ in range(5)], Dense(3)]
    return NeuralNetwork(layers, MeanSquaredError(), seed=3, independent_layers=True)


def dead_network():
    net = network(Dense(3, ReLU()), Dense(3))
    net.forward(X)
    net.layers[0].operations[1].param[:] = -100
    return net


def trained_classifier():
    net = network(Dense(4, Tanh()), Dense(3), loss=LogSoftmaxLoss())
    for step in range(3):
        net.train_batch(draw(7, 3, seed=step), one_hot(7, 3, seed=step))
    return net


class Masked(Operation):
    """Dropout in the styles that readers write: where the mask comes from differs."""

    def __init__(self, draw, training=None):
        self.draw, self.rng, self.stream = draw, RandomState(5), default_rng(5)
        if training is not None:
            self.training = training

    def _output(self):
        self.mask = np.ones(self.input_.shape)
        if getattr(self, "training", True):
            self.mask = (self.draw(self, self.input_.shape) < 0.8) / 0.8
        return self.input_ * self.mask

    def _input_grad(self, output_grad):
        return output_grad * self.mask


def from_state(thing, shape):
    return thing.rng.random_sample(shape)


def from_stream(thing, shape):
    return thing.stream.random(shape)


def from_global(thing, shape):
    return np.random.rand(*shape)


def from_new(thing, shape):
    return default_rng().random(shape)


def from_late(thing, shape):
    return remembered(thing, "late", RandomState(4)).rand(*shape)


class Noisy(ParamOperation):
    def __init__(self, param):
        super().__init__(param)
        self.rng = RandomState(1)

    def _output(self):
        self.noise = self.rng.randn(*self.input_.shape)
        return self.input_ + self.param * self.noise

    def _input_grad(self, output_grad):
        return output_grad

    def _param_grad(self, output_grad):
        return (output_grad * self.noise).sum(axis=0, keepdims=True)


class SharedStream(Layer):
    def _setup_layer(self, input_):
        first, second = Masked(from_stream), Masked(from_stream, False)
        second.stream = first.stream
        W, V = WeightMultiply(draw(3, 4)), WeightMultiply(draw(4, 2))
        self.operations = [W, first, V, second]


class Embedding(ParamOperation):
    def _output(self):
        return self.param[self.input_]

    def _input_grad(self, output_grad):
        return None

    def _param_grad(self, output_grad):
        return add_at(self.param, self.input_, output_grad)


class Embedded(Layer):
    def _setup_layer(self, input_):
        self.operations = [Embedding(draw(5, 3)), Flatten(), WeightMultiply(draw(6, 2))]


class SwitchedNorm(Operation):
    """Batch norm, with running statistics while training is off."""

    training = True

    def __init__(self, columns=3):
        self.mean, self.variance = np.zeros(columns), np.ones(columns)

    def _output(self):
        mean, variance = self.mean, self.variance
        if self.training:
            mean, variance = self.input_.mean(0), self.input_.var(0)
            self.mean = 0.9 * self.mean + 0.1 * mean
            self.variance = 0.9 * self.variance + 0.1 * variance
        self.std = root(variance)
        return (self.input_ - mean) / self.std

    def _input_grad(self, output_grad):
        if self.training:
            return BatchNorm._input_grad(self, output_grad)
        return output_grad / self.std


class Holding(Layer):
    """A layer with an array of its own that is not among its parameters."""

    def __init__(self):
        super().__init__(2)
        self.W = draw(3, 2)

    def _setup_layer(self, input_):
        self.operations = []

    def forward(self, input_):
        return input_ @ self.W

    def backward(self, output_grad):
        return output_grad @ self.W.T


class ClassNumbers(Loss):
    """Cross-entropy whose targets are class numbers."""

    def forward(self, prediction, target):
        self.prediction, self.places = prediction, (np.arange(len(target)), target)
        self.logs = log_softmax(prediction)
        return -self.logs[self.places].mean()

    def backward(self):
        input_grad = np.exp(self.logs)
        input_grad[self.places] -= 1
        return input_grad / len(input_grad)


masked, embedding = breaks(Masked), breaks(Embedding, draw(5, 3))


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


def buffered():
    thing = weights(_param_grad=lambda s, g: np.matmul(s.input_.T, g, out=s.buffer))
    thing.buffer = np.empty((3, 2))
    return thing


def case_of(entry):
    """Return a case: an object alone is checked with X, and with Y if it has a loss."""
    if isinstance(entry, FunctionType):
        entry = entry()
    if isinstance(entry, Case):
        return entry
    return Case(entry, X, Y if isinstance(entry, Loss | NeuralNetwork) else None)
