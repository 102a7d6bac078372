"""The benchmark compares equal steps."""

import numpy as np
import pytest
from bench import floor, scratchdl, start


@pytest.mark.parametrize(
    ("precision", "limit"), [("float64", 1e-12), ("float32", 1e-4)]
)
def test_the_floor_takes_the_same_steps(precision, limit):
    steps = [side(*start("13-13-13-1", precision)) for side in (scratchdl, floor)]
    for _ in range(20):
        losses = [step() for step in steps]
        assert np.ptp(losses) <= limit * losses[0]
