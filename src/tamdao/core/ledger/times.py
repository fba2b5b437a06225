"""Times as the ledger writes them: UTC, ISO 8601, milliseconds, Z; their texts sort as they do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone

# a transaction may stay open, and clocks of several machines differ; more than this is a clock that was turned back
TOLERANCE = timedelta(hours=1)


def stamp(at: datetime | None = None) -> str:
    """A time as text; now when none is given."""
    moment = (at or timezone.now()).astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def read(text: str) -> datetime:
    """The time of a text. ValueError for anything else."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def went_back(before: str, after: str) -> bool:
    """Whether `after` is so much earlier than `before` that the clock must have been turned back."""
    return bool(before) and after < before and read(after) < read(before) - TOLERANCE
