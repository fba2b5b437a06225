"""Targets on the real packs: only an explicit link measures, the two DTI ranks are the only ones with a result."""

from __future__ import annotations

from datetime import date

import pytest

from tamdao.facts import api as facts
from tamdao.kit.errors import DomainError

VINH_PHUC, HUNG_YEN, BEN_TRE = "26@2020-01-01", "33@2020-01-01", "83@2020-01-01"
BEFORE_MERGER, TODAY = date(2025, 6, 30), date(2026, 11, 22)
pytestmark = pytest.mark.usefixtures("demo_db")


@pytest.mark.parametrize(("unit", "count"), [(VINH_PHUC, 18), (HUNG_YEN, 14), (BEN_TRE, 23)])
def test_the_three_provinces_have_their_targets(unit: str, count: int) -> None:
    found = facts.targets(unit, at=TODAY)
    assert len(found) == count
    assert {result.unit_id for result in found} == {unit}
    assert {result.state for result in found} == {"awaiting_decision"}


def test_only_the_two_rank_targets_have_an_actual() -> None:
    with_actual = [result for result in facts.all_targets(at=BEFORE_MERGER) if result.actual is not None]
    assert {(result.unit_id, result.measured_by) for result in with_actual} == {
        (VINH_PHUC, "dti_rank"),
        (HUNG_YEN, "dti_rank"),
    }
    vinh_phuc = next(result for result in with_actual if result.unit_id == VINH_PHUC)
    assert vinh_phuc.actual is not None
    assert (vinh_phuc.actual.period, vinh_phuc.actual.text, vinh_phuc.actual.universe) == ("2024", "20", "63")
    assert vinh_phuc.state == "behind"
    others = [result for result in facts.all_targets(at=BEFORE_MERGER) if result.actual is None]
    assert {result.state for result in others} == {"no_data"}
    assert all(result.gap is None and result.progress is None for result in others)
    assert facts.targets_without_data(at=BEFORE_MERGER) == others


def test_a_similar_name_measures_nothing() -> None:
    """86 % with a bank account says nothing about electronic payment accounts, 1,440 of 1,823 nothing of channels."""
    by_code = {result.code: result for result in facts.all_targets(at=BEFORE_MERGER)}
    for result in by_code.values():
        if result.indicator in {"epayment_accounts", "services_l3l4_multichannel"}:
            assert result.measured_by is None
            assert result.actual is None


def test_the_actual_of_an_earlier_day_is_the_result_of_then() -> None:
    codes = [view.code for view in facts.targets_of_indicator("dti_rank") if view.unit_id == VINH_PHUC]
    result = facts.target(codes[0], at=date(2023, 6, 1))
    assert result.actual is not None
    assert result.actual.period == "2022"


def test_sample_data_fills_the_others_and_says_so() -> None:
    plain = {result.code: result for result in facts.targets(VINH_PHUC, at=BEFORE_MERGER)}
    filled = {result.code: result for result in facts.targets(VINH_PHUC, at=BEFORE_MERGER, sample=True)}
    assert not any(result.sample for result in plain.values())
    changed = [code for code in filled if filled[code].sample]
    assert len(changed) > 10
    assert all(filled[code].actual is None or filled[code].actual.sample for code in changed)  # type: ignore[union-attr]  # checked before
    rank = next(result for result in filled.values() if result.indicator == "dti_rank_group")
    assert rank.actual is not None
    assert rank.actual.sample is False
    assert len({result.state for result in filled.values()}) > 2


def test_a_merged_province_inherits_the_targets_of_its_parents() -> None:
    assert facts.targets("25@2025-07-01", at=TODAY) == []
    inherited = facts.inherited_targets("25@2025-07-01", at=TODAY)
    assert [result.code for result in inherited] == [
        result.code for result in facts.targets(VINH_PHUC, at=TODAY)
    ]


def test_district_targets_wait_once_districts_are_gone() -> None:
    district = [
        view
        for view in (facts.get_target(r.code) for r in facts.all_targets(at=TODAY))
        if view.level == "district"
    ]
    assert district
    for view in district:
        assert facts.target(view.code, at=TODAY).state == "awaiting_decision"
        assert facts.target(view.code, at=BEFORE_MERGER).state != "awaiting_decision"


def test_names_and_refusals() -> None:
    assert len(facts.targets("Hưng Yên", at=TODAY)) == 14
    assert len(facts.targets("tỉnh vĩnh phúc", at=TODAY)) == 18
    with pytest.raises(DomainError) as unknown:
        facts.targets("Atlantis", at=TODAY)
    assert unknown.value.code == "unit_unknown"
    with pytest.raises(DomainError) as ambiguous:
        facts.targets("Phú Thọ", at=TODAY)
    assert ambiguous.value.code == "unit_ambiguous"
    with pytest.raises(DomainError) as no_target:
        facts.target("F0", at=TODAY)
    assert no_target.value.code == "target_unknown"
    assert facts.target_units() == [VINH_PHUC, HUNG_YEN, BEN_TRE]
    assert facts.search_targets("kinh te so")
