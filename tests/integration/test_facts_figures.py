"""Figures on the real packs: every published value resolves, missing is not zero, two sources stand side by side."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tamdao.core.units.api import unit_map
from tamdao.facts import api as facts
from tamdao.facts.models import Observation
from tamdao.kit.errors import DomainError
from tests.support import INSTALLED_AT

VINH_PHUC, HUNG_YEN, BEN_TRE = "26@2020-01-01", "33@2020-01-01", "83@2020-01-01"
NEW_PHU_THO, NEW_HUNG_YEN = "25@2025-07-01", "33@2025-07-01"
VIET_NAM = "VN@2020-01-01"

pytestmark = pytest.mark.usefixtures("demo_db")


def refused(code: str, *arguments: str, **options: object) -> DomainError:
    with pytest.raises(DomainError) as caught:
        facts.figure(*arguments, **options)  # type: ignore[arg-type]  # options of every kind are tried
    assert caught.value.code == code
    return caught.value


@pytest.mark.parametrize("unit", [VINH_PHUC, HUNG_YEN, BEN_TRE])
def test_every_value_of_the_three_provinces_is_a_figure(unit: str) -> None:
    rows = list(
        Observation.objects.filter(unit=unit, status="value", source__sample=False).exclude(kind="plan")
    )
    assert rows
    by_key: dict[tuple[str, str, str], list[Observation]] = {}
    for row in rows:
        by_key.setdefault((row.indicator_id, unit, row.period), []).append(row)
    for key, same in by_key.items():
        figure = facts.figure(*key)
        assert figure.state == "reported"
        assert figure.text in {row.value for row in same}
        assert figure.observation_id in {row.id for row in same}
        assert figure.value == Decimal(figure.text or "x")


def test_the_rank_of_vinh_phuc_over_five_years() -> None:
    found = facts.series("dti_rank", VINH_PHUC)
    assert [(one.period, one.text, one.universe) for one in found] == [
        ("2020", "55", "63"), ("2021", "12", "63"), ("2022", "18", "63"), ("2023", "44", "63"), ("2024", "20", "63"),
    ]  # fmt: skip


def test_a_merged_province_gets_the_plain_mean_of_its_parents() -> None:
    figure = facts.figure("dti", "Phú Thọ", "2024", on=date(2025, 7, 1))
    assert (figure.unit_id, figure.state, figure.map_date) == (NEW_PHU_THO, "converted", date(2025, 7, 1))
    parents = [
        facts.figure("dti", unit, "2024").exact for unit in ("17@2020-01-01", "25@2020-01-01", VINH_PHUC)
    ]
    assert figure.exact == sum((one for one in parents if one is not None), Fraction(0)) / 3
    assert figure.text is not None
    assert figure.text.startswith("0.6973")
    assert figure.kind == "official"


def test_a_rank_is_not_converted() -> None:
    figure = facts.figure("dti_rank", NEW_PHU_THO, "2024")
    assert (figure.state, figure.text, figure.value) == ("not_convertible", None, None)


def test_nothing_stored_is_missing_and_not_zero() -> None:
    figure = facts.figure("dti", VINH_PHUC, "2019")
    assert (figure.state, figure.text, figure.value, figure.exact) == ("missing", None, None, None)
    assert "2019" in figure.reason.vi
    assert "2019" in figure.reason.en


def test_a_period_after_the_unit_ended_says_so() -> None:
    assert "01/07/2025" in facts.figure("dti", VINH_PHUC, "2026").reason.vi


def test_as_of_before_the_install_knows_nothing_and_from_then_on_everything() -> None:
    before = facts.figure("dti", VINH_PHUC, "2024", as_of=INSTALLED_AT - timedelta(seconds=1))
    assert before.state == "missing"
    assert facts.figure("dti", VINH_PHUC, "2024", as_of=INSTALLED_AT).text == "0.7389"


def test_two_sources_stand_side_by_side_and_priority_chooses() -> None:
    figure = facts.figure("digital_economy_gdp", VIET_NAM, "2022")
    rows = facts.sources_side_by_side("digital_economy_gdp", VIET_NAM, "2022")
    assert [row.text for row in rows] == ["12.67", "14.26"]
    assert figure.text == "12.67"
    assert figure.conflicts == (rows[1].id,)
    found = [
        conflict
        for conflict in facts.conflicts()
        if conflict.key == ("digital_economy_gdp", VIET_NAM, "2022")
    ]
    assert [[other.text for other in conflict.others] for conflict in found] == [["14.26"]]
    assert facts.conflicts(VINH_PHUC) == [c for c in facts.conflicts() if c.key[1] == VINH_PHUC]
    second = facts.figure("digital_economy_gdp", VIET_NAM, "2022", source=rows[1].source)
    assert second.text == "14.26"


def test_a_formula_computes_where_both_inputs_exist() -> None:
    periods = {row.period for row in Observation.objects.filter(indicator="procedures_online", unit=HUNG_YEN)}
    figure = facts.figure("procedures_online_share", HUNG_YEN, max(periods))
    assert figure.state in {"computed", "reported"}
    assert figure.exact == Fraction(1440, 1823) * 100 or figure.state == "reported"


def test_approximate_values_keep_their_sign() -> None:
    rough = Observation.objects.exclude(sign="=").filter(source__sample=False).first()
    assert rough is not None
    figure = facts.figure(rough.indicator_id, rough.unit_id, rough.period)
    assert (figure.sign, figure.sign_word) == (rough.sign, rough.sign_word)
    assert facts.figure_value(figure, facts.get_indicator(rough.indicator_id)).vi.startswith(rough.sign_word)


def test_sample_data_needs_the_switch_and_never_beats_a_real_value() -> None:
    sample = Observation.objects.filter(source__sample=True, status="value").first()
    assert sample is not None
    key = (sample.indicator_id, sample.unit_id, sample.period)
    assert facts.figure(*key).state != "reported" or not facts.figure(*key).sample
    assert facts.figure(*key, sample=True).sample
    assert facts.figure("dti", VINH_PHUC, "2024", sample=True).sample is False


def test_refusals_name_what_is_wrong() -> None:
    assert "dti" in refused("indicator_unknown", "dtii", VINH_PHUC, "2024").message.vi
    refused("unknown_period", "dti", VINH_PHUC, "2024-13")
    refused("unit_unknown", "dti", "Atlantis", "2024")
    ambiguous = refused("unit_ambiguous", "dti", "Phú Thọ", "2024").message.vi
    assert NEW_PHU_THO in ambiguous
    assert "25@2020-01-01" in ambiguous
    refused("unit_not_on_map", "dti", VINH_PHUC, "2024", on=date(2025, 7, 1))
    refused("map_before_first", "dti", "Vĩnh Phúc", "2024", on=date(2019, 1, 1))
    refused("level_not_measured", "dti", VIET_NAM, "2024")


def test_a_whole_array_costs_a_constant_number_of_queries() -> None:
    provinces = [unit.id for unit in unit_map(date(2025, 7, 1)).units("province")]
    codes = ["dti", "dti_main.awareness", "dti_main.economy"]
    # units, links and catalogue are kept beside the figures
    facts.figures(codes, provinces, ["2021"])

    def queries(units: list[str], periods: list[str]) -> int:
        facts.forget()
        facts.catalogue()
        with CaptureQueriesContext(connection) as captured:
            found = facts.figures(codes, units, periods)
        assert len(found) == len(codes) * len(units) * len(periods)
        return len(captured)

    assert queries(provinces, ["2022", "2023", "2024"]) == queries(provinces[:1], ["2024"]) <= 3
    with CaptureQueriesContext(connection) as warm:
        facts.figures(codes, provinces[:1], ["2024"])
    assert len(warm) == 1


def test_changes_are_places_points_and_never_across_another_universe() -> None:
    indicator = facts.get_indicator("dti_rank")
    (change,) = facts.changes(facts.figure("dti_rank", VINH_PHUC, "2023"))
    assert (change.against, change.period, change.difference, change.better) == (
        "previous",
        "2022",
        Decimal(26),
        False,
    )
    assert facts.change_text(change, indicator).vi == "Giảm 26 bậc so với kỳ trước."
    (first,) = facts.changes(facts.figure("dti_rank", VINH_PHUC, "2020"))
    assert first.difference is None
    assert first.note is not None
    percent = facts.get_indicator("digital_economy_gdp")
    assert percent.measure.is_percent


def test_search_ignores_diacritics_and_puts_names_first() -> None:
    assert "digital_economy_gdp" in [view.code for view in facts.search_indicators("kinh te so")]
    assert facts.search_indicators("   ") == []


def test_the_change_list_is_read_from_a_number_on() -> None:
    newest = facts.newest_change()
    assert [change.id for change in facts.recent_changes(newest - 1)] == [newest]
    assert facts.recent_changes(newest) == []


def test_units_that_did_not_merge_are_reported_on_both_maps() -> None:
    for day in (date(2024, 12, 31), date(2025, 7, 1)):
        figure = facts.figure("dti", "Hà Nội", "2024", on=day)
        assert (figure.unit_id, figure.state) == ("01@2020-01-01", "reported")
    old, new = facts.figure("dti", HUNG_YEN, "2024"), facts.figure("dti", NEW_HUNG_YEN, "2024")
    assert (old.state, new.state) == ("reported", "converted")
    assert old.text != new.text


def test_the_latest_figure_by_a_day() -> None:
    found = facts.latest("dti_rank", "Vĩnh Phúc", date(2024, 6, 30))
    assert found is not None
    assert (found.period, found.text) == ("2023", "44")
    assert facts.latest("dti_rank", VINH_PHUC, date(2020, 6, 30)) is None


def test_a_series_of_another_frequency_is_empty_only_when_asked_for() -> None:
    assert facts.series("dti_rank", VINH_PHUC, frequency="month") == []
    with_map = facts.series("dti", "Phú Thọ", on=date(2025, 7, 1))
    assert [one.period for one in with_map][-1] == "2024"
    assert {one.map_date for one in with_map} == {date(2025, 7, 1)}


def test_periods_known_by_then() -> None:
    pair = ("dti_rank", VINH_PHUC)
    assert facts.known_periods([pair], as_of=INSTALLED_AT - timedelta(days=1))[pair] == ()
    assert [one.key for one in facts.known_periods([pair])[pair]][-1] == "2024"


def test_lists_are_narrowed() -> None:
    assert {view.pillar for view in facts.list_indicators(pillar="economy")} == {"economy"}
    assert all("country" in view.levels for view in facts.list_indicators(level="country"))
    assert [view.code for view in facts.list_indicators(codes={"dti"})] == ["dti"]
    assert facts.conflicts(indicator="dti_rank", unit_id=HUNG_YEN) == facts.conflicts(
        HUNG_YEN, indicator="dti_rank"
    )
    assert facts.sources_side_by_side("dti", VINH_PHUC, "2019") == []
