"""Finding entries: by what they are about, who made them and when; marks on letters do not matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from tamdao.kit.messages import Message
from tamdao.kit.numbers import format_number
from tamdao.kit.text import fold

from . import naming, times, words
from .canonical import Image, parse
from .history import find_table

# so many entries are looked through; a narrower time finds older ones
LOOKED_THROUGH = 5000
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Found:
    """One entry of the list. `kind` and `pk` lead to the history of its object, empty where there is none."""

    number: int
    at: datetime
    what: Message
    by: Message
    event: Message | None
    reason: str
    kind: str
    pk: str


def search(*, text: str = "", since: date | None = None, until: date | None = None) -> list[Found]:
    """The newest entries of the time in which every word of `text` occurs; at most `SHOWN`."""
    wanted = fold(text).split()
    # without words the newest are the answer; else the names of all are part of what is looked through
    entries = list(_newest(since, until, LOOKED_THROUGH if wanted else SHOWN))
    rows = [(str(body["table"]), str(body["pk"])) for _, body in entries if body["kind"] == "row"]
    who = naming.actors(str(body.get("by", "")) for _, body in entries)
    names = naming.object_names([*rows, *who])
    found = []
    for number, body in entries:
        one = _found(number, body, names)
        if all(word in _said(one, body) for word in wanted):
            found.append(one)
            if len(found) == SHOWN:
                break
    return found


def _newest(since: date | None, until: date | None, most: int) -> Iterator[tuple[int, Image]]:
    conditions, values = ["1 = 1"], []
    for day, sign in ((since, ">="), (until, "<")):
        if day is not None:
            shown = day if sign == ">=" else day + timedelta(days=1)
            conditions.append(f"at {sign} %s")
            values.append(times.stamp(timezone.make_aware(datetime.combine(shown, time()))))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT number, body FROM ledger_entry WHERE {' AND '.join(conditions)} ORDER BY number DESC LIMIT %s",
            [*values, most],
        )
        rows = cursor.fetchall()
    for number, text in rows:
        yield number, parse(text)


def _found(number: int, body: Image, names: naming.Names) -> Found:
    row = body["kind"] == "row"
    return Found(
        number=number,
        at=times.read(str(body["at"])),
        what=_what(body, names),
        by=naming.tell_actor(str(body.get("by", "")), names),
        event=words.tell_event(str(body["event"])) if row and body.get("event") else None,
        reason=str(body.get("reason", "")),
        kind=str(body["table"]) if row else "",
        pk=str(body["pk"]) if row else "",
    )


def _what(body: Image, names: naming.Names) -> Message:
    if body["kind"] == "row":
        act = words.OPERATIONS[str(body["op"])]
        what = called(str(body["table"]), str(body["pk"]), names)
        return Message(f"{act.vi} {what.vi}", f"{act.en} {what.en}")
    if body["kind"] == "bundle":
        event = words.tell_event(str(body.get("event", "")))
        count = int(str(body["count"]))
        return Message(
            f"{event.vi or 'một lần ghi'}: {format_number(count)} dòng",
            f"{event.en or 'one submission'}: {format_number(count, lang='en')} rows",
        )
    return words.KINDS.get(str(body["kind"]), Message(str(body["kind"]), str(body["kind"])))


def called(table: str, pk: str, names: naming.Names) -> Message:
    """An object by its kind and name: "tài khoản: Văn thư"; by its number where it has no name any more."""
    kind = words.table_name(table)
    name = names.get((find_table(table).label, pk))
    if name is None:
        return Message(f"{kind.vi} {pk}", f"{kind.en} {pk}")
    return Message(f"{kind.vi}: {name.vi}", f"{kind.en}: {name.en}")


def _said(one: Found, body: Image) -> str:
    event = words.tell_event(str(body.get("event", "")))
    parts = (
        one.what.vi,
        one.what.en,
        one.pk,
        one.by.vi,
        one.by.en,
        one.reason,
        event.vi,
        event.en,
        str(body.get("bundle", "")),
    )
    return fold(" ".join((*parts, str(body.get("by", "")), *map(str, body.get("tables", ())))))
