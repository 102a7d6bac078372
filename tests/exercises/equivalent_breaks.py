"""Breaks of solutions that change no result, for every input the exercise allows."""

AT_ZERO = "At 0, where there is a corner, either slope is right."
AS_MANY = "The two arrays have the same number of rows."
NO_SIGN = "A square and a magnitude do not depend on the sign of the difference."
SAME_SHAPE = "The two arrays have the same shape."
ONE_COLUMN = "There is one prediction in each row."

# By label: the changed lines, by the reason why they compute the same.
EQUIVALENT = {
    "ex-build-line": {
        AS_MANY: [
            line.replace("X", array)
            for line in (
                "dE = 2 * E / len(X)",
                "losses.append(np.sum(E ** 2) / len(X))",
            )
            for array in "EPy"
        ],
        ONE_COLUMN: ["dB = dE.sum(keepdims=True)"],
        "Added to B, a row of shape (1,) is repeated to the shape (1, 1).": [
            "dB = dE.sum(axis=0)",
            "dB = dE.sum(axis=0, keepdims=False)",
        ],
    },
    "ex-build-backward": {
        AS_MANY: ["dP = 2 * E / len(E)", "dP = 2 * E / len(O1)"],
        ONE_COLUMN: [
            "gradients['B2'] = dP.sum(keepdims=True)",
            "dO1 = dP * params['W2'].T",
        ],
    },
    "ex-small-weights": {
        AS_MANY: ["dE = 2 * (X @ W + B - y) / len(y)"],
    },
    "ex-build-operation": {
        "The text of an error is free.": [
            f"raise {error}')"
            for error in (
                "RuntimeError(f'{output_grad}: call forward before backward.",
                "ValueError(f'{output_grad}: wrong output gradient shape",
                "ValueError(f'{output_grad}: wrong input gradient shape",
            )
        ],
    },
    "ex-relu": {
        AT_ZERO: ["return output_grad * (self.input_ >= 0)"],
        "The output is positive just where the input is.": [
            "return output_grad * (self.output > 0)"
        ],
    },
    "ex-leaky-relu": {
        AT_ZERO: ["return output_grad * np.where(self.input_ >= 0, 1.0, self.param)"],
        "At 0 both pieces are 0.": [
            "return np.where(self.input_ >= 0, self.input_, self.param * self.input_)"
        ],
        "With a factor from 0 to 1, the output has the sign of the input.": [
            "return output_grad * np.where(self.output > 0, 1.0, self.param)"
        ],
    },
    "ex-build-bias-add": {
        "B has two dimensions.": ["if self.input_.shape[1:] != self.param.shape[-1:]:"],
    },
    "ex-build-sigmoid": {
        "No output is beyond 1.": [
            "return np.clip(1.0 / (1.0 + np.exp(-self.input_)), -9, 9)"
        ],
    },
    "ex-build-nudges": {
        "To raise a text is a TypeError, too.": [
            "raise f'numerical_gradient: an array of {array.dtype}'"
        ],
        "Each entry of the gradient is replaced.": ["gradient = np.ones_like(array)"],
        SAME_SHAPE: ["for index in np.ndindex(gradient.shape):"],
    },
    "ex-build-gradient-check": {
        "All random coefficients are as good.": [
            "coefficients = RandomState(1).randn(*output.shape)"
        ],
    },
    "ex-tanh": {
        "No output is beyond 1.": ["return np.clip(np.tanh(self.input_), -9, 9)"],
    },
    "ex-build-dense": {
        "Of two dimensions, the second is the last.": [
            "W = self.rng.randn(input_.shape[-1], self.neurons)"
        ],
    },
    "ex-shared-activation": {
        "An Operation is equal only to itself.": [
            "return len({layer.activation for layer in layers}) < len(layers)"
        ],
    },
    "ex-build-mean-squared-error": {
        NO_SIGN: ["squares = (target - prediction) ** 2"],
        SAME_SHAPE: [
            "rows = len(squares)",
            "rows = len(target)",
            "self.input_grad = slopes / len(slopes)",
        ],
        "A number of NumPy is a float.": [
            "self.output = np.sum(squares) / rows",
            "self.output = float(np.sum(squares)) / rows",
        ],
    },
    "ex-huber": {
        SAME_SHAPE: [
            "return np.sum(np.where(magnitude <= self.limit, near, far)) / "
            f"len({array})"
            for array in ("far", "magnitude", "self.prediction", "self.target")
        ]
        + [
            f"return np.clip(errors, -self.limit, self.limit) / {count}"
            for count in ("len(self.prediction)", "len(self.target)")
        ],
        NO_SIGN: ["magnitude = np.abs(self.target - self.prediction)"],
        "At the limit, the two pieces meet.": [
            "return np.sum(np.where(magnitude < self.limit, near, far)) / len(near)"
        ],
    },
    "ex-true-mean": {
        NO_SIGN: ["return np.mean((self.target - self.prediction) ** 2)"],
        SAME_SHAPE: ["return 2.0 * (self.prediction - self.target) / self.target.size"],
    },
    "ex-build-load": {
        "A forward pass changes no parameter, and needs one row or more.": [
            *(f"if {what}:" for what in ("True", "arrays", "file", "net", "values")),
            "net.forward(np.zeros((2, len(values[0]))))",
        ],
    },
    "ex-in-parts": {
        AS_MANY: [
            "for start in range(0, len(y_batch), size):",
            "share = len(y_part) / len(x_batch)",
            "share = len(x_part) / len(y_batch)",
        ],
        "The first part starts at 0, and no other does.": [
            "sums = [a + b for a, b in zip(sums, found, strict=True)] "
            "if start else found"
        ],
    },
    "ex-build-loop": {
        AS_MANY: [
            "order = rng.permutation(len(y))",
            "for start in range(0, len(order), batch_size):",
            "for start in range(0, len(y), batch_size):",
        ],
        NO_SIGN: ["losses.append(net.loss.forward(y, prediction))"],
    },
    "ex-build-trainer": {
        "The mean squared error is the same if its arguments are exchanged.": [
            "loss = net.loss.forward(y_test, net.forward(X_test))"
        ],
        AS_MANY: ["for start in range(0, len(y), batch_size):"],
    },
    "ex-even-batches": {
        AS_MANY: [
            "for start, end in zip(starts, [*starts[1:], len(y)], strict=True):",
            "starts = [number * size for number in range(max(len(y) // size, 1))]",
        ],
    },
    "ex-patience": {
        "The first loss is finite, so it is the best so far.": [
            "best, best_loss = (1, float('inf'))",
            "best, best_loss = (-1, float('inf'))",
        ],
        "The difference grows by 1 at a time, so it equals a patience of 1 or more "
        "before it exceeds it.": ["elif stop - best >= patience:"],
    },
    "ex-build-evaluation": {
        NO_SIGN: ["errors = prediction - y_test"],
    },
    "ex-build-splits": {
        AS_MANY: ["order = np.random.RandomState(split).permutation(len(y))"],
        NO_SIGN: ["errors.append(mae(net.forward(X[test]), y[test]))"],
        "The default learning rate is 0.01.": ["trainer = Trainer(net, SGD())"],
        "It prints more, and returns the same.": ["with io.StringIO():"],
        "After the loop, `split` is the number of splits.": [
            "return (np.mean(gains), np.std(gains, ddof=1) / np.sqrt(split))"
        ],
        "There are two errors.": ["gains.append(errors[0] - errors[-1])"],
    },
    "ex-build-tape": {
        "A float may be written as 0 or as -0.0.": ["self.grad = -0.0", "self.grad = 0"]
    },
    "ex-build-state": {
        "B has one row.": ["state[f'{position}.bias'] = B[-1].copy()"],
    },
    "ex-build-bare-step": {
        AS_MANY: [
            "self.errors *= 2 / len(y)",
            "return self.squares.sum() / len(y)",
        ],
        "There is one column.": ["np.sum(self.errors, keepdims=True, out=self.B_grad)"],
    },
    "ex-r-squared": {
        NO_SIGN: [
            "left_over = np.sum((y_pred - y_true) ** 2)",
            "return 1 - left_over / np.sum((np.mean(y_true) - y_true) ** 2)",
        ],
    },
    "ex-build-softmax-cross-entropy": {
        "The last of two axes is axis 1.": [
            "sums = np.exp(shifted).sum(axis=-1, keepdims=True)",
            "return self.prediction - self.prediction.max(axis=-1, keepdims=True)",
            "p = exps / exps.sum(axis=-1, keepdims=True)",
            "if np.any(self.target.sum(axis=-1) != 1):",
        ],
        "Probabilities and targets are from 0 to 1.": [
            "return np.clip((p - self.target) / len(p), -9, 9)"
        ],
        AS_MANY: [
            f"return np.sum(self.target * losses) / len({array})"
            for array in ("self.prediction", "self.target", "shifted", "sums")
        ]
        + [
            f"return (p - self.target) / len({array})"
            for array in ("exps", "self.prediction", "self.target")
        ],
    },
    "ex-build-momentum": {
        "Epochs are counted from 1.": ["if epoch <= 1:"],
        "The gradients are read only once, and have the shapes of the parameters.": [
            "params, grads = (list(self.net.params()), self.net.param_grads())",
            "self.velocities = [np.zeros_like(param) for param in grads]",
        ],
    },
    "ex-build-dropout": {
        "A random number hardly ever equals the limit.": [
            "kept = self.rng.random_sample(self.input_.shape) <= self.keep_prob"
        ],
        "The message of the error is free.": [
            f"raise ValueError(f'keep_prob is {{{name}}}; it must be above 0, "
            "at most 1.')"
            for name in ("rng", "self.input_", "self.output")
        ],
    },
}
