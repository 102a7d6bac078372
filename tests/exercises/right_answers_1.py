"""Right answers to the exercises of chapters 1 to 7 that are written differently."""

import numpy as np

SMALL_WEIGHTS = """
def small_weights_gradients(X, y, W, B, strength):
    dE = 2 * (X @ W + B - y) / len(X)
    dB = dE.sum(axis=0, keepdims=True)
    dW = {}
    return {}
"""
SCALE = """
def scale(train, test):
    {}
    return {}
"""
OPERATION = """
class {}:
    def _output(self):
        {}

    def _input_grad(self, output_grad):
        {}
"""
LEAKY = (
    OPERATION
    + """
    def _param_grad(self, output_grad):
        {}
"""
)
SCALED = """
class ScaledDense(Dense):
    def _setup_layer(self, input_):
        super()._setup_layer(input_)
        {}
"""
SHARES = """
def shares_activation(layers):
    {}
"""
LOSS = """
class {}:
    def _output(self):
        {}

    def _input_grad(self):
        {}
"""
HUBER = LOSS.replace(
    "    def _output",
    "    def __init__(self, limit=1.0):\n        self.limit = limit\n\n    def _output",
)
IN_PARTS = """
def gradients_in_parts(net, x_batch, y_batch, size):
    {}
"""
SHORTCUT = """
class Shortcut(Dense):
    def forward(self, input_):
        {}

    def backward(self, output_grad):
        {}
"""
RELU, TANH, SOFTPLUS = "ReLU(Operation)", "Tanh(Operation)", "Softplus(Operation)"
LEAKY_RELU, MEAN = "LeakyReLU(ParamOperation)", "MeanOverAll(Loss)"


def code(text, *parts):
    """Return a source with its gaps filled; a part may have several lines."""
    return text.format(*(part.replace("\n", "\n        ") for part in parts))


def function(text, *parts):
    return text.format(*(part.replace("\n", "\n    ") for part in parts))


RIGHT_ANSWERS = {
    "ex-zero-start": [
        ("B1", "W1"),
        {"w1", "b1"},
        "W1, B1",
        "W1 B1",
        ["dW1", "dB1"],
        np.array(["W1", "B1"]),
    ],
    "ex-small-weights": [
        function(SMALL_WEIGHTS, "np.dot(X.T, dE) + W * strength * 2.0", "[dW, dB]"),
        function(
            SMALL_WEIGHTS,
            "np.zeros_like(W)\ndW += X.T.dot(dE)\ndW += 2 * strength * W",
            "dW, dB",
        ),
        function(
            SMALL_WEIGHTS,
            "np.array([[np.sum(x * e) for e in dE.T] for x in X.T])\n"
            "dW = dW + (strength * W + strength * W)",
            "(dW, dB)",
        ),
        function(
            SMALL_WEIGHTS, "np.einsum('ri,ro->io', X, dE) + 2 * strength * W", "dW, dB"
        ),
    ],
    "ex-no-peeking": [
        function(
            SCALE,
            "shift, factor = np.mean(train, 0), 1 / np.std(train, 0)",
            "[factor * (train - shift), factor * (test - shift)]",
        ),
        function(
            SCALE,
            "mean = train.sum(axis=0, keepdims=True) / len(train)\n"
            "std = np.sqrt(((train - mean) ** 2).mean(axis=0, keepdims=True))",
            "tuple((rows - mean) / std for rows in (train, test))",
        ),
        function(
            SCALE,
            "mean, std = train.mean(axis=0), train.std(axis=0)\n"
            "train -= mean\ntrain /= std\ntest -= mean\ntest /= std",
            "train, test",
        ),
        function(
            SCALE,
            "both, rows = np.vstack([train, test]), len(train)\n"
            "both = (both - both[:rows].mean(axis=0)) / both[:rows].var(axis=0) ** 0.5",
            "both[:rows], both[rows:]",
        ),
    ],
    "ex-step-too-long": [np.float64(0.026), 26 / 1000, np.array(0.026), 0.0260],
    "ex-used-twice": [64, 64.0, np.array([[64.0]]), np.int64(64), [[64]]],
    "ex-relu": [
        code(
            OPERATION,
            RELU,
            "return np.where(self.input_ > 0, self.input_, 0)",
            "return np.where(self.input_ > 0, output_grad, 0)",
        ),
        code(
            OPERATION,
            RELU,
            "return self.input_ * (self.input_ > 0)",
            "grad = output_grad.copy()\ngrad[self.input_ <= 0] = 0\nreturn grad",
        ),
        code(
            OPERATION,
            RELU,
            "return (self.input_ + np.abs(self.input_)) / 2",
            "return output_grad * np.heaviside(self.input_, 0.5)",
        ),
        code(
            OPERATION,
            RELU,
            "return self.input_.clip(min=0)",
            "return output_grad * np.sign(self.output)",
        ),
    ],
    "ex-leaky-relu": [
        code(
            LEAKY,
            LEAKY_RELU,
            "return np.maximum(self.input_, self.param * self.input_)",
            "return np.where(self.output > 0, output_grad, output_grad * self.param)",
            "below = output_grad * self.input_ * (self.input_ < 0)\n"
            "return below.sum(axis=0, keepdims=True)",
        ),
        code(
            LEAKY,
            LEAKY_RELU,
            "x = self.input_\nreturn np.maximum(x, 0) + self.param * np.minimum(x, 0)",
            "positive = self.input_ > 0\n"
            "return output_grad * (positive + self.param * (1 - positive))",
            "return np.sum(output_grad * np.minimum(self.input_, 0), axis=0)[None]",
        ),
        code(
            LEAKY,
            LEAKY_RELU,
            "out = self.input_.copy()\nsmall = out < 0\n"
            "out[small] = (self.param * out)[small]\nreturn out",
            "return output_grad * np.where(self.input_ < 0, self.param, 1)",
            "grads = output_grad * np.where(self.input_ < 0, self.input_, 0)\n"
            "return np.ones((1, len(grads))) @ grads",
        ),
    ],
    "ex-explode": [3, 3.0, np.int64(3), np.array(3)],
    "ex-bias-rows": [
        [[9, 12]],
        [[9.0, 12.0]],
        np.array([[9, 12]]),
        ((9, 12),),
    ],
    "ex-tanh": [
        code(
            OPERATION,
            TANH,
            "return 1 - 2 / (np.exp(2 * self.input_) + 1)",
            "return output_grad - output_grad * self.output * self.output",
        ),
        code(
            OPERATION,
            TANH,
            "return np.tanh(self.input_)",
            "return output_grad / np.cosh(self.input_) ** 2",
        ),
        code(
            OPERATION,
            TANH,
            "return np.sinh(self.input_) / np.cosh(self.input_)",
            "return output_grad * (1 - np.tanh(self.input_) ** 2)",
        ),
        code(
            OPERATION,
            TANH,
            "return 2 / (1 + np.exp(-2 * self.input_)) - 1",
            "return (1 + self.output) * (1 - self.output) * output_grad",
        ),
    ],
    "ex-saturation": [5, 5.0, np.int64(5)],
    "ex-error-size": [2, 2.0, np.float64(2), np.array(2.0)],
    "ex-softplus": [
        code(
            OPERATION,
            SOFTPLUS,
            "x = self.input_\nreturn np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))",
            "return output_grad * Sigmoid().forward(self.input_)",
        ),
        code(
            OPERATION,
            SOFTPLUS,
            "return np.logaddexp(self.input_, 0)",
            "with np.errstate(over='ignore'):\n"
            "    return output_grad / (1 + np.exp(-self.input_))",
        ),
        code(
            OPERATION,
            SOFTPLUS,
            "return np.logaddexp(np.zeros_like(self.input_), self.input_)",
            "return output_grad * np.exp(self.input_ - self.output)",
        ),
        code(
            OPERATION,
            SOFTPLUS,
            "x = self.input_\nsmall = np.minimum(x, 30)\n"
            "return np.where(x > 30, x, np.log(1 + np.exp(small)))",
            "return output_grad * (np.tanh(self.input_ / 2) + 1) / 2",
        ),
    ],
    "ex-forward-step": [-8, -8.0, np.int64(-8)],
    "ex-one-seed": [0, 0.0, np.int64(0)],
    "ex-scaled-start": [
        code(
            SCALED,
            "W, B = self.params\nW /= np.sqrt(input_.shape[1])\nB[...] = 0",
        ),
        code(
            SCALED,
            "W, B = (operation.param for operation in self.operations[:2])\n"
            "params = WeightMultiply(W * len(W) ** -0.5), BiasAdd(0 * B)\n"
            "self.operations = [*params, self.activation]",
        ),
        code(
            SCALED,
            "multiply, add = self.operations[:2]\n"
            "multiply.param = multiply.param / np.sqrt(multiply.param.shape[0])\n"
            "add.param = np.zeros((1, self.neurons))",
        ),
        code(
            SCALED,
            "W, B = self.params\n"
            "self.params = [np.divide(W, np.sqrt(len(W))), np.zeros(B.shape)]",
        ),
    ],
    "ex-shared-activation": [
        function(
            SHARES,
            "objects = [layer.activation for layer in layers]\n"
            "return any(a is b for i, a in enumerate(objects) for b in objects[:i])",
        ),
        function(
            SHARES,
            "seen = []\nfor layer in layers:\n"
            "    if any(layer.activation is other for other in seen):\n"
            "        return True\n    seen.append(layer.activation)\nreturn False",
        ),
        function(
            SHARES,
            "ids = np.sort([id(layer.activation) for layer in layers])\n"
            "return np.any(ids[1:] == ids[:-1])",
        ),
    ],
    "ex-wide-input": [100, 100.0, np.int64(100)],
    "ex-doubled-batch": [
        [8, -1.333],
        (8.0, -4 / 3),
        np.array([8, -1.33]),
        [np.float64(8), np.array([-1.333])[0]],
        [8.0, -1.3333],
    ],
    "ex-huber": [
        code(
            HUBER,
            "Huber(Loss)",
            "e, d = abs(self.prediction - self.target), self.limit\n"
            "within = np.minimum(e, d)\n"
            "return np.sum(within * e - within**2 / 2) / e.shape[0]",
            "e = self.prediction - self.target\n"
            "steep = self.limit * np.sign(e)\n"
            "return np.where(abs(e) < self.limit, e, steep) / e.shape[0]",
        ),
        code(
            HUBER,
            "Huber(Loss)",
            "e = np.abs(self.target - self.prediction)\nlosses = 0.5 * e**2\n"
            "far = e > self.limit\n"
            "losses[far] = self.limit * (e[far] - 0.5 * self.limit)\n"
            "return losses.sum(axis=1).mean()",
            "e = self.prediction - self.target\n"
            "grad = np.minimum(np.maximum(e, -self.limit), self.limit)\n"
            "return grad / len(grad)",
        ),
        code(
            HUBER,
            "Huber(Loss)",
            "e = self.prediction - self.target\n"
            "beyond = np.maximum(np.abs(e) - self.limit, 0)\n"
            "return float(np.sum(e**2 - beyond**2)) / 2 / len(e)",
            "e = self.prediction - self.target\n"
            "return e / np.maximum(np.abs(e) / self.limit, 1) / len(e)",
        ),
    ],
    "ex-true-mean": [
        code(
            LOSS,
            MEAN,
            "e = self.prediction - self.target\nreturn np.sum(e * e) / e.size",
            "return (self.prediction - self.target) * 2 / self.target.size",
        ),
        code(
            LOSS,
            MEAN.replace("Loss", "MeanSquaredError"),
            "return super()._output() / self.prediction.shape[1]",
            "return super()._input_grad() / self.prediction.shape[1]",
        ),
        code(
            LOSS,
            MEAN,
            "self.errors = self.prediction - self.target\n"
            "return float(np.square(self.errors).mean(axis=0).mean())",
            "rows, columns = self.errors.shape\n"
            "return 2 / rows / columns * self.errors",
        ),
    ],
    "ex-best-guess": [
        [30, 22],
        (30.0, 22.0),
        np.array([30, 22]),
        [np.int64(30), np.float64(22)],
    ],
    "ex-row-by-row": [4, 4.0, np.int64(4), np.array([[4.0]])],
    "ex-in-parts": [
        function(
            IN_PARTS,
            "total = None\nfor start in range(0, len(x_batch), size):\n"
            "    rows = slice(start, start + size)\n"
            "    net.train_batch(x_batch[rows], y_batch[rows])\n"
            "    grads = [g * len(x_batch[rows]) for g in net.param_grads()]\n"
            "    if total is None:\n        total = grads\n"
            "    else:\n        for t, g in zip(total, grads):\n            t += g\n"
            "return [t / len(x_batch) for t in total]",
        ),
        function(
            IN_PARTS,
            "lists = []\nfor x, y in zip(x_batch, y_batch):\n"
            "    net.train_batch(x[None], y[None])\n"
            "    lists.append([g.copy() for g in net.param_grads()])\n"
            "return [np.mean(grads, axis=0) for grads in zip(*lists)]",
        ),
        function(
            IN_PARTS,
            "parts, weights = [], []\nfor first in range(0, len(x_batch), size):\n"
            "    x = x_batch[first : first + size]\n"
            "    net.train_batch(x, y_batch[first : first + size])\n"
            "    parts.append(list(net.param_grads()))\n    weights.append(len(x))\n"
            "return tuple(\n"
            "    sum(w * g for w, g in zip(weights, grads)) / sum(weights)\n"
            "    for grads in zip(*parts)\n)",
        ),
    ],
    "ex-shortcut": [
        code(
            SHORTCUT,
            "output = super().forward(input_)\nreturn np.add(output, input_)",
            "through = super().backward(output_grad)\nreturn through + output_grad",
        ),
        code(
            SHORTCUT,
            "return Dense.forward(self, input_) + input_",
            "grad = output_grad.copy()\ngrad += Dense.backward(self, output_grad)\n"
            "return grad",
        ),
        code(
            SHORTCUT,
            "output = input_.copy()\noutput += super().forward(input_)\n"
            "self.output = output\nreturn output",
            "return sum([output_grad, super().backward(output_grad)])",
        ),
    ],
    "ex-fading": [4, 4.0, np.int64(4)],
}
