"""The DTI on the real packs: tables on both maps, pillars, ranks, trends, the thread back to the records."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tamdao.core.units import api as units
from tamdao.facts import api as facts
from tamdao.facts.types import Node
from tamdao.kit.errors import DomainError
from tamdao.modules.scoring import api
from tamdao.modules.scoring.cli import dti
from tamdao.modules.scoring.comparability import edition_break

pytestmark = pytest.mark.usefixtures("demo_db")

D = Decimal
MERGED = date(2025, 7, 1)
PHU_THO, VINH_LONG, HUNG_YEN = "25@2025-07-01", "86@2025-07-01", "33@2025-07-01"
VINH_PHUC, TRA_VINH, HA_NOI = "26@2020-01-01", "84@2020-01-01", "01@2020-01-01"
PILLARS = ("pillar:Chính quyền số", "pillar:Kinh tế số", "pillar:Xã hội số")


def test_2024_ranks_exactly_63() -> None:
    table = api.dti_table(2024)
    assert (table.universe, table.on, table.edition.code) == (63, date(2024, 12, 31), "dti-405-2025")
    ranks = [cell.rank for _, cell in table.ranked("DTI")]
    assert len([rank for rank in ranks if rank is not None]) == 63
    assert ranks[0] == 1
    assert ranks == sorted(rank for rank in ranks if rank is not None)


@pytest.mark.parametrize(
    ("unit", "score", "rank"), [(PHU_THO, "0.6973", 20), (VINH_LONG, "0.6696", 25), (HUNG_YEN, "0.5895", 32)]
)
def test_2024_on_the_map_of_34(unit: str, score: str, rank: int) -> None:
    table = api.dti_table(2024, on=MERGED)
    cell = table.rows[unit]["DTI"]
    assert (table.universe, cell.score, cell.rank, cell.state) == (34, D(score), rank, "converted")
    assert not cell.rank_published


def test_the_published_means_of_2024() -> None:
    table = api.dti_table(2024)
    assert table.mean("DTI") == D("0.6961")
    assert [table.mean(key) for key in PILLARS] == [D("0.7582"), D("0.7723"), D("0.7692")]
    assert table.mean("main:Nhận thức số") is None
    assert api.dti_table(2023).mean("DTI") == D("0.6783")


def test_the_pillars_of_tra_vinh_2022() -> None:
    row = api.dti_table(2022).rows[TRA_VINH]
    assert [row[key].score for key in PILLARS] == [D("0.6684"), D("0.6648"), D("0.5992")]
    assert all(row[key].derived and row[key].state == "computed" for key in PILLARS)
    assert "Điểm nền tảng suy ra" in row[PILLARS[0]].reason.vi


def test_foundation_is_added_up_where_all_of_it_is_published() -> None:
    cell = api.dti_table(2024, on=MERGED).rows[HA_NOI][PILLARS[0]]
    assert (cell.state, cell.derived) == ("computed", False)


def test_ties_share_a_place_and_the_next_is_skipped() -> None:
    ranks = sorted(cell.rank for _, cell in api.dti_table(2023).ranked("DTI") if cell.rank)
    assert ranks.count(59) == 2
    assert 60 not in ranks
    ranks = sorted(cell.rank for _, cell in api.dti_table(2022).ranked("DTI") if cell.rank)
    assert (ranks.count(15), 16 in ranks, ranks.count(17)) == (2, False, 1)


def test_an_incomplete_index_is_not_ranked() -> None:
    table = api.dti_table(2024)
    key = "main:Nhận thức số"
    assert table.complete[key] is False
    assert len([cell for _, cell in table.ranked(key) if cell.score is not None]) == 11
    assert all(cell.rank is None for _, cell in table.ranked(key))
    assert table.rows[VINH_PHUC][key].state == "missing"


def test_published_ranks_only_where_they_were_given() -> None:
    old = api.dti_table(2021)
    assert not old.complete["DTI"]
    assert (old.rows[VINH_PHUC]["DTI"].rank, old.rows[VINH_PHUC]["DTI"].rank_published) == (12, True)
    assert old.rows[VINH_PHUC]["main:Thể chế số"].rank == 1
    # a place among 63 says nothing among 34
    merged = api.dti_table(2021, on=MERGED)
    assert all(cell.rank is None for row in merged.rows.values() for cell in row.values())


@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_computed_ranks_agree_with_the_published_ones(year: int) -> None:
    table = api.dti_table(year)
    assert table.complete["DTI"]
    assert [unit.name_vi for unit in table.units if table.rows[unit.id]["DTI"].rank_note] == []


def test_2020_has_pillars_that_are_parts_of_the_total() -> None:
    table = api.dti_table(2020)
    assert [index.key for index in table.indices] == ["DTI", *PILLARS]
    assert table.rows["48@2020-01-01"]["DTI"].score == D("0.4874")
    assert not any(cell.derived for row in table.rows.values() for cell in row.values())


def test_the_founding_trends() -> None:
    points = api.dti_trend(VINH_PHUC)
    assert [point.year for point in points] == [2020, 2021, 2022, 2023, 2024]
    assert [point.rank for point in points] == [55, 12, 18, 44, 20]
    assert [point.break_before for point in points] == [False, True, False, False, True]
    assert {point.universe for point in points} == {63}
    assert [point.rank for point in api.dti_trend("33@2020-01-01")] == [49, 35, 33, 31, 52]
    assert [point.rank for point in api.dti_trend("83@2020-01-01")] == [33, 31, 51, 53, 54]


def test_a_new_province_has_a_past_among_34() -> None:
    points = api.dti_trend(PHU_THO)
    assert {point.universe for point in points} == {34}
    assert (points[-1].score, points[-1].rank, points[-1].converted) == (D("0.6973"), 20, True)
    assert (points[0].score, points[0].rank) == (None, None)


def test_a_table_equals_the_figures_of_facts() -> None:
    table = api.dti_table(2024, on=MERGED)
    for unit in table.units[:5]:
        figure = facts.figure("dti", unit.id, "2024")
        assert figure.exact == table.rows[unit.id]["DTI"].exact


def test_unknown_year_level_unit_and_map() -> None:
    def code(call: Callable[[], object]) -> str:
        with pytest.raises(DomainError) as refused:
            call()
        return refused.value.code

    assert code(lambda: api.dti_table(2019)) == "edition_unknown"
    assert code(lambda: api.dti_table(2024, level="commune")) == "edition_unknown"
    assert code(lambda: api.dti_table(2024, on=date(2019, 1, 1))) == "map_before_first"
    assert code(lambda: api.explain_score(VINH_PHUC, 2024, "main:Gì đó")) == "index_unknown"
    assert code(lambda: api.explain_score(VINH_PHUC, 2024, on=MERGED)) == "unit_not_in_table"


# --- the way back ----------------------------------------------------------------------------------------------


def walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from walk(child)


@pytest.mark.parametrize(
    ("unit", "year"),
    [
        (VINH_PHUC, 2024),
        (VINH_PHUC, 2021),
        (VINH_PHUC, 2020),
        (PHU_THO, 2024),
        (HA_NOI, 2024),
        (TRA_VINH, 2022),
    ],
)
def test_no_dead_end_under_any_score(unit: str, year: int) -> None:
    for index in api.edition_for(year).indices:
        root = api.explain_score(unit, year, index.key)
        dead = [node.title.vi for node in walk(root) if not node.children and node.ref is None]
        assert dead == []


def test_a_derived_pillar_opens_to_total_and_activities() -> None:
    root = api.explain_score(PHU_THO, 2024, PILLARS[0])
    kinds = [node.kind for node in root.children]
    assert kinds == ["rank", "points", "points", "document"]
    foundation = root.children[1]
    assert foundation.detail is not None
    assert foundation.detail.vi.startswith("Suy ra: ")
    assert len(foundation.children) == 4
    merged_from = {node.figure[1] for node in walk(root) if node.figure}
    assert {"17@2020-01-01", "25@2020-01-01", VINH_PHUC} <= merged_from


def test_points_are_shown_as_score_times_points_assessed() -> None:
    root = api.explain_score(VINH_PHUC, 2024)
    infrastructure = next(node for node in root.children if node.title.vi == "Hạ tầng số")
    assert infrastructure.value is not None
    assert infrastructure.detail is not None
    assert infrastructure.value.vi == "114,95 / 140 điểm"
    assert "0,8211 × 140" in infrastructure.detail.vi
    assert "hypothesis" in infrastructure.detail.en


def test_scores_of_two_editions_are_not_compared() -> None:
    before = {
        change.period: change
        for change in facts.changes(facts.figure("dti", VINH_PHUC, "2024"))
        if change.against == "previous"
    }
    assert before["2023"].difference is None
    assert before["2023"].note is not None
    assert "Quyết định 922" in before["2023"].note.vi
    within = [
        change
        for change in facts.changes(facts.figure("dti", VINH_PHUC, "2023"))
        if change.against == "previous"
    ]
    assert within[0].difference == D("0.0257")


# --- speed and the command -------------------------------------------------------------------------------------


def test_a_warm_table_asks_for_the_stamp_alone() -> None:
    api.dti_table(2024)
    with CaptureQueriesContext(connection) as seen:
        api.dti_table(2024)
    assert len(seen) == 1
    units.forget()
    facts.forget()
    with CaptureQueriesContext(connection) as cold:
        api.dti_table(2024)
    assert len(cold) < 20


def run(*arguments: str) -> str:
    done = CliRunner().invoke(dti, ["table", *arguments], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_the_csv_of_the_command() -> None:
    rows = list(csv.DictReader(io.StringIO(run("--year", "2024", "--map", "2025-07-01", "--format", "csv"))))
    assert list(rows[0]) == ["unit_code", "unit_name", "index", "score", "rank"]
    assert len(rows) == 34 * 12
    keys = list(dict.fromkeys(row["index"] for row in rows))
    assert keys[0] == "DTI"
    assert keys[-3:] == list(PILLARS)
    assert "main:An toàn thông tin mạng" in keys
    phu_tho = next(row for row in rows if row["unit_code"] == "25" and row["index"] == "DTI")
    assert phu_tho == {
        "unit_code": "25",
        "unit_name": "Phú Thọ",
        "index": "DTI",
        "score": "0.6973",
        "rank": "20",
    }
    assert [int(row["rank"]) for row in rows[:34]] == sorted(int(row["rank"]) for row in rows[:34])
    unknown = next(row for row in rows if row["unit_code"] == "25" and row["index"] == "main:Nhận thức số")
    assert (unknown["score"], unknown["rank"]) == ("", "")


def test_json_and_text() -> None:
    data = json.loads(run("--year", "2021", "--format", "json"))
    assert (data["universe"], data["map"], data["edition"]) == (63, "2021-12-31", "dti-922-2022")
    row = next(row for row in data["rows"] if row["unit_name"] == "Vĩnh Phúc" and row["index"] == "DTI")
    assert (row["score"], row["rank"], row["rank_published"]) == (None, 12, True)
    text = run("--year", "2024", "--map", "01/07/2025")
    assert "34 đơn vị" in text
    assert "  20  0.6973  Phú Thọ" in text


def test_the_command_does_not_understand_a_year_in_words() -> None:
    assert CliRunner().invoke(dti, ["table", "--year", "hai nghìn"]).exit_code == 2
    assert "example" in CliRunner().invoke(dti, ["table", "--help"]).stdout


def test_editions_and_their_trees() -> None:
    assert api.edition_years() == (2020, 2021, 2022, 2023, 2024)
    assert [edition.code for edition in api.list_editions()] == [
        "dti-1726-2020",
        "dti-922-2022",
        "dti-405-2025",
    ]
    edition = api.edition_for(2024)
    node = edition.node("3")
    assert node is not None
    assert (node.max_points, node.assessed_points, node.status) == ("200", "140", "hypothesis")
    assert all(child.status == "unknown" for child in edition.children("3"))
    assert edition.node("none") is None


def test_what_no_edition_names_may_be_compared() -> None:
    def broken(indicator: str, unit: str, period: str, other: str) -> bool:
        return edition_break(indicator, unit, period, other) is not None

    assert broken("dti_rank", VINH_PHUC, "2024", "2023")
    assert not broken("dti_rank", VINH_PHUC, "2023", "2022")
    assert not broken("digital_economy_grdp", VINH_PHUC, "2024", "2023")
    assert not broken("dti", VINH_PHUC, "2024-Q1", "2023-Q1")
    assert not broken("dti", VINH_PHUC, "2024", "2010")
    assert not broken("dti", "VN@2020-01-01", "2024", "2023")


# --- values entered here: what the published years do not show -------------------------------------------------

MAINS = (
    "awareness",
    "institutions",
    "infrastructure",
    "human_resources",
    "security",
    "government",
    "economy",
    "society",
)


def publish(
    year: int, values: dict[str, str], *, unit: str = VINH_PHUC, universe: str = "", sign: str = "="
) -> None:
    """Values of one unit from the ministry's own site, which goes before the copies."""
    given = [
        facts.NewObservation(
            indicator=code,
            unit=unit,
            period=str(year),
            source="dti_portal",
            value=value,
            universe=universe,
            sign=sign,
        )
        for code, value in values.items()
    ]
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    facts.publish(given, by="test", at=at, document="quyet-dinh-405-2025")


def test_a_published_rank_that_differs_is_a_note() -> None:
    publish(2024, {"dti_rank": "21"}, universe="63")
    cell = api.dti_table(2024).rows[VINH_PHUC]["DTI"]
    assert (cell.rank, cell.rank_published) == (20, False)
    assert cell.rank_note is not None
    assert cell.rank_note.vi == "Thứ hạng công bố là 21, tính theo điểm là 20."
    rank = next(node for node in api.explain_score(VINH_PHUC, 2024).children if node.kind == "rank")
    assert rank.detail is not None
    assert "Thứ hạng công bố là 21" in rank.detail.vi
    assert rank.children != ()


def test_a_rank_that_does_not_say_among_how_many_counts_on_its_own_map_only() -> None:
    publish(2021, {"dti_rank": "7"}, unit=HA_NOI)
    assert api.dti_table(2021).rows[HA_NOI]["DTI"].rank == 7
    assert api.dti_table(2021, on=MERGED).rows[HA_NOI]["DTI"].rank is None


def test_a_total_is_added_up_where_only_the_main_indices_are_published() -> None:
    publish(2021, {f"dti_main.{code}": "0.5" for code in MAINS[:-1]})
    assert api.dti_table(2021).rows[VINH_PHUC]["DTI"].score is None
    publish(2021, {"dti_main.society": "0.6"})
    row = api.dti_table(2021).rows[VINH_PHUC]
    assert (row["DTI"].score, row["DTI"].state, row["DTI"].derived) == (D("0.5150"), "computed", True)
    assert row["DTI"].rank == 12
    assert (row[PILLARS[2]].score, row[PILLARS[2]].derived) == (D("0.5231"), False)
    root = api.explain_score(VINH_PHUC, 2021)
    assert [node.kind for node in root.children] == ["rank", *["points"] * 8, "document"]


def test_what_rests_on_rough_values_is_rough() -> None:
    publish(2021, {f"dti_main.{code}": "0.5" for code in MAINS}, sign="~")
    assert api.dti_table(2021).rows[VINH_PHUC][PILLARS[0]].sign == "~"
    assert api.dti_table(2024).rows[VINH_PHUC][PILLARS[0]].sign == "="


def test_a_pillar_published_by_itself_is_shown_where_it_can_not_be_composed() -> None:
    publish(2021, {"dti_pillar.economy": "0.4321"})
    cell = api.dti_table(2021).rows[VINH_PHUC][PILLARS[1]]
    assert (cell.score, cell.state) == (D("0.4321"), "reported")
    assert [node.kind for node in api.explain_score(VINH_PHUC, 2021, PILLARS[1]).children] == [
        "figure",
        "document",
    ]
