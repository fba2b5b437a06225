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


def level_not_measured(indicator: Message, unit: str, has: Message, level: Message) -> DomainError:
    """The indicator does not exist at the level of this unit."""
    return DomainError(
        Message(
            f"Chỉ số “{indicator.vi}” chỉ có ở cấp {has.vi}; {unit} thuộc cấp {level.vi}.",
            f"The indicator “{indicator.en}” exists at level {has.en} only; {unit} is of level {level.en}.",
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


def unit_name_ambiguous(text: str, choices: Sequence[str]) -> DomainError:
    """Several units answer to this name; `choices` are "id full name" lines."""
    names = "; ".join(choices)
    return DomainError(
        Message(
            f"“{text}” có thể là nhiều đơn vị: {names}. Ghi mã định danh đầy đủ hoặc chọn ngày địa giới.",
            f"“{text}” may be several units: {names}. Give the full id or choose a map date.",
        ),
        code="unit_ambiguous",
        extra={"choices": list(choices)},
    )


def record_unknown(kind: str, key: str) -> NotFound:
    """A stored record was asked for that does not exist."""
    return NotFound(
        Message(f"Không có bản ghi {kind} “{key}”.", f"There is no {kind} record “{key}”."),
        code="record_unknown",
    )
