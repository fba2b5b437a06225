"""Naming units and people in a form: what is offered while one types, and what to say when a name fits none or many."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import get_language

from tamdao.core.units import api as units
from tamdao.kit.dates import format_date
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tamdao.kit.text import fold

from .. import access, queries
from ..access import Actor
from ..models import Person

# a longer list helps nobody who types; every name may still be typed
MOST_OFFERED = 300
_LISTED = 6


def find_unit_id(text: str) -> str:
    """The unit a reader named: by name, with the unit above it where several bear it, by code or by id.

    DomainError says in names, not in ids, what would be right.
    """
    today = timezone.localdate()
    on = None if "@" in text else today
    try:
        return units.get_unit(text, on=on).id
    except DomainError as error:
        if error.code == "unit_ambiguous":
            raise _several(text, today) from error
        if error.code == "unit_unknown":
            raise _unknown(text, error, today) from error
        raise


def _several(text: str, today: date) -> DomainError:
    names = [in_full(row, today) for row in units.find_units(text, on=today)]
    listed = "; ".join(sorted(names, key=lambda name: name.count(","))[:_LISTED])
    return DomainError(
        Message(
            f"Có {len(names)} đơn vị tên “{text}”: {listed}. Điền đủ tên như vậy.",
            f"{len(names)} units are called “{text}”: {listed}. Write the name in full like that.",
        ),
        code="unit_ambiguous",
        status=409,
    )


def _unknown(text: str, error: DomainError, today: date) -> DomainError:
    rows = [units.find_row(unit_id, on=today) for unit_id in error.extra["nearest"]]
    near = ", ".join(row.full_name for row in rows if row is not None)
    day = format_date(today)
    hint = (
        Message(f"Có phải: {near}?", f"Did you mean: {near}?")
        if near
        else Message("Điền tên hoặc mã của đơn vị.", "Write the name or code of a unit.")
    )
    return DomainError(
        Message(f"Ngày {day} không có đơn vị “{text}”. {hint.vi}", f"No unit “{text}” on {day}. {hint.en}"),
        code="unit_unknown",
        status=404,
    )


def in_full(row: units.UnitRow, on: date) -> str:
    """The name of a unit with that of the unit above it: "Xã Tân Lập, tỉnh Lâm Đồng"; provinces by their own."""
    above = [parent for parent in units.unit_map(on).parents(row.id) if parent.parent_id is not None]
    return f"{row.full_name}, {above[0].inside.vi}" if above else row.full_name


def offered_units(actor: Actor, resource: str, action: str, *, at: date) -> list[tuple[str, str]]:
    """Names to offer whoever does `action` at a unit: those in reach, upper levels and the alphabet first; for a
    reach of everything the country and the units right below it. Each with its code.
    """
    found = access.reach(actor, resource, action, at=at)
    try:
        on = units.unit_map(at)
    except DomainError:
        return []
    if found.everything:
        tops = [row for level in on.levels() for row in on.units(level) if row.parent_id is None]
        rows = [row for top in tops for row in (top, *on.children(top.id))]
    else:
        reached = found.units()
        tops = [
            row for row in map(on.get, sorted(reached)) if row is not None and row.parent_id not in reached
        ]
        rows = [row for top in tops for row in (top, *on.children(top.id)) if row.id in reached]
    return [(in_full(row, at), row.code) for row in rows[:MOST_OFFERED]]


def offered_people(actor: Actor, *, at: date) -> list[tuple[str, str]]:
    """User names to offer, each with who that is: people whom the reader may see, without the reader."""
    found = queries.search_people(actor, at=at).filter(is_active=True)
    reader = access.resolved(actor)
    if isinstance(reader, Person):
        found = found.exclude(pk=reader.pk)
    return list(found.values_list("username", "display_name")[:MOST_OFFERED])


def find_person(actor: Actor, text: str) -> Person:
    """The person of this user name or, where only one bears it, of this name, among those the reader may see.

    DomainError; unknown and not shown sound the same.
    """
    shown = access.visible(actor, Person.objects.all(), "person", "view")
    named = shown.filter(username=text).first()
    if named is not None:
        return named
    wanted = fold(text)
    same = [
        person
        for person in shown.filter(folded__contains=wanted).order_by("username")
        if fold(person.display_name) == wanted
    ]
    if len(same) == 1:
        return same[0]
    if same:
        names = ", ".join(person.username for person in same)
        message = Message(
            f"Có {len(same)} người tên “{text}”: {names}. Điền tên đăng nhập.",
            f"{len(same)} people are called “{text}”: {names}. Write the user name.",
        )
    else:
        message = Message(
            f"Không có “{text}” trong những người xem được ở trang Người dùng.",
            f"There is no “{text}” among the people you see on the page People.",
        )
    raise DomainError(message, code="people.not_named", status=422)


def text_of(error: DomainError) -> str:
    """The sentence in the reader's language."""
    return error.message.text(get_language() or "vi")
