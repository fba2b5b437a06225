"""Installing packs: all or nothing, twice changes nothing, upgrades keep local edits, observations only grow."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tamdao.core.files.models import SourceDocument
from tamdao.core.packs import api
from tamdao.core.packs.models import InstalledPack, PackRecord
from tamdao.core.units.models import Unit, UnitEvent, UnitLink, UnitVersion
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
    # delivered again, it is a third revision
    assert install(installed, dict(SMALL)).rows == {"observations": 1}
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
