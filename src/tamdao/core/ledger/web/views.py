"""State of sealing with a search, the history of one object, and its evidence as a file."""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from tamdao.core.ledger import api, naming, searching, words
from tamdao.core.ledger.history import find_table
from tamdao.kit.components import Crumb
from tamdao.kit.dates import format_age, parse_date
from tamdao.kit.errors import DomainError, NotFound
from tamdao.kit.messages import Message

_TITLE = Message("Nhật ký đối chứng", "Ledger")


@dataclass(frozen=True, slots=True)
class _Step:
    """One write, in words."""

    line: api.Line
    what: Message
    by: Message
    event: Message | None
    changes: list[tuple[Message, api.Change, Message, Message]]


def overview(request: HttpRequest) -> HttpResponse:
    """Last checkpoint, witness, what waits; and entries found by object, actor and time."""
    now = timezone.now()
    state = api.status(at=now)
    language = get_language() or "vi"
    query = request.GET.get("q", "")[:200]
    since, until, problem = _days(request)
    context = {
        "state": state,
        "sealed_age": format_age(state.sealed_at, now=now, lang=language) if state.sealed_at else "",
        "words_sought": query,
        "since": request.GET.get("since", ""),
        "until": request.GET.get("until", ""),
        "problem": problem,
        "found": searching.search(text=query, since=since, until=until) if not problem else [],
        "most": searching.SHOWN,
        "nav_key": "ledger",
    }
    return _private(render(request, "ledger/overview.html", context))


def _days(request: HttpRequest) -> tuple[date | None, date | None, Message | None]:
    found: list[date | None] = []
    for name in ("since", "until"):
        text = request.GET.get(name, "").strip()
        try:
            found.append(parse_date(text) if text else None)
        except DomainError as error:
            return None, None, error.message
    return found[0], found[1], None


def history(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    """Who changed one object, when, from what to what and why."""
    table = find_table(kind)
    lines = api.list_history(kind, pk)
    if not lines:
        raise NotFound(
            Message(
                f"Nhật ký đối chứng chưa có dòng nào của {kind} {pk}.",
                f"The ledger has nothing about {kind} {pk} yet.",
            ),
            code="ledger.no_rows",
        )
    values = [
        (one.column, value) for line in lines for one in line.changes for value in (one.before, one.after)
    ]
    who = naming.actors(line.by for line in lines)
    names = naming.object_names({(table.label, pk)} | who | naming.references(table.name, values))
    name = searching.called(table.name, pk, names)
    title = Message(f"{name.vi[:1].upper()}{name.vi[1:]}", f"{name.en[:1].upper()}{name.en[1:]}")
    context = {
        "title": title,
        "number": pk,
        "steps": [_step(line, names) for line in lines],
        "waiting": sum(line.entry is None for line in lines),
        "crumbs": [Crumb(_TITLE, reverse("ledger")), Crumb(title)],
        "evidence": reverse("ledger_evidence", kwargs={"kind": kind, "pk": pk}),
        "nav_key": "ledger",
    }
    return _private(render(request, "ledger/object.html", context))


# what says nothing to a reader: the key, which the page names, and copies made for searching
_UNSAID = frozenset({"id", "folded"})


def _step(line: api.Line, names: naming.Names) -> _Step:
    act = words.OPERATIONS[line.op]
    return _Step(
        line=line,
        what=Message(f"{act.vi[:1].upper()}{act.vi[1:]}", f"{act.en[:1].upper()}{act.en[1:]}"),
        by=naming.tell_actor(line.by, names),
        event=words.tell_event(line.event) if line.event else None,
        changes=[
            (
                words.column_name(one.column),
                one,
                naming.told(line.table, one.column, one.before, names),
                naming.told(line.table, one.column, one.after, names),
            )
            for one in line.changes
            # what was and stays empty tells nothing
            if one.secret or (one.column not in _UNSAID and (_filled(one.before) or _filled(one.after)))
        ],
    )


def _filled(value: object) -> bool:
    return value is not None and value != ""


@require_POST
def evidence(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    """The evidence of one object as a zip file, checked offline with `tamdao-verify` once it is unpacked."""
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "evidence")
        api.evidence(folder, kind=kind, id=pk)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.iterdir()):
                archive.write(path, path.name)
    response = HttpResponse(packed.getvalue(), content_type="application/zip")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{_file_name(kind, timezone.localtime())}"'
    )
    return _private(response)


def _file_name(kind: str, at: datetime) -> str:
    plain = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in kind)
    return f"tamdao-evidence-{plain}-{at:%Y%m%d-%H%M}.zip"


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    return response
