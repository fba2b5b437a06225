"""First sentences: counts are doors, states are words, nothing is said that the data does not say."""

from __future__ import annotations

from datetime import date

import pytest

from tamdao.kit.messages import Message
from tamdao.modules.ioc.rules import words
from tamdao.modules.ioc.rules.sentences import (
    Link,
    Standing,
    awaiting_sentence,
    join,
    places,
    promise_sentence,
    promises_sentence,
    standing_sentence,
    tally,
    targets_sentence,
    text_of,
)

UNIT = "26@2020-01-01"


def test_tally_keeps_the_order_of_states_and_leaves_empty_ones_out() -> None:
    assert list(tally(["no_data", "met", "no_data"]).items()) == [("met", 1), ("no_data", 2)]


def test_targets_sentence_counts_by_state_with_doors() -> None:
    found = targets_sentence(UNIT, {"behind": 1, "no_data": 17})
    assert text_of(found) == "18 chỉ tiêu: 1 chậm, 17 chưa có số."
    assert text_of(found, "en") == "18 targets: 1 behind, 17 without data."
    links = [piece.link for piece in found if piece.link]
    assert links[1] == Link("targets", (), (("unit", UNIT), ("state", "behind")))


def test_no_data_at_all_is_said_plainly_and_never_as_zero() -> None:
    sentence = text_of(targets_sentence(UNIT, {"no_data": 14}))
    assert sentence == "14 chỉ tiêu, chưa chỉ tiêu nào có số để đánh giá."


def test_without_targets_there_is_no_sentence() -> None:
    assert targets_sentence(UNIT, {}) == ()
    assert standing_sentence(None) == ()
    assert standing_sentence(Standing(UNIT, 2024, None, 34)) == ()


def test_awaiting_sentence_in_both_languages() -> None:
    found = awaiting_sentence(UNIT, "Vĩnh Phúc", 18, date(2025, 7, 1))
    assert text_of(found) == "18 chỉ tiêu của Vĩnh Phúc chờ quyết định từ 01/07/2025."
    assert text_of(found, "en") == "18 targets of Vĩnh Phúc have awaited a decision since 01/07/2025."


@pytest.mark.parametrize(
    ("gained", "vi", "en"),
    [
        (24, "tăng 24 bậc", "up 24 places"),
        (-1, "giảm 1 bậc", "down 1 place"),
        (0, "giữ nguyên hạng", "unchanged"),
    ],
)
def test_places(gained: int, vi: str, en: str) -> None:
    assert places(gained) == Message(vi, en)


def test_standing_says_its_universe_and_compares_only_when_told() -> None:
    plain = standing_sentence(Standing(UNIT, 2024, 20, 34))
    assert text_of(plain) == "Hạng DTI năm 2024: 20 trong 34 tỉnh, thành phố."
    compared = standing_sentence(Standing(UNIT, 2023, 44, 63, previous_year=2022, gained=-26))
    assert text_of(compared) == "Hạng DTI năm 2023: 44 trong 63 tỉnh, thành phố, giảm 26 bậc so với năm 2022."


@pytest.mark.parametrize(
    ("counts", "part"),
    [
        ({}, "Chưa có văn bản nào"),
        ({"awaiting_decision": 18}, "tất cả chờ quyết định"),
        ({"no_data": 14}, "chưa chỉ tiêu nào có số để đánh giá"),
        ({"met": 2, "behind": 1, "no_data": 5}, "3 chỉ tiêu có số để đánh giá, trong đó 2 đã đạt"),
    ],
)
def test_promise_sentence(counts: dict[str, int], part: str) -> None:
    assert part in text_of(promise_sentence(UNIT, Message("Tỉnh Vĩnh Phúc", "Vĩnh Phúc province"), counts))


def test_join_separates_sentences_and_skips_empty_ones() -> None:
    first = targets_sentence(UNIT, {"met": 1})
    assert text_of(join((), first, (), first)) == "1 chỉ tiêu: 1 đã đạt. 1 chỉ tiêu: 1 đã đạt."


def test_every_state_and_pillar_has_words_in_both_languages() -> None:
    for table in (words.STATE_WORDS, words.STATE_COUNTS):
        assert set(table) == set(words.STATES)
    assert set(words.PILLAR_WORDS) == set(words.PILLARS)
    assert words.word(words.STATE_WORDS, "new") == Message("new", "new")


def test_promised_reads_ranks_as_groups() -> None:
    fifteen = Message("15", "15")
    assert words.promised("<=", fifteen, measure_is_rank=True).vi == "thuộc nhóm 15 dẫn đầu"
    assert words.promised(">", Message("75%", "75%"), measure_is_rank=False).vi == "trên 75%"


def test_promises_of_all_say_when_all_wait() -> None:
    both = promises_sentence([("a", {"awaiting_decision": 18}), ("b", {"awaiting_decision": 14})])
    assert (
        text_of(both)
        == "2 tỉnh đã cam kết 32 chỉ tiêu chuyển đổi số: tất cả chờ quyết định sau sắp xếp đơn vị."
    )
    mixed = promises_sentence([("a", {"met": 1, "behind": 1, "no_data": 2})])
    assert text_of(mixed).endswith(": 2 có số để đánh giá, 2 chưa có số.")
    assert text_of(promises_sentence([])) == "Chưa nạp cam kết của tỉnh nào."
