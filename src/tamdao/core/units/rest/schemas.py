"""What the API says of a unit."""

from __future__ import annotations

from datetime import date

from ninja import Schema


class UnitOut(Schema):
    """A unit as it stood on the map asked for. `end_date` is the first day on which it no longer existed."""

    id: str
    code: str
    name: str
    full_name: str
    level: str
    parent_id: str | None
    first_date: date
    end_date: date | None
    from_known: bool


class UnitPage(Schema):
    """Part of a list of units."""

    count: int
    items: list[UnitOut]


class LinkOut(Schema):
    """One arrow between two units. `share` is decimal text, "1" for the whole, empty when it is not known."""

    event: str
    date: date
    kind: str
    legal_act: str
    from_unit: str | None
    to_unit: str | None
    share: str
    share_source: str


class UnitDetail(UnitOut):
    """A unit with what it came from and what became of it."""

    events: list[LinkOut]
