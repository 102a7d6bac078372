"""Breaks of solutions that change no result, for every input the exercise allows."""

AT_ZERO = "At 0, where there is a corner, either slope is right."
AS_MANY = "The two arrays have the same number of rows."
NO_SIGN = "A square and a magnitude do not depend on the sign of the difference."
SAME_SHAPE = "The two arrays have the same shape."

# By label: the changed lines, by the reason why they compute the same.
EQUIVALENT = {
    "ex-small-weights": {
        AS_MANY: ["dE = 2 * (X @ W + B - y) / len(y)"],
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
    "ex-tanh": {
        "No output is beyond 1.": ["return np.clip(np.tanh(self.input_), -9, 9)"],
    },
    "ex-shared-activation": {
        "An Operation is equal only to itself.": [
            "return len({layer.activation for layer in layers}) < len(layers)"
        ],
    },
    "ex-huber": {
        SAME_SHAPE: [
            f"return np.sum(np.where(size <= self.limit, size ** 2 / 2, far)) / {count}"
            for count in ("len(far)", "len(self.prediction)", "len(self.target)")
        ]
        + [
            f"return np.clip(errors, -self.limit, self.limit) / {count}"
            for count in ("len(self.prediction)", "len(self.target)")
        ],
        NO_SIGN: ["size = np.abs(self.target - self.prediction)"],
        "At the limit, the two pieces meet.": [
            "return np.sum(np.where(size < self.limit, size ** 2 / 2, far)) / len(size)"
        ],
    },
    "ex-true-mean": {
        NO_SIGN: ["return np.mean((self.target - self.prediction) ** 2)"],
        SAME_SHAPE: ["return 2.0 * (self.prediction - self.target) / self.target.size"],
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
}
