"""The list of targets and one target."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from tamdao.kit.dates import format_date
from tamdao.kit.messages import Message

from ...queries import targets
from ...rules.matters import Group
from ...rules.sentences import Sentence, awaiting_sentence, join, targets_sentence
from ...rules.words import PILLARS, STATES
from ..frame import Frame, read_frame
from ..page import render_page
from ..present import course_points, crumbs, deadline_words, figure_row, pillar_cards, target_row


@dataclass(frozen=True, slots=True)
class Listed:
    """What the address asks of the list: the filters, all groups, and what the filters leave of them."""

    pillar: str
    state: str
    text: str
    groups: list[Group]
    shown: list[targets.GroupRows]


def listed_targets(request: HttpRequest, frame: Frame) -> Listed:
    """Targets of a unit and of the units merged into it, or of every unit that has some; unknown filters are none."""
    pillar, state = request.GET.get("pillar", ""), request.GET.get("state", "")
    pillar = pillar if pillar in PILLARS else ""
    state = state if state in STATES else ""
    text = request.GET.get("q", "").strip()[:100]
    groups = targets.groups_of(frame.unit, at=frame.at, sample=frame.sample)
    shown = targets.filtered(groups, pillar=pillar, state=state, text=text)
    return Listed(pillar, state, text, groups, shown)


def index(request: HttpRequest) -> HttpResponse:
    """The list of targets, by unit and pillar."""
    frame = read_frame(request)
    listed = listed_targets(request, frame)
    groups = listed.groups
    every = [result for group in groups for result in group.results]
    lead: Sentence = ()
    for group in groups:
        waiting = [result for result in group.results if result.state == "awaiting_decision"]
        if waiting and len(waiting) == len(group.results) and group.ended:
            lead = join(lead, awaiting_sentence(group.unit_id, group.name, len(waiting), group.ended))
        else:
            lead = join(lead, targets_sentence(group.unit_id, targets.counts(group.results)))
    if frame.unit is None and len(groups) > 1:
        lead = ()
    return render_page(
        request,
        "ioc/targets.html",
        frame,
        nav_key="targets",
        lead=lead,
        total=len(every),
        counts=targets.counts(every),
        groups=[
            {
                "unit": group.unit,
                "shown": group.shown,
                "total": group.total,
                "waits": waiting_note(group),
                "cards": pillar_cards(
                    group.pillars, frame, unit_id=group.unit.id, reason=waiting_note(group) is None
                ),
            }
            for group in listed.shown
        ],
        units=targets.units_with_targets(),
        pillar=listed.pillar,
        state=listed.state,
        text=listed.text,
        pillars=PILLARS,
        states=STATES,
    )


def waiting_note(group: targets.GroupRows) -> Message | None:
    """Where every target of a unit that ended waits for a decision, the one reason for all of them."""
    end = group.unit.end_date
    if end is None or set(group.counts) != {"awaiting_decision"}:
        return None
    day = format_date(end)
    return Message(
        f"Đơn vị kết thúc hoạt động ngày {day}, trước hạn của các chỉ tiêu; chờ cấp có thẩm quyền quyết định.",
        f"The unit ended on {day}, before its targets were due; they await a decision of the competent level.",
    )


def one(request: HttpRequest, code: str) -> HttpResponse:
    """One target: promise, standing, reason, measure, document."""
    frame = read_frame(request)
    page = targets.target_page(code, at=frame.at, sample=frame.sample)
    result = page.row.result
    rank = result.kind == "rank"
    return render_page(
        request,
        "ioc/target.html",
        frame,
        nav_key="targets",
        page=page,
        row=target_row(page.row, frame, reason=False),
        deadline=deadline_words(result.deadline, frame.at, judged=result.state in ("met", "missed")),
        points=course_points(page.course, frame, page.broken),
        rows=[{**figure_row(item, frame), "broken": page.broken.get(item.period)} for item in page.course],
        reverse=rank,
        band=(1, int(result.value)) if rank else None,
        band_label=page.row.promise if rank else "",
        crumbs=crumbs(
            (Message("Chỉ tiêu", "Targets"), frame.page("targets")),
            (page.unit.called, frame.page("targets", unit=page.unit.id)),
            (page.row.result.name, ""),
        ),
        shown_unit=page.unit,
    )
