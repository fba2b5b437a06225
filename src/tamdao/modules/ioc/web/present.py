"""Query results as the components of kit draw them: here plain values meet addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from tamdao.core.units.api import UnitRow
from tamdao.facts import api as facts
from tamdao.kit import components
from tamdao.kit.messages import Message
from tamdao.kit.numbers import format_number
from tamdao.kit.svgchart import Point
from tamdao.modules.scoring.api import TrendPoint

from ..queries.home import Course
from ..queries.show import Shown
from ..queries.targets import PillarTally, TargetRow
from ..rules.matters import Matter, overdue, responsible
from ..rules.sentences import places, text_of
from ..rules.words import PILLAR_WORDS, day, word
from .frame import Frame

# States in which a bar would be empty for every target of the card.
UNJUDGED = frozenset({"awaiting_decision", "no_data"})
BREAK = Message("bộ chỉ số khác", "other edition")


def figure_view(shown: Shown | None, frame: Frame) -> components.FigureView:
    """A figure as a number with the door to its explanation."""
    if shown is None or not shown.has_value:
        return components.FigureView(None)
    return components.FigureView(
        value=shown.value,
        unit=shown.symbol if shown.symbol.vi else "",
        sign_word=shown.sign_word if shown.sign_word.vi else "",
        of=shown.of,
        href=frame.figure(*shown.key),
        decimals=shown.decimals,
        sample=shown.sample,
    )


def source_kind(shown: Shown | None) -> Any:
    """Machine, form or document; samples and mixtures have no mark."""
    return shown.source_kind if shown and shown.source_kind in ("machine", "form", "document") else ""


def deadline_words(deadline: date | None, at: date, *, judged: bool = False) -> Message:
    """ "hạn 31/12/2025", with how long it has passed unless the target is judged."""
    if deadline is None:
        return Message("chưa có hạn", "no deadline")
    on = day(deadline)
    late = None if judged else overdue(deadline, at)
    if late is None:
        return Message(f"hạn {on.vi}", f"due {on.en}")
    return Message(f"hạn {on.vi} ({late.vi})", f"due {on.en} ({late.en})")


def target_row(row: TargetRow, frame: Frame, *, reason: bool = True) -> components.TargetRow:
    """A target of a list."""
    result, actual = row.result, row.actual
    rank = result.kind == "rank"
    worst = (actual.universe if actual else "") or result.universe
    return components.TargetRow(
        name=result.name,
        href=frame.page("target", result.code),
        state=result.state,
        figure=figure_view(actual, frame),
        goal=row.promise,
        deadline=Message(str(result.deadline.year), str(result.deadline.year)),
        period=actual.period_words if actual else "",
        source_kind=source_kind(actual),
        reason=result.reason if reason else "",
        target=result.value,
        base=result.base_value or None,
        low=worst if rank and worst else None,
        high="1" if rank and worst else None,
    )


def pillar_card(
    tally: PillarTally, frame: Frame, *, unit_id: str, most: int | None = None, reason: bool = False
) -> components.PillarCard:
    """The card of a pillar with its first `most` targets."""
    rows = tally.rows if most is None else tally.rows[:most]
    total = tally.total
    reasons = {row.result.reason for row in tally.rows}
    more = most is not None and total > most
    return components.PillarCard(
        pillar=tally.pillar if tally.pillar in ("government", "economy", "society") else "",  # type: ignore[arg-type]  # mypy keeps str after `in`
        name=word(PILLAR_WORDS, tally.pillar),
        counts=tally.counts,
        rows=[target_row(row, frame, reason=reason and (len(reasons) > 1 or total == 1)) for row in rows],
        href=frame.page("targets", unit=unit_id, pillar=tally.pillar) if more else "",
        total_text=Message(f"{total} chỉ tiêu", f"{total} target{'' if total == 1 else 's'}"),
        note=reasons.pop() if reason and len(reasons) == 1 and total > 1 else "",
        more_text=Message(f"Xem cả {total} chỉ tiêu", f"See all {total} targets"),
    )


def figure_row(shown: Shown, frame: Frame) -> dict[str, object]:
    """A line of a table of figures."""
    source = facts.catalogue().sources.get(shown.source)
    return {
        "figure": shown,
        "view": figure_view(shown, frame),
        "period": shown.period_words,
        "source": source.name if source else shown.source_words,
        "state": shown.state_words,
        "conflicts": shown.conflicts,
        "sample": shown.sample,
        "indicator": shown.indicator,
        "name": shown.name,
    }


def course_points(
    course: Iterable[Shown], frame: Frame, broken: Mapping[str, Message | None] | None = None
) -> list[Point]:
    """A series as points of a trend; `broken` names the periods that are not compared with the one before."""
    points = []
    previous = ""
    for item in course:
        break_before = ""
        if broken is not None and broken.get(item.period):
            break_before = BREAK.text(frame.lang)
        elif previous and item.universe and item.universe != previous:
            break_before = f"{previous} → {item.universe}"
        previous = item.universe or previous
        points.append(
            Point(
                label=item.period,
                value=Decimal(item.value) if item.value is not None else None,
                text=item.number.text(frame.lang),
                href=frame.figure(*item.key),
                title=f"{item.period_words.text(frame.lang)}: {item.text.text(frame.lang)}",
                sample=item.sample,
                break_before=break_before,
            )
        )
    return points if sum(point.value is not None for point in points) > 1 else []


def trend_points(points: Iterable[TrendPoint], unit: UnitRow, frame: Frame) -> list[Point]:
    """Ranks over the years; cut where the edition or the universe changes, so unlike is never joined to unlike."""
    found = []
    before: TrendPoint | None = None
    for point in points:
        score = "" if point.score is None else format_number(point.score, lang=frame.lang, decimals=4)
        title = Message(
            f"Năm {point.year}: hạng {point.rank or '–'} trong {point.universe}{', điểm ' + score if score else ''}",
            f"{point.year}: rank {point.rank or '–'} of {point.universe}{', score ' + score if score else ''}",
        )
        found.append(
            Point(
                label=str(point.year),
                value=point.rank,
                text=str(point.rank or ""),
                href=frame.page("score", str(point.year), unit.id, "DTI"),
                title=title.text(frame.lang),
                break_before=_break(before, point).text(frame.lang) if point.break_before and before else "",
            )
        )
        before = point
    return found


def _break(before: TrendPoint | None, point: TrendPoint) -> Message:
    if before is not None and before.universe != point.universe:
        return Message(f"{before.universe} → {point.universe} tỉnh", f"{before.universe} → {point.universe}")
    return BREAK


def course_view(course: Course, unit: UnitRow, frame: Frame) -> dict[str, Any] | None:
    """Rank, change, trend and neighbours of a unit; None where nothing is known."""
    standing = course.standing
    if standing is None:
        return None
    year = str(standing.year)
    rank = None if standing.rank is None else str(standing.rank)
    change = places(standing.gained) if standing.gained is not None else None
    converted = any(point.converted for point in course.points)
    return {
        "standing": standing,
        "figure": components.FigureView(
            rank, of=str(standing.universe), href=frame.page("score", year, unit.id, "DTI")
        ),
        "change": change,
        "better": None if not standing.gained else standing.gained > 0,
        "points": trend_points(course.points, unit, frame),
        "breaks": any(point.break_before for point in course.points),
        "converted": converted,
        "near": [
            {
                "unit": row.unit,
                "rank": row.cell.rank,
                "score": row.cell.score,
                "me": row.me,
                "compared": row.compared,
                "href": frame.page("score", year, row.unit.id, "DTI"),
            }
            for row in course.near
        ],
        "href": frame.page(
            "dti", unit=unit.id, year=year, map=course.table.on.isoformat() if course.table else ""
        ),
    }


def matter(found: Matter, frame: Frame, directors: Mapping[str, str]) -> components.Matter:
    """A matter with its person, deadline and one button."""
    return components.Matter(
        title=text_of(found.title, frame.lang),
        state=found.state,
        detail=found.detail,
        person=responsible(found, directors),
        deadline=deadline_words(found.deadline, frame.at),
        action=found.action,
        action_href=frame.url(found.link),
    )


def pillar_cards(
    tallies: Iterable[PillarTally],
    frame: Frame,
    *,
    unit_id: str,
    most: int | None = None,
    reason: bool = False,
) -> list[dict[str, Any]]:
    """Cards of the pillars; `brief` where none of the targets can be judged and all wait for the same thing."""
    return [
        {
            "brief": len(tally.counts) == 1 and set(tally.counts) <= UNJUDGED,
            "view": pillar_card(tally, frame, unit_id=unit_id, most=most, reason=reason),
        }
        for tally in tallies
    ]


def shared_note(cards: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], components.Text]:
    """The cards and the one reason all of them share: said once for the page, not again on each card."""
    notes = {card["view"].note for card in cards}
    if len(cards) < 2 or len(notes) != 1 or not all(notes):
        return cards, ""
    return [{**card, "view": replace(card["view"], note="")} for card in cards], notes.pop()


def crumbs(*steps: tuple[Message | str, str]) -> Sequence[components.Crumb]:
    """The way down to a page; the last step has no address."""
    return [components.Crumb(label, href) for label, href in steps]
