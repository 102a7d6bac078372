"""Pictures of live objects: drawings with their descriptions, an animation, timings."""

from .motion import play
from .pictures import BACKWARD, FORWARD, chain, draw, show
from .profiling import StepProfile, median_time, profile_step

__all__ = [
    "BACKWARD",
    "FORWARD",
    "StepProfile",
    "chain",
    "draw",
    "median_time",
    "play",
    "profile_step",
    "show",
]
