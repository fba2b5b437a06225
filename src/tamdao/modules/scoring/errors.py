"""Named refusals about scores."""

from __future__ import annotations

from collections.abc import Sequence

from tamdao.core.units.api import find_level, levels
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message


def no_edition(year: int, level: str, known: Sequence[int], elsewhere: Sequence[str]) -> DomainError:
    """No edition of the index applies to this year and level; `elsewhere` are the levels that have editions."""
    years, where = ", ".join(str(one) for one in known), level_inside(level)
    if known:
        have = Message(f"Các năm đã có: {years}.", f"Years that have one: {years}.")
    elif elsewhere:
        names = [level_inside(one) for one in elsewhere]
        have = Message(
            f"Bộ chỉ số đã cài dùng cho: {', '.join(name.vi for name in names)}.",
            f"The installed editions are for the level: {', '.join(name.en for name in names)}.",
        )
    else:
        have = Message(
            "Chưa cài bộ chỉ số nào; cài gói trước, ví dụ: tamdao pack install packs/vn-dti.",
            "No edition is installed; install a pack first: tamdao pack install packs/vn-dti.",
        )
    return DomainError(
        Message(
            f"Không có bộ chỉ số DTI cho năm đánh giá {year}, {where.vi}. {have.vi}",
            f"No DTI edition for the assessment year {year}, level {where.en}. {have.en}",
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


def no_level(level: str) -> DomainError:
    """There is no level of this code at all."""
    known = levels()
    vi = ", ".join(f"{one.code} ({one.name_vi})" for one in known)
    en = ", ".join(f"{one.code} ({one.name_en})" for one in known)
    return DomainError(
        Message(f"Không có cấp “{level}”. Các cấp: {vi}.", f"There is no level “{level}”. Levels: {en}."),
        code="level_unknown",
        status=404,
        extra={"levels": [one.code for one in known]},
    )


def level_inside(code: str) -> Message:
    """A level inside a sentence."""
    level = find_level(code)
    return level.inside if level else Message(f"cấp {code}", code)


def not_ranked(unit: Message, year: int) -> DomainError:
    """The unit is not on the map of the table."""
    return DomainError(
        Message(
            f"{unit.vi} không nằm trong bảng DTI năm {year} trên địa giới này.",
            f"{unit.en} is not in the DTI table of {year} on this map.",
        ),
        code="unit_not_in_table",
        status=404,
    )
