"""Publishing: revisions, idempotence, what a later source changes, and every refusal at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.db import transaction

from tamdao.core.files.models import SourceDocument
from tamdao.core.units.models import Level, Unit, UnitEvent, UnitLink, UnitVersion
from tamdao.facts import api as facts
from tamdao.facts.api import NewObservation
from tamdao.facts.models import FactChange, Indicator, Measure, Source
from tamdao.kit.errors import DomainError
from tamdao.kit.text import fold

FIRST, MERGED = date(2020, 1, 1), date(2025, 7, 1)
AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
A, B, C = "01@2020-01-01", "02@2020-01-01", "03@2025-07-01"

pytestmark = pytest.mark.django_db


def unit(unit_id: str, end: date | None) -> Unit:
    code, day = unit_id.split("@")
    first = date.fromisoformat(day)
    row = Unit.objects.create(id=unit_id, level_id="province", first_date=first, end_date=end)
    UnitVersion.objects.create(
        unit=row, from_date=first, end_date=end, code=code, name_vi=f"Miền {code}", type_vi="Tỉnh",
        folded=fold(f"Tỉnh Miền {code}"),
    )  # fmt: skip
    return row


def indicator(code: str, measure: str = "count", **more: object) -> None:
    given: dict[str, object] = {"rule": "sum", "direction": "up", "frequency": "year", **more}
    Indicator.objects.create(
        code=code, name_vi=f"Chỉ số {code}", name_en=f"Indicator {code}", definition_vi="Định nghĩa",
        definition_en="Definition", folded=fold(code), pillar="overall", measure_id=measure,
        levels=["province"], **given,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def world() -> None:
    """Two provinces that merged into a third, three sources, a few indicators."""
    Level.objects.create(code="province", depth=1, name_vi="Tỉnh", name_en="Province")
    a, b, c = unit(A, MERGED), unit(B, MERGED), unit(C, None)
    event = UnitEvent.objects.create(code="merge", date=MERGED, kind="merge", legal_act="unknown")
    UnitLink.objects.create(event=event, from_unit=a, to_unit=c, share="1")
    UnitLink.objects.create(event=event, from_unit=b, to_unit=c, share="1")
    SourceDocument.objects.create(code="paper", kind="decision", title_vi="Văn bản", text_read=True)
    Measure.objects.create(code="count", name_vi="lượt", name_en="count", dimension={"item": 1})
    Measure.objects.create(code="percent", name_vi="phần trăm", name_en="percent", symbol="%", scale="0.01")
    Source.objects.create(
        code="office", name_vi="Thống kê", name_en="Statistics", kind="document", priority=1
    )
    Source.objects.create(code="press", name_vi="Báo chí", name_en="Press", kind="document", priority=5)
    Source.objects.create(
        code="made_up", name_vi="Mẫu", name_en="Sample", kind="sample", priority=0, sample=True
    )
    indicator("done")
    indicator("all")
    indicator("share", "percent", rule="none", formula="percent(done, all)")
    indicator("weighted", "percent", rule="weighted_mean", rule_weight_id="all")


def new(code: str, unit_id: str, value: str | None, **more: str) -> NewObservation:
    return replace(NewObservation(code, unit_id, "2024", "office", value), **more)  # type: ignore[arg-type]  # texts only


def put(*observations: NewObservation, at: datetime = AT) -> facts.Published:
    return facts.publish(observations, by="tester", at=at, document="paper")


def test_the_same_value_twice_is_written_once_and_another_value_is_a_revision() -> None:
    first = put(new("done", A, "10"))
    assert (first.added, first.revised, first.unchanged) == (1, 0, 0)
    again = put(new("done", A, "10"), at=AT + timedelta(days=1))
    assert (again.added, again.revised, again.unchanged, again.change) == (0, 0, 1, None)
    assert FactChange.objects.count() == 1
    later = put(new("done", A, "12"), at=AT + timedelta(days=2))
    assert (later.added, later.revised) == (0, 1)
    figure = facts.figure("done", A, "2024")
    assert figure.text == "12"
    assert figure.observation_id is not None
    row = facts.get_observation(figure.observation_id)
    assert [(one.revision, one.text) for one in facts.revisions_of(row)] == [(2, "12"), (1, "10")]
    assert facts.figure("done", A, "2024", as_of=AT).text == "10"
    assert facts.figure("done", A, "2024", as_of=AT - timedelta(seconds=1)).state == "missing"
    superseded = [node for node in facts.walk(facts.explain("done", A, "2024")) if node.kind == "revision"]
    assert [node.value.vi for node in superseded if node.value] == ["10"]


def test_zero_missing_not_applicable_and_rejected_are_four_things() -> None:
    put(
        new("done", A, "0"),
        new("done", B, None, status="not_applicable"),
        new("all", A, None, status="missing"),
        new("all", B, None, status="rejected", note="Không đúng phạm vi."),
    )
    assert (facts.figure("done", A, "2024").state, facts.figure("done", A, "2024").text) == ("reported", "0")
    assert facts.figure("done", B, "2024").state == "not_applicable"
    assert facts.figure("all", A, "2024").state == "missing"
    rejected = facts.figure("all", B, "2024")
    assert (rejected.state, rejected.text) == ("rejected", None)
    assert "Không đúng phạm vi." in rejected.reason.vi
    assert facts.figure("done", C, "2024").state == "missing"


def test_a_withdrawn_value_gives_way_to_the_next_source() -> None:
    put(new("done", A, "10"), new("done", A, "11", source="press"))
    assert (facts.figure("done", A, "2024").text, len(facts.figure("done", A, "2024").conflicts)) == ("10", 1)
    put(new("done", A, None, status="rejected"), at=AT + timedelta(days=1))
    figure = facts.figure("done", A, "2024")
    assert (figure.text, figure.source, figure.conflicts) == ("11", "press", ())


def test_kinds_are_ordered_and_plans_are_never_official() -> None:
    put(new("done", A, "20", kind="plan"), new("done", A, "8", kind="estimate"))
    assert facts.figure("done", A, "2024").text == "8"
    put(new("done", A, "9", kind="preliminary"), new("done", A, "10"), new("done", A, "11", kind="revised"))
    figure = facts.figure("done", A, "2024")
    assert (figure.text, figure.kind) == ("11", "revised")
    plan = next(change for change in facts.changes(figure) if change.against == "plan")
    assert (plan.other.text, plan.difference, plan.better) == ("20", Decimal(-9), False)
    assert facts.figure("done", B, "2024").state == "missing"


def test_the_indicator_may_order_its_sources_otherwise() -> None:
    put(new("done", A, "10"), new("done", A, "11", source="press"))
    Indicator.objects.filter(pk="done").update(source_order=["press"])
    facts.forget()
    assert facts.figure("done", A, "2024").text == "11"


def test_samples_stay_behind_the_switch_and_behind_every_real_value() -> None:
    put(
        new("done", A, "5", source="made_up"),
        new("done", B, "7", source="made_up"),
        new("done", B, "6", source="press"),
    )
    assert facts.figure("done", A, "2024").state == "missing"
    assert (
        facts.figure("done", A, "2024", sample=True).text,
        facts.figure("done", A, "2024", sample=True).sample,
    ) == (
        "5",
        True,
    )
    real = facts.figure("done", B, "2024", sample=True)
    assert (real.text, real.sample, real.conflicts) == ("6", False, ())
    merged = facts.figure("done", C, "2024", sample=True)
    assert (merged.text, merged.sample) == ("11", True)


def test_inputs_are_converted_first_and_a_reported_value_wins_over_the_formula() -> None:
    put(new("done", A, "1"), new("all", A, "2"), new("done", B, "1"), new("all", B, "8"))
    figure = facts.figure("share", C, "2024")
    assert (figure.state, figure.text) == ("computed", "20")
    put(new("share", C, "21"), at=AT + timedelta(days=1))
    assert (facts.figure("share", C, "2024").state, facts.figure("share", C, "2024").text) == (
        "reported",
        "21",
    )
    beside = [node for node in facts.explain("share", C, "2024").children if node.kind == "other_source"]
    assert [node.value.vi for node in beside if node.value] == ["20%"]
    assert facts.figure("share", A, "2024").text == "50"


def test_convert_result_computes_on_the_old_units_first() -> None:
    Indicator.objects.filter(pk="share").update(rule="mean", convert_result=True)
    facts.forget()
    put(new("done", A, "1"), new("all", A, "2"), new("done", B, "1"), new("all", B, "8"))
    figure = facts.figure("share", C, "2024")
    assert (figure.state, figure.exact) == ("converted", Fraction(50 + Fraction(25, 2), 2))


def test_weights_division_by_zero_and_gaps_say_why() -> None:
    put(new("weighted", A, "10"), new("weighted", B, "40"))
    assert facts.figure("weighted", C, "2024").state == "missing"
    put(new("all", A, "2"), new("all", B, "1"))
    assert facts.figure("weighted", C, "2024").text == "20"
    put(new("done", A, "1"), new("all", A, "0"), at=AT + timedelta(days=1))
    figure = facts.figure("share", A, "2024")
    assert (figure.state, figure.text) == ("missing", None)
    assert "0" in figure.reason.vi
    gap = facts.figure("done", C, "2024")
    assert (gap.state, "Miền 02" in gap.reason.vi) == ("missing", True)


def test_in_period_and_cumulative_are_never_mixed() -> None:
    put(new("done", A, "3"), new("done", B, "4", flow="cumulative"), new("done", A, "30", flow="cumulative"))
    assert facts.figure("done", A, "2024").flow == "in_period"
    assert facts.figure("done", A, "2024", flow="cumulative").text == "30"
    assert facts.figure("done", C, "2024").state == "missing"
    assert facts.figure("done", C, "2024", flow="cumulative").text == "34"


def test_signs_go_on_into_sums_and_formulas() -> None:
    put(
        new("done", A, "3", sign=">", sign_word="trên"),
        new("done", B, "4"),
        new("all", A, "9"),
        new("all", B, "9"),
    )
    assert (facts.figure("done", C, "2024").text, facts.figure("done", C, "2024").sign) == ("7", ">")
    assert facts.figure("share", A, "2024").sign == "~"


def test_backwards_nothing_is_spread() -> None:
    put(new("done", C, "70", source="office"))
    figure = facts.figure("done", A, "2024")
    assert (figure.state, figure.text) == ("not_known", None)
    assert "Miền 03" in figure.reason.vi


def test_an_unknown_share_is_not_known() -> None:
    UnitLink.objects.filter(from_unit=B).update(share="")
    facts.forget()
    put(new("done", A, "3"), new("done", B, "4"))
    assert facts.figure("done", C, "2024").state == "not_known"


def test_percentages_differ_in_points_and_breaks_are_said() -> None:
    put(new("weighted", A, "40"), replace(new("weighted", A, "38.5"), period="2023"))
    figure = facts.figure("weighted", A, "2024")
    view = facts.get_indicator("weighted")
    assert facts.change_text(facts.changes(figure)[0], view).vi == "+1,5 điểm phần trăm so với kỳ trước."
    months = [
        replace(new("done", A, value), period=period)
        for value, period in (("5", "2024-03"), ("4", "2023-03"))
    ]
    put(*months)
    found = facts.changes(facts.figure("done", A, "2024-03"))
    assert [(one.against, one.difference) for one in found] == [
        ("previous", None),
        ("same_period_last_year", 1),
    ]


def test_places_among_another_number_and_other_flows_are_not_subtracted() -> None:
    Measure.objects.create(code="rank", name_vi="hạng", name_en="rank", ordinal=True)
    indicator("place", "rank", rule="none", direction="down")
    put(new("place", A, "15", universe="34"), replace(new("place", A, "20", universe="63"), period="2023"))
    put(new("done", A, "5"), replace(new("done", A, "4", flow="cumulative"), period="2023"))
    (places,) = facts.changes(facts.figure("place", A, "2024"))
    (flows,) = facts.changes(facts.figure("done", A, "2024"))
    assert (places.difference, flows.difference) == (None, None)
    assert places.note is not None
    assert "63" in places.note.vi
    assert flows.note is not None
    assert "lũy kế" in flows.note.vi
    put(replace(new("done", A, "3", sign="~", sign_word="gần"), period="2022"))
    put(replace(new("done", A, "4"), period="2023"))
    (rough,) = facts.changes(facts.figure("done", A, "2023"))
    assert (rough.difference, rough.better) == (Decimal(1), True)
    assert rough.note is not None
    Indicator.objects.filter(pk="done").update(direction="none")
    facts.forget()
    assert facts.changes(facts.figure("done", A, "2023"))[0].better is None
    assert facts.changes_of([]) == []


def test_flows_of_inputs_are_not_mixed_either() -> None:
    put(new("done", A, "1", flow="cumulative"), new("all", A, "2"))
    figure = facts.figure("share", A, "2024")
    assert (figure.state, "lũy kế" in figure.reason.vi) == ("missing", True)


def test_an_upper_layer_may_declare_a_break() -> None:
    put(new("done", A, "2"), replace(new("done", A, "1"), period="2023"))
    why = facts.figure("done", A, "2024").reason

    def broken(code: str, unit_id: str, period: str, other: str) -> object:
        return why if code == "done" else None

    from tamdao.facts.queries import changes

    before = list(changes._checks)
    try:
        facts.register_comparability(broken)  # type: ignore[arg-type]  # a plain function of the test
        (change,) = facts.changes(facts.figure("done", A, "2024"))
        assert (change.difference, change.note) == (None, why)
    finally:
        changes._checks[:] = before


def test_everything_wrong_is_said_at_once_and_nothing_is_written() -> None:
    good = new("done", A, "1")
    bad = [
        replace(good, indicator="none", where="row 1"),
        replace(good, unit="none", where="row 2"),
        replace(good, period="2024-13", where="row 3"),
        replace(good, source="none", where="row 4"),
        replace(good, value="1.234,5", where="row 5"),
        replace(good, value=None, where="row 6"),
        replace(good, sign="?", where="row 7"),
        replace(good, kind="x", flow="y", where="row 8"),
        replace(good, document="none", where="row 9"),
        replace(good, dims="Bad", where="row 10"),
        replace(good, period="2026", where="row 11"),
        replace(good, status="x", where="row 12"),
    ]
    with pytest.raises(DomainError) as caught:
        put(good, *bad)
    wheres = {problem.where for problem in caught.value.problems}
    assert wheres >= {f"row {number}" for number in range(1, 13)}
    assert facts.figure("done", A, "2024").state == "missing"
    assert FactChange.objects.count() == 0
    with pytest.raises(DomainError, match="chỗ chưa đúng"):
        facts.publish([good], by="tester", at=AT)
    with pytest.raises(DomainError):
        put(good, replace(good, value="2"))


def test_levels_are_checked_and_dimensions_sorted() -> None:
    Indicator.objects.filter(pk="done").update(levels=["commune"])
    facts.forget()
    with pytest.raises(DomainError):
        put(new("done", A, "1"))
    put(new("all", A, "1", dims="sex=f;area=urban"))
    assert facts.figure("all", A, "2024").state == "missing"
    assert facts.figure("all", A, "2024", dims="area=urban;sex=f").text == "1"


def test_nothing_to_publish_changes_nothing() -> None:
    assert put() == facts.Published(0, 0, 0, None)


def test_a_change_is_recorded_inside_its_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tamdao.facts.services.changes.connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(transaction.TransactionManagementError):
        facts.record_change(kind="unit", key="x", rows=1, by="tester", at=AT)


# --- what lacks, and what is said of it ------------------------------------------------------------------------------


def test_not_applicable_everywhere_is_not_applicable_and_elsewhere_it_is_named() -> None:
    put(new("done", A, None, status="not_applicable"))
    one = facts.figure("done", C, "2024")
    assert one.state == "missing"
    assert "tỉnh Miền 01 ghi không áp dụng" in one.reason.vi
    assert "tỉnh Miền 02 chưa có số liệu" in one.reason.vi
    put(new("done", B, None, status="not_applicable"))
    both = facts.figure("done", C, "2024")
    assert both.state == "not_applicable"
    assert "đều ghi không áp dụng" in both.reason.vi
    assert facts.explain("done", C, "2024").children
    put(new("done", B, None, status="rejected"), at=AT + timedelta(days=1))
    mixed = facts.figure("done", C, "2024")
    assert mixed.state == "missing"
    assert "tỉnh Miền 02 có số liệu đã bị bác bỏ" in mixed.reason.vi
    put(new("done", B, "5"), at=AT + timedelta(days=2))
    part = facts.figure("done", C, "2024")
    assert part.state == "missing"
    assert "tỉnh Miền 01 ghi không áp dụng" in part.reason.vi


def test_inputs_of_a_formula_that_have_no_value_are_named_by_what_is_said_of_them() -> None:
    put(new("done", A, None, status="not_applicable"), new("all", A, None, status="rejected"))
    figure = facts.figure("share", A, "2024")
    assert figure.state == "missing"
    assert "“Chỉ số done” ghi không áp dụng" in figure.reason.vi
    assert "“Chỉ số all” có số liệu đã bị bác bỏ" in figure.reason.vi
    put(new("all", A, None, status="not_applicable"), at=AT + timedelta(days=1))
    assert facts.figure("share", A, "2024").state == "not_applicable"


def test_bounds_of_both_directions_are_not_called_about() -> None:
    put(new("done", A, "8", sign=">", sign_word="trên"), new("done", B, "2", sign="<", sign_word="dưới"))
    figure = facts.figure("done", C, "2024")
    assert (figure.text, figure.sign, figure.sign_word) == ("10", "~", "trên hoặc dưới")
    shown = facts.figure_value(figure, facts.get_indicator("done"))
    assert (shown.vi, shown.en) == ("trên hoặc dưới 10", "above or below 10")


def test_zero_of_something_over_a_bound_is_exactly_zero() -> None:
    put(new("done", A, "0"), new("all", A, "8", sign=">", sign_word="trên"))
    figure = facts.figure("share", A, "2024")
    assert (figure.text, figure.sign) == ("0", "=")


def test_a_conversion_that_is_forbidden_names_the_indicator_and_who_has_values() -> None:
    indicator("place", rule="none")
    put(new("place", A, "3"))
    figure = facts.figure("place", C, "2024")
    assert figure.state == "not_convertible"
    assert "“Chỉ số place”" in figure.reason.vi
    assert "tỉnh Miền 01" in figure.reason.vi
    assert "Miền 01 province" in figure.reason.en
