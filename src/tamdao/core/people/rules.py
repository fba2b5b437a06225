"""What must hold of posts and delegations, decided on plain values. Each function returns everything found wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from tamdao.kit.dates import format_date
from tamdao.kit.errors import Problem
from tamdao.kit.messages import Message

from .policy import GRANTABLE, NOT_LENT, Capacity, Role, pairs_of

MOST_REASON = 400


@dataclass(frozen=True, slots=True)
class Period:
    """From a day on until the day before `end`; None: until further notice."""

    start: date
    end: date | None = None

    def overlaps(self, other: Period) -> bool:
        """Whether any day belongs to both; a period that ends where it starts has no day."""
        ends = [day for day in (self.end, other.end) if day is not None]
        begun = max(self.start, other.start)
        return all(begun < day for day in ends)

    def covers(self, day: date) -> bool:
        """Whether the day belongs to it."""
        return self.start <= day and (self.end is None or day < self.end)

    def within(self, other: Period) -> bool:
        """Whether every day of this one belongs to `other`."""
        if self.start < other.start or (other.end is not None and self.start >= other.end):
            return False
        return other.end is None or (self.end is not None and self.end <= other.end)


def first_uncovered(before: Iterable[Period], after: Iterable[Period], *, since: date) -> date | None:
    """The first day from `since` on that some period of `before` covers and none of `after`; None: there is none.

    Nothing changes but where a period begins or ends, so only those days are looked at.
    """
    old, new = list(before), list(after)
    edges = {day for period in (*old, *new) for day in (period.start, period.end) if day is not None}
    for day in sorted({since, *(edge for edge in edges if edge > since)}):
        if any(period.covers(day) for period in old) and not any(period.covers(day) for period in new):
            return day
    return None


def reason_problems(reason: str) -> list[Problem]:
    """A reason is given, in one or two sentences."""
    if not reason.strip():
        return [Problem(Message("Nêu lý do.", "Give the reason."), field="reason")]
    if len(reason) > MOST_REASON:
        return [
            Problem(
                Message(
                    f"Lý do dài quá {MOST_REASON} ký tự.",
                    f"The reason is longer than {MOST_REASON} characters.",
                ),
                field="reason",
            )
        ]
    return []


def period_problems(period: Period, *, today: date, backdated: bool) -> list[Problem]:
    """The period has a day in it and does not begin in the past, for people: no right before it was given."""
    found = []
    if period.end is not None and period.end <= period.start:
        found.append(
            Problem(
                Message("Ngày kết thúc phải sau ngày bắt đầu.", "The end must come after the beginning."),
                field="end_date",
            )
        )
    if period.start < today and not backdated:
        day = format_date(today)
        found.append(
            Problem(
                Message(
                    f"Không giao lùi ngày: bắt đầu từ {day} trở đi.",
                    f"Nothing begins in the past: from {day} on.",
                ),
                field="from_date",
            )
        )
    return found


def end_problems(on: date, *, today: date) -> list[Problem]:
    """Nothing ends in the past: what was done until today was done in office."""
    if on >= today:
        return []
    day = format_date(today)
    return [
        Problem(
            Message(
                f"Không kết thúc lùi ngày: từ {day} trở đi.", f"Nothing ends in the past: from {day} on."
            ),
            field="on",
        )
    ]


def unit_problems(period: Period, unit: Period) -> list[Problem]:
    """The unit exists when the post begins; a later end of the unit ends the post by itself."""
    if unit.start <= period.start and (unit.end is None or period.start < unit.end):
        return []
    return [
        Problem(
            Message("Đơn vị không hoạt động vào ngày bắt đầu.", "The unit does not exist on the first day."),
            field="unit",
        )
    ]


def overlap_problems(period: Period, held: Iterable[Period]) -> list[Problem]:
    """The same role at the same unit is not held twice on one day."""
    for other in held:
        if period.overlaps(other):
            day = format_date(other.start)
            return [
                Problem(
                    Message(
                        f"Người này đã giữ vai trò ấy tại đơn vị ấy từ {day}; kết thúc trước rồi giao lại.",
                        f"This person holds that role at that unit since {day}; end it first.",
                    ),
                    field="role",
                )
            ]
    return []


def may_give(role: Role, givers: Iterable[Role]) -> bool:
    """Whether one of the roles `givers` may give, and so also end, `role`."""
    return any(role in GRANTABLE.get(giver, ()) for giver in givers)


def lending_problems(
    *, role: Role, capacity: Capacity, pairs: Collection[str], period: Period, post: Period, document: str
) -> list[Problem]:
    """What may be lent of a post, how and for how long (Nghị định 30/2020/NĐ-CP, Điều 13, not read itself)."""
    found = []
    if role in NOT_LENT:
        found.append(
            Problem(
                Message(
                    "Vai trò quản trị hệ thống và kiểm tra không ủy quyền được; giao chức vụ riêng nếu cần.",
                    "System administrators and auditors act in person; grant a post of its own instead.",
                ),
                field="role",
            )
        )
    beyond = sorted(set(pairs) - pairs_of(role))
    if beyond:
        names = ", ".join(beyond)
        found.append(
            Problem(
                Message(
                    f"Không ủy quyền quá quyền của chức vụ: {names}.",
                    f"More than the post itself may do: {names}.",
                ),
                field="pairs",
            )
        )
    if capacity is Capacity.TUQ and (period.end is None or not document.strip()):
        found.append(
            Problem(
                Message(
                    "Thừa ủy quyền phải có thời hạn và văn bản ủy quyền.",
                    "An authorisation needs an end and the paper that gives it.",
                ),
                field="document" if period.end is not None else "end_date",
            )
        )
    if not Period(period.start, period.end or post.end).within(post):
        found.append(
            Problem(
                Message(
                    "Thời hạn phải nằm trong thời gian giữ chức vụ.",
                    "The period must lie within that of the post.",
                ),
                field="end_date",
            )
        )
    return found
