"""Right answers to each exercise that are written differently from the solution."""

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
    if label not in FRAMES:
        return answer
    frame = FRAMES[label]
    indent = " " if frame.lstrip().startswith("def") else "  "
    return frame.format(*(body(part, indent) for part in answer.split(" | ")))


RIGHT_ANSWERS = {
    "ex-build-line": [
        "def train_line(X, y, W, B, learning_rate, steps):\n"
        " losses, rows = [], X.shape[0]\n"
        " while len(losses) < steps:\n"
        "  e = np.dot(X, W) + B - y\n"
        "  losses += [np.mean(e * e)]\n"
        "  dW = sum(2 * row[:, None] * d for row, d in zip(X, e)) / rows\n"
        "  W -= learning_rate * dW\n"
        "  B -= learning_rate * 2 * e.mean()\n"
        " return W, B, losses",
    ],
    "ex-build-backward": [
        "def loss_gradients(info, params):\n"
        " d2 = np.full_like(info['E'], 2 / len(info['X'])) * info['E']\n"
        " d1 = np.outer(d2, params['W2']) * (info['O1'] - info['O1'] ** 2)\n"
        " ones = np.ones((1, len(d2)))\n"
        " return dict(W1=np.einsum('ri,rh->ih', info['X'], d1), B1=ones @ d1,\n"
        "             W2=np.dot(d2.T, info['O1']).T, B2=ones @ d2)",
    ],
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
    "ex-step-too-long": [np.float64(0.026), 26 / 1000, np.array(0.026)],
    "ex-build-operation": [
        "class Operation:\n"
        " def __init__(self): self.input_ = self.output = self.input_grad = None\n"
        " def forward(self, input_):\n"
        "  self.input_, self.output = input_, None\n"
        "  self.output = output = self._output()\n"
        "  return output\n"
        " def backward(self, g):\n"
        "  if self.output is None: raise RuntimeError('no forward pass')\n"
        "  assert_same_shape(self.output, g)\n"
        "  self.input_grad = self._input_grad(g)\n"
        "  assert_same_shape(self.input_, self.input_grad)\n"
        "  return self.input_grad\n"
        " def _output(self): raise NotImplementedError('_output')\n"
        " def _input_grad(self, g): raise NotImplementedError('_input_grad')",
    ],
    "ex-build-param-operation": [
        "class ParamOperation(Operation):\n"
        " param_grad = None\n"
        " def __init__(self, array):\n"
        "  super().__init__(); self.param = array\n"
        " def backward(self, output_grad):\n"
        "  back = Operation.backward(self, output_grad)\n"
        "  self.param_grad = own = self._param_grad(output_grad)\n"
        "  assert_same_shape(self.param, own, self, 'param')\n"
        "  return back\n"
        " def _param_grad(self, g): raise NotImplementedError('_param_grad')\n"
        " def __repr__(self):\n"
        "  return type(self).__name__ + '(param of shape %s)' % (self.param.shape,)",
    ],
    "ex-used-twice": [64.0, np.array([[64.0]]), [[64]]],
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
    "ex-explode": [3.0, np.int64(3), np.array(3)],
    "ex-build-weight-multiply": [
        """
class WeightMultiply(ParamOperation):
    _shape = "inputs", "neurons"

    def _output(self):
        x, W = self.input_, self.param
        if x.ndim == 2 and x.shape[1] == W.shape[0]:
            return np.einsum("ri,in->rn", x, W)
        raise ValueError("{} times {}".format(x.shape, W.shape))

    def _input_grad(self, g):
        return np.dot(self.param, g.T).T

    def _param_grad(self, g):
        return np.dot(g.T, self.input_).T
"""
    ],
    "ex-build-bias-add": [
        """
class BiasAdd(ParamOperation):
    def __init__(self, row):
        rows, self.neurons = row.shape
        if rows > 1:
            raise ValueError(f"{rows} rows")
        super().__init__(row)

    def _output(self):
        x, B = self.input_, self.param
        if x.shape != (len(x), self.neurons):
            raise ValueError(f"{x.shape} + {B.shape}")
        return np.add(x, B)

    def _input_grad(self, g):
        return 1.0 * g

    def _param_grad(self, g):
        return np.ones((1, len(g))) @ g
"""
    ],
    "ex-build-sigmoid": [
        """
class Sigmoid(Operation):
    def _output(self):
        return (1 + np.tanh(self.input_ / 2)) / 2

    def _input_grad(self, g):
        return g * (self.output - self.output**2)
"""
    ],
    "ex-tanh": [
        "1 - 2 / (np.exp(2 * x) + 1) | g - g * y * y",
        "np.tanh(x) | g / np.cosh(x) ** 2",
        "np.sinh(x) / np.cosh(x) | (1 + y) * (1 - y) * g",
    ],
    "ex-saturation": [5.0, np.int64(5), np.array(5)],
    "ex-error-size": [2.0, np.float64(2), np.array(2.0)],
    "ex-build-nudges": [
        """
def numerical_gradient(function, array, step=1e-5):
    if array.dtype not in (float, np.longdouble):
        raise TypeError(f"{array.dtype}")
    slopes = []
    for place, old in enumerate(array.ravel().tolist()):
        results = []
        for nudge in (step, -step):
            array.flat[place] = old + nudge
            results.append(function())
        array.flat[place] = old
        slopes.append((results[0] - results[1]) / step / 2)
    return np.reshape(slopes, array.shape)
"""
    ],
    "ex-build-gradient-check": [
        """
def largest_errors(op, x):
    G = RandomState(7).uniform(-1, 1, op.forward(x).shape)
    dx = op.backward(G)
    pairs = {"input_": (x, dx)}
    if hasattr(op, "param"):
        pairs["param"] = op.param, op.param_grad
    errors = {}
    for name, (array, analytic) in pairs.items():
        true = numerical_gradient(lambda: float(np.vdot(G, op.forward(x))), array)
        errors[name] = np.max(abs(analytic - true)) / np.max(abs(true))
    return errors
"""
    ],
    "ex-softplus": [
        "np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))) | g * Sigmoid().forward(x)",
        "np.logaddexp(x, 0) | with np.errstate(over='ignore'): "
        "return g / (1 + np.exp(-x))",
        "np.where(x > 30, x, np.log(1 + np.exp(np.minimum(x, 30)))) | "
        "g * (np.tanh(x / 2) + 1) / 2",
    ],
    "ex-forward-step": [-8.0, np.int64(-8), np.array(-8)],
    "ex-build-layer": [
        """
class Layer:
 def __init__(self, neurons):
  self.neurons, self.first, self.seed = neurons, True, None
  self.rng = np.random.RandomState(3)
  self.operations, self.params, self.param_grads = [], [], []
 def forward(self, input_):
  if self.first is True:
   self.first = False
   self._setup_layer(input_)
   self.params.clear()
   for operation in self.operations:
    if isinstance(operation, ParamOperation): self.params.append(operation.param)
  arrays = [input_]
  for operation in self.operations: arrays.append(operation.forward(arrays[-1]))
  return arrays[-1]
 def backward(self, output_grad):
  self.param_grads = []
  for operation in self.operations[::-1]:
   output_grad = operation.backward(output_grad)
   if hasattr(operation, "param"):
    self.param_grads.insert(0, operation.param_grad)
  return output_grad
"""
    ],
    "ex-build-dense": [
        """
class Dense(Layer):
 def __init__(self, neurons, activation=None):
  Layer.__init__(self, neurons)
  self.activation = Linear() if activation is None else activation
 def _setup_layer(self, batch):
  try:
   rows, inputs = batch.shape
  except ValueError:
   raise ValueError("needs rows and columns") from None
  if self.seed != None: self.rng.seed(self.seed)
  numbers = self.rng.randn((inputs + 1) * self.neurons).reshape(-1, self.neurons)
  first, second = WeightMultiply(numbers[:-1]), BiasAdd(numbers[-1:])
  self.operations = [first, second, self.activation]
"""
    ],
    "ex-one-seed": [0.0, np.int64(0), np.array(0)],
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
    "ex-wide-input": [100.0, np.int64(100), np.array(100)],
    "ex-build-mean-squared-error": [
        """
class MeanSquaredError:
 def forward(self, prediction, target):
  self.prediction, self.target = prediction.copy(), target.copy()
  self.errors = np.subtract(prediction, target)
  self.output = np.square(self.errors).sum(axis=1).mean()
  return self.output
 def backward(self):
  self.input_grad = self.errors * (2 / self.errors.shape[0])
  return self.input_grad
"""
    ],
    "ex-build-loss": [
        """
class Loss:
 prediction = target = output = input_grad = None
 def forward(self, prediction, target):
  if not np.array_equal(np.shape(prediction), np.shape(target)):
   raise ValueError("%s and %s" % (np.shape(prediction), np.shape(target)))
  self.prediction, self.target = prediction, target
  loss = self._output()
  if np.isnan(loss) or np.isinf(loss): raise RuntimeError("diverged")
  self.output = float(loss)
  return self.output
 def backward(self):
  if self.prediction is None: raise RuntimeError("forward first")
  grad = self._input_grad()
  if np.shape(grad) != np.shape(self.prediction): raise ValueError(np.shape(grad))
  self.input_grad = grad
  return grad
"""
    ],
    "ex-doubled-batch": [(8.0, -4 / 3), np.array([8, -1.33]), [8.0, -1.3333]],
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
    "ex-best-guess": [(30.0, 22.0), np.array([30, 22]), [np.int64(30), 22.0]],
    "ex-row-by-row": [4.0, np.int64(4), np.array([[4.0]])],
    "ex-build-network": [
        """class NeuralNetwork:
 def __init__(self, layers, loss, seed=1):
  self.layers = list(layers)
  self.loss = loss
  self.rng = np.random.RandomState(seed)
  for layer in self.layers: layer.rng, layer.seed = self.rng, seed
 def forward(self, x):
  self.outputs = [x]
  for layer in self.layers: self.outputs.append(layer.forward(self.outputs[-1]))
  return self.outputs[-1]
 def backward(self, grad):
  for number in range(len(self.layers) - 1, -1, -1):
   grad = self.layers[number].backward(grad)
  return grad
 def train_batch(self, x, y):
  value = self.loss.forward(self.forward(x), y)
  self.backward(self.loss.backward())
  return value
 def params(self): return sum([list(layer.params) for layer in self.layers], [])
 def param_grads(self):
  for layer in self.layers: yield from layer.param_grads
"""
    ],
    "ex-build-load": [
        """def load(net, file):
 arrays = np.load(file)
 values = [arrays[f"arr_{number}"] for number in range(len(arrays.files))]
 first = [layer.first for layer in net.layers]
 if first[0]: net.forward(np.zeros_like(values[0][:, :1]).T)
 params = list(net.params())
 same = len(params) == len(values)
 for param, value in zip(params, values): same = same and param.shape == value.shape
 if not same:
  for layer, was_new in zip(net.layers, first):
   if was_new: layer.reset()
  raise ValueError(f"{[v.shape for v in values]} {[p.shape for p in params]}")
 for number in range(len(params)): np.copyto(params[number], values[number])
"""
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
    "ex-fading": [4.0, np.int64(4), np.array(4)],
    "ex-one-step": [1 / 8, np.float64(0.125), np.array(0.125)],
    "ex-build-sgd": [
        """class SGD:
 net = None
 def __init__(self, lr=0.01): self.lr = lr
 def step(self):
  if not self.net: raise RuntimeError("Set net.")
  for layer in self.net.layers:
   if len(layer.param_grads) < len(layer.params): raise RuntimeError("No gradients.")
  for layer in self.net.layers:
   for number, grad in enumerate(layer.param_grads):
    layer.params[number][...] = layer.params[number] - self.lr * grad
"""
    ],
    "ex-build-loop": [
        """def training_loop(net, optimizer, X, y, epochs, batch_size, rng):
 optimizer.net, losses, all_X, all_y = net, np.zeros(epochs), X, y
 for epoch in range(epochs):
  order = rng.permutation(len(y))
  X, y = X[order], y[order]
  first = 0
  while first < len(X):
   net.train_batch(X[first : first + batch_size], y[first : first + batch_size])
   optimizer.step()
   first += batch_size
  losses[epoch] = net.loss.forward(net.forward(all_X), all_y)
 return losses
"""
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
    "ex-batch-size": [10.0, np.int64(10), np.array(10)],
    "ex-build-batches": [
        """
class Batches:
    def __init__(self, X, y, size, rng):
        self.X, self.y, self.size, self.rng = X, y, size, rng
        if X.shape[0] != y.shape[0]:
            raise ValueError("Each row needs a target.")

    def __len__(self):
        return len(range(0, len(self.X), self.size))

    def __iter__(self):
        order = self.rng.permutation(len(self.X))
        self.X, self.y = self.X[order], self.y[order]
        places = range(self.size, len(self.X), self.size)
        return zip(np.split(self.X, places), np.split(self.y, places))
"""
    ],
    "ex-build-trainer": [
        """
class Trainer:
    def __init__(self, net, optim):
        self.net, self.optim = net, optim
        self.optim.net = self.net
        self.epoch = 0

    def loss(self, X, y):
        return self.net.loss.forward(self.net.forward(X), y)

    def train_epoch(self, X, y, size):
        while len(X):
            self.net.train_batch(X[:size], y[:size])
            self.optim.step()
            X, y = X[size:], y[size:]
        self.epoch += 1

    def fit(self, X, y, X_test, y_test, epochs=100, eval_every=10, batch_size=32,
            seed=1, restart=True):
        self.net.rng.seed(seed)
        if restart:
            self.epoch = 0
            for layer in self.net.layers:
                layer.first = True
        states = []
        for epoch in range(epochs):
            X, y = permute_data(X, y, self.net.rng)
            self.train_epoch(X, y, batch_size)
            if (epoch + 1) % eval_every:
                continue
            loss = self.loss(X_test, y_test)
            print(f"Validation loss after {self.epoch} epochs is {loss:.3f}")
            params = list(self.net.params())
            if states and not loss < states[-1][0]:
                loss, self.epoch, copies = states[-1]
                for param, copied in zip(params, copies):
                    np.copyto(param, copied)
                print(f"Stopped early: the network is back at epoch {self.epoch}, "
                      f"where the loss was {loss:.3f}")
                break
            states.append((loss, self.epoch, [np.copy(param) for param in params]))
"""
    ],
    "ex-three-fits": [(5, 1), np.array([5, 1]), [5.0, np.int64(1)]],
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
    "ex-look-often": [25.0, np.int64(25), np.array(25)],
    "ex-build-evaluation": [
        """
def eval_regression_model(model, X_test, y_test, average=None):
    def report(errors):
        print("Mean absolute error: %.2f" % abs(errors).mean(), end="\\n\\n")
        print("Root mean squared error", format((errors**2).mean() ** 0.5, ".2f"))

    prediction = model.forward(X_test)
    if prediction.shape != y_test.shape:
        raise ValueError("The shapes differ.")
    report(prediction - y_test)
    if average is not None:
        report(average - y_test)
"""
    ],
    "ex-build-splits": [
        """
def paired_gains(builds, X, y, test_rows=152, splits=10, epochs=50):
    def error_of(build, test, train):
        net = build()
        with contextlib.redirect_stdout(io.StringIO()):
            Trainer(net, SGD(lr=0.01)).fit(
                X[train], y[train], X[test], y[test],
                epochs=epochs, eval_every=epochs, seed=20190501,
            )
        return np.abs(net.forward(X[test]) - y[test]).mean()

    errors = np.zeros((splits, 2))
    for row in range(splits):
        order = np.random.RandomState(row + 1).permutation(len(y))
        parts = np.split(order, [test_rows])
        errors[row] = [error_of(build, *parts) for build in builds]
    gains = errors[:, 0] - errors[:, 1]
    variance = np.sum((gains - gains.mean()) ** 2) / (splits - 1)
    return [gains.mean(), (variance / splits) ** 0.5]
"""
    ],
    "ex-one-miss": [(2, 6.32), [2.0, 6.325], np.array([2, np.sqrt(40)])],
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
    "ex-lucky-seed": [3.0, np.int64(3), np.array(3)],
    "ex-answer-costs": [
        (1.10, 0.24, 2.24),
        np.array([1.0986, 0.2395, 2.2395]),
        [np.log(3), np.log(9.389 / 7.389), np.log(9.389)],
    ],
    "ex-build-softmax-cross-entropy": [
        """
class SoftmaxCrossEntropy(Loss):
 def _output(self):
  if not np.allclose(self.target.sum(-1), 1.0): raise ValueError("one-hot rows")
  logits = self.prediction.astype(float).T
  logits = logits - logits.max(0)
  logs = logits - np.log(np.sum(np.exp(logits), axis=0))
  self.p = np.exp(logs).T
  return -np.mean(logs.T[np.arange(len(self.p)), self.target.argmax(1)])
 def _input_grad(self):
  grad = self.p.copy()
  grad[self.target == 1] -= 1.0
  return grad / grad.shape[0]
"""
    ],
    "ex-build-momentum": [
        """
class SGDMomentum(Optimizer):
 def __init__(self, lr=0.01, momentum=0.9):
  self.lr, self.momentum, self.memory = lr, momentum, None
 def start_epoch(self, epoch, epochs):
  self.memory = None if epoch == 1 else self.memory
 def step(self):
  old = self.memory
  self.memory = []
  for i, (param, grad) in enumerate(self.params_with_grads()):
   velocity = -self.lr * grad
   if old: velocity = velocity + self.momentum * old[i]
   param[...] = param + velocity
   self.memory.append(velocity)
"""
    ],
    "ex-build-dropout": [
        """
class Dropout(Operation):
 def __init__(self, keep_prob, rng):
  if keep_prob <= 0 or keep_prob > 1: raise ValueError("keep_prob")
  self.share, self.numbers, self.training = keep_prob, rng, False
 def _output(self):
  self.factor = 1.0
  if self.training:
   shape = self.input_.shape
   self.factor = np.where(self.numbers.rand(*shape) < self.share, 1 / self.share, 0)
  return self.factor * self.input_
 def _input_grad(self, g): return g * self.factor
"""
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
    "ex-build-tape": [
        """
class Value:
    count = 0

    def __init__(self, number, parents=(), local=lambda grad: ()):
        self.number, self.grad = number, 0.0
        self.parents, self.local = parents, local
        Value.count += 1
        self.order = Value.count

    def __add__(self, other):
        total = self.number + other.number
        return Value(total, (self, other), lambda grad: (grad, grad))

    def __mul__(self, other):
        a, b = self.number, other.number
        return Value(a * b, (self, other), lambda grad: (grad * b, grad * a))

    def backward(self):
        # A result is made after the values from which it is computed.
        self.grad, waiting = 1.0, {self}
        while waiting:
            value = max(waiting, key=lambda each: each.order)
            waiting.remove(value)
            for parent, share in zip(value.parents, value.local(value.grad)):
                parent.grad = parent.grad + share
                waiting.add(parent)
"""
    ],
    "ex-build-state": [
        """
class Portable(NeuralNetwork):
    def parts(self):
        kinds = []
        for layer in self.layers:
            kinds += [layer, None][: 1 + (type(layer.activation) is not Linear)]
        return [(i, part) for i, part in enumerate(kinds) if part]

    def state_dict(self):
        state = {}
        for i, layer in self.parts():
            W, B = map(np.array, layer.params)
            state |= {f"{i}.weight": W.T, f"{i}.bias": B.sum(axis=0)}
        return state

    def load_state_dict(self, state):
        for i, layer in self.parts():
            weight, bias = state[f"{i}.weight"], state[f"{i}.bias"]
            layer.params = [weight.T.copy(), bias.reshape(1, -1).copy()]
"""
    ],
    "ex-counting-ends": [24.0, np.int64(24), np.array(24)],
    "ex-build-profile": [
        """
def profile_operations(net, x_batch, y_batch, steps, clock):
    net.train_batch(x_batch, y_batch)
    times = {}

    def measure(operation, name):
        method = getattr(operation, name)
        key = operation, name
        times[key] = []

        def measured(array):
            times[key].append(-clock())
            result = method(array)
            times[key][-1] += clock()
            return result

        setattr(operation, name, measured)

    for layer in net.layers:
        for operation in layer.operations:
            measure(operation, "forward")
            measure(operation, "backward")
    for _ in range(steps):
        net.train_batch(x_batch, y_batch)
    for operation, name in times:
        delattr(operation, name)
    found = {}
    for (operation, _), each in times.items():
        row = found.setdefault(operation, [operation.__class__.__name__])
        row.append(np.median(each))
    return list(found.values())
"""
    ],
    "ex-build-bare-step": [
        """
class BareStep:
    def __init__(self, W, B, rows):
        self.params = W, B
        self.grads = [np.zeros_like(W), np.zeros_like(B)]
        self.one, self.two = np.zeros((2, rows, 1))
        self.ones = np.ones((1, rows))

    def step(self, X, y, lr):
        W, B = self.params
        one, two = self.one, self.two
        np.dot(X, W, out=one)
        np.add(one, B, out=one)
        np.subtract(one, y, out=one)
        np.multiply(one, one, out=two)
        loss = np.mean(two)
        np.dot(one.T, X, out=self.grads[0].T)
        np.dot(self.ones, one, out=self.grads[1])
        for param, grad in zip(self.params, self.grads):
            grad *= 2 * lr / len(one)
            np.subtract(param, grad, out=param)
        return loss
"""
    ],
    "ex-how-much-faster": [(1.6, 4), np.array([1.6, 4.0]), [8 / 5, 4]],
    "ex-count-products": [
        (12000, 16000),
        np.array([12_000, 16_000]),
        [8 * 1500, 2.0 * 8000],
    ],
    "ex-in-place": [
        "np.multiply(x, -1, out); np.exp(out, out); out += 1; np.reciprocal(out, out)",
        "np.tanh(np.multiply(x, 0.5, out=out), out=out); out += 1; out /= 2",
        "out[...] = x; out *= -1.0; np.exp(out, out=out); out += 1.0\n"
        "return np.power(out, -1, out=out)",
    ],
    "ex-single-throughout": [{"f", "c", "d"}, "c, d, f", "CDF"],
}
