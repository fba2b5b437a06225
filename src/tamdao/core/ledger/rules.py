"""When failed sealing blocks approvals: time is counted while the instance runs, not while it is switched off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

# signs of life further apart than this mean that the instance did not run in between
LONGEST_GAP = timedelta(minutes=10)
# a row that waits longer than this although a sealer should run is a failure even if no sealer says so
GRACE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Sealing:
    """What is known of the sealer: seconds of failure counted so far and the last sign of life."""

    failing: timedelta = timedelta()
    last_pulse: datetime | None = None


def count(before: Sealing, *, at: datetime, failed: bool) -> Sealing:
    """After one more sign of life at `at`: a success ends the count, a failure adds the time since the last sign.

    A gap longer than `LONGEST_GAP` (the instance was off) and a clock that went back add nothing.
    """
    if not failed:
        return Sealing(timedelta(), at)
    passed = timedelta() if before.last_pulse is None else at - before.last_pulse
    counted = passed if timedelta() <= passed <= LONGEST_GAP else timedelta()
    return Sealing(before.failing + counted, at)


def blocks(state: Sealing, *, limit: timedelta) -> bool:
    """Whether approvals have to wait."""
    return state.failing > limit
