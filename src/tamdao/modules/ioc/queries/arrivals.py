"""What came in since someone last looked, and what should have come in by now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from tamdao.core.packs.models import InstalledPack
from tamdao.core.people.queries import Since
from tamdao.core.units.api import UnitRow, find_units, get_unit, lineage
from tamdao.facts import api as facts
from tamdao.facts.api import ChangeView, IndicatorView
from tamdao.facts.queries import wording
from tamdao.kit.messages import Message
from tamdao.kit.text import sort_key

from ..rules.news import Arrival, News, for_leaders, news
from ..rules.overdue import Overdue, Series, list_overdue
from .show import shown_value

MOST_NEWS = 5
# Rows of the change list read for them: a delivery has a handful of rows.
MOST_CHANGES = 60


@dataclass(frozen=True, slots=True)
class LeaderNews:
    """What is new for a leader: figures of the unit (newest first, the first few), and other deliveries."""

    figures: tuple[Arrival, ...]
    more: int
    others: tuple[News, ...]


NOTHING_NEW = LeaderNews((), 0, ())


def _changes(since: Since, *, sample: bool) -> list[ChangeView]:
    return facts.recent_changes(since.change or 0, limit=MOST_CHANGES, sample=sample)


def _titles() -> dict[str, Message]:
    return {
        pack: Message(title_vi, title_en)
        for pack, title_vi, title_en in InstalledPack.objects.values_list("name", "title_vi", "title_en")
    }


def news_since(since: Since, *, sample: bool) -> tuple[News, ...]:
    """Deliveries after the last visit, the newest first; before the first visit, the newest there are."""
    return tuple(news(_changes(since, sample=sample), _titles())[:MOST_NEWS])


def leader_news(since: Since, unit_ids: Collection[str], *, sample: bool) -> LeaderNews:
    """What came in for the units since the last visit; nothing before the first, when everything would be new."""
    if since.at is None:
        return NOTHING_NEW
    changes = _changes(since, sample=sample)
    if not changes:
        return NOTHING_NEW
    known = facts.catalogue()
    rows = facts.arrived(changes, unit_ids, sample=sample)
    arrivals = []
    for row in rows[:MOST_NEWS]:
        view = known.indicators[row.indicator]
        period = wording.period_label(row.period)
        name = get_unit(row.unit_id).inside
        arrivals.append(
            Arrival(
                name=Message(
                    f"{view.name.vi}, {name.vi}, {period.vi}", f"{view.name.en}, {name.en}, {period.en}"
                ),
                value=shown_value(row.text or "", view.measure, sign=row.sign, word=row.sign_word),
                key=row.key,
                at=row.recorded_at,
                sample=known.sources[row.source].sample,
            )
        )
    return LeaderNews(
        figures=tuple(arrivals),
        more=len(rows) - len(arrivals),
        others=tuple(for_leaders(changes, _titles())[:MOST_NEWS]),
    )


@dataclass(frozen=True, slots=True)
class Late:
    """A line of the analyst's list: overdue indicators of the same units."""

    overdue: Overdue
    indicators: tuple[IndicatorView, ...]
    units: tuple[UnitRow, ...]


def late_figures(*, at: date, sample: bool) -> tuple[Late, ...]:
    """Overdue figures by the units of today: what was counted for a merged unit is now owed by the one it went into."""
    known = facts.catalogue().indicators
    heirs: dict[str, tuple[str, ...]] = {}
    series = []
    for reach in facts.reaches(sample=sample):
        view = known[reach.indicator]
        if view.formula:
            continue
        if reach.unit_id not in heirs:
            heirs[reach.unit_id] = _heirs(reach.unit_id, at)
        series += [
            Series(view.code, unit_id, view.frequency, reach.source_kind, reach.end)
            for unit_id in heirs[reach.unit_id]
        ]
    return tuple(
        Late(
            overdue=found,
            indicators=tuple(known[code] for code in found.indicators),
            units=tuple(sorted(map(get_unit, found.unit_ids), key=lambda row: sort_key(row.name_vi))),
        )
        for found in list_overdue(series, at)
    )


def _heirs(unit_id: str, at: date) -> tuple[str, ...]:
    """The unit itself while it exists, else the units it went into, followed to those that exist on `at`."""
    found: list[str] = []
    todo, seen = [unit_id], {unit_id}
    while todo:
        current = todo.pop()
        rows = find_units(current)
        if rows and (rows[0].end_date is None or rows[0].end_date > at):
            found.append(current)
            continue
        for link in lineage().successors(current):
            if link.to_id and link.to_id not in seen:
                seen.add(link.to_id)
                todo.append(link.to_id)
    return tuple(sorted(found))
