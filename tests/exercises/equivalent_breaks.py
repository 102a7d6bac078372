"""Breaks of solutions that change no result, for every input the exercise allows."""

# The label and the changed lines, below the reason why they compute the same.
LINES = """
# The two arrays have the same number of rows.
ex-build-line: dE = 2 * E / len(E)
ex-build-line: dE = 2 * E / len(P)
ex-build-line: dE = 2 * E / len(y)
ex-build-line: losses.append(np.sum(E ** 2) / len(E))
ex-build-line: losses.append(np.sum(E ** 2) / len(P))
ex-build-line: losses.append(np.sum(E ** 2) / len(y))
ex-build-backward: dP = 2 * E / len(E)
ex-build-backward: dP = 2 * E / len(O1)
ex-small-weights: dE = 2 * (X @ W + B - y) / len(y)
ex-in-parts: for start in range(0, len(y_batch), size):
ex-in-parts: share = len(y_part) / len(x_batch)
ex-in-parts: share = len(x_part) / len(y_batch)
ex-build-loop: order = rng.permutation(len(y))
ex-build-loop: for start in range(0, len(order), batch_size):
ex-build-loop: for start in range(0, len(y), batch_size):
ex-build-trainer: for start in range(0, len(y), batch_size):
ex-even-batches: for start, end in zip(starts, [*starts[1:], len(y)], strict=True):
ex-even-batches: starts = [number * size for number in range(max(len(y) // size, 1))]
ex-build-splits: order = np.random.RandomState(split).permutation(len(y))
ex-build-bare-step: self.errors *= 2 / len(y)
ex-build-bare-step: return self.squares.sum() / len(y)
ex-build-softmax-cross-entropy: return np.sum(self.target * losses) / len(self.prediction)
ex-build-softmax-cross-entropy: return np.sum(self.target * losses) / len(self.target)
ex-build-softmax-cross-entropy: return np.sum(self.target * losses) / len(shifted)
ex-build-softmax-cross-entropy: return np.sum(self.target * losses) / len(sums)
ex-build-softmax-cross-entropy: return (p - self.target) / len(exps)
ex-build-softmax-cross-entropy: return (p - self.target) / len(self.prediction)
ex-build-softmax-cross-entropy: return (p - self.target) / len(self.target)
# There is one prediction in each row.
ex-build-line: dB = dE.sum(keepdims=True)
ex-build-backward: gradients['B2'] = dP.sum(keepdims=True)
ex-build-backward: dO1 = dP * params['W2'].T
# Added to B, a row of shape (1,) is repeated to the shape (1, 1).
ex-build-line: dB = dE.sum(axis=0)
ex-build-line: dB = dE.sum(axis=0, keepdims=False)
# The text of an error is free.
ex-build-operation: raise RuntimeError(f'{output_grad}: call forward before backward.')
ex-build-operation: raise ValueError(f'{output_grad}: wrong output gradient shape')
ex-build-operation: raise ValueError(f'{output_grad}: wrong input gradient shape')
# At 0, where there is a corner, either slope is right.
ex-relu: return output_grad * (self.input_ >= 0)
ex-leaky-relu: return output_grad * np.where(self.input_ >= 0, 1.0, self.param)
# The output is positive just where the input is.
ex-relu: return output_grad * (self.output > 0)
# At 0 both pieces are 0.
ex-leaky-relu: return np.where(self.input_ >= 0, self.input_, self.param * self.input_)
# With a factor from 0 to 1, the output has the sign of the input.
ex-leaky-relu: return output_grad * np.where(self.output > 0, 1.0, self.param)
# B has two dimensions.
ex-build-bias-add: if self.input_.shape[1:] != self.param.shape[-1:]:
# No output is beyond 1.
ex-build-sigmoid: return np.clip(1.0 / (1.0 + np.exp(-self.input_)), -9, 9)
ex-tanh: return np.clip(np.tanh(self.input_), -9, 9)
# To raise a text is a TypeError, too.
ex-build-nudges: raise f'numerical_gradient: an array of {array.dtype}'
# Each entry of the gradient is replaced.
ex-build-nudges: gradient = np.ones_like(array)
# The two arrays have the same shape.
ex-build-nudges: for index in np.ndindex(gradient.shape):
ex-build-mean-squared-error: rows = len(squares)
ex-build-mean-squared-error: rows = len(target)
ex-build-mean-squared-error: self.input_grad = slopes / len(slopes)
ex-huber: return np.sum(np.where(magnitude <= self.limit, near, far)) / len(far)
ex-huber: return np.sum(np.where(magnitude <= self.limit, near, far)) / len(magnitude)
ex-huber: return np.sum(np.where(magnitude <= self.limit, near, far)) / len(self.prediction)
ex-huber: return np.sum(np.where(magnitude <= self.limit, near, far)) / len(self.target)
ex-huber: return np.clip(errors, -self.limit, self.limit) / len(self.prediction)
ex-huber: return np.clip(errors, -self.limit, self.limit) / len(self.target)
ex-true-mean: return 2.0 * (self.prediction - self.target) / self.target.size
# All random coefficients are as good.
ex-build-gradient-check: coefficients = RandomState(1).randn(*output.shape)
# Of two dimensions, the second is the last.
ex-build-dense: W = self.rng.randn(input_.shape[-1], self.neurons)
# An Operation is equal only to itself.
ex-shared-activation: return len({layer.activation for layer in layers}) < len(layers)
# A square and a magnitude do not depend on the sign of the difference.
ex-build-mean-squared-error: squares = (target - prediction) ** 2
ex-huber: magnitude = np.abs(self.target - self.prediction)
ex-true-mean: return np.mean((self.target - self.prediction) ** 2)
ex-build-loop: losses.append(net.loss.forward(y, prediction))
ex-build-evaluation: errors = prediction - y_test
ex-build-splits: errors.append(mae(net.forward(X[test]), y[test]))
ex-r-squared: left_over = np.sum((y_pred - y_true) ** 2)
ex-r-squared: return 1 - left_over / np.sum((np.mean(y_true) - y_true) ** 2)
# A number of NumPy is a float.
ex-build-mean-squared-error: self.output = np.sum(squares) / rows
ex-build-mean-squared-error: self.output = float(np.sum(squares)) / rows
# At the limit, the two pieces meet.
ex-huber: return np.sum(np.where(magnitude < self.limit, near, far)) / len(near)
# A forward pass changes no parameter, and needs one row or more.
ex-build-load: if True:
ex-build-load: if arrays:
ex-build-load: if file:
ex-build-load: if net:
ex-build-load: if values:
ex-build-load: net.forward(np.zeros((2, len(values[0]))))
# The first part starts at 0, and no other does.
ex-in-parts: sums = [a + b for a, b in zip(sums, found, strict=True)] if start else found
# The mean squared error is the same if its arguments are exchanged.
ex-build-trainer: loss = net.loss.forward(y_test, net.forward(X_test))
# The first loss is finite, so it is the best so far.
ex-patience: best, best_loss = (1, float('inf'))
ex-patience: best, best_loss = (-1, float('inf'))
# The difference grows by 1 at a time, so it equals a patience of 1 or more before it exceeds it.
ex-patience: elif stop - best >= patience:
# The default learning rate is 0.01.
ex-build-splits: trainer = Trainer(net, SGD())
# It prints more, and returns the same.
ex-build-splits: with io.StringIO():
# After the loop, `split` is the number of splits.
ex-build-splits: return (np.mean(gains), np.std(gains, ddof=1) / np.sqrt(split))
# There are two errors.
ex-build-splits: gains.append(errors[0] - errors[-1])
# A float may be written as 0 or as -0.0.
ex-build-tape: self.grad = -0.0
ex-build-tape: self.grad = 0
# B has one row.
ex-build-state: state[f'{position}.bias'] = B[-1].copy()
# There is one column.
ex-build-bare-step: np.sum(self.errors, keepdims=True, out=self.B_grad)
# The last of two axes is axis 1.
ex-build-softmax-cross-entropy: sums = np.exp(shifted).sum(axis=-1, keepdims=True)
ex-build-softmax-cross-entropy: return self.prediction - self.prediction.max(axis=-1, keepdims=True)
ex-build-softmax-cross-entropy: p = exps / exps.sum(axis=-1, keepdims=True)
ex-build-softmax-cross-entropy: if np.any(self.target.sum(axis=-1) != 1):
# Probabilities and targets are from 0 to 1.
ex-build-softmax-cross-entropy: return np.clip((p - self.target) / len(p), -9, 9)
# Epochs are counted from 1.
ex-build-momentum: if epoch <= 1:
# The gradients are read only once, and have the shapes of the parameters.
ex-build-momentum: params, grads = (list(self.net.params()), self.net.param_grads())
ex-build-momentum: self.velocities = [np.zeros_like(param) for param in grads]
# A random number hardly ever equals the limit.
ex-build-dropout: kept = self.rng.random_sample(self.input_.shape) <= self.keep_prob
# The message of the error is free.
ex-build-dropout: raise ValueError(f'keep_prob is {rng}; it must be above 0, at most 1.')
ex-build-dropout: raise ValueError(f'keep_prob is {self.input_}; it must be above 0, at most 1.')
ex-build-dropout: raise ValueError(f'keep_prob is {self.output}; it must be above 0, at most 1.')
"""  # noqa: E501
EQUIVALENT: dict[str, list[str]] = {}
for line in LINES.strip().splitlines():
    if not line.startswith("# "):
        label, _, change = line.partition(": ")
        EQUIVALENT.setdefault(label, []).append(change)
