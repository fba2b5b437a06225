"""Units in time: levels, units, their versions, the events that make and end them, their boundaries."""

from .boundary import Boundary
from .event import UnitEvent, UnitLink
from .unit import Level, Unit, UnitVersion

__all__ = ["Boundary", "Level", "Unit", "UnitEvent", "UnitLink", "UnitVersion"]
