"""Checks of chapter 2's exercises."""

from typing import Any

import numpy as np

from scratchdl.operation import Operation, ParamOperation

from .building import raises, require_same
from .checking import ELSE, RIGHT, Class, Value, add_check, compare, equal, exercise
from .framework import INPUT, WIDE, grad_like, require_operation

GRAD, FACTORS = grad_like(INPUT), np.array([[1.0, 10.0, 100.0]])
SHAPES = (
    "An operation turned 3 columns into 1. Compare the output gradient with the "
    "output, and the input gradient with the input."
)
SCALE = {
    "_output": lambda self: self.input_ * self.param,
    "_input_grad": lambda self, grad: grad * self.param,
    "_param_grad": lambda self, grad: np.sum(grad * self.input_, 0, keepdims=True),
}
ROW_SUM = {
    "_output": lambda self: self.input_.sum(axis=1, keepdims=True),
    "_input_grad": lambda self, grad: np.repeat(grad, self.input_.shape[1], axis=1),
}


def _made(base: Any, *args: Any, **methods: Any) -> Any:
    """Return a Scale on the reader's base class, with some of its methods replaced."""
    factors = {} if args else {"param": FACTORS}
    return type("Scale", (base,), {**SCALE, **factors, **methods})(*args)


def _after_forward(*args: Any, **methods: Any) -> Any:
    operation = _made(*args, **methods)
    operation.forward(INPUT.copy())
    return operation


def _refused_grads(base: Any, *args: Any) -> int:
    wrong = np.ones((2, 1)), np.ones((3, 2)), np.ones((1, 3)), np.ones(3)
    operation = _after_forward(base, *args)
    return sum(raises(ValueError, operation.backward, grad) for grad in wrong)


def _refused_results(method: str, base: Any, *args: Any) -> int:
    """Return how many of four results of a method `backward` refuses."""
    parts = np.s_[:, :1], np.s_[0], np.s_[0, :1], np.s_[:, [0, 1, 2, 0]]
    wrong = [{method: lambda self, grad, part=part: grad[part]} for part in parts]
    made = [_after_forward(base, *args, **methods) for methods in wrong]
    return sum(raises(ValueError, each.backward, GRAD) for each in made)


def _missing(method: str, base: Any, *args: Any) -> int:
    operation = _made(base, *args, **{method: getattr(base, method, None)})

    def run() -> None:
        operation.forward(INPUT)
        operation.backward(GRAD)

    return raises(NotImplementedError, run)


def _forward(base: Any) -> Any:
    operation = _made(base)
    returned = operation.forward(1000 * INPUT)
    return [returned, operation.input_, operation.output]


def _backward(base: Any) -> Any:
    operation = _after_forward(base)
    return [operation.backward(GRAD), operation.input_grad]


def _sums(base: Any) -> Any:
    operation = _after_forward(base, **ROW_SUM)
    try:
        return operation.backward(np.array([[2.0], [3.0]]))
    except ValueError as error:
        error.add_note(SHAPES)
        raise


def _after_failure(base: Any) -> int:
    operation = _after_forward(base)
    operation.param = FACTORS[:, :2]
    raises(ValueError, operation.forward, INPUT)
    operation.param = FACTORS
    return raises(RuntimeError, operation.backward, GRAD)


@exercise("ex-build-operation", "write", level=3, minutes=25)
def _build_operation(answer: Class) -> None:
    missing = "must raise a NotImplementedError in the base class."
    cases = {
        "`forward` must return what `self._output()` returns, and keep its argument "
        "as `self.input_` and the result as `self.output`.": _forward,
        "`backward` must return what `self._input_grad(output_grad)` returns, and "
        "keep it as `self.input_grad`.": _backward,
        SHAPES: _sums,
        "`backward` must raise a ValueError, not an AssertionError, if the output "
        "gradient has a different shape from the output.": _refused_grads,
        "`backward` must raise a ValueError if `_input_grad` returns an array with a "
        "different shape from the input.": lambda base: _refused_results(
            "_input_grad", base
        ),
        "`backward` before `forward` must raise a RuntimeError. Does `output` have "
        "the value None from the start?": lambda base: raises(
            RuntimeError, _made(base).backward, GRAD
        ),
        "When `_output` fails for a second batch, `self.output` still belongs to the "
        "first. Set it to None before you call `_output`.": _after_failure,
        f"`_output` {missing}": lambda base: _missing("_output", base),
        f"`_input_grad` {missing}": lambda base: _missing("_input_grad", base),
    }
    require_same(answer, Operation, cases)


def _in_place(base: Any) -> Any:
    array = FACTORS.copy()
    scale = _made(base, array)
    array *= 2
    return scale.forward(np.ones((1, 3)))


def _param_grad(base: Any) -> Any:
    scale = _after_forward(base, FACTORS)
    scale.backward(GRAD)
    return scale.param_grad


@exercise("ex-build-param-operation", "write", level=3, minutes=20)
def _build_param_operation(answer: Class) -> None:
    cases = {
        "`__init__` must keep its argument as `self.param`.": lambda base: (
            _made(base, FACTORS).param
        ),
        "After the array was changed in place, the operation still uses the old "
        "numbers. Keep the array itself as `self.param`, not a copy.": _in_place,
        "`backward` must return the input gradient, which `super().backward` "
        "returns.": lambda base: _after_forward(base, FACTORS).backward(GRAD),
        "`backward` must keep what `self._param_grad(output_grad)` returns as "
        "`self.param_grad`.": _param_grad,
        "`self.param_grad` must be None before the first backward pass.": lambda base: (
            int(_made(base, FACTORS).param_grad is None)
        ),
        "`__repr__` must return 'Scale(param of shape (1, 3))' for a class Scale and "
        "this shape.": lambda base: int(
            repr(_made(base, FACTORS)) == "Scale(param of shape (1, 3))"
        ),
        "`backward` no longer checks the output gradient. Call `super().backward`, "
        "which does.": lambda base: _refused_grads(base, FACTORS),
        "`backward` must raise a ValueError if `_param_grad` returns an array with a "
        "different shape from `self.param`.": lambda base: _refused_results(
            "_param_grad", base, FACTORS
        ),
        "`_param_grad` must raise a NotImplementedError in the base class.": (
            lambda base: _missing("_param_grad", base, FACTORS)
        ),
    }
    require_same(answer, ParamOperation, cases)


@exercise("ex-used-twice", "explore", level=1, minutes=5)
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


@exercise("ex-relu", "write", level=1, minutes=10)
def _relu(answer: Class) -> None:
    for input_ in (INPUT, 1000 * WIDE):
        hints = {
            "You set the output gradient to 0 where it is negative itself. Whether it "
            "passes depends on the input.": grad_like(input_) > 0,
            "You let every gradient pass. It must be 0 where the input is negative.": 1,
        }
        require_operation(answer(), input_, np.maximum(input_, 0), hints)


@exercise("ex-leaky-relu", "write", level=2, minutes=10)
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


add_check(
    "ex-explode",
    {
        RIGHT: 3,
        "With one, the gradient is 2.7.": 1,
        "With two, the gradient is 41.": 2,
        "With four, the last output is too large for a float. Fewer are enough.": 4,
        "The factors are not all 2.7: each one is the output of its own Exp.": 14,
        "Call `gradient_after` with 1, with 2 and so on. Answer with the first number "
        "of operations for which it is above one million.": ELSE,
    },
    chapter="2",
    kind="explore",
    level=1,
    minutes=5,
)
