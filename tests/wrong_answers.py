"""Typical wrong answers to each exercise, with words of the message meant for them.

Each is code that takes the place of the solution; the exercise's check line follows.
"""

WRONG_ANSWERS = {
    # Chapter 1
    "ex-zero-start": [
        ('zero_gradients = ["W2"]', "Is that zero?"),
        ('zero_gradients = ["W2", "B2"]', "W2 stands in neither"),
        ('zero_gradients = ["W1", "B1", "W2", "B2"]', "The error is not zero"),
        ('zero_gradients = "W1"', "What else is made from dN1?"),
        ("zero_gradients = []", "At least one is"),
    ],
    "ex-small-weights": [
        (
            """
def small_weights_gradients(X, y, W, B, strength):
    dE = 2 * (X @ W + B - y) / len(X)
    return X.T @ dE + strength * W, dE.sum(axis=0, keepdims=True)
""",
            "derivative of a square",
        ),
        (
            """
def small_weights_gradients(X, y, W, B, strength):
    dE = 2 * (X @ W + B - y) / len(X)
    return X.T @ dE - 2 * strength * W, dE.sum(axis=0, keepdims=True)
""",
            "added, not subtracted",
        ),
        (
            """
def small_weights_gradients(X, y, W, B, strength):
    dE = 2 * (X @ W + B - y) / len(X)
    return X.T @ dE, dE.sum(axis=0, keepdims=True)
""",
            "without the new part",
        ),
        (
            """
def small_weights_gradients(X, y, W, B, strength):
    dE = 2 * (X @ W + B - y) / len(X)
    dB = dE.sum(axis=0, keepdims=True) + 2 * strength * B
    return X.T @ dE + 2 * strength * W, dB
""",
            "dB has changed",
        ),
    ],
    "ex-no-peeking": [
        (
            """
def scale(train, test):
    both = np.vstack([train, test])
    mean, deviation = both.mean(axis=0), both.std(axis=0)
    return (train - mean) / deviation, (test - mean) / deviation
""",
            "looks at the test rows",
        ),
        (
            """
def scale(train, test):
    own = [(rows - rows.mean(axis=0)) / rows.std(axis=0) for rows in (train, test)]
    return own[0], own[1]
""",
            "the test rows by themselves",
        ),
        (
            """
def scale(train, test):
    mean, deviation = train.mean(), train.std()
    return (train - mean) / deviation, (test - mean) / deviation
""",
            "one mean for all columns",
        ),
        (
            """
def scale(train, test):
    return train - train.mean(axis=0), test - train.mean(axis=0)
""",
            "divide by the deviations",
        ),
    ],
    "ex-step-too-long": [
        ("too_long = 0.025", "from 494.67 to 14.67"),
        ("too_long = 0.013", "from 494.67 to 6.90"),
        ("too_long = 0.03", "with a smaller rate already"),
        ("too_long = 0.0263", "whole number of thousandths"),
    ],
    # Chapter 2
    # Chapter 3
    "ex-bias-rows": [
        ("bias_grad = [[3, 4]]", "average"),
        ("bias_grad = [9, 12]", "shape must be that of B"),
        ("bias_grad = [[3], [7], [11]]", "summed over the columns"),
    ],
    "ex-tanh": [
        (
            """
class Tanh(Operation):
    def _output(self):
        return np.tanh(self.input_)

    def _input_grad(self, output_grad):
        return 1 - self.output**2
""",
            "output gradient",
        ),
        (
            """
class Tanh(Operation):
    def _output(self):
        return np.tan(self.input_)

    def _input_grad(self, output_grad):
        return output_grad * (1 - self.output**2)
""",
            "Look at _output",
        ),
    ],
    "ex-saturation": [
        ("flat_from = 4", "still 0.018"),
        ("flat_from = -5", "for 0, 1, 2 and on"),
    ],
    # Chapter 4
    # Chapter 5
    # Chapter 6
    # Chapter 7
    # Chapter 8
    # Chapter 9
    # Chapter 10
}
