"""Right answers to the exercises of chapters 8 to 13 that are written differently."""

import numpy as np
from right_answers_1 import function

STEP = """
class {}(Optimizer):
    def __init__(self, lr=0.01, limit=1.0):
        super().__init__(lr)
        self.limit, self.means = limit, None

    def step(self):
        """
HE = """
class HeDense(Dense):
    def _setup_layer(self, input_):
        super()._setup_layer(input_)
        """
HALVING = """
class Halving(SGD):
    def __init__(self, lr=0.4):
        super().__init__(lr)
        self.first_lr = lr

    def start_epoch(self, epoch, epochs):
        """
EVEN = """
class EvenTrainer(Trainer):
    def generate_batches(self, X, y, size=32):
        """
PATIENCE = "def best_and_stop(losses, patience):\n    {}"
R_SQUARED = "def r_squared(y_true, y_pred):\n    {}"
COLLAPSE = "def collapse(net):\n    {}"
HOME = "def bring_home(net, arrays):\n    {}"
SIGMOID = "def sigmoid_in_place(x, out):\n    {}"


def method(text, body):
    return text + body.replace("\n", "\n        ")


RIGHT_ANSWERS = {
    "ex-one-step": [1 / 8, np.float64(0.125), np.array(0.125), 0.1250],
    "ex-own-rate": [
        method(
            STEP.format("RMSProp"),
            "params, grads = list(self.net.params()), list(self.net.param_grads())\n"
            "self.means = self.means or [0.0] * len(params)\n"
            "for i, g in enumerate(grads):\n"
            "    self.means[i] = self.means[i] * 0.9 + 0.1 * np.square(g)\n"
            "    params[i] -= self.lr / (self.means[i] ** 0.5 + 1e-8) * g",
        ),
        method(
            STEP.format("RMSProp"),
            "layers = self.net.layers\n"
            "if self.means is None:\n"
            "    self.means = [[0 * W for W in layer.params] for layer in layers]\n"
            "for layer, means in zip(layers, self.means):\n"
            "    for W, g, m in zip(layer.params, layer.param_grads, means):\n"
            "        m += 0.1 * (g * g - m)\n"
            "        W[...] = W - self.lr * g / (np.sqrt(m) + 1e-8)",
        ),
        method(
            STEP.format("RMSProp"),
            "if self.means is None:\n"
            "    self.means = {}\n"
            "for i, (W, g) in enumerate(self.params_with_grads()):\n"
            "    m = 0.9 * self.means.get(i, 0) + 0.1 * abs(g) ** 2\n"
            "    self.means[i] = m\n"
            "    np.subtract(W, self.lr * g / (1e-8 + np.sqrt(m)), out=W)",
        ),
    ],
    "ex-clip": [
        method(
            STEP.format("ClippedSGD"),
            "grads = list(self.net.param_grads())\n"
            "norm = np.linalg.norm(np.concatenate([g.ravel() for g in grads]))\n"
            "for W, g in zip(self.net.params(), grads):\n"
            "    W -= self.lr * g * min(1, self.limit / norm)",
        ),
        method(
            STEP.format("ClippedSGD"),
            "total = 0.0\n"
            "for layer in self.net.layers:\n"
            "    for g in layer.param_grads:\n"
            "        total += float(np.vdot(g, g))\n"
            "factor = 1.0\n"
            "if total > self.limit**2:\n"
            "    factor = self.limit / total**0.5\n"
            "for layer in self.net.layers:\n"
            "    for W, g in zip(layer.params, layer.param_grads):\n"
            "        W += -self.lr * factor * g",
        ),
        method(
            STEP.format("ClippedSGD"),
            "pairs = self.params_with_grads()\n"
            "norm = math.hypot(*(np.linalg.norm(g) for _, g in pairs))\n"
            "for W, g in pairs:\n"
            "    W[...] = W - (self.lr * self.limit / max(norm, self.limit)) * g",
        ).replace("\nclass", "import math\nclass"),
    ],
    "ex-batch-size": [10, 10.0, np.int64(10), np.array(10)],
    "ex-three-fits": [(5, 1), np.array([5, 1]), [5.0, np.int64(1)]],
    "ex-even-batches": [
        method(
            EVEN,
            "batches, start = [], 0\n"
            "while len(X) - start >= 2 * size:\n"
            "    batches.append((X[start : start + size], y[start : start + size]))\n"
            "    start += size\n"
            "batches.append((X[start:], y[start:]))\n"
            "return batches",
        ),
        method(
            EVEN,
            "cuts = [i for i in range(size, len(X), size) if len(X) - i >= size]\n"
            "return zip(np.split(X, cuts), np.split(y, cuts))",
        ),
        method(
            EVEN,
            "batches = list(map(list, super().generate_batches(X, y, size)))\n"
            "if len(batches) > 1 and len(batches[-1][0]) < size:\n"
            "    last = batches.pop()\n"
            "    batches[-1] = [np.vstack(p) for p in zip(batches[-1], last)]\n"
            "yield from batches",
        ),
    ],
    "ex-patience": [
        function(
            PATIENCE,
            "best, worse = 0, 0\n"
            "for i in range(1, len(losses)):\n"
            "    if losses[i] < losses[best]:\n"
            "        best, worse = i, 0\n"
            "    else:\n"
            "        worse += 1\n"
            "    if worse == patience:\n"
            "        return [best + 1, i + 1]\n"
            "return [best + 1, len(losses)]",
        ),
        function(
            PATIENCE,
            "for stop in range(1, len(losses) + 1):\n"
            "    best = int(np.argmin(losses[:stop])) + 1\n"
            "    if stop - best >= patience:\n"
            "        break\n"
            "return np.array([best, stop])",
        ),
        function(
            PATIENCE,
            "seen = []\n"
            "for loss in losses:\n"
            "    seen.append(loss)\n"
            "    if len(seen) - seen.index(min(seen)) > patience:\n"
            "        break\n"
            "return float(seen.index(min(seen)) + 1), float(len(seen))",
        ),
    ],
    "ex-look-often": [25, 25.0, np.int64(25)],
    "ex-one-miss": [(2, 6.32), [2.0, 6.325], np.array([2, np.sqrt(40)])],
    "ex-r-squared": [
        function(
            R_SQUARED,
            "return 1 - np.mean((y_pred - y_true) ** 2) / np.var(y_true)",
        ),
        function(
            R_SQUARED,
            "d, e = (y_true - y_true.mean()).ravel(), (y_true - y_pred).ravel()\n"
            "return float((d @ d - e @ e) / (d @ d))",
        ),
        function(
            R_SQUARED,
            "total = sum((t - np.average(y_true)) ** 2 for t in y_true.flat)\n"
            "y_true -= y_pred\n"
            "return np.array(1.0 - np.linalg.norm(y_true) ** 2 / total)",
        ),
    ],
    "ex-collapse": [
        function(
            COLLAPSE,
            "inputs = net.layers[0].params[0].shape[0]\n"
            "B = net.forward(np.zeros((1, inputs)))\n"
            "return [net.forward(np.eye(inputs)) - B, B]",
        ),
        function(
            COLLAPSE,
            "from functools import reduce\n"
            "params = list(net.params())\n"
            "pairs = zip(params[2::2], params[3::2])\n"
            "B = reduce(lambda b, p: b.dot(p[0]) + p[1], pairs, params[1])\n"
            "return reduce(np.dot, params[::2]), B",
        ),
        function(
            COLLAPSE,
            "*rest, last = net.layers\n"
            "W, B = (param.copy() for param in last.params)\n"
            "for layer in reversed(rest):\n"
            "    B += layer.params[1] @ W\n"
            "    W = layer.params[0] @ W\n"
            "return (W, B)",
        ),
    ],
    "ex-lucky-seed": [3, 3.0, np.int64(3)],
    "ex-answer-costs": [
        (1.10, 0.24, 2.24),
        np.array([1.0986, 0.2395, 2.2395]),
        [np.log(3), np.log(9.389 / 7.389), np.log(9.389)],
    ],
    "ex-he-start": [
        method(HE, "W, B = self.params\nW[:] = W * (2 / len(W)) ** 0.5\nB *= 0"),
        method(
            HE,
            "self.params = [self.params[0] / np.sqrt(input_.shape[1] / 2),"
            " np.zeros((1, self.neurons))]",
        ),
        method(
            HE,
            "multiply, add = self.operations[:2]\n"
            "multiply.param = multiply.param * np.sqrt(2.0 / len(multiply.param))\n"
            "add.param = 0.0 * add.param",
        ),
    ],
    "ex-halving": [
        method(HALVING, "self.lr = self.first_lr * 0.5 ** int((epoch - 1) / 10)"),
        method(
            HALVING,
            "if epoch == 1:\n    self.lr = self.first_lr\n"
            "elif epoch % 10 == 1:\n    self.lr /= 2",
        ),
        method(
            HALVING,
            "self.lr = self.first_lr\n"
            "for _ in range(11, epoch + 1, 10):\n    self.lr *= 0.5",
        ),
    ],
    "ex-how-much-momentum": [
        (0.95, 0.51),
        [19 / 20, 0.513],
        np.array([0.95, 1 / 1.95]),
    ],
    "ex-which-way-round": [
        ((8, 5), (3, 8), (5, 8)),
        [[8, 5], [3, 8], [5, 8]],
        np.array([(8, 5), (3, 8), (5, 8)]),
    ],
    "ex-same-step": [(0.1, 0.02), np.array([0.1, 0.02]), [10 / 100, 2e-2]],
    "ex-home-again": [
        function(
            HOME,
            "arrays = iter(arrays)\n"
            "for layer in net.layers:\n"
            "    layer.params = [next(arrays).T.copy(), next(arrays)[None].copy()]",
        ),
        function(
            HOME,
            "params = list(net.params())\n"
            "for i in range(0, len(params), 2):\n"
            "    params[i][:] = np.transpose(arrays[i])\n"
            "    params[i + 1][0] = arrays[i + 1]",
        ),
        function(
            HOME,
            "operations = [op for layer in net.layers for op in layer.operations[:2]]\n"
            "for operation, array in zip(operations, arrays):\n"
            "    operation.param = np.atleast_2d(array.T).copy()",
        ),
        function(
            HOME,
            "for param, array in zip(net.params(), arrays):\n"
            "    param *= 0\n"
            "    param += array.swapaxes(0, -1)",
        ),
    ],
    "ex-counting-ends": [24, 24.0, np.int64(24)],
    "ex-how-much-faster": [(1.6, 4), np.array([1.6, 4.0]), [8 / 5, 4]],
    "ex-count-products": [
        (12000, 16000),
        np.array([12_000, 16_000]),
        [8 * 1500, 2.0 * 8000],
    ],
    "ex-in-place": [
        function(
            SIGMOID,
            "np.multiply(x, -1, out)\nnp.exp(out, out)\nout += 1\n"
            "np.reciprocal(out, out)",
        ),
        function(
            SIGMOID,
            "np.tanh(np.multiply(x, 0.5, out=out), out=out)\nout += 1\nout /= 2",
        ),
        function(
            SIGMOID,
            "out[...] = x\nout *= -1.0\nnp.exp(out, out=out)\nout += 1.0\n"
            "np.power(out, -1, out=out)\nreturn out",
        ),
    ],
    "ex-single-throughout": [("c", "d", "f"), {"f", "c", "d"}, "c, d, f", "CDF"],
}
