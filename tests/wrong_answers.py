"""Typical wrong answers to each exercise, with words of the message meant for them.

Each is code that takes the place of the solution; the exercise's check line follows.
"""

WRONG_ANSWERS = {
    # Chapter 1
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
    "ex-error-size": [
        ("error_of_three_times = 3", "claim beside the truth"),
        ("error_of_three_times = 2 / 3", "divided by the claim"),
        ("error_of_three_times = 1.5", "Take a gradient of 1"),
    ],
    "ex-softplus": [
        (
            """
class Softplus(Operation):
    def _output(self):
        return np.log(1 + np.exp(self.input_))

    def _input_grad(self, output_grad):
        return output_grad / (1 + np.exp(-self.input_))
""",
            "For 1000 and -1000 it gives",
        ),
        (
            """
class Softplus(Operation):
    def _output(self):
        return np.logaddexp(0, self.input_)

    def _input_grad(self, output_grad):
        return 1 - np.exp(-self.output)
""",
            "output gradient not multiplied in",
        ),
        (
            """
class Softplus(Operation):
    def _output(self):
        return np.logaddexp(1, self.input_)

    def _input_grad(self, output_grad):
        return output_grad / (1 + np.exp(-self.input_))
""",
            "Look at _output",
        ),
    ],
    "ex-forward-step": [
        ("exponent = -5", "step of the central difference"),
        ("exponent = 1e-8", "The exponent is asked for"),
        ("exponent = -2", "for the exponents from -14 to -1"),
    ],
    # Chapter 5
    # Chapter 6
    # Chapter 7
    # Chapter 8
    # Chapter 9
    # Chapter 10
}
