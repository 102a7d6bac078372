"""The time of a training step, operation by operation."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from numpy import ndarray

from scratchdl.network import NeuralNetwork
from scratchdl.check import count as check_count


def median_time(function: Callable[[], object], seconds: float = 0.2) -> float:
    """Return how long a call takes, in seconds: the median of many (chapter 13).

    Parameters
    ----------
    function : callable
        What to call, without arguments.
    seconds : float
        For how long to go on calling it; it is called four times at least.

    Raises
    ------
    TypeError, ValueError
        If `function` cannot be called, or `seconds` is no finite number.
    """
    if not callable(function):
        raise TypeError(
            f"median_time: function is of type {type(function).__name__}; pass what is "
            "to be called, not what it returned: lambda: net.forward(X)."
        )
    if not math.isfinite(seconds):
        raise ValueError(f"median_time: seconds is {seconds}; it must be finite.")
    function()  # The first call finds nothing prepared, and is no measure.
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return median(times)


@dataclass(frozen=True)
class StepProfile:
    """Where the time of a training step goes (chapter 13); `print` shows a table.

    Attributes
    ----------
    parts : tuple of tuple
        For each operation and the loss its name, with the number of its layer, and
        the medians of forward and backward, in seconds, less the clock's own time.
    total : float
        Median of the whole `train_batch`, without clocks in it, in seconds.
    """

    parts: tuple[tuple[str, float, float], ...]
    total: float

    @property
    def rest(self) -> float:
        """Seconds outside of the parts: layers and network pass arrays on."""
        return self.total - sum(there + back for _, there, back in self.parts)

    def __repr__(self) -> str:
        width = max(map(len, ["microseconds", *(name for name, _, _ in self.parts)]))
        lines = [f"{'microseconds':{width}}  forward  backward"]
        for name, there, back in self.parts:
            lines.append(f"{name:{width}}  {1e6 * there:7.1f}  {1e6 * back:8.1f}")
        for name, value in (("rest", self.rest), ("in all", self.total)):
            lines.append(f"{name:{width}}  {1e6 * value:17.1f}")
        return "\n".join(lines)


def _timed(call: Callable, times: list[float]) -> Callable:
    def run(*arrays: ndarray) -> ndarray:
        start = time.perf_counter()
        result = call(*arrays)
        times.append(time.perf_counter() - start)
        return result

    return run


def profile_step(
    net: NeuralNetwork, x_batch: ndarray, y_batch: ndarray, steps: int = 200
) -> StepProfile:
    """Time a training step operation by operation (chapter 13).

    `net.train_batch` runs again and again with one batch. No parameter changes, for
    the optimizer's step is left out.

    Parameters
    ----------
    net : NeuralNetwork
        The network; if it is new, the batch sets it up.
    x_batch, y_batch : ndarray
        Observations (rows, inputs) and their targets (rows, outputs).
    steps : int
        How many steps to take the medians of.

    Raises
    ------
    TypeError, ValueError, RuntimeError
        If an argument does not fit, as in `train_batch`.
    """
    if not isinstance(net, NeuralNetwork):
        raise TypeError(f"profile_step: net is {net!r}; pass a network: trainer.net.")
    check_count(steps, "profile_step", "steps")
    net.train_batch(x_batch, y_batch)  # Sets up new layers, and finds what is wrong.
    named = [
        (f"{number} {type(operation).__name__}", operation)
        for number, layer in enumerate(net.layers, start=1)
        for operation in layer.operations
    ]
    named.append((type(net.loss).__name__, net.loss))
    total: list[float] = []
    step = _timed(net.train_batch, total)
    for _ in range(steps):
        step(x_batch, y_batch)
    nothing: list[float] = []
    idle = _timed(lambda *arrays: None, nothing)
    for _ in range(steps):
        idle(x_batch)
    clock = median(nothing)  # What it adds to whatever it times.
    times: list[tuple[list, list]] = [([], []) for _ in named]
    before = [vars(part).copy() for _, part in named]
    try:
        for (_, part), (there, back) in zip(named, times, strict=True):
            # On the object itself, in front of the method of its class.
            part.forward = _timed(part.forward, there)
            part.backward = _timed(part.backward, back)
        for _ in range(steps):
            net.train_batch(x_batch, y_batch)
    finally:
        for (_, part), own in zip(named, before, strict=True):
            for way in ("forward", "backward"):
                vars(part).pop(way, None)
                if way in own:
                    setattr(part, way, own[way])
    for _ in range(steps):  # Once more: a machine may have slowed down or sped up.
        step(x_batch, y_batch)
    parts = tuple(
        (name, median(there) - clock, median(back) - clock)
        for (name, _), (there, back) in zip(named, times, strict=True)
    )
    return StepProfile(parts, median(total) - clock)
