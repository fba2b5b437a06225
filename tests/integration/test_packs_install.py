"""Installing packs: all or nothing, twice changes nothing, upgrades keep local edits, observations only grow."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tamdao.core.files.models import SourceDocument
from tamdao.core.packs import api
from tamdao.core.packs.models import InstalledPack, PackRecord
from tamdao.core.units.models import Unit, UnitEvent, UnitLink, UnitVersion
from tamdao.facts import api as facts
from tamdao.facts.models import FactChange, Indicator, Measure, Observation, Target, TargetBase, TargetLink
from tamdao.kit.errors import DomainError
from tamdao.modules.scoring.models import Edition, EditionNode
from tests.integration.pack_samples import SMALL, changed, write
from tests.support import INSTALLED_AT

pytestmark = pytest.mark.django_db

UNITS, OBS, IND = "units/units.csv", "observations/observations.csv", "indicators/indicators.yaml"
LATER = INSTALLED_AT + timedelta(days=1)
V2 = ("pack.yaml", "1.0.0", "1.1.0")


def install(folder: Path, files: dict[str, str] | None = None) -> api.Report:
    """Write (if files are given) and install the small pack."""
    if files is not None:
        write(folder / "small", files)
    return api.install(folder / "small", by="test", at=INSTALLED_AT)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The small pack installed; gives the folder around it."""
    install(tmp_path, dict(SMALL))
    return tmp_path


def test_every_kind_arrives_whole(installed: Path) -> None:
    hue = Unit.objects.get(id="46@2020-01-01")
    assert (hue.end_date, hue.from_known) == (None, False)
    assert list(hue.versions.order_by("from_date").values_list("name_vi", flat=True)) == [
        "Thừa Thiên Huế",
        "Huế",
    ]
    old = Unit.objects.get(id="26@2020-01-01")
    assert str(old.end_date) == "2025-07-01"
    assert UnitVersion.objects.get(unit=old).folded == "tinh vinh phuc"
    assert UnitLink.objects.filter(event="merge-25").count() == 2
    assert UnitEvent.objects.get(code="rename-46").legal_act == "unknown"
    assert Measure.objects.get(code="percent").scale == "0.01"
    share = Indicator.objects.get(code="online_share")
    assert (share.rule, share.formula, share.levels) == ("none", "percent(online, total)", ["province"])
    value = Observation.objects.get(indicator="online", period="2024")
    assert (value.value, value.value_number, value.recorded_by) == ("1440", 1440.0, "pack:small@1.0.0")
    assert (str(value.period_start), str(value.period_end)) == ("2024-01-01", "2024-12-31")
    missing = Observation.objects.get(indicator="total", period="2023")
    assert (missing.status, missing.value, missing.value_number) == ("missing", None, None)
    assert (Target.objects.get().value, TargetBase.objects.get().value) == ("80", "50")
    assert TargetLink.objects.get().indicator_id == "online_share"
    part = EditionNode.objects.get(code="part")
    assert (part.parent and part.parent.code, part.assessed_points) == ("total", "300")
    assert SourceDocument.objects.get().text_read is False


def test_the_second_install_changes_nothing(installed: Path) -> None:
    before = (
        FactChange.objects.count(),
        Observation.objects.count(),
        InstalledPack.objects.get().installed_at,
    )
    report = api.install(installed / "small", by="somebody", at=LATER)
    assert report.rows == {}
    assert {change.action for change in report.plan} == {"unchanged"}
    assert (
        FactChange.objects.count(),
        Observation.objects.count(),
        InstalledPack.objects.get().installed_at,
    ) == before


def test_an_install_leaves_its_mark_in_the_list_of_changes(installed: Path) -> None:
    marks = dict(FactChange.objects.values_list("kind", "rows"))
    assert marks["observation"] == 3
    assert marks["unit"] == 6 + 3 + 3
    assert {"indicator", "target", "edition", "document"} <= marks.keys()
    assert set(FactChange.objects.values_list("by", flat=True)) == {"pack:small@1.0.0"}


def test_diff_says_what_would_change_and_writes_nothing(installed: Path) -> None:
    files = changed(OBS, "2024,1440", "2024,1450", dict(SMALL))
    files = changed(IND, "name_vi: Tổng thủ tục", "name_vi: Mọi thủ tục", files)
    write(installed / "small", files)
    report = api.diff(installed / "small")
    changes = {
        (change.kind, change.key.split("|")[0]): change
        for change in report.plan
        if change.action != "unchanged"
    }
    assert {key: change.action for key, change in changes.items()} == {
        ("indicators", "total"): "changed",
        ("observations", "online"): "changed",
    }
    side = changes["observations", "online"].fields[0]
    assert (side.field, side.old, side.new) == ("value", "1440", "1450")
    assert report.counts()["units"]["unchanged"] == 6
    assert Observation.objects.count() == 3


def test_a_changed_value_is_a_new_revision(installed: Path) -> None:
    report = install(installed, changed(*V2, changed(OBS, "2024,1440", "2024,1450", dict(SMALL))))
    assert report.rows == {"observations": 1}
    rows = Observation.objects.filter(indicator="online").order_by("revision")
    assert [(row.revision, row.value, row.recorded_by) for row in rows] == [
        (1, "1440", "pack:small@1.0.0"),
        (2, "1450", "pack:small@1.1.0"),
    ]
    assert install(installed).rows == {}


def test_a_value_no_longer_delivered_is_withdrawn_not_deleted(installed: Path) -> None:
    without = changed(OBS, "online,26@2020-01-01,2024,1440,press,,,plan,\n", "", dict(SMALL))
    report = install(installed, changed(*V2, without))
    assert report.counts()["observations"]["removed"] == 1
    rows = Observation.objects.filter(indicator="online").order_by("revision")
    assert [(row.status, row.value) for row in rows] == [("value", "1440"), ("rejected", None)]
    assert "small@1.1.0" in rows[1].note
    assert install(installed).rows == {}
    # delivered again, it is a third revision, and what changes is what stands there
    write(installed / "small", changed("pack.yaml", "1.0.0", "1.2.0", dict(SMALL)))
    [change] = [change for change in api.diff(installed / "small").plan if change.action == "changed"]
    sides = {side.field: (side.old, side.new) for side in change.fields}
    assert sides == {"status": ("rejected", None), "value": (None, "1440"), "note": (rows[1].note, None)}
    assert install(installed).rows == {"observations": 1}
    assert Observation.objects.filter(indicator="online").order_by("-revision")[0].value == "1440"


def test_a_local_edit_survives_an_upgrade_and_all_three_sides_are_shown(installed: Path) -> None:
    Indicator.objects.filter(code="total").update(name_vi="Thủ tục của tỉnh")
    upgraded = changed(IND, "name_vi: Tổng thủ tục", "name_vi: Mọi thủ tục", dict(SMALL))
    upgraded = changed(IND, "name_vi: Thủ tục trực tuyến", "name_vi: Thủ tục trên mạng", upgraded)
    report = install(installed, changed(*V2, upgraded))
    assert Indicator.objects.get(code="total").name_vi == "Thủ tục của tỉnh"
    assert Indicator.objects.get(code="online").name_vi == "Thủ tục trên mạng"
    [kept] = report.local()
    [side] = kept.fields
    assert (side.old, side.live, side.new) == ("Tổng thủ tục", "Thủ tục của tỉnh", "Mọi thủ tục")
    # the next upgrade still knows that it is an edit
    assert [change.key for change in install(installed).local()] == ["total"]
    assert Indicator.objects.get(code="total").name_vi == "Thủ tục của tỉnh"


def test_an_edit_taken_back_follows_the_pack_again(installed: Path) -> None:
    Indicator.objects.filter(code="total").update(name_vi="Khác")
    Indicator.objects.filter(code="total").update(name_vi="Tổng thủ tục")
    install(installed, changed(IND, "name_vi: Tổng thủ tục", "name_vi: Mọi thủ tục", dict(SMALL)))
    assert Indicator.objects.get(code="total").name_vi == "Mọi thủ tục"


def test_a_local_correction_of_a_value_is_kept(installed: Path) -> None:
    first = Observation.objects.get(indicator="online")
    values = {
        field.attname: getattr(first, field.attname)
        for field in first._meta.concrete_fields
        if not field.generated
    }
    Observation.objects.create(
        **{**values, "id": None, "revision": 2, "value": "1441", "recorded_by": "an official"}
    )
    report = install(installed, changed(OBS, "2024,1440", "2024,1450", dict(SMALL)))
    assert [change.kind for change in report.local()] == ["observations"]
    assert Observation.objects.filter(indicator="online").order_by("-revision")[0].value == "1441"


def test_a_catalogue_row_no_longer_delivered_stays(installed: Path) -> None:
    for name in ("target_links/links.csv", "target_bases/bases.csv", "targets/targets.yaml"):
        (installed / "small" / name).unlink()
    report = install(installed)
    assert report.counts()["targets"]["removed"] == 1
    assert Target.objects.count() == 1
    assert not PackRecord.objects.filter(kind="targets").exists()
    assert install(installed).rows == {}


def test_a_changed_edition_is_rebuilt(installed: Path) -> None:
    more = "- {code: part, parent: total, name_vi: Phần, name_en: Part, role: main, max_points: 400,"
    node = (
        "- {code: new, parent: total, name_vi: Mới, name_en: New, role: main, status: unknown}\n    " + more
    )
    install(installed, changed("editions/editions.yaml", more, node, dict(SMALL)))
    nodes = EditionNode.objects.order_by("position").values_list("code", "max_points", "status")
    assert list(nodes) == [("total", "1000", "known"), ("new", "", "unknown"), ("part", "400", "derived")]
    assert Edition.objects.get().years.get().year == 2020
    assert install(installed).rows == {}


def test_a_unit_may_end_and_be_renamed_later(installed: Path) -> None:
    files = changed(
        UNITS,
        "25@2025-07-01,province,2025-07-01,,25,Phú Thọ",
        "25@2025-07-01,province,2025-07-01,2026-01-01,25,Phú Thọ",
        dict(SMALL),
    )
    files = changed(
        UNITS,
        "46@2020-01-01,province,2020",
        "25@2025-07-01,province,2026-01-01,,25,Đất Tổ,Tỉnh,VN@2020-01-01,\n46@2020-01-01,province,2020",
        files,
    )
    install(installed, files)
    assert Unit.objects.get(id="25@2025-07-01").end_date is None
    assert UnitVersion.objects.filter(unit="25@2025-07-01").count() == 2


def test_a_changed_extent_is_refused_and_nothing_is_written(installed: Path) -> None:
    files = changed(
        UNITS,
        "26@2020-01-01,province,2020-01-01,2025-07-01",
        "26@2020-01-01,province,2020-01-01,2025-08-01",
        dict(SMALL),
    )
    files = changed(
        "unit_events/events.csv",
        "merge-25,2025-07-01,merge,26@2020-01-01",
        "merge-26,2025-08-01,abolish,26@2020-01-01",
        files,
    )
    files = changed("unit_events/events.csv", "26@2020-01-01,25@2025-07-01,1", "26@2020-01-01,,", files)
    files = changed(OBS, "2024,1440", "2024,1450", files)
    with pytest.raises(DomainError) as refusal:
        install(installed, files)
    assert refusal.value.code == "pack_refused"
    assert refusal.value.problems[0].where == "units/units.csv:4"
    assert Observation.objects.count() == 3


def test_a_record_comes_from_one_pack(installed: Path) -> None:
    manifest = "name: other\nversion: 1.0.0\ntitle_vi: a\ntitle_en: b\n"
    folder = write(
        installed / "other", {"pack.yaml": manifest, "documents/d.yaml": SMALL["documents/documents.yaml"]}
    )
    [problem] = api.check(folder).problems
    assert (problem.where, "from the pack small" in problem.message.en) == ("documents/d.yaml:1", True)


def test_a_row_made_here_under_the_same_key_is_kept(tmp_path: Path) -> None:
    SourceDocument.objects.create(code="plan", title_vi="Của tỉnh", kind="plan", text_read=True)
    report = install(tmp_path, dict(SMALL))
    assert [(change.kind, change.key) for change in report.local()] == [("documents", "plan")]
    assert SourceDocument.objects.get().title_vi == "Của tỉnh"
    assert install(tmp_path).rows == {}


def test_a_failure_on_the_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_installed: object) -> None:
        raise RuntimeError("listener")

    monkeypatch.setattr("tamdao.core.packs.installing.announce", fail)
    with pytest.raises(RuntimeError, match="listener"):
        install(tmp_path, dict(SMALL))
    assert not Unit.objects.exists()
    assert not PackRecord.objects.exists()


def test_a_version_that_does_not_move_with_its_content_is_noted(installed: Path) -> None:
    write(installed / "small", changed(OBS, "2024,1440", "2024,1450", dict(SMALL)))
    assert ["raise the version" in note.message.en for note in api.check(installed / "small").notes] == [True]
    write(installed / "small", changed("pack.yaml", "1.0.0", "0.9.0", dict(SMALL)))
    assert ["older than" in note.message.en for note in api.check(installed / "small").notes] == [True]
    write(installed / "small", changed(*V2, dict(SMALL)))
    assert api.check(installed / "small").notes == ()


def refused(folder: Path, files: dict[str, str]) -> tuple[str, str]:
    """Place and English sentence of the one change that must not be made; the pack passes every other check."""
    write(folder / "small", files)
    [problem] = api.diff(folder / "small").problems
    with pytest.raises(DomainError) as refusal:
        install(folder)
    assert refusal.value.code == "pack_refused"
    return problem.where, problem.message.en


def _upgrade(*edits: tuple[str, str, str]) -> dict[str, str]:
    files = changed(*V2, dict(SMALL))
    for edit in edits:
        files = changed(*edit, files)
    return files


# without the formula over it, which would refuse the change by itself
NO_FORMULA = (IND, "  formula: percent(online, total)\n", "")


def test_the_measure_of_stored_values_can_not_change(installed: Path) -> None:
    edit = (IND, "measure: count\n  direction: up", "measure: people\n  direction: up")
    where, said = refused(installed, _upgrade(NO_FORMULA, edit))
    assert (where, "has 1 values in “items”: its measure can't become “people”" in said) == (f"{IND}:1", True)
    # withdrawn values still have their measure
    without = (OBS, "online,26@2020-01-01,2024,1440,press,,,plan,\n", "")
    assert "its measure can't become" in refused(installed, _upgrade(NO_FORMULA, edit, without))[1]
    assert Indicator.objects.get(code="online").measure_id == "count"


def test_the_frequency_of_stored_values_can_not_change(installed: Path) -> None:
    edit = (IND, "direction: up\n  frequency: year", "direction: up\n  frequency: quarter")
    without = (OBS, "online,26@2020-01-01,2024,1440,press,,,plan,\n", "")
    assert (
        "has values for 2024: it can't become one per quarter"
        in refused(installed, _upgrade(NO_FORMULA, edit, without))[1]
    )


def test_a_level_with_stored_values_can_not_be_left_out(installed: Path) -> None:
    edit = (IND, "levels: [province]", "levels: [commune]")
    without = (OBS, "online,26@2020-01-01,2024,1440,press,,,plan,\n", "")
    assert "has values at “Province”" in refused(installed, _upgrade(NO_FORMULA, edit, without))[1]
    install(installed, _upgrade((IND, "levels: [province]", "levels: [province, commune]")))
    assert Indicator.objects.get(code="online").levels == ["province", "commune"]


@pytest.mark.parametrize(
    ("old", "new"), [("{item: 1}", "{person: 1}"), ("{item: 1}", "{item: 1}, scale: 1000")]
)
def test_a_measure_in_use_keeps_its_meaning(old: str, new: str, installed: Path) -> None:
    where, said = refused(installed, _upgrade(("measures/measures.yaml", old, new)))
    assert (where, "Values or targets are in the measure count" in said) == ("measures/measures.yaml:1", True)
    install(installed, _upgrade(("measures/measures.yaml", "name_vi: cái", "name_vi: chiếc")))
    assert Measure.objects.get(code="count").name_vi == "chiếc"


def test_without_values_the_measure_may_change(installed: Path) -> None:
    more = """- code: later
  name_vi: Sau
  name_en: Later
  definition_vi: Sau
  definition_en: Later
  pillar: government
  measure: count
  direction: up
  frequency: year
  levels: [province]
  conversion: {rule: sum}
"""
    install(installed, _upgrade((IND, "- code: online\n", f"{more}- code: online\n")))
    files = _upgrade((IND, "- code: online\n", f"{more.replace('count', 'people')}- code: online\n"))
    install(installed, changed("pack.yaml", "1.1.0", "1.2.0", files))
    assert Indicator.objects.get(code="later").measure_id == "people"


def test_targets_of_other_packs_keep_the_measure_of_their_indicator(installed: Path) -> None:
    manifest = "name: other\nversion: 1.0.0\ntitle_vi: a\ntitle_en: b\nrequires: [{name: small}]\n"
    target = SMALL["targets/targets.yaml"].replace("T1", "T2")
    api.install(
        write(installed / "other", {"pack.yaml": manifest, "targets/t.yaml": target}), by="t", at=INSTALLED_AT
    )
    files = _upgrade(
        NO_FORMULA,
        (IND, "measure: percent", "measure: count"),
        ("targets/targets.yaml", "measure: percent", "measure: count"),
    )
    [problem] = api.check(write(installed / "small", files)).problems
    assert (problem.field, "The target T2, which is not of this pack" in problem.message.en) == (
        "measure",
        True,
    )


def test_an_older_version_is_refused_unless_asked_for(installed: Path) -> None:
    install(installed, _upgrade((OBS, "2024,1440", "2024,1450")))
    write(installed / "small", dict(SMALL))
    with pytest.raises(DomainError, match="--allow-downgrade") as refusal:
        install(installed)
    assert refusal.value.code == "pack_older"
    assert InstalledPack.objects.get().version == "1.1.0"
    report = api.install(installed / "small", by="test", at=LATER, allow_downgrade=True)
    assert (report.rows, InstalledPack.objects.get().version) == ({"observations": 1}, "1.0.0")


def test_a_withdrawn_value_is_not_called_rejected_by_its_source(installed: Path) -> None:
    install(installed, _upgrade((OBS, "online,26@2020-01-01,2024,1440,press,,,plan,\n", "")))
    found = facts.figure("online", "26@2020-01-01", "2024")
    assert found.reason is not None
    assert found.reason.vi == (
        "Gói small@1.1.0 không còn mang số liệu này (nguồn Báo), nên số liệu đã được rút."
    )
