"""What is known of each witness: what it took last, and why it takes nothing now. For status, page and doctor."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from tamdao.core.ledger import times
from tamdao.core.ledger.models import WitnessState
from tamdao.core.ledger.notes import Note
from tamdao.kit.errors import Problem
from tamdao.kit.messages import Message

from .places import Last, Witness

# `Problem.where` of a witness that fails is this and its name
WHERE = "witness"
NONE = Problem(
    Message(
        "chưa đặt nhân chứng nào (TAMDAO_WITNESS_DIR hoặc TAMDAO_WITNESS_EMAIL): cắt đuôi sổ sẽ không ai thấy",
        "no witness is set (TAMDAO_WITNESS_DIR or TAMDAO_WITNESS_EMAIL): a cut tail would go unseen",
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


def states(witnesses: Iterable[Witness]) -> list[State]:
    """The state of each."""
    rows = {row.name: row for row in WitnessState.objects.all()}
    return [_state(one, rows.get(one.name, WitnessState(name=one.name))) for one in witnesses]


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


def took(name: str, note: Note) -> None:
    """It has this checkpoint now."""
    WitnessState.objects.update_or_create(
        pk=name,
        defaults={"size": note.size, "at": note.at, "error_vi": "", "error_en": "", "failing_since": None},
    )


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
