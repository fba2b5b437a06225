"""Named refusals of the facts layer."""

from __future__ import annotations

from collections.abc import Sequence

from tamdao.kit.errors import DomainError, NotFound
from tamdao.kit.messages import Message


def indicator_unknown(code: str, nearest: Sequence[str]) -> NotFound:
    """No indicator has this code; `nearest` are the codes that look most like it."""
    vi, en = f"Không có chỉ số “{code}”.", f"There is no indicator “{code}”."
    if nearest:
        names = ", ".join(nearest)
        vi, en = f"{vi} Gần giống: {names}.", f"{en} Close to it: {names}."
    return NotFound(Message(vi, en), code="indicator_unknown", extra={"nearest": list(nearest)})


def target_unknown(code: str, nearest: Sequence[str]) -> NotFound:
    """No target has this code."""
    vi, en = f"Không có chỉ tiêu “{code}”.", f"There is no target “{code}”."
    if nearest:
        names = ", ".join(nearest)
        vi, en = f"{vi} Gần giống: {names}.", f"{en} Close to it: {names}."
    return NotFound(Message(vi, en), code="target_unknown", extra={"nearest": list(nearest)})


def level_not_measured(indicator: Message, unit: Message, has: Message, level: Message) -> DomainError:
    """The indicator does not exist at the level of this unit; levels as they stand inside a sentence."""
    return DomainError(
        Message(
            f"Chỉ số “{indicator.vi}” chỉ có ở {has.vi}; {unit.vi} là {level.vi}.",
            f"The indicator “{indicator.en}” exists at the level {has.en} only; {unit.en} is of the level {level.en}.",
        ),
        code="level_not_measured",
    )


def date_unreadable(text: str, what: Message) -> DomainError:
    """A date on the command line or in a request that can't be read."""
    return DomainError(
        Message(
            f"{what.vi} “{text}” không đọc được. Ghi theo dạng 2025-07-01 hoặc 01/07/2025.",
            f"{what.en} “{text}” can't be read. Write it as 2025-07-01 or 01/07/2025.",
        ),
        code="date_unreadable",
        status=422,
    )


def not_convertible(indicator: Message, unit: Message, reported: Sequence[Message]) -> DomainError:
    """The indicator's rule forbids a value on this unit; `reported` are the units that have one, with their ids."""
    vi, en = ", ".join(one.vi for one in reported), ", ".join(one.en for one in reported)
    have = Message(f" Số đã công bố có ở: {vi}.", f" Reported values exist for: {en}.")
    return DomainError(
        Message(
            f"Chỉ số “{indicator.vi}” không quy đổi được cho {unit.vi}.{have.vi if reported else ''}",
            f"The indicator “{indicator.en}” can't be converted for {unit.en}.{have.en if reported else ''}",
        ),
        code="not_convertible",
        status=409,
    )


_KINDS = {
    "observation": Message("số liệu gốc", "observation"),
    "source": Message("nguồn", "source"),
    "document": Message("văn bản", "document"),
    "indicator": Message("chỉ số", "indicator"),
    "unit": Message("đơn vị", "unit"),
    "unit_event": Message("sự kiện địa giới", "event of units"),
    "target": Message("chỉ tiêu", "target"),
    "pack": Message("gói nội dung", "pack"),
}


def record_unknown(kind: str, key: str) -> NotFound:
    """A stored record was asked for that does not exist."""
    name = _KINDS.get(kind, Message(kind, kind))
    return NotFound(
        Message(f"Không có {name.vi} “{key}”.", f"There is no {name.en} “{key}”."),
        code="record_unknown",
    )
