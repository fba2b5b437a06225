"""The public holidays of Việt Nam as the library `holidays` knows them: Tết by the lunar calendar, days in lieu,
exchanged days as far as they were announced when the library was released."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from tamdao.kit.messages import Message

from .rules import Workdays


@lru_cache(maxsize=24)
def names_of(year: int) -> dict[date, Message]:
    """The days off of a year that have a name, in both languages; Saturdays and Sundays among them."""
    # takes a tenth of a second to import: only what counts working days pays it
    import holidays

    vi = holidays.country_holidays("VN", years=year, language="vi")
    en = holidays.country_holidays("VN", years=year, language="en_US")
    return {day: Message(name, en.get(day, name)) for day, name in sorted(vi.items()) if day.year == year}


@lru_cache(maxsize=24)
def workdays_of(year: int) -> Workdays:
    """The working days of a year for the whole country."""
    import holidays

    found = holidays.country_holidays("VN", years=year)
    worked = {day for day in found.weekend_workdays if day.year == year}
    return Workdays(frozenset(names_of(year)), frozenset(worked))
