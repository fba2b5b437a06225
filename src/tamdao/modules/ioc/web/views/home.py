"""The first screen by role, and the wall."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tamdao.core.people.policy import Role
from tamdao.core.units.api import UnitRow, get_unit
from tamdao.kit.dates import format_date
from tamdao.kit.messages import Message
from tamdao.kit.web.preferences import read_preferences

from ...queries import home as queries
from ...queries.dti import compare_choices
from ...queries.targets import by_pillar, counts, groups_of, target_row
from ...rules.matters import MOST
from ...rules.sentences import join, promise_sentence, promises_sentence, standing_sentence
from ..frame import Frame, read_frame
from ..page import render_page
from ..present import course_view, matter, pillar_cards, shared_note
from ..present import target_row as row_view
from ..wall import tiles

# Targets of a pillar shown on the first screen.
MOST_TARGETS = 3


def home(request: HttpRequest) -> HttpResponse:
    """Leaders decide, analysts keep the data, staff enter it, everyone else reads what was promised."""
    frame = read_frame(request)
    role = frame.post.role if frame.post else Role.PUBLIC
    if role == Role.LEADER and frame.unit is not None:
        return _leader(request, frame, frame.unit)
    if role in (Role.ANALYST, Role.ADMIN) and not frame.unit_given:
        return _analyst(request, frame)
    if role in (Role.OFFICER, Role.DIRECTOR) and not frame.unit_given and frame.unit is not None:
        return _staff(request, frame, frame.unit)
    return _public(request, frame)


def _age(course: queries.Course) -> Message | None:
    """The newest result of the index and when it was published."""
    if course.newest is None:
        return None
    period, published = course.newest
    if published is None:
        return Message(f"DTI {period}", f"DTI {period}")
    on = format_date(published)
    return Message(f"DTI {period}, công bố {on}", f"DTI {period}, published {on}")


def _leader(request: HttpRequest, frame: Frame, unit: UnitRow) -> HttpResponse:
    page = queries.leader_page(
        unit=unit,
        person=frame.person,
        at=frame.at,
        on=frame.map_date,
        now=timezone.now(),
        compare=frame.compare,
        sample=frame.sample,
    )
    return render_page(
        request,
        "ioc/home_leader.html",
        frame,
        nav_key="home",
        page=page,
        lead=page.lead,
        course=course_view(page.course, unit, frame),
        matters=[matter(found, frame, page.directors) for found in page.matters[:MOST]],
        more=max(0, len(page.matters) - MOST),
        cards=pillar_cards(page.pillars, frame, unit_id=unit.id, most=MOST_TARGETS),
        total=sum(page.counts.values()),
        counts=page.counts,
        first_visit=page.since.at is None,
        has=_has(page, frame) if page.since.at is None else [],
        data_age=_text(_age(page.course), frame),
        choices=compare_choices(frame.map_date),
        others=[group for group in page.groups if group.unit_id != unit.id],
    )


def _has(page: queries.LeaderPage, frame: Frame) -> list[dict[str, Any]]:
    """What the house holds for the leader's unit, each line with its door: for the first visit."""
    unit, lines = page.unit, []
    years = [point.year for point in page.course.points if point.rank is not None]
    if years:
        span = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
        lines.append(
            {
                "text": Message(f"Xếp hạng DTI năm {span} của tỉnh", f"The province's DTI ranks of {span}"),
                "hint": _age(page.course),
                "href": frame.page("dti", unit=unit.id),
            }
        )
    for group in page.groups:
        count = len(group.results)
        last = format_date(max(result.deadline for result in group.results))
        lines.append(
            {
                "text": Message(
                    f"{count} chỉ tiêu chuyển đổi số của {group.name}",
                    f"{count} digital-transformation target{'' if count == 1 else 's'} of {group.name}",
                ),
                "hint": Message(f"hạn cuối {last}", f"last deadline {last}"),
                "href": frame.page("targets", unit=group.unit_id),
            }
        )
    for older in page.older:
        until = format_date(older.end_date) if older.end_date else ""
        lines.append(
            {
                "text": Message(
                    f"Số liệu đã công bố của {older.inside.vi}", f"Published figures of {older.inside.en}"
                ),
                "hint": Message(f"trước {until}", f"before {until}") if until else None,
                "href": frame.page("unit", older.id),
            }
        )
    return lines


def _text(message: Message | None, frame: Frame) -> str:
    return message.text(frame.lang) if message else ""


def _analyst(request: HttpRequest, frame: Frame) -> HttpResponse:
    page = queries.analyst_page(
        unit=frame.unit, person=frame.person, at=frame.at, now=timezone.now(), sample=frame.sample
    )
    silent: dict[str, list[Any]] = {}
    for result in page.silent:
        silent.setdefault(result.unit_id, []).append(row_view(target_row(result), frame, reason=False))
    return render_page(
        request,
        "ioc/home_analyst.html",
        frame,
        nav_key="home",
        page=page,
        lead=page.lead,
        first_visit=page.since.at is None,
        silent=[(get_unit(unit_id), rows) for unit_id, rows in sorted(silent.items())],
    )


def _staff(request: HttpRequest, frame: Frame, unit: UnitRow) -> HttpResponse:
    director = frame.post is not None and frame.post.role == Role.DIRECTOR
    page = queries.staff_page(
        unit=unit, director=director, at=frame.at, on=frame.map_date, sample=frame.sample
    )
    results = [result for group in page.groups for result in group.results]
    return render_page(
        request,
        "ioc/home_staff.html",
        frame,
        nav_key="home",
        page=page,
        lead=page.lead,
        director=director,
        matters=[matter(found, frame, page.directors) for found in page.matters[:MOST]],
        counts=counts(results),
        total=len(results),
    )


def _public(request: HttpRequest, frame: Frame) -> HttpResponse:
    if frame.unit is None or not frame.unit_given:
        promised = queries.promises(at=frame.at, sample=frame.sample)
        year, provinces = queries.provinces(at=frame.at, on=frame.map_date, promised=promised)
        return render_page(
            request,
            "ioc/home_public.html",
            frame,
            nav_key="home",
            lead=promises_sentence([(item.unit.id, item.counts) for item in promised]),
            promises=promised,
            year=year,
            provinces=provinces,
            choices=compare_choices(frame.map_date),
        )
    unit = frame.unit
    groups = groups_of(unit, at=frame.at, sample=frame.sample)
    results = [result for group in groups for result in group.results]
    course = queries.course_of(
        unit, at=frame.at, on=frame.map_date, compare=frame.compare, sample=frame.sample
    )
    lead = [
        promise_sentence(group.unit_id, get_unit(group.unit_id).called, counts(group.results))
        for group in groups
    ]
    if not lead:
        lead = [promise_sentence(unit.id, unit.inside, {})]
    cards, note = shared_note(pillar_cards(by_pillar(results), frame, unit_id=unit.id, reason=True))
    return render_page(
        request,
        "ioc/home_province.html",
        frame,
        nav_key="home",
        lead=join(*lead, standing_sentence(course.standing)),
        course=course_view(course, unit, frame),
        cards=cards,
        note=note,
        counts=counts(results),
        total=len(results),
        data_age=_text(_age(course), frame),
        choices=compare_choices(frame.map_date),
    )


def wall(request: HttpRequest) -> HttpResponse:
    """At most twelve tiles for a screen on a wall."""
    frame = read_frame(request)
    unit = frame.unit
    shown: list[Any] = []
    lead: Any = ()
    age = ""
    chosen = read_preferences(request)
    if unit is not None:
        groups = groups_of(unit, at=frame.at, sample=frame.sample)
        course = queries.course_of(unit, at=frame.at, on=frame.map_date, compare=(), sample=frame.sample)
        lead = queries.lead_of(unit, groups, course.standing)
        age = _text(_age(course), frame)
        shown = tiles(unit, groups, course, frame)
    return render_page(
        request,
        "ioc/wall.html",
        frame,
        # seen from afar in a lit room at night as well: dark, unless this screen was set to light
        preferences=replace(chosen, theme="light" if chosen.theme == "light" else "dark"),
        data_age=age,
        lead=lead,
        tiles=shown,
        now=timezone.localtime(),
        choices=compare_choices(frame.map_date),
    )
