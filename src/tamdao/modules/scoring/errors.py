"""Named refusals about scores."""

from __future__ import annotations

from collections.abc import Sequence

from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message


def no_edition(year: int, level: str, known: Sequence[int]) -> DomainError:
    """No edition of the index applies to this assessment year and level."""
    years = ", ".join(str(one) for one in known)
    have = (
        Message(f"Các năm đã có: {years}.", f"Years that have one: {years}.")
        if known
        else Message(
            "Chưa có bộ chỉ số nào cho cấp này; cài gói trước, ví dụ: tamdao pack install packs/vn-dti.",
            "There is none for this level; install a pack first: tamdao pack install packs/vn-dti.",
        )
    )
    return DomainError(
        Message(
            f"Không có bộ chỉ số DTI cho năm đánh giá {year}, cấp {level}. {have.vi}",
            f"No DTI edition for the assessment year {year}, level {level}. {have.en}",
        ),
        code="edition_unknown",
        status=404,
        extra={"years": list(known)},
    )


def no_index(index: str, known: Sequence[str]) -> DomainError:
    """The edition has no index of this key."""
    names = ", ".join(known)
    return DomainError(
        Message(f"Không có chỉ số “{index}”. Có: {names}.", f"No index “{index}”. There are: {names}."),
        code="index_unknown",
        status=404,
        extra={"indices": list(known)},
    )


def not_ranked(unit: str, year: int) -> DomainError:
    """The unit is not on the map of the table."""
    return DomainError(
        Message(
            f"{unit} không nằm trong bảng DTI năm {year} trên địa giới này.",
            f"{unit} is not in the DTI table of {year} on this map.",
        ),
        code="unit_not_in_table",
        status=404,
    )
