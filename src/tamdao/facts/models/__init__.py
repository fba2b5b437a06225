"""Published facts: indicators, observations, targets and the list of their changes."""

from .change import FactChange
from .indicator import Indicator, Measure, Source
from .observation import Observation
from .target import Target, TargetBase, TargetLink

__all__ = [
    "FactChange",
    "Indicator",
    "Measure",
    "Observation",
    "Source",
    "Target",
    "TargetBase",
    "TargetLink",
]
