"""Checks of chapter 2's exercises."""

import numpy as np

from .checking import CHECKS, ELSE, RIGHT, Class, Value, compare, equal, exercise
from .framework import INPUT, WIDE, grad_like, require_operation


@exercise("ex-used-twice")
def _used_twice(answer: Value) -> None:
    verdicts = {
        RIGHT: [64],
        "That is right for two objects. What does the one object remember?": [32],
        "That is what the inner backward returns. The outer one continues.": [8],
        "You used 2 as the input both times. Which input came last?": [16],
        "Each backward multiplies by 2 times the input, not by 2.": [4],
        "Which input_ does the object hold when the backward pass begins?": ELSE,
    }
    compare(np.ravel(answer), verdicts)


@exercise("ex-relu")
def _relu(answer: Class) -> None:
    for input_ in (INPUT, 1000 * WIDE):
        hints = {
            "You set the output gradient to 0 where it is negative itself. Whether it "
            "passes depends on the input.": grad_like(input_) > 0,
            "You let every gradient pass. It must be 0 where the input is negative.": 1,
        }
        require_operation(answer(), input_, np.maximum(input_, 0), hints)


@exercise("ex-leaky-relu")
def _leaky_relu(answer: Class) -> None:
    for input_ in (INPUT, 1000 * WIDE):
        factors = np.linspace(0.1, 0.8, input_.shape[1])[None]
        grad = grad_like(input_)
        leaky, truth = answer(factors), np.where(input_ > 0, input_, factors * input_)
        hints = {
            "`_param_grad` counts all rows. Where an input is positive, the factor has "
            "no effect on the output.": np.sum(grad * input_, axis=0, keepdims=True),
        }
        if equal(leaky.forward(input_.copy()), truth):
            compare(leaky._param_grad(grad), hints)
        require_operation(leaky, input_, truth)


CHECKS["ex-explode"] = {
    RIGHT: 3,
    "With one, the gradient is 2.7.": 1,
    "With two, the gradient is 41.": 2,
    "With four, the last output is too large for a float. Fewer are enough.": 4,
    "The factors are not all 2.7: each one is the output of its own Exp.": 14,
    "Call `gradient_after` with 1, with 2 and so on. Answer with the first number of "
    "operations for which it is above one million.": ELSE,
}
