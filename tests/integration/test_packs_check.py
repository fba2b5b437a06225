"""Every fault of a pack is found, with its file, line and field, all at once."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from tamdao.core.packs import api
from tamdao.core.packs.models import InstalledPack
from tamdao.facts.models import Observation
from tamdao.kit.errors import DomainError
from tests.integration.pack_samples import GOOD, SMALL, changed, write
from tests.support import INSTALLED_AT

pytestmark = pytest.mark.django_db

UNITS, EVENTS, OBS = "units/units.csv", "unit_events/events.csv", "observations/observations.csv"
IND, TARGETS, EDITIONS = "indicators/indicators.yaml", "targets/targets.yaml", "editions/editions.yaml"
ROW = "online,26@2020-01-01,2024,1440,press,,,plan,"


def row(text: str) -> tuple[str, str, str]:
    """The first observation replaced."""
    return OBS, ROW, text


# fault: (file, passage, instead) → place, field, words of the English sentence
FAULTS = {
    "unknown key": (("pack.yaml", "map_from", "map_form"), "pack.yaml:5", "map_form", "is it “map_from”"),
    "version": (("pack.yaml", "1.0.0", "1.0"), "pack.yaml:2", "version", "does not have the form"),
    "folder name": (("pack.yaml", "name: small", "name: other"), "pack.yaml:1", "name", "that of its folder"),
    "requires nobody": (
        ("pack.yaml", "map_from", "requires: [{name: far, version: '>=1.0'}]\nmap_from"),
        "pack.yaml:5", "requires.0", "neither installed nor beside",
    ),
    "broken yaml": (("levels/levels.yaml", "- {code: country", "- {code: [country"), "levels/levels.yaml:1", "", "can't be read"),
    "alias": (
        ("levels/levels.yaml", "name_vi: Tỉnh, name_en: Province", "name_vi: &a Tỉnh, name_en: *a"),
        "levels/levels.yaml:2", "1.name_en", "anchors",
    ),
    "key twice": (("documents/documents.yaml", "kind: plan", "kind: plan\n  kind: law"), "documents/documents.yaml:4", "0.kind", "stands twice"),
    "unknown column": ((UNITS, "from_known\n", "from_know\n"), "units/units.csv:1", "from_know", "No column"),
    "semicolons": ((UNITS, "unit,level,from_date,to_date,code,name_vi,type_vi,parent,from_known", "unit;level"), "units/units.csv:1", "", "separated by commas"),
    "row too short": ((UNITS, ",Nước,,false", ",Nước"), "units/units.csv:2", "", "cells"),
    "missing field": (("documents/documents.yaml", "  kind: plan\n", ""), "documents/documents.yaml:1", "kind", "required"),
    "bad date": (("documents/documents.yaml", "2021-11-22", "2021-02-30"), "documents/documents.yaml:4", "date", "existing day"),
    "vietnamese date": (("documents/documents.yaml", "2021-11-22", "22/11/2021"), "documents/documents.yaml:4", "date", "year-month-day"),
    "not a truth value": (("documents/documents.yaml", "false", "no"), "documents/documents.yaml:5", "text_read", "true or false"),
    "duplicate": ((EVENTS, "rename-46", "merge-25,2025-07-01,merge,25@2020-01-01,25@2025-07-01,1,,202/2025/QH15,plan\nrename-46"), "unit_events/events.csv:4", "", "stands already at unit_events/events.csv:2"),
    "unknown document": ((EVENTS, "202/2025/QH15,plan", "202/2025/QH15,plans"), "unit_events/events.csv:2", "document", "Similar: plan"),
    "unknown parent": ((UNITS, "46,Huế,Thành phố,VN@2020-01-01", "46,Huế,Thành phố,VM@2020-01-01"), "units/units.csv:7", "parent", "no “VM@2020-01-01”"),
    "unit is its own parent": ((UNITS, "25,Phú Thọ,Tỉnh,VN@2020-01-01,\n", "25,Phú Thọ,Tỉnh,25@2025-07-01,\n"), "units/units.csv:5", "parent", "circle"),
    "before the first map": ((UNITS, "26@2020-01-01,province,2020-01-01", "26@2019-01-01,province,2019-01-01"), "units/units.csv:4", "from_date", "before the first day of the map"),
    "id without its day": ((UNITS, "25@2025-07-01,province,2025-07-01", "25@2025-07-01,province,2025-08-01"), "units/units.csv:5", "unit", "25@2025-08-01"),
    "overlapping versions": ((UNITS, "province,2020-01-01,2025-01-01,46", "province,2020-01-01,2025-02-01,46"), "units/units.csv:7", "from_date", "overlaps"),
    "gap between versions": ((UNITS, "province,2020-01-01,2025-01-01,46", "province,2020-01-01,2024-02-01,46"), "units/units.csv:7", "from_date", "another unit"),
    "ends before it starts": ((UNITS, "2025-07-01,26,", "2019-07-01,26,"), "units/units.csv:4", "to_date", "after the start"),
    "code twice at once": ((UNITS, "46@2020-01-01,province,2025-01-01,,46", "46@2020-01-01,province,2025-01-01,,25"), "units/units.csv:5", "code", "at once"),
    "share above one": ((EVENTS, "25@2025-07-01,1,,202/2025/QH15,plan\nrename", "25@2025-07-01,1.5,,202/2025/QH15,plan\nrename"), "unit_events/events.csv:3", "share", "form"),
    "part without source": ((EVENTS, "25@2025-07-01,1,,202/2025/QH15,plan\nrename", "25@2025-07-01,0.5,,202/2025/QH15,plan\nrename"), "unit_events/events.csv:3", "share_source", "source"),
    "parts above the whole": ((EVENTS, "rename-46", "split-26,2025-07-01,split,26@2020-01-01,25@2025-07-01,0.1,x,unknown,\nrename-46"), "unit_events/events.csv:4", "share", "more than 1"),
    "unit outlives its merger": ((EVENTS, "merge-25,2025-07-01,merge,26@", "merge-25,2025-07-01,merge,46@"), "unit_events/events.csv:3", "from_unit", "does not end"),
    "rename into another": ((EVENTS, "46@2020-01-01,46@2020-01-01", "46@2020-01-01,26@2020-01-01"), "unit_events/events.csv:4", "to_unit", "keeps the unit"),
    "event disagrees with itself": ((EVENTS, "26@2020-01-01,25@2025-07-01,1,,202", "26@2020-01-01,25@2025-07-01,1,,203"), "unit_events/events.csv:3", "legal_act", "differs"),
    "nan": (row("online,26@2020-01-01,2024,NaN,press,,,plan,"), "observations/observations.csv:2", "value", "status: missing"),
    "infinity": (row("online,26@2020-01-01,2024,-Infinity,press,,,plan,"), "observations/observations.csv:2", "value", "not a number"),
    "vietnamese number": (row('online,26@2020-01-01,2024,"1.234,5",press,,,plan,'), "observations/observations.csv:2", "value", "must be written 1234.5"),
    "english number": (row('online,26@2020-01-01,2024,"1,234.5",press,,,plan,'), "observations/observations.csv:2", "value", "must be written 1234.5"),
    "ambiguous number": (row('online,26@2020-01-01,2024,"1,234",press,,,plan,'), "observations/observations.csv:2", "value", "decimal point"),
    "exponent": (row("online,26@2020-01-01,2024,1e5,press,,,plan,"), "observations/observations.csv:2", "value", "must be written 100000"),
    "trailing zero": (row("online,26@2020-01-01,2024,1440.50,press,,,plan,"), "observations/observations.csv:2", "value", "1440.5"),
    "bad period": (row("online,26@2020-01-01,2024-Q5,1440,press,,,plan,"), "observations/observations.csv:2", "period", "not a period"),
    "period of another length": (row("online,26@2020-01-01,2024-Q1,1440,press,,,plan,"), "observations/observations.csv:2", "period", "one figure per year"),
    "unknown unit": (row("online,99@2020-01-01,2024,1440,press,,,plan,"), "observations/observations.csv:2", "unit", "no “99@2020-01-01”"),
    "unknown indicator": (row("onlin,26@2020-01-01,2024,1440,press,,,plan,"), "observations/observations.csv:2", "indicator", "Similar: online"),
    "unknown source": (row("online,26@2020-01-01,2024,1440,radio,,,plan,"), "observations/observations.csv:2", "source", "no “radio”"),
    "level without the indicator": (row("online,VN@2020-01-01,2024,1440,press,,,plan,"), "observations/observations.csv:2", "unit", "exists for “Province” only"),
    "value after the end": (row("online,26@2020-01-01,2026,1440,press,,,plan,"), "observations/observations.csv:2", "period", "ended on 01/07/2025"),
    "no value and no status": (row("online,26@2020-01-01,2024,,press,,,plan,"), "observations/observations.csv:2", "status", "missing, not_applicable"),
    "word without sign": (row("online,26@2020-01-01,2024,1440,press,,gần,plan,"), "observations/observations.csv:2", "sign", "not exact"),
    "divides by an empty value": ((OBS, "total,26@2020-01-01,2024,1823,press,,,plan,", "total,26@2020-01-01,2024,,press,,,plan,missing"), "observations/observations.csv:3", "value", "divides by this empty value"),
    "divides by zero": ((OBS, "2024,1823", "2024,0"), "observations/observations.csv:3", "value", "divides by zero"),
    "divides by what nobody delivers": ((IND, "percent(online, total)", "percent(online, total) * other / other"), "indicators/indicators.yaml:34", "formula", "other"),
    "formula does not parse": ((IND, "percent(online, total)", "percent(online, total"), "indicators/indicators.yaml:34", "formula", "character"),
    "formula with an unknown name": ((IND, "percent(online, total)", "percent(online, totals)"), "indicators/indicators.yaml:34", "formula", "total"),
    "formula mixes measures": ((IND, "percent(online, total)", "online + 3 * online_share / online"), "indicators/indicators.yaml:34", "formula", "character"),
    "formula of another measure": ((IND, "percent(online, total)", "online + total"), "indicators/indicators.yaml:34", "formula", "percent"),
    "formula calls itself": ((IND, "percent(online, total)", "online_share"), "indicators/indicators.yaml:34", "formula", "online_share → online_share"),
    "ranks added up": ((IND, "measure: count\n  direction: up", "measure: rank\n  direction: up"), "indicators/indicators.yaml:11", "conversion.rule", "not added"),
    "weight without need": ((IND, "{rule: none}", "{rule: none, weight: total}"), "indicators/indicators.yaml:33", "conversion.weight", "no other rule"),
    "unknown rule": ((IND, "{rule: none}", "{rule: median}"), "indicators/indicators.yaml:33", "conversion.rule", "use one of: sum"),
    "target in another measure": ((TARGETS, "measure: percent", "measure: count"), "targets/targets.yaml:10", "measure", "in “percent”"),
    "base without date": ((TARGETS, "document: plan", "document: plan\n  base_value: 5"), "targets/targets.yaml:1", "base_date", "both a value"),
    "unknown level": ((TARGETS, "document: plan", "document: plan\n  level: village"), "targets/targets.yaml:13", "level", "village"),
    "link for a real source": (("target_links/links.csv", "online_share,sample", "online_share,press"), "target_links/links.csv:2", "source", "sample sources only"),
    "sample source in disguise": (("sources/sources.yaml", "kind: sample,", "kind: document,"), "sources/sources.yaml:3", "sample", "sample: true"),
    "node without its parent": ((EDITIONS, "parent: total", "parent: whole"), "editions/editions.yaml:10", "nodes.1.parent", "no node"),
    "nodes in a circle": ((EDITIONS, "{code: total,", "{code: total, parent: part,"), "editions/editions.yaml:9", "nodes.0.parent", "must stand above"),
    "more points assessed": ((EDITIONS, "assessed_points: 300", "assessed_points: 500"), "editions/editions.yaml:11", "nodes.1.assessed_points", "than the maximum"),
    "unknown key in a node": ((EDITIONS, "status: derived", "statu: derived"), "editions/editions.yaml:11", "nodes.1.statu", "is it “status”"),
    "year of two editions": ((EDITIONS, "- code: e1", """- code: e0
  document: plan
  level: province
  years: [2020]
  name_vi: Cũ
  name_en: Old
  nodes:
    - {code: total, name_vi: Tổng, name_en: Total, role: total, status: known}
- code: e1"""), "editions/editions.yaml:12", "years.0", "belongs to e0"),
    "node twice": ((EDITIONS, "{code: part, parent: total,", "{code: total,"), "editions/editions.yaml:10", "nodes.1.code", "stands twice"),
    "unit changes its level": ((UNITS, "46@2020-01-01,province,2025", "46@2020-01-01,commune,2025"), "units/units.csv:7", "level", "does not change"),
    "parent not above": ((UNITS, "46,Huế,Thành phố,VN@2020-01-01", "46,Huế,Thành phố,25@2020-01-01"), "units/units.csv:7", "parent", "not above “Province”"),
    "a second root": ((UNITS, "46,Huế,Thành phố,VN@2020-01-01", "46,Huế,Thành phố,"), "units/units.csv:7", "parent", "needs a parent"),
    "thousands with a point": (row("online,26@2020-01-01,2024,1.440,press,,,plan,"), "observations/observations.csv:2", "value", "write 1.44 or 1440"),
    "thousands like decimals": (row("online,26@2020-01-01,2024,1.441,press,,,plan,"), "observations/observations.csv:2", "value", "write 1441 if"),
    "decimal comma": (row("online,26@2020-01-01,2024,1.440,5,press,,,plan,"), "observations/observations.csv:2", "value", "decimal comma"),
    "missing column": ((OBS, "indicator,unit,period,value", "indicator,unit,time,value"), "observations/observations.csv:1", "period", "required column"),
    "a column that is missing and a wrong unit": ((OBS, "indicator,unit,period,value,source,sign,sign_word,document,status\n" + ROW.replace("26@2020-01-01", "26@2020-01-01"), "indicator,unit,time,value,source,sign,sign_word,document,status\n" + ROW.replace("26@2020-01-01", "99@2020-01-01")), "observations/observations.csv:2", "unit", "no “99@2020-01-01”"),
    "empty table": ((OBS, SMALL[OBS], ""), "observations/observations.csv:1", "", "needs a header"),
    "parent ends first": ((UNITS, "46,Huế,Thành phố,VN@2020-01-01", "46,Huế,Thành phố,25@2020-01-01"), "units/units.csv:7", "parent", "exists from"),
    "link to nothing": ((EVENTS, "rename-46,2025-01-01,rename,46@2020-01-01,46@2020-01-01", "rename-46,2025-01-01,create,,"), "unit_events/events.csv:4", "from_unit", "from_unit, to_unit or both"),
    "merged into an older unit": ((EVENTS, "26@2020-01-01,25@2025-07-01", "26@2020-01-01,46@2020-01-01"), "unit_events/events.csv:3", "to_unit", "does not begin"),
    "input of another period": ((IND, "direction: up\n  frequency: year", "direction: up\n  frequency: quarter"), "indicators/indicators.yaml:34", "formula", "one figure per quarter"),
    "formulas in a circle": ((IND, "conversion: {rule: sum}\n- code: total", "conversion: {rule: sum}\n  formula: online_share * total / total\n- code: total"), "indicators/indicators.yaml:12", "formula", "circle"),
    "no list": (("levels/levels.yaml", SMALL["levels/levels.yaml"], "code: country"), "levels/levels.yaml:1", "", "list of records"),
    "no mapping": (("levels/levels.yaml", "- {code: country", "- country\n- {code: country"), "levels/levels.yaml:1", "", "key: value"),
    "manifest is a list": (("pack.yaml", SMALL["pack.yaml"], "- small"), "pack.yaml:1", "", "key: value"),
    "universe in words": ((OBS, ",document,status\n" + ROW, ",document,status,universe\n" + ROW + ",all"), "observations/observations.csv:2", "universe", "how many"),
    "target link in another measure": (("target_links/links.csv", "online_share", "online"), "target_links/links.csv:2", "indicator", "in “percent”"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_at_its_place(fault: str, tmp_path: Path) -> None:
    edit, where, field, words = FAULTS[fault]
    report = api.check(write(tmp_path / "small", changed(*edit)))
    found = [(problem.where, problem.field, problem.message.en) for problem in report.problems]
    assert any(place == where and name == field and words in said for place, name, said in found), found
    assert all(problem.message.vi and problem.message.vi != problem.message.en for problem in report.problems)


def test_a_sound_pack_has_no_faults(tmp_path: Path) -> None:
    report = api.check(write(tmp_path / "small", SMALL))
    assert report.problems == ()
    assert report.notes == ()
    assert report.records["units"] == 6


def test_all_faults_come_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    files = changed(OBS, ROW, "online,26@2020-01-01,2024,NaN,press,,,plan,")
    files = changed(UNITS, "46,Huế,Thành phố,VN@", "46,Huế,Thành phố,VM@", files)
    files = changed(TARGETS, "2025-12-31", "31/12/2025", files)
    with pytest.raises(DomainError) as refusal:
        api.install(write(tmp_path / "small", files), by="test", at=INSTALLED_AT)
    assert refusal.value.code == "pack_invalid"
    places = {problem.where for problem in refusal.value.problems}
    assert {"observations/observations.csv:2", "units/units.csv:7", "targets/targets.yaml:11"} <= places
    assert not InstalledPack.objects.exists()
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    "name", ["forms/forms.yaml", "notes.txt", "units/units.xlsx", "units/deep/units.csv"]
)
def test_unknown_files_and_folders_are_faults(name: str, tmp_path: Path) -> None:
    report = api.check(write(tmp_path / "small", {**SMALL, name: "x"}))
    assert [name.startswith(problem.where) for problem in report.problems] == [True]


def test_readme_and_licence_may_lie_in_a_pack(tmp_path: Path) -> None:
    files = {**SMALL, "README.md": "# small", "README.vi.md": "# nhỏ", "LICENSE": "free", ".hidden": "x"}
    assert api.check(write(tmp_path / "small", files)).ok


def test_a_link_in_a_pack_is_a_fault(tmp_path: Path) -> None:
    folder = write(tmp_path / "small", SMALL)
    (folder / "units" / "more.csv").symlink_to(folder / "pack.yaml")
    [problem] = api.check(folder).problems
    assert (problem.where, problem.message.en) == ("units/more.csv", "Packs hold no links.")


def test_a_row_with_a_bad_cell_still_takes_part_in_the_check_of_references(tmp_path: Path) -> None:
    files = changed(OBS, ROW, "onlin,99@2020-01-01,2024-Q5,NaN,radio,,,plan,")
    files = changed(EDITIONS, "status: derived", "status: guessed, rank_indicator: nothing", files)
    found = {
        (problem.where, problem.field) for problem in api.check(write(tmp_path / "small", files)).problems
    }
    place = "observations/observations.csv:2"
    assert {(place, name) for name in ("indicator", "unit", "period", "value", "source")} <= found
    assert {
        ("editions/editions.yaml:11", "nodes.1.status"),
        ("editions/editions.yaml:11", "nodes.1.rank_indicator"),
    } <= found


def test_what_names_a_record_with_a_fault_is_not_a_fault_itself(tmp_path: Path) -> None:
    files = changed(IND, "frequency: year", "frequency: yearly")
    problems = api.check(write(tmp_path / "small", files)).problems
    assert [(problem.where, problem.field) for problem in problems] == [
        ("indicators/indicators.yaml:9", "frequency")
    ]


def test_unknown_and_missing_columns_are_named_once(tmp_path: Path) -> None:
    files = changed(OBS, "indicator,unit,period,value", "indicator,unit,time,value")
    problems = api.check(write(tmp_path / "small", files)).problems
    named = [
        (problem.where, problem.field) for problem in problems if problem.where.startswith("observations")
    ]
    assert named == [
        ("observations/observations.csv:1", "time"),
        ("observations/observations.csv:1", "period"),
    ]


def test_a_file_without_records_is_noted(tmp_path: Path) -> None:
    files = {
        **SMALL,
        "sources/more.yaml": "# nothing yet\n",
        "units/more.csv": "unit,level,from_date,code,name_vi,type_vi\n",
    }
    report = api.check(write(tmp_path / "small", files))
    assert report.ok
    assert [note.where for note in report.notes] == ["sources/more.yaml", "units/more.csv"]


def test_another_fraction_of_a_count_is_noted(tmp_path: Path) -> None:
    report = api.check(
        write(tmp_path / "small", changed(*row("online,26@2020-01-01,2024,1440.5,press,,,plan,")))
    )
    assert report.ok
    assert [(note.where, note.field) for note in report.notes] == [
        ("observations/observations.csv:2", "value")
    ]


def test_a_duplicate_is_named_by_its_parts(tmp_path: Path) -> None:
    [problem] = api.check(write(tmp_path / "small", changed(OBS, ROW, f"{ROW}\n{ROW}"))).problems
    assert problem.field == ""
    assert "“online · 26@2020-01-01 · 2024 · press · official · in_period”" in problem.message.vi


CODES = re.compile(r"\b(province|commune|country|quarter|year|rename|percent|\d{4}-\d\d-\d\d)\b(?!@)")


@pytest.mark.parametrize(
    "fault",
    [
        "period of another length", "level without the indicator", "value after the end", "parent not above",
        "parent ends first", "before the first map", "gap between versions", "overlapping versions",
        "ends before it starts", "rename into another", "input of another period", "target in another measure",
        "ranks added up", "unit outlives its merger", "merged into an older unit", "parts above the whole",
    ],
)  # fmt: skip
def test_vietnamese_sentences_hold_no_codes(fault: str, tmp_path: Path) -> None:
    edit, where, field, _words = FAULTS[fault]
    report = api.check(write(tmp_path / "small", changed(*edit)))
    said = [
        problem.message.vi for problem in report.problems if (problem.where, problem.field) == (where, field)
    ]
    assert said
    # ids of units (26@2020-01-01) and what is to be written (“…”) stay
    shown = [re.sub(r"\w+@[\d-]+", "", sentence) for sentence in said]
    assert not [sentence for sentence in shown if CODES.search(re.sub("“.*?”", "", sentence))]


def test_decomposed_vietnamese_is_composed_and_noted(tmp_path: Path) -> None:
    files = {**SMALL, UNITS: unicodedata.normalize("NFD", SMALL[UNITS])}
    folder = write(tmp_path / "small", files)
    report = api.check(folder)
    assert report.ok
    assert [
        (note.where, "NFC" in note.message.en or "composed" in note.message.en) for note in report.notes
    ] == [("units/units.csv:2", True)]
    assert api.content_hash(folder) == api.content_hash(write(tmp_path / "composed" / "small", SMALL))


def test_bytes_that_are_no_text_are_a_fault(tmp_path: Path) -> None:
    raw = SMALL[UNITS].encode().replace("Huế".encode(), b"Hu\xe9")
    report = api.check(write(tmp_path / "small", {**SMALL, UNITS: raw}))
    assert ("units/units.csv:6", True) in [
        (problem.where, "UTF-8" in problem.message.en) for problem in report.problems
    ]


def test_a_file_too_large_is_refused_by_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tamdao.core.packs.reading.MAX_FILE_BYTES", 400)
    report = api.check(write(tmp_path / "small", SMALL))
    assert "units/units.csv" in {problem.where for problem in report.problems}


def test_packs_that_require_each_other_are_a_fault(tmp_path: Path) -> None:
    need = "requires:\n  - {{name: {0}}}\n"
    write(tmp_path / "small", {**SMALL, "pack.yaml": SMALL["pack.yaml"] + need.format("next")})
    manifest = "name: next\nversion: 1.0.0\ntitle_vi: a\ntitle_en: b\n" + need.format("small")
    folder = write(tmp_path / "next", {"pack.yaml": manifest})
    said = [problem.message.en for problem in api.check(folder).problems]
    assert said == ["Packs require each other in a circle: next → small → next."]


def test_what_a_required_pack_brings_may_be_referred_to_before_it_is_installed(tmp_path: Path) -> None:
    write(tmp_path / "small", SMALL)
    more = {
        "pack.yaml": "name: more\nversion: 1.0.0\ntitle_vi: a\ntitle_en: b\nrequires: [{name: small, version: '>=1.0'}]\n",
        OBS: "indicator,unit,period,value,source,document\nonline,26@2020-01-01,2022,7,press,plan\n",
    }
    assert api.check(write(tmp_path / "more", more)).problems == ()
    with pytest.raises(DomainError) as refusal:
        api.install(tmp_path / "more", by="test", at=INSTALLED_AT)
    assert refusal.value.code == "pack_requires"
    assert str(tmp_path / "small") in refusal.value.message.en


def test_a_divisor_that_nobody_delivers_is_a_fault_of_the_formula(tmp_path: Path) -> None:
    rows = SMALL[OBS].splitlines(keepends=True)
    files = {**SMALL, OBS: "".join(line for line in rows if not line.startswith("total,"))}
    [problem] = api.check(write(tmp_path / "small", files)).problems
    assert (problem.where, problem.field) == ("indicators/indicators.yaml:34", "formula")
    assert "has no value at all" in problem.message.en


def test_the_sample_with_its_missing_divisor_names_the_empty_cell(tmp_path: Path) -> None:
    report = api.check(write(tmp_path / "small", GOOD))
    assert [(problem.where, problem.field) for problem in report.problems] == [
        ("observations/observations.csv:5", "value")
    ]


def test_no_pack_at_all(tmp_path: Path) -> None:
    with pytest.raises(DomainError) as refusal:
        api.check(tmp_path)
    assert refusal.value.code == "pack_not_found"
