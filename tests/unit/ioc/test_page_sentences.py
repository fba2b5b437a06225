"""First sentences of the analyst's home, of staff, of the index and of a unit, in every case they can meet."""

from __future__ import annotations

from datetime import date

import pytest

from tamdao.kit.messages import Message
from tamdao.modules.ioc.rules.sentences import (
    MOST_NAMED,
    index_sentence,
    promises_sentence,
    quality_sentence,
    staff_sentence,
    text_message,
    text_of,
    unit_sentence,
)

PHU_THO = Message("tỉnh Phú Thọ", "Phú Thọ province")
DTI = Message("Chỉ số chuyển đổi số", "Digital transformation index")


def names(count: int) -> list[tuple[str, Message]]:
    return [(f"{n:02d}@2020-01-01", Message(f"tỉnh {n}", f"province {n}")) for n in range(1, count + 1)]


def test_an_empty_instance_is_said_to_be_empty() -> None:
    found = quality_sentence(total=0, silent=0, disagreements=0)
    assert text_of(found) == "Chưa nạp chỉ tiêu hay số liệu nào."


def test_the_analyst_reads_what_is_silent_late_and_in_conflict() -> None:
    found = quality_sentence(total=55, silent=53, disagreements=1, late=0)
    assert text_of(found).startswith("53 trong 55 chỉ tiêu chưa có số thực hiện; ")
    assert text_of(found, "en").endswith("1 figure has two sources that disagree.")
    assert [piece.link.anchor for piece in found if piece.link] == ["silent", "late", "conflicts"]


@pytest.mark.parametrize(
    ("matters", "director", "vi"),
    [
        (2, True, "2 việc của tỉnh Phú Thọ do ông/bà phụ trách; chưa có biểu nào chờ duyệt."),
        (0, True, "tỉnh Phú Thọ: chưa có biểu nào chờ ông/bà duyệt."),
        (0, False, "tỉnh Phú Thọ: hôm nay chưa có biểu nào phải nhập."),
    ],
)
def test_staff_read_what_waits_for_them(matters: int, director: bool, vi: str) -> None:
    assert text_of(staff_sentence(PHU_THO, matters, director=director)) == vi


def index(ranks: list[int | None], me: int | None) -> tuple[str, str]:
    ranked = [(name, unit_id, rank) for (unit_id, name), rank in zip(names(len(ranks)), ranks, strict=True)]
    mine = None if me is None else ranked[me][1]
    found = index_sentence(name=DTI, year=2021, universe=63, ranked=ranked, me=mine, key="DTI")
    return text_of(found), text_of(found, "en")


@pytest.mark.parametrize(
    ("ranks", "me", "vi"),
    [
        (
            [None, None],
            0,
            "Chỉ số chuyển đổi số 2021: chưa đủ kết quả công bố để xếp hạng 63 tỉnh, thành phố.",
        ),
        ([1, 2], None, "Chỉ số chuyển đổi số 2021: tỉnh 1 đứng đầu 63 tỉnh, thành phố."),
        (
            [1, 1, 3],
            2,
            "Chỉ số chuyển đổi số 2021: tỉnh 1, tỉnh 2 đứng đầu 63 tỉnh, thành phố; tỉnh 3 hạng 3.",
        ),
        ([1, 2], 0, "Chỉ số chuyển đổi số 2021: tỉnh 1 đứng đầu 63 tỉnh, thành phố."),
        ([None, 12], 1, "Chỉ số chuyển đổi số 2021: tỉnh 2 hạng 12 trong 63."),
    ],
)
def test_the_index_names_who_leads_and_where_we_stand(
    ranks: list[int | None], me: int | None, vi: str
) -> None:
    assert index(ranks, me)[0] == vi


def test_leaders_in_the_plural() -> None:
    assert "province 1, province 2 lead 63 provinces" in index([1, 1], None)[1]


@pytest.mark.parametrize(
    ("end", "before", "after", "vi"),
    [
        (date(2025, 7, 1), 0, 1, "tỉnh Phú Thọ kết thúc ngày 01/07/2025, nay thuộc tỉnh 1."),
        (date(2025, 7, 1), 0, 2, "tỉnh Phú Thọ kết thúc ngày 01/07/2025, nay thuộc tỉnh 1, tỉnh 2."),
        (
            date(2025, 7, 1),
            0,
            MOST_NAMED + 1,
            f"tỉnh Phú Thọ kết thúc ngày 01/07/2025, nay thuộc {MOST_NAMED + 1} đơn vị.",
        ),
        (date(2025, 7, 1), 0, 0, "tỉnh Phú Thọ kết thúc ngày 01/07/2025."),
        (None, 2, 0, "tỉnh Phú Thọ thành lập ngày 01/07/2025 từ tỉnh 1, tỉnh 2."),
        (None, MOST_NAMED + 1, 0, f"tỉnh Phú Thọ thành lập ngày 01/07/2025 từ {MOST_NAMED + 1} đơn vị."),
        (None, 0, 0, "tỉnh Phú Thọ đang hoạt động, phạm vi không đổi trên bản đồ."),
    ],
)
def test_a_unit_says_what_it_came_from_or_became(end: date | None, before: int, after: int, vi: str) -> None:
    found = unit_sentence(
        name=PHU_THO, first=date(2025, 7, 1), end=end, before=names(before), after=names(after)
    )
    assert text_of(found) == vi


def test_without_promises_the_public_reads_no_count() -> None:
    assert promises_sentence([("Vĩnh Phúc", {})]) != ()
    assert "0" not in text_of(promises_sentence([("Vĩnh Phúc", {})]))


def test_a_sentence_becomes_plain_words_in_both_languages() -> None:
    found = text_message(staff_sentence(PHU_THO, 0, director=False))
    assert found.en == "Phú Thọ province: no form to fill in today."
