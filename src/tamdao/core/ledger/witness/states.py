"""What is known of each witness: what it took last, and why it takes nothing now. For status, page and doctor."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from tamdao.core.ledger import notes, times
from tamdao.core.ledger.models import Receipt, WitnessState
from tamdao.kit.errors import Problem
from tamdao.kit.messages import Message

from .places import Last, Witness

# `Problem.where` of a witness that fails is this and its name
WHERE = "witness"
NONE = Problem(
    Message(
        "Chưa có nơi thứ hai giữ dấu của nhật ký: ai cắt bỏ phần cuối thì không có gì để đối chiếu. "
        "Quản trị máy chủ đặt TAMDAO_WITNESS_DIR, _EMAIL, _HOSTS hoặc _TSA.",
        "No second place keeps the marks of the ledger: if its end were cut off, nothing would show it. "
        "Set TAMDAO_WITNESS_DIR, _EMAIL, _HOSTS or _TSA on the server.",
    ),
    where=WHERE,
)


@dataclass(frozen=True, slots=True)
class State:
    """One witness that is set. `at` is the time of the checkpoint it took last, None before the first."""

    name: str
    title: Message
    size: int
    at: datetime | None
    error: Message | None
    failing_since: datetime | None


def _is_there(model: type[Model]) -> bool:
    """A database that is still to be upgraded is asked too: before its backup, and after one was restored."""
    return model._meta.db_table in connection.introspection.table_names()


def states(witnesses: Iterable[Witness]) -> list[State]:
    """The state of each."""
    listed = list(witnesses)
    there = listed and _is_there(WitnessState)
    rows = {row.name: row for row in WitnessState.objects.all()} if there else {}
    return [_state(one, rows.get(one.name, WitnessState(name=one.name))) for one in listed]


def _state(one: Witness, row: WitnessState) -> State:
    return State(
        name=one.name,
        title=one.title,
        size=row.size,
        at=times.read(row.at) if row.at else None,
        error=Message(row.error_vi, row.error_en) if row.error_vi else None,
        failing_since=row.failing_since,
    )


def warnings(found: Collection[State]) -> list[Problem]:
    """What one should know: no witness at all, or one that fails."""
    if not found:
        return [NONE]
    return [
        Problem(
            Message(
                f"nhân chứng {state.title.vi}: {state.error.vi}",
                f"witness {state.title.en}: {state.error.en}",
            ),
            where=f"{WHERE} {state.name}",
        )
        for state in found
        if state.error is not None
    ]


def last(name: str) -> Last:
    """What a witness took last."""
    row = WitnessState.objects.filter(pk=name).first()
    return Last(row.size, row.at) if row else Last()


def took(one: Witness, text: str, receipt: str) -> None:
    """It has this checkpoint now, and gave this receipt, "" for none."""
    note = notes.read(text)[0]
    now = timezone.now()
    with transaction.atomic():
        WitnessState.objects.update_or_create(
            pk=one.name,
            defaults={
                "size": note.size,
                "at": note.at,
                "error_vi": "",
                "error_en": "",
                "failing_since": None,
            },
        )
        if not receipt:
            return
        if one.keeps == "day":
            Receipt.objects.filter(
                witness=one.name, received_at__gte=now.replace(hour=0, minute=0, second=0, microsecond=0)
            ).delete()
        Receipt.objects.create(
            witness=one.name, size=note.size, checkpoint=text, content=receipt, received_at=now
        )


def receipts() -> Iterator[Receipt]:
    """All that are kept, in their order."""
    if _is_there(Receipt):
        yield from Receipt.objects.order_by("id").iterator(chunk_size=500)


def receipt_fault(row: Receipt, witnesses: Mapping[str, Witness]) -> str:
    """Why a receipt does not hold, "" when it does or when its witness is no longer set."""
    one = witnesses.get(row.witness)
    if one is None:
        return ""
    try:
        one.check(row.content, row.checkpoint)
    except ValueError as error:
        return str(error)
    return ""


def failed(name: str, why: Message) -> None:
    """It did not take one; written once for each reason."""
    row = WitnessState.objects.filter(pk=name).first() or WitnessState(pk=name)
    if (row.error_vi, row.error_en) == (why.vi, why.en):
        return
    row.error_vi, row.error_en = why.vi[:2000], why.en[:2000]
    row.failing_since = row.failing_since or timezone.now()
    row.save()


def recovered(name: str) -> None:
    """It can be reached and wants nothing new."""
    WitnessState.objects.filter(pk=name).exclude(error_vi="").update(
        error_vi="", error_en="", failing_since=None
    )
