"""Compare `backward` with numerical gradients and name the mistake behind an error."""

from .check import check_gradients
from .numerical import compare_gradients, numerical_gradient
from .report import GradientCheck

__all__ = [
    "GradientCheck",
    "check_gradients",
    "compare_gradients",
    "numerical_gradient",
]
