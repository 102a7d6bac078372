"""Right answers that are written differently from the solution."""

import ast

import numpy as np

ACTIVATION = """
class Own(Operation):
 def _output(self):
  x = self.input_
  {}
 def _input_grad(self, g):
  x, y = self.input_, self.output
  {}
"""
LEAKY_RELU = f"""{ACTIVATION.replace("Own(", "LeakyReLU(Param")}
 def _param_grad(self, g):
  x = self.input_
  {{}}
"""
LOSS = """
class Own(MeanSquaredError):
 def __init__(self, limit=1.0): self.limit = limit
 def _output(self):
  e = self.prediction - self.target
  {}
 def _input_grad(self):
  e, d = self.prediction - self.target, self.limit
  {}
"""
SET_UP = """
class Own(Dense):
 def _setup_layer(self, input_):
  super()._setup_layer(input_)
  W, B = self.params
  {}
"""
OPTIMIZER = """
class Own(Optimizer):
 def __init__(self, lr=0.01, limit=1.0):
  super().__init__(lr)
  self.limit, self.means = limit, None
 def step(self):
  params, grads = list(self.net.params()), list(self.net.param_grads())
  {}
"""
HALVING = """
class Halving(SGD):
 def __init__(self, lr=0.4):
  super().__init__(lr)
  self.first_lr = lr
 def start_epoch(self, epoch, epochs):
  {}
"""
SHORTCUT = """
class Shortcut(Dense):
 def forward(self, input_):
  {}
 def backward(self, g):
  {}
"""
EVEN_BATCHES = """
class EvenTrainer(Trainer):
 def generate_batches(self, X, y, size=32):
  {}
"""
SMALL_WEIGHTS = """
def small_weights_gradients(X, y, W, B, strength):
 dE = 2 * (X @ W + B - y) / len(X)
 dB = dE.sum(axis=0, keepdims=True)
 {}
"""

# By label: the code around an answer, which consists of one part or more.
FRAMES = {
    "ex-small-weights": SMALL_WEIGHTS,
    "ex-no-peeking": "def scale(train, test):\n {}",
    "ex-relu": ACTIVATION.replace("Own", "ReLU"),
    "ex-leaky-relu": LEAKY_RELU,
    "ex-tanh": ACTIVATION.replace("Own", "Tanh"),
    "ex-softplus": ACTIVATION.replace("Own", "Softplus"),
    "ex-scaled-start": SET_UP.replace("Own", "ScaledDense"),
    "ex-shared-activation": "def shares_activation(layers):\n {}",
    "ex-huber": LOSS.replace("Own", "Huber"),
    "ex-true-mean": LOSS.replace("Own", "MeanOverAll"),
    "ex-in-parts": "def gradients_in_parts(net, x_batch, y_batch, size):\n {}",
    "ex-shortcut": SHORTCUT,
    "ex-own-rate": OPTIMIZER.replace("Own", "RMSProp"),
    "ex-clip": OPTIMIZER.replace("Own", "ClippedSGD"),
    "ex-even-batches": EVEN_BATCHES,
    "ex-patience": "def best_and_stop(losses, patience):\n {}",
    "ex-r-squared": "def r_squared(y_true, y_pred):\n {}",
    "ex-collapse": "def collapse(net):\n {}",
    "ex-he-start": SET_UP.replace("Own", "HeDense"),
    "ex-halving": HALVING,
    "ex-in-place": "def sigmoid_in_place(x, out):\n {}",
}


def body(part, indent):
    try:
        ast.parse(part, mode="eval")
    except SyntaxError:
        return part.replace("\n", "\n" + indent)
    return f"return {part}"


def code(label, answer):
    """Return the answer in its frame; a part that is an expression is returned."""
    frame = FRAMES[label]
    indent = " " if frame.lstrip().startswith("def") else "  "
    return frame.format(*(body(part, indent) for part in answer.split(" | ")))


RIGHT_ANSWERS = {
    "ex-zero-start": [{"w1", "b1"}, "W1, B1", np.array(["dW1", "dB1"])],
    "ex-small-weights": [
        "[np.dot(X.T, dE) + W * strength * 2.0, dB]",
        "dW = 2 * strength * W; dW += X.T.dot(dE); return dW, dB",
        "np.einsum('ri,ro->io', X, dE) + (strength + strength) * W, dB",
    ],
    "ex-no-peeking": [
        "m, s = np.mean(train, 0), 1 / np.std(train, 0)\n"
        "return [s * (train - m), s * (test - m)]",
        "tuple((X - train.mean(0)) / train.var(axis=0) ** 0.5 for X in (train, test))",
        "mean, std = train.mean(axis=0), train.std(axis=0)\n"
        "for X in (train, test): X -= mean; X /= std\n"
        "return train, test",
    ],
    "ex-relu": [
        "np.where(x > 0, x, 0) | g = g.copy(); g[x <= 0] = 0; return g",
        "(x + np.abs(x)) / 2 | g * np.heaviside(x, 0.5)",
        "x.clip(min=0) | g * np.sign(y)",
    ],
    "ex-leaky-relu": [
        "np.maximum(x, self.param * x) | np.where(y > 0, g, g * self.param) | "
        "(g * x * (x < 0)).sum(axis=0, keepdims=True)",
        "np.maximum(x, 0) + self.param * np.minimum(x, 0) | "
        "g * ((x > 0) + self.param * (1 - (x > 0))) | "
        "np.sum(g * np.minimum(x, 0), axis=0)[None]",
        "y = x.copy(); y[x < 0] = (self.param * x)[x < 0]; return y | "
        "g * np.where(x < 0, self.param, 1) | np.ones((1, len(g))) @ (g * x * (x < 0))",
    ],
    "ex-tanh": [
        "1 - 2 / (np.exp(2 * x) + 1) | g - g * y * y",
        "np.tanh(x) | g / np.cosh(x) ** 2",
        "np.sinh(x) / np.cosh(x) | (1 + y) * (1 - y) * g",
    ],
    "ex-softplus": [
        "np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))) | g * Sigmoid().forward(x)",
        "np.logaddexp(x, 0) | with np.errstate(over='ignore'): "
        "return g / (1 + np.exp(-x))",
        "np.where(x > 30, x, np.log(1 + np.exp(np.minimum(x, 30)))) | "
        "g * (np.tanh(x / 2) + 1) / 2",
    ],
    "ex-scaled-start": [
        "W /= np.sqrt(input_.shape[1]); B[...] = 0",
        "params = WeightMultiply(W * len(W) ** -0.5), BiasAdd(0 * B)\n"
        "self.operations = [*params, self.activation]",
        "self.params = [np.divide(W, np.sqrt(len(W))), np.zeros((1, self.neurons))]",
    ],
    "ex-shared-activation": [
        "seen = [layer.activation for layer in layers]\n"
        "return any(a is b for i, a in enumerate(seen) for b in seen[:i])",
        "seen = set()\nfor layer in layers:\n"
        " if id(layer.activation) in seen: return True\n"
        " seen.add(id(layer.activation))\nreturn False",
        "ids = np.sort([id(layer.activation) for layer in layers])\n"
        "return np.any(ids[1:] == ids[:-1])",
    ],
    "ex-huber": [
        "w = np.minimum(abs(e), self.limit)\n"
        "return np.sum(w * abs(e) - w**2 / 2) / e.shape[0] | "
        "np.where(abs(e) < d, e, d * np.sign(e)) / e.shape[0]",
        "losses = 0.5 * e**2; far = abs(e) > self.limit\n"
        "losses[far] = self.limit * (abs(e[far]) - 0.5 * self.limit)\n"
        "return losses.sum(axis=1).mean() | np.minimum(np.maximum(e, -d), d) / len(e)",
        "beyond = np.maximum(np.abs(e) - self.limit, 0)\n"
        "return float(np.sum(e**2 - beyond**2)) / 2 / len(e) | "
        "e / np.maximum(np.abs(e) / d, 1) / len(e)",
    ],
    "ex-true-mean": [
        "np.sum(e * e) / e.size | e * 2 / self.target.size",
        "super()._output() / e.shape[1] | super()._input_grad() / e.shape[1]",
        "float(np.square(e).mean(axis=0).mean()) | 2 / len(e) / len(e.T) * e",
    ],
    "ex-in-parts": [
        "total = None\nfor start in range(0, len(x_batch), size):\n"
        " rows = slice(start, start + size)\n"
        " net.train_batch(x_batch[rows], y_batch[rows])\n"
        " grads = [g * len(x_batch[rows]) for g in net.param_grads()]\n"
        " if total is None: total = grads\n"
        " else:\n  for t, g in zip(total, grads): t += g\n"
        "return [t / len(x_batch) for t in total]",
        "lists = []\nfor x, y in zip(x_batch, y_batch):\n"
        " net.train_batch(x[None], y[None])\n"
        " lists.append([g.copy() for g in net.param_grads()])\n"
        "return [np.mean(grads, axis=0) for grads in zip(*lists)]",
        "parts, counts = [], []\nfor first in range(0, len(x_batch), size):\n"
        " x, y = x_batch[first : first + size], y_batch[first : first + size]\n"
        " net.train_batch(x, y)\n"
        " parts.append(list(net.param_grads())); counts.append(len(x))\n"
        "return tuple(np.average(g, axis=0, weights=counts) for g in zip(*parts))",
    ],
    "ex-shortcut": [
        "np.add(super().forward(input_), input_) | super().backward(g) + g",
        "output = input_.copy(); output += super().forward(input_); return output | "
        "grad = g.copy(); grad += Dense.backward(self, g); return grad",
        "self.output = Dense.forward(self, input_) + input_; return self.output | "
        "sum([g, super().backward(g)])",
    ],
    "ex-own-rate": [
        "self.means = self.means or [0.0] * len(params)\n"
        "for i, g in enumerate(grads):\n"
        " self.means[i] = self.means[i] * 0.9 + 0.1 * np.square(g)\n"
        " params[i] -= self.lr / (self.means[i] ** 0.5 + 1e-8) * g",
        "self.means = self.means or [0 * W for W in params]\n"
        "for layer in self.net.layers:\n"
        " for W, g in zip(layer.params, layer.param_grads):\n"
        "  m = self.means.pop(0); m += 0.1 * (g * g - m); self.means.append(m)\n"
        "  W[...] = W - self.lr * g / (np.sqrt(m) + 1e-8)",
        "if self.means is None: self.means = {}\n"
        "for i, (W, g) in enumerate(self.params_with_grads()):\n"
        " self.means[i] = m = 0.9 * self.means.get(i, 0) + 0.1 * abs(g) ** 2\n"
        " np.subtract(W, self.lr * g / (1e-8 + np.sqrt(m)), out=W)",
    ],
    "ex-clip": [
        "norm = np.linalg.norm(np.concatenate([g.ravel() for g in grads]))\n"
        "for W, g in zip(params, grads): W -= self.lr * g * min(1, self.limit / norm)",
        "total, factor = sum(float(np.vdot(g, g)) for g in grads), 1.0\n"
        "if total > self.limit**2: factor = self.limit / total**0.5\n"
        "for layer in self.net.layers:\n"
        " for W, g in zip(layer.params, layer.param_grads): W += -self.lr * factor * g",
        "import math\nnorm = math.hypot(*map(np.linalg.norm, grads))\n"
        "for W, g in self.params_with_grads():\n"
        " W[...] = W - (self.lr * self.limit / max(norm, self.limit)) * g",
    ],
    "ex-even-batches": [
        "batches, start = [], 0\nwhile len(X) - start >= 2 * size:\n"
        " batches.append((X[start : start + size], y[start : start + size]))\n"
        " start += size\nreturn [*batches, (X[start:], y[start:])]",
        "cuts = [i for i in range(size, len(X), size) if len(X) - i >= size]\n"
        "return zip(np.split(X, cuts), np.split(y, cuts))",
        "batches = list(map(list, super().generate_batches(X, y, size)))\n"
        "if len(batches) > 1 and len(batches[-1][0]) < size:\n"
        " last = batches.pop()\n"
        " batches[-1] = [np.vstack(p) for p in zip(batches[-1], last)]\n"
        "yield from batches",
    ],
    "ex-patience": [
        "best, worse = 0, 0\nfor i in range(1, len(losses)):\n"
        " if losses[i] < losses[best]: best, worse = i, 0\n"
        " else: worse += 1\n"
        " if worse == patience: return [best + 1, i + 1]\n"
        "return [best + 1, len(losses)]",
        "for stop in range(1, len(losses) + 1):\n"
        " best = int(np.argmin(losses[:stop])) + 1\n"
        " if stop - best >= patience: break\n"
        "return np.array([best, stop])",
        "seen = []\nfor loss in losses:\n seen.append(loss)\n"
        " if len(seen) - seen.index(min(seen)) > patience: break\n"
        "return float(seen.index(min(seen)) + 1), float(len(seen))",
    ],
    "ex-r-squared": [
        "1 - np.mean((y_pred - y_true) ** 2) / np.var(y_true)",
        "d, e = (y_true - y_true.mean()).ravel(), (y_true - y_pred).ravel()\n"
        "return float((d @ d - e @ e) / (d @ d))",
        "total = sum((t - np.average(y_true)) ** 2 for t in y_true.flat)\n"
        "y_true -= y_pred\nreturn np.array(1.0 - np.linalg.norm(y_true) ** 2 / total)",
    ],
    "ex-collapse": [
        "B = net.forward(np.zeros((1, 3)))\nreturn [net.forward(np.eye(3)) - B, B]",
        "from functools import reduce\nparams = list(net.params())\n"
        "pairs = zip(params[2::2], params[3::2])\n"
        "B = reduce(lambda b, p: b.dot(p[0]) + p[1], pairs, params[1])\n"
        "return reduce(np.dot, params[::2]), B",
        "*rest, last = net.layers\nW, B = (param.copy() for param in last.params)\n"
        "for layer in reversed(rest): B += layer.params[1] @ W; W = layer.params[0] @ W"
        "\nreturn (W, B)",
    ],
    "ex-he-start": [
        "W[:] = W * (2 / len(W)) ** 0.5; B *= 0",
        "self.params = [W / np.sqrt(input_.shape[1] / 2), np.zeros((1, self.neurons))]",
        "multiply, add = self.operations[:2]\n"
        "multiply.param = W * np.sqrt(2.0 / len(W)); add.param = 0.0 * add.param",
    ],
    "ex-halving": [
        "self.lr = self.first_lr * 0.5 ** int((epoch - 1) / 10)",
        "if epoch == 1: self.lr = self.first_lr\nelif epoch % 10 == 1: self.lr /= 2",
        "self.lr = self.first_lr\nfor _ in range(11, epoch + 1, 10): self.lr *= 0.5",
    ],
    "ex-in-place": [
        "np.multiply(x, -1, out); np.exp(out, out); out += 1; np.reciprocal(out, out)",
        "np.tanh(np.multiply(x, 0.5, out=out), out=out); out += 1; out /= 2",
        "out[...] = x; out *= -1.0; np.exp(out, out=out); out += 1.0\n"
        "return np.power(out, -1, out=out)",
    ],
    "ex-single-throughout": [{"f", "c", "d"}, "c, d, f", "CDF"],
}
