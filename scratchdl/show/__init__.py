"""Pictures, figures with sliders, animations, tables and timings.

They need Matplotlib and IPython. The framework imports nothing from here.
"""

from .motion import play
from .pictures import BACKWARD, FORWARD, chain, draw, show
from .playing import explore
from .profiling import StepProfile, median_time, profile_step
from .table import summary

__all__ = [
    "BACKWARD",
    "FORWARD",
    "StepProfile",
    "chain",
    "draw",
    "explore",
    "median_time",
    "play",
    "profile_step",
    "show",
    "summary",
]
