"""`tamdao outbox`: what waits, what could not be sent, and deciding about it."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import click
from django.utils import timezone

from tamdao.core.ledger.acting import acting, operator
from tamdao.kit.click_types import FORMAT

from .models import OutboxMessage
from .queries import count_messages, list_messages
from .services import outbox as services

LONGEST_LIST = 1000


@click.group()
def outbox() -> None:
    """Hộp gửi: thông điệp chờ gửi, không gửi được · the outbox: messages waiting or put aside."""


@outbox.command("list", epilog="Ví dụ · example: tamdao outbox list --state dead --format json")
@click.option(
    "--state",
    type=click.Choice(OutboxMessage.State.values),
    default=OutboxMessage.State.DEAD.value,
    show_default=True,
    help="Trạng thái · state.",
)
@FORMAT
def list_outbox(*, state: str, form: str) -> None:
    """Liệt kê thông điệp theo trạng thái, cũ nhất trước; số lượng mỗi trạng thái.

    List messages of a state, the oldest first (at most 1,000), with counts of every state.
    """
    rows = [_row(message) for message in list_messages(state=state)[:LONGEST_LIST]]
    counts = count_messages()
    if form == "json":
        click.echo(json.dumps({"counts": counts, "messages": rows}, ensure_ascii=False, indent=1))
        return
    click.echo("  ".join(f"{name} {count}" for name, count in counts.items()), err=True)
    for row in rows:
        click.echo(f"{row['id']}\t{row['channel']}\t{row['attempts']}\t{row['created_at']}\t{row['problem']}")


def _row(message: OutboxMessage) -> dict[str, Any]:
    return {
        "id": str(message.id),
        "channel": message.channel,
        "ordering": message.ordering,
        "state": message.state,
        "attempts": message.attempts,
        "created_at": message.created_at.isoformat(),
        "next_at": message.next_at.isoformat(),
        "problem": message.problem_vi,
        "problem_en": message.problem_en,
    }


@outbox.command(epilog="Ví dụ · example: tamdao outbox retry 0192f0c4-8b6e-4f7e-9a53-1f0c2b7d6e11")
@click.argument("message", type=click.UUID)
@click.option("--reason", default="", help="Lý do · reason.")
@FORMAT
def retry(*, message: UUID, reason: str, form: str) -> None:
    """Gửi lại thông điệp đã xếp riêng · send a message that was put aside once more."""
    by = operator()
    with acting(by=by):
        row = services.retry(message=message, by=by, at=timezone.now(), reason=reason)
    _tell(row, form=form, done="Sẽ gửi lại · will be sent again")


@outbox.command(
    epilog='Ví dụ · example: tamdao outbox discard 0192f0c4-8b6e-4f7e-9a53-1f0c2b7d6e11 --reason "sai địa chỉ"'
)
@click.argument("message", type=click.UUID)
@click.option("--reason", required=True, help="Lý do, bắt buộc · reason, needed.")
@FORMAT
def discard(*, message: UUID, reason: str, form: str) -> None:
    """Bỏ thông điệp đã xếp riêng, có lý do · give up a message that was put aside, with the reason."""
    by = operator()
    with acting(by=by):
        row = services.discard(message=message, reason=reason, by=by, at=timezone.now())
    _tell(row, form=form, done="Đã bỏ · discarded")


def _tell(row: OutboxMessage, *, form: str, done: str) -> None:
    if form == "json":
        click.echo(json.dumps({"id": str(row.id), "state": row.state}, indent=1))
    else:
        click.echo(f"{done}: {row.id}")
