"""What the commands about people share: who acts, finding by name, options, output."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click
from django.utils import timezone

from tamdao.core.ledger import acting
from tamdao.core.units.api import get_unit
from tamdao.kit.click_types import Read
from tamdao.kit.dates import parse_date
from tamdao.kit.errors import NotFound
from tamdao.kit.messages import Message

from .access import SystemActor
from .models import Person

DAY = Read("date", parse_date)
REASON = click.option("--reason", required=True, help="Lý do · why.")
FROM = click.option("--from", "from_date", type=DAY, metavar="DATE", help="Từ ngày · from, default today.")
TO = click.option("--to", "end_date", type=DAY, metavar="DATE", help="Đến trước ngày · until the day before.")


def operator() -> SystemActor:
    """Who sits at the command line, above the table."""
    return SystemActor(acting.operator())


def find_person(username: str) -> Person:
    """The person of a user name. Raises NotFound."""
    person = Person.objects.filter(username=username).first()
    if person is None:
        raise NotFound(
            Message(f"Không có người dùng “{username}”.", f"There is no person “{username}”."),
            code="people.unknown",
        )
    return person


def unit_id_of(text: str) -> str:
    """The unit that `text` names today, or by its id at any time."""
    return get_unit(text, on=None if "@" in text else timezone.localdate()).id


def show(form: str, rows: Any, lines: Sequence[str]) -> None:
    """JSON, or lines for people."""
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for line in lines:
        click.echo(line)
