"""Every figure opens down to stored records: the tree is walked to its last leaf and every reference opened."""

from __future__ import annotations

from datetime import date

import pytest

from tamdao.core.files import api as files
from tamdao.core.units.api import get_unit
from tamdao.facts import api as facts
from tamdao.facts.models import Indicator, Observation
from tamdao.facts.types import HAS_VALUE, Node, Ref
from tamdao.kit.errors import NotFound

NEW_PHU_THO = "25@2025-07-01"
pytestmark = pytest.mark.usefixtures("demo_db")


def check(tree: Node, opened: set[Ref]) -> None:
    """No leaf without a record, no reference that leads nowhere, no empty word in either language."""
    for node in facts.walk(tree):
        assert node.title.vi
        assert node.title.en
        assert node.children or node.ref is not None, f"dead end: {node.title.vi}"
        if node.ref is not None and node.ref not in opened:
            assert facts.open_record(node.ref).title.vi
            opened.add(node.ref)


def kinds(tree: Node) -> set[str]:
    return {node.kind for node in facts.walk(tree)}


def test_every_stored_figure_is_explained_to_its_document() -> None:
    opened: set[Ref] = set()
    keys = (
        Observation.objects.exclude(kind="plan")
        .order_by()
        .values_list("indicator_id", "unit_id", "period", "dims")
        .distinct()
    )
    for number, key in enumerate(sorted(keys)):
        # the published tables are alike: all of the small packs, a twentieth of the big one
        if key[0].startswith("dti_main") and number % 20:
            continue
        tree = facts.explain(*key[:3], dims=key[3], sample=True)
        check(tree, opened)
        assert {"observation", "document"} <= kinds(tree)
    assert {ref.kind for ref in opened} >= {"observation", "document", "indicator"}


def test_every_indicator_of_a_merged_province_is_explained() -> None:
    opened: set[Ref] = set()
    level = get_unit(NEW_PHU_THO).level
    for code, levels in Indicator.objects.values_list("code", "levels"):
        if level in levels:
            check(facts.explain(code, NEW_PHU_THO, "2024", sample=True), opened)
    assert "unit_event" in {ref.kind for ref in opened}


def test_a_conversion_shows_every_old_unit_with_its_event_and_act() -> None:
    tree = facts.explain("dti", NEW_PHU_THO, "2024")
    (conversion,) = [node for node in tree.children if node.kind == "conversion"]
    assert len(conversion.children) == 3
    for old in conversion.children:
        assert {"observation", "unit_event"} == {node.kind for node in old.children}
        (event,) = [node for node in old.children if node.kind == "unit_event"]
        assert event.detail is not None
        assert "202/2025/QH15" in event.detail.vi


def test_other_sources_are_shown_with_their_difference() -> None:
    tree = facts.explain("digital_economy_gdp", "VN@2020-01-01", "2022")
    (other,) = [node for node in tree.children if node.kind == "other_source"]
    assert other.value is not None
    assert other.value.vi == "14,26%"
    assert other.detail is not None
    assert "+1,59 điểm phần trăm" in other.detail.vi


def test_a_formula_opens_to_its_inputs() -> None:
    unit = "33@2020-01-01"
    period = Observation.objects.filter(indicator="procedures_online", unit=unit).values_list(
        "period", flat=True
    )[0]
    tree = facts.explain("procedures_online_share", unit, period)
    formula = next(node for node in facts.walk(tree) if node.kind == "formula")
    assert {node.figure for node in formula.children} == {
        ("procedures_online", unit, period),
        ("procedures_total", unit, period),
    }
    assert all("observation" in kinds(node) for node in formula.children)


def test_a_missing_figure_ends_at_the_definition_of_the_indicator() -> None:
    tree = facts.explain("dti", "26@2020-01-01", "2019")
    assert facts.figure("dti", "26@2020-01-01", "2019").state not in HAS_VALUE
    check(tree, set())
    assert kinds(tree) == {"figure", "note"}


def test_json_and_text_carry_the_whole_tree() -> None:
    tree = facts.explain("dti", NEW_PHU_THO, "2024")
    nodes = list(facts.walk(tree))

    def count(data: dict[str, object]) -> int:
        children = data["children"]
        assert isinstance(children, list)
        return 1 + sum(count(child) for child in children)

    assert count(facts.node_dict(tree)) == len(nodes)
    text = "\n".join(facts.node_lines(tree, "en"))
    assert all(node.title.en in text for node in nodes)


def test_references_to_nothing_are_refused() -> None:
    for ref in (
        Ref("observation", "0"),
        Ref("observation", "x"),
        Ref("document", "none"),
        Ref("nothing", "1"),
    ):
        with pytest.raises(NotFound):
            facts.open_record(ref)
    with pytest.raises(NotFound):
        facts.get_observation(0)


def test_a_document_knows_what_cites_it() -> None:
    row = Observation.objects.filter(source__sample=False).first()
    assert row is not None
    cited = facts.cited_by(row.document_id)
    counts = {one.kind: one.count for one in cited.citations}
    assert counts["observation"] == Observation.objects.filter(document=row.document_id).count()
    assert cited.total == sum(counts.values())
    assert row.id in {view.id for view in facts.observations_of_document(row.document_id, limit=5000)}


def test_every_kind_of_record_opens_with_its_fields() -> None:
    event = next(
        node.ref
        for node in facts.walk(facts.explain("dti", NEW_PHU_THO, "2024"))
        if node.kind == "unit_event"
    )
    assert event is not None
    target = facts.targets("26@2020-01-01", at=date(2025, 1, 1))[0]
    source = facts.get_source("dti_copy")
    for ref in (
        event,
        Ref("target", target.code),
        Ref("pack", "vn-dti"),
        Ref("unit", NEW_PHU_THO),
        Ref("source", source.code),
    ):
        record = facts.open_record(ref)
        assert record.route
        assert record.arguments
    for kind in ("target", "pack", "unit", "source", "unit_event", "indicator"):
        with pytest.raises(NotFound):
            facts.open_record(Ref(kind, "nothing"))
    with pytest.raises(NotFound):
        facts.get_source("nothing")
    with pytest.raises(ValueError, match="already"):
        facts.register_resolver("unit", lambda key: None)
    assert facts.unit_name(NEW_PHU_THO).full_name == "Tỉnh Phú Thọ"


def test_documents_are_found_without_diacritics() -> None:
    documents = files.list_documents()
    dated = [one.date for one in documents if one.date]
    assert dated == sorted(dated, reverse=True)
    assert files.search_documents("  ") == []
    assert files.search_documents("quyet dinh")
    assert files.get_document(documents[0].code) == documents[0]
    with pytest.raises(NotFound):
        files.get_document("nothing")


def test_sample_data_is_marked_on_every_node_made_of_it() -> None:
    row = Observation.objects.filter(source__sample=True, unit="26@2020-01-01", status="value").first()
    assert row is not None
    tree = facts.explain(row.indicator_id, row.unit_id, row.period, sample=True)
    assert tree.sample
    assert all(node.sample for node in facts.walk(tree) if node.kind == "observation")
    assert "dữ liệu mẫu" in next(facts.node_lines(tree))
    assert not any(node.sample for node in facts.walk(facts.explain("dti", NEW_PHU_THO, "2024", sample=True)))
