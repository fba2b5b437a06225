"""What stands around one figure: what it is compared with, other sources beside it, earlier revisions, its series."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from tamdao.core.files.api import DocumentView, get_documents
from tamdao.core.units.api import UnitRow
from tamdao.facts import api as facts
from tamdao.facts.api import IndicatorView, ObservationView, catalogue
from tamdao.facts.queries import wording
from tamdao.facts.queries.figures import derivation
from tamdao.facts.types import HAS_VALUE, Change, Figure
from tamdao.kit.messages import Message
from tamdao.kit.numbers import fraction_to_decimal
from tamdao.kit.periods import Period

from .indicators import Step, steps_of
from .show import Shown, shown


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison: against what, the other figure if there is one, the difference or why there is none."""

    label: Message
    other: Shown | None
    amount: Message | None
    better: bool | None
    note: Message | None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source's value of the figure; `official` is the one in use, the others show their difference to it."""

    observation: int
    name: Message
    value: Message
    official: bool
    difference: Message | None
    document: DocumentView
    published: date | None
    note: Message


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """An earlier value of the source in use."""

    observation: int
    kind: Message
    value: Message
    recorded_at: datetime
    by: Message


@dataclass(frozen=True, slots=True)
class FigurePage:
    """One figure with its surroundings."""

    view: IndicatorView
    figure: Figure
    shown: Shown
    compared: tuple[Compared, ...]
    sources: tuple[SourceRow, ...]
    revisions: tuple[RevisionRow, ...]
    steps: tuple[Step, ...]


def figure_page(
    view: IndicatorView, unit: UnitRow, period: str, *, on: date | None, sample: bool
) -> FigurePage:
    """The surroundings of one figure; arguments and refusals are those of `facts.figure`."""
    figure = facts.figure(view.code, unit.id, period, on=on, sample=sample)
    choice = derivation(facts.resolve(view.code, unit.id, period, on=on, sample=sample)).choice
    rows = [row for row in (choice.official, *choice.others) if row is not None]
    return FigurePage(
        view=view,
        figure=figure,
        shown=shown(figure, view),
        compared=tuple(_compared(figure, facts.changes(figure, sample=sample), view)),
        sources=tuple(_sources(rows, figure, view)) if len(rows) > 1 else (),
        revisions=tuple(
            RevisionRow(
                row.id,
                wording.KINDS[row.kind],
                wording.written(row, view),
                row.recorded_at,
                wording.recorded_by(row.recorded_by),
            )
            for row in choice.superseded
        ),
        steps=steps_of(view, unit, on=on, sample=sample),
    )


def _compared(figure: Figure, changes: Iterable[Change], view: IndicatorView) -> Iterable[Compared]:
    """Previous period, same period last year and plan, in this order; each stands there even without a figure."""
    found = {change.against: change for change in changes}
    period = Period.parse(figure.period)
    if period.kind == "year":
        both = Message("Kỳ trước, cũng là cùng kỳ năm trước", "Previous period, also a year earlier")
        yield _comparison(both, found.get("previous"), view)
    else:
        yield _comparison(Message("Kỳ trước", "Previous period"), found.get("previous"), view)
        same = found.get("same_period_last_year", found.get("previous"))
        yield _comparison(Message("Cùng kỳ năm trước", "Same period last year"), same, view)
    yield _comparison(Message("Kế hoạch", "Plan"), found.get("plan"), view)


def _comparison(label: Message, change: Change | None, view: IndicatorView) -> Compared:
    if change is None or change.other.state not in HAS_VALUE:
        return Compared(label, None, None, None, None)
    amount = None
    if change.difference is not None:
        amount = wording.change_amount(change.difference, view.measure)
    return Compared(label, shown(change.other, view), amount, change.better, change.note)


def _sources(rows: list[ObservationView], figure: Figure, view: IndicatorView) -> Iterable[SourceRow]:
    documents, known = get_documents({row.document for row in rows}), catalogue().sources
    for place, row in enumerate(rows):
        difference = None
        if place and row.text is not None and figure.exact is not None:
            gap = fraction_to_decimal(Fraction(row.text) - figure.exact)
            difference = wording.change_amount(gap, view.measure) if gap else Message("bằng nhau", "equal")
        yield SourceRow(
            row.id,
            known[row.source].name,
            wording.written(row, view),
            not place,
            difference,
            documents[row.document],
            row.published_date,
            # the thread below tells the note of the source in use
            wording.note(row.note) if place else Message("", ""),
        )
