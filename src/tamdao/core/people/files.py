"""Who holds what, as rows for programs and as a table that leaves the house as CSV or XLSX."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from tamdao.kit.messages import Message
from tamdao.kit.spreadsheets import Column, Fact, Table

from . import explain, words
from .models import RoleHolding
from .policy import Capacity, Role

COLUMNS = (
    Column("person", Message("Người", "Person"), width=36),
    Column("username", Message("Tên đăng nhập", "User name"), width=20),
    Column("role", Message("Vai trò", "Role"), width=24),
    Column("unit", Message("Định danh đơn vị", "Id of the unit"), width=20),
    Column("unit_name", Message("Đơn vị", "Unit"), width=32),
    Column("capacity", Message("Tư cách ký", "Signs as"), width=24),
    Column("from_date", Message("Từ ngày", "From"), "date", width=12),
    Column("end_date", Message("Đến trước ngày", "Until before"), "date", width=14),
)


def post_row(post: RoleHolding) -> dict[str, Any]:
    """One post as plain values; dates in ISO form."""
    return {
        "person": post.person.display_name,
        "username": post.person.username,
        "role": post.role,
        "unit": post.unit_id,
        "capacity": post.capacity,
        "from_date": post.from_date.isoformat(),
        "end_date": post.end_date.isoformat() if post.end_date else "",
    }


def posts_table(posts: Sequence[RoleHolding], *, page: str, at: date) -> Table:
    """Posts in words, for people who work in a spreadsheet; `page` is the address that gives the table again."""
    return Table(
        name=Message("Chức vụ", "Posts"),
        columns=COLUMNS,
        rows=_rows(posts),
        about=(
            Fact(Message("Ngày", "On"), at),
            Fact(Message("Nguồn", "Source"), page),
            Fact(
                Message("Phạm vi", "Reach"),
                Message(
                    "Chỉ những chức vụ người tải được phép xuất; không chuyển tiếp ngoài công việc.",
                    "Only posts that the one who downloaded may export; not to be passed on outside the work.",
                ),
            ),
        ),
    )


def _rows(posts: Iterable[RoleHolding]) -> Iterable[tuple[str | date | Message | None, ...]]:
    for post in posts:
        yield (
            post.person.display_name,
            post.person.username,
            words.ROLES[Role(post.role)],
            post.unit_id,
            explain.unit_name(post.unit_id),
            words.CAPACITIES[Capacity(post.capacity)] if post.capacity else None,
            post.from_date,
            post.end_date,
        )
