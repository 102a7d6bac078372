"""The time of a training step, operation by operation."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from numpy import ndarray

from scratchdl import check
from scratchdl.network import NeuralNetwork


def median_time(function: Callable[[], object], seconds: float = 0.2) -> float:
    """Return the median duration of a call, in seconds (chapter 13).

    Parameters
    ----------
    function : callable
        Function to call, without arguments.
    seconds : float
        Total duration of the measurement; there are at least four calls.

    Raises
    ------
    TypeError, ValueError
        If `function` cannot be called, or `seconds` is not a finite number.
    """
    if not callable(function):
        raise TypeError(
            f"median_time: function is of type {type(function).__name__}; pass what is "
            "to be called, not what it returned: lambda: net.forward(X)."
        )
    if not math.isfinite(seconds):
        raise ValueError(f"median_time: seconds is {seconds}; it must be finite.")
    function()  # The first call is slower and does not count.
    times: list[float] = []
    timed = _timed(function, times)
    end = time.perf_counter() + seconds
    while len(times) < 3 or time.perf_counter() < end:
        timed()
    return median(times)


@dataclass(frozen=True)
class StepProfile:
    """Durations of the parts of a training step (chapter 13); `print` shows a table.

    Attributes
    ----------
    parts : tuple of tuple
        For each operation and for the loss: the name, with the number of the layer,
        and the medians of the forward and the backward pass in seconds.
    total : float
        Median of the whole `train_batch` in seconds.
    """

    parts: tuple[tuple[str, float, float], ...]
    total: float

    @property
    def rest(self) -> float:
        """Seconds outside the parts, in the methods of the layers and the network."""
        return self.total - sum(
            forward + backward for _, forward, backward in self.parts
        )

    def __repr__(self) -> str:
        width = max(map(len, ["microseconds", *(name for name, _, _ in self.parts)]))
        lines = [f"{'microseconds':{width}}  forward  backward"]
        for name, forward, backward in self.parts:
            lines.append(f"{name:{width}}  {1e6 * forward:7.1f}  {1e6 * backward:8.1f}")
        for name, value in (("rest", self.rest), ("total", self.total)):
            lines.append(f"{name:{width}}  {1e6 * value:17.1f}")
        return "\n".join(lines)


def profile_step(
    net: NeuralNetwork, x_batch: ndarray, y_batch: ndarray, steps: int = 200
) -> StepProfile:
    """Measure the duration of each operation in a training step (chapter 13).

    `net.train_batch` is called repeatedly with the same batch. No optimizer is called,
    so the parameters do not change.

    Parameters
    ----------
    net : NeuralNetwork
        The network; if it is new, the batch sets it up.
    x_batch, y_batch : ndarray
        Observations (rows, inputs) and their targets (rows, outputs).
    steps : int
        Number of measurements for each median.

    Returns
    -------
    StepProfile
        The medians. The time that the clock itself needs has been subtracted.

    Raises
    ------
    TypeError, ValueError, RuntimeError
        If an argument does not fit, as in `train_batch`.
    """
    if not isinstance(net, NeuralNetwork):
        raise TypeError(f"profile_step: net is {net!r}; pass a network: trainer.net.")
    check.count(steps, "profile_step", "steps")
    net.train_batch(x_batch, y_batch)  # Sets up a new network, and checks the batch.
    parts: list[tuple[str, Any]] = [
        (f"{number} {type(operation).__name__}", operation)
        for number, layer in enumerate(net.layers, start=1)
        for operation in layer.operations
    ]
    parts.append((type(net.loss).__name__, net.loss))

    def repeat(function: Callable[..., object]) -> None:
        for _ in range(steps):
            function(x_batch, y_batch)

    whole: list[float] = []
    nothing: list[float] = []
    repeat(_timed(net.train_batch, whole))
    repeat(_timed(lambda *batch: None, nothing))
    with _clocks([part for _, part in parts]) as times:
        repeat(net.train_batch)
    repeat(_timed(net.train_batch, whole))  # The machine's speed may have changed.
    clock = median(nothing)
    medians = tuple(
        (name, median(forward) - clock, median(backward) - clock)
        for (name, _), (forward, backward) in zip(parts, times, strict=True)
    )
    return StepProfile(medians, median(whole) - clock)


def _timed(function: Callable[..., Any], times: list[float]) -> Callable[..., Any]:
    """Return a function that calls `function` and appends the duration to `times`."""

    def timed(*args: Any) -> Any:
        start = time.perf_counter()
        result = function(*args)
        times.append(time.perf_counter() - start)
        return result

    return timed


@contextmanager
def _clocks(parts: list[Any]) -> Iterator[list[tuple[list[float], list[float]]]]:
    """Measure each call of `forward` and `backward`, until the context ends."""
    times: list[tuple[list[float], list[float]]] = [([], []) for _ in parts]
    before = [vars(part).copy() for part in parts]
    try:
        for part, (forward, backward) in zip(parts, times, strict=True):
            # An attribute of the object takes precedence over a method of its class.
            part.forward = _timed(part.forward, forward)
            part.backward = _timed(part.backward, backward)
        yield times
    finally:
        for part, own in zip(parts, before, strict=True):
            for name in ("forward", "backward"):
                vars(part).pop(name, None)
                if name in own:
                    setattr(part, name, own[name])
