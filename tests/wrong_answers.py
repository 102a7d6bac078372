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
    # Chapter 5
    # Chapter 6
    # Chapter 7
    # Chapter 8
    # Chapter 9
    # Chapter 10
}
