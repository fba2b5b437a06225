"""The packs of figures: facts are whole, consistent, kept with their source; sample data stays apart."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.pack_files import NAMES, PACKS, ROOT, end_day, first_day, records, rows


def observed(indicator: str, period: str, pack: str = "vn-dti") -> dict[str, Decimal]:
    """Values of an indicator in a period by unit."""
    return {
        o["unit"]: Decimal(o["value"])
        for o in rows(pack, "observations")
        if (o["indicator"], o["period"]) == (indicator, period)
    }


# --- DTI -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "ranks"),
    [
        ("26@2020-01-01", (55, 12, 18, 44, 20)),
        ("33@2020-01-01", (49, 35, 33, 31, 52)),
        ("83@2020-01-01", (33, 31, 51, 53, 54)),
    ],
)
def test_rank_series_of_the_founding_provinces(unit: str, ranks: tuple[int, ...]) -> None:
    assert tuple(int(observed("dti_rank", str(year))[unit]) for year in range(2020, 2025)) == ranks


@pytest.mark.parametrize("year", ["2022", "2023", "2024"])
def test_ranks_are_the_competition_ranking_of_63_scores(year: str) -> None:
    scores, ranks = observed("dti", year), observed("dti_rank", year)
    assert len(scores) == 63
    expected = {u: 1 + sum(other > score for other in scores.values()) for u, score in scores.items()}
    assert {u: int(r) for u, r in ranks.items()} == expected


def _edition(year: int) -> dict[str, Any]:
    (edition,) = [e for e in records("vn-dti", "editions") if year in e["years"]]
    return edition


@pytest.mark.parametrize(("year", "known"), [(2022, 5), (2023, 10), (2024, 11)])
def test_weights_of_the_edition_reproduce_published_totals(year: int, known: int) -> None:
    edition = _edition(year)
    mains = [n for n in edition["nodes"] if n["role"] == "main" and n.get("scored", True)]
    points = {n["indicator"]: Decimal(n["assessed_points"]) for n in mains}
    (total,) = [n for n in edition["nodes"] if n["role"] == "total"]
    assert sum(points.values()) == Decimal(total["assessed_points"])
    values = {indicator: observed(indicator, str(year)) for indicator in points}
    complete = set.intersection(*(set(v) for v in values.values()))
    assert len(complete) == known
    for unit in complete:
        won = sum((values[i][unit] * p for i, p in points.items()), Decimal(0))
        assert abs(won / sum(points.values()) - observed("dti", str(year))[unit]) <= Decimal("0.0001"), unit


@pytest.mark.parametrize(("year", "mean"), [("2023", "0.6783"), ("2024", "0.6961")])
def test_mean_of_the_provinces_is_the_published_one(year: str, mean: str) -> None:
    scores = observed("dti", year)
    computed = sum(scores.values(), Decimal(0)) / len(scores)
    assert computed.quantize(Decimal("0.0001"), ROUND_HALF_UP) == Decimal(mean)
    assert observed("dti_mean", year) == {"VN@2020-01-01": Decimal(mean)}


@pytest.mark.parametrize(
    ("unit", "score"),
    [("25@2025-07-01", "0.6973"), ("33@2025-07-01", "0.5895"), ("86@2025-07-01", "0.6696")],
)
def test_mean_of_the_merged_provinces_is_what_the_ministry_gave_the_new_one(unit: str, score: str) -> None:
    scores = observed("dti", "2024")
    olds = [e["from_unit"] for e in rows("vn-units", "unit_events") if e["to_unit"] == unit]
    mean = sum((scores[old] for old in olds), Decimal(0)) / len(olds)
    assert mean.quantize(Decimal("0.0001"), ROUND_HALF_UP) == Decimal(score)


def test_editions_cover_each_year_once_and_admit_what_is_unknown() -> None:
    years = Counter(year for e in records("vn-dti", "editions") for year in e["years"])
    assert years == dict.fromkeys(range(2020, 2025), 1)
    for edition in records("vn-dti", "editions"):
        for node in edition["nodes"]:
            if node["role"] == "component" or (node["role"] == "main" and "assessed_points" not in node):
                assert node["status"] == "unknown" or not node.get("scored", True), node["code"]
    (infrastructure,) = [n for n in _edition(2024)["nodes"] if n["code"] == "3"]
    assert (infrastructure["status"], infrastructure["assessed_points"]) == ("hypothesis", "140")


def test_both_provinces_reported_12th_in_2021_are_kept_and_marked() -> None:
    twelfth = [
        o
        for o in rows("vn-dti", "observations")
        if (o["indicator"], o["period"], o["value"]) == ("dti_rank", "2021", "12")
    ]
    assert {o["unit"] for o in twelfth} == {"26@2020-01-01", "38@2020-01-01"}
    assert all("Mâu thuẫn" in o["note"] for o in twelfth)


def test_two_official_values_of_the_digital_economy_stand_side_by_side() -> None:
    values = {
        o["source"]: o["value"]
        for o in rows("vn-dti", "observations")
        if o["indicator"] == "digital_economy_gdp"
    }
    assert values == {"statistics_office": "12.67", "ministry": "14.26"}


# --- the three provinces ---------------------------------------------------------------------------------------

PROVINCES = {
    "vinh-phuc": ("26@2020-01-01", 18),
    "hung-yen": ("33@2020-01-01", 14),
    "ben-tre": ("83@2020-01-01", 23),
}


def fact_of(row: dict[str, str]) -> str:
    """The fact a row was filed from."""
    return row["locator"].removeprefix("mã dữ kiện ")


def test_every_founding_fact_is_filed_once() -> None:
    filed = [fact_of(r) for p in PROVINCES for kind in ("targets", "observations") for r in rows(p, kind)]
    assert sorted(filed) == [f"F{number:03d}" for number in range(1, 87)]


@pytest.mark.parametrize("pack", PROVINCES)
def test_targets_of_a_province(pack: str) -> None:
    unit, count = PROVINCES[pack]
    targets = rows(pack, "targets")
    assert len(targets) == count
    measures = {i["code"]: i["measure"] for p in NAMES for i in records(p, "indicators")}
    for target in targets:
        assert target["unit"] == unit
        assert re.fullmatch(r"20(25|30)-12-31", target["deadline"])
        assert target["comparator"] in {">", ">=", "<=", "="}
        assert measures[target["indicator"]] == target["measure"], target["code"]
        assert (target["universe"] == "63") == (target["kind"] == "rank"), target["code"]


def test_only_the_two_rank_targets_are_measured() -> None:
    links = {t["code"]: t["measured_by"] for p in PROVINCES for t in rows(p, "targets") if t["measured_by"]}
    assert links == {"F020": "dti_rank", "F039": "dti_rank"}


def test_approximate_values_keep_their_word() -> None:
    words = {
        fact_of(o): (o["sign"], o["sign_word"], o["value"])
        for p in ("vinh-phuc", "hung-yen")
        for o in rows(p, "observations")
        if o["sign"] != "="
    }
    assert words["F025"] == ("~", "gần", "3000")
    assert words["F028"] == (">", "hơn", "1200000")
    assert words["F044"] == (">", "trên", "1100000000000")
    assert words["F045"] == ("~", "khoảng", "86")
    assert len(words) == 11
    assert all(word for _, word, _ in words.values())


def test_kinds_and_scopes_of_targets() -> None:
    targets = {t["code"]: t for p in PROVINCES for t in rows(p, "targets")}
    kinds = Counter(t["kind"] for t in targets.values())
    # The tenth kind, milestone, is in the texts but not among their 55 measurable targets.
    assert set(kinds) == {
        "percentage", "percentage_by_level", "percentage_with_exclusion", "count", "ratio", "share_of_grdp",
        "growth", "rank", "coverage",
    }  # fmt: skip
    assert targets["F006"]["level"] == "district"
    assert targets["F069"]["level"] == "commune"
    assert targets["F011"]["level"] == "sector"
    assert "bí mật nhà nước" in targets["F065"]["scope_vi"]


# --- sample data -----------------------------------------------------------------------------------------------


def test_sample_data_never_leaves_its_pack_and_says_what_it_is() -> None:
    assert [s["code"] for p in NAMES for s in records(p, "sources") if s.get("sample")] == ["sample"]
    for pack in NAMES[:-1]:
        assert not [o for o in rows(pack, "observations") if o["source"] == "sample"]
    for kind in ("observations", "target_bases", "target_links"):
        assert {r["source"] for r in rows("demo-sample", kind)} == {"sample"}
    assert {o["document"] for o in rows("demo-sample", "observations")} == {"du-lieu-mau"}


def test_no_sample_data_outlives_its_province() -> None:
    quarter_end = {"Q1": "03-31", "Q2": "06-30", "Q3": "09-30", "Q4": "12-31"}
    for o in rows("demo-sample", "observations"):
        year, _, quarter = o["period"].partition("-")
        last = f"{year}-{quarter_end[quarter] if quarter else '12-31'}"
        assert first_day(o["unit"]) <= last < end_day(o["unit"]), o


def test_sample_links_join_a_target_to_its_own_indicator_only() -> None:
    targets = {t["code"]: t for p in PROVINCES for t in rows(p, "targets")}
    links = {row["target"]: row["indicator"] for row in rows("demo-sample", "target_links")}
    assert all(targets[code]["indicator"] == indicator for code, indicator in links.items())
    assert not links.keys() & {"F020", "F039"}
    assert links.keys() == {row["target"] for row in rows("demo-sample", "target_bases")}
    observed_pairs = {(o["unit"], o["indicator"]) for o in rows("demo-sample", "observations")}
    assert all((targets[code]["unit"], indicator) in observed_pairs for code, indicator in links.items())
    assert len(links) < len(targets) - 2


def test_building_the_sample_pack_again_gives_the_same_bytes(tmp_path: Path) -> None:
    for pack in PROVINCES:
        shutil.copytree(PACKS / pack / "targets", tmp_path / pack / "targets")
    command = [sys.executable, "-m", "tools.packs.build_demo", "--packs", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    built = sorted((tmp_path / "demo-sample").rglob("*.csv"))
    assert len(built) == 3
    for path in built:
        assert path.read_bytes() == (PACKS / path.relative_to(tmp_path)).read_bytes(), path.name


# --- all packs -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", NAMES)
def test_values_are_canonical_and_text_is_composed(pack: str) -> None:
    for path in sorted((PACKS / pack).rglob("*.*")):
        text = path.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text), path.name
    for kind in ("observations", "targets", "target_bases"):
        for row in rows(pack, kind):
            assert re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", row["value"]), row


@pytest.mark.parametrize("pack", NAMES)
def test_every_record_names_a_document_that_exists_and_says_whether_it_was_read(pack: str) -> None:
    documents = {d["code"]: d for p in NAMES for d in records(p, "documents")}
    assert all(isinstance(d["text_read"], bool) for d in documents.values())
    for kind in ("units", "unit_events", "observations", "targets", "target_bases"):
        for row in rows(pack, kind):
            assert row["document"] in documents or row.get("level") == "country", row
    unread = {d["kind"] for d in documents.values() if not d["text_read"]}
    assert "law" in unread
    assert not [d for d in documents.values() if d["kind"] in {"law", "decision"} and d["text_read"]]


def test_codes_are_unique_across_packs_and_rules_are_complete() -> None:
    for kind in ("documents", "measures", "sources", "indicators", "editions"):
        codes = Counter(r["code"] for p in NAMES for r in records(p, kind))
        assert [code for code, count in codes.items() if count > 1] == [], kind
    measures = {m["code"]: m for m in records("vn-dti", "measures")}
    for indicator in (i for p in NAMES for i in records(p, "indicators")):
        assert indicator["definition_vi"], indicator["code"]
        assert indicator["definition_en"], indicator["code"]
        if measures[indicator["measure"]].get("ordinal"):
            assert indicator["conversion"] == {"rule": "none"}, indicator["code"]
            assert indicator["direction"] == "down", indicator["code"]


def test_places_of_dti_values_name_what_a_reader_can_open() -> None:
    """Files, rows and columns of the copies; passages of pages: nothing that exists on no one's disk."""
    places = [row["locator"] for row in rows("vn-dti", "observations")]
    assert all(places)
    assert not any("dti_scores" in place for place in places)
    columns = {place.rsplit(" ", 1)[1] for place in places if place.startswith("Tapdulieu/bang_1.csv")}
    assert columns == {"DTI_Tong", "DTI_ChinhQuyenSo", "DTI_KinhTeSo", "DTI_XaHoiSo", "HaTangSo"}


def test_measures_with_a_word_have_an_english_word() -> None:
    for measure in records("vn-dti", "measures"):
        symbol = measure.get("symbol", "")
        assert bool(measure.get("symbol_en")) == any(letter.isalpha() for letter in symbol), measure["code"]
