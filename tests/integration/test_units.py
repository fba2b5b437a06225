"""Units in time on small maps made here: names, codes, what became of whom, caches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from unicodedata import normalize

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tamdao.core.units import api, stamp
from tamdao.core.units.models import Level, Unit, UnitEvent, UnitLink, UnitVersion
from tamdao.core.units.names import full_name
from tamdao.kit.errors import DomainError
from tamdao.kit.text import fold

pytestmark = pytest.mark.django_db

FIRST, KNOWN, CHANGE = date(2020, 1, 1), date(2025, 3, 1), date(2025, 7, 1)


def make_unit(
    unit_id: str,
    level: str,
    name: str,
    type_vi: str,
    *,
    end: date | None = None,
    parent: str | None = None,
    known: bool = True,
) -> None:
    code, _, first = unit_id.partition("@")
    day = date.fromisoformat(first)
    Unit.objects.create(id=unit_id, level_id=level, first_date=day, end_date=end, from_known=known)
    make_version(unit_id, day, name, type_vi, end=end, code=code, parent=parent)


def make_version(
    unit_id: str,
    day: date,
    name: str,
    type_vi: str,
    *,
    code: str,
    end: date | None = None,
    parent: str | None = None,
) -> None:
    UnitVersion.objects.create(
        unit_id=unit_id, from_date=day, end_date=end, code=code, name_vi=name, type_vi=type_vi, parent_id=parent,
        folded=fold(full_name(type_vi, name)),
    )  # fmt: skip


def make_event(code: str, kind: str, act: str, *links: tuple[str | None, str | None, str]) -> None:
    UnitEvent.objects.create(code=code, date=CHANGE, kind=kind, legal_act=act)
    for from_unit, to_unit, share in links:
        source = "" if share in {"", "1"} else "điều tra dân số"
        UnitLink.objects.create(
            event_id=code, from_unit_id=from_unit, to_unit_id=to_unit, share=share, share_source=source
        )


@pytest.fixture(autouse=True)
def small_country() -> Iterator[None]:
    """Three old provinces become one, one lives on under a new name, a district ends, a commune is divided."""
    for depth, code in enumerate(["country", "province", "district", "commune"]):
        Level.objects.create(code=code, depth=depth, name_vi=code, name_en=code)
    Level.objects.create(code="agency", depth=4, name_vi="agency", name_en="agency", territorial=False)
    make_unit("VN@2020-01-01", "country", "Việt Nam", "Nước", known=False)
    old = {"17": "Hòa Bình", "25": "Phú Thọ", "26": "Vĩnh Phúc"}
    for code, name in old.items():
        make_unit(
            f"{code}@2020-01-01", "province", name, "Tỉnh", end=CHANGE, parent="VN@2020-01-01", known=False
        )
    make_unit("25@2025-07-01", "province", "Phú Thọ", "Tỉnh", parent="VN@2020-01-01")
    make_unit("46@2020-01-01", "province", "Thừa Thiên Huế", "Tỉnh", parent="VN@2020-01-01", known=False)
    UnitVersion.objects.filter(unit="46@2020-01-01").update(end_date=date(2025, 1, 1))
    make_version("46@2020-01-01", date(2025, 1, 1), "Huế", "Thành phố", code="46", parent="VN@2020-01-01")
    make_unit(
        "248@2025-03-01", "district", "Tam Đảo", "Huyện", end=CHANGE, parent="26@2020-01-01", known=False
    )
    make_unit("760@2025-03-01", "district", "1", "Quận", end=CHANGE, parent="26@2020-01-01", known=False)
    make_unit(
        "08716@2025-03-01", "commune", "Vĩnh Phúc", "Phường", end=CHANGE, parent="248@2025-03-01", known=False
    )
    make_unit("08716@2025-07-01", "commune", "Vĩnh Phúc", "Phường", parent="25@2025-07-01")
    make_unit("08717@2025-07-01", "commune", "Vĩnh Yên", "Phường", parent="25@2025-07-01")
    make_unit("SKH@2026-01-01", "agency", "Sở Khoa học và Công nghệ", "", parent="25@2025-07-01")
    make_event(
        "nhap-25",
        "merge",
        "Nghị quyết 202/2025/QH15",
        *((f"{code}@2020-01-01", "25@2025-07-01", "1") for code in old),
    )
    make_event("ket-thuc-248", "abolish", "unknown", ("248@2025-03-01", None, ""))
    make_event(
        "chia-08716",
        "split",
        "unknown",
        ("08716@2025-03-01", "08716@2025-07-01", "0.6"),
        ("08716@2025-03-01", "08717@2025-07-01", "0.4"),
    )
    make_event("doi-ten-46", "rename", "unknown", ("46@2020-01-01", "46@2020-01-01", "1"))
    api.forget()
    yield
    api.forget()


def refused(call: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as error:
        call()
    return error.value


@pytest.mark.parametrize(
    ("text", "on", "levels", "found"),
    [
        ("26@2020-01-01", None, None, "26@2020-01-01"),
        ("26", None, None, "26@2020-01-01"),
        ("Tỉnh Vĩnh Phúc", None, None, "26@2020-01-01"),
        ("tinh vinh phuc", None, None, "26@2020-01-01"),
        ("  TỈNH   VĨNH PHÚC ", None, None, "26@2020-01-01"),
        (normalize("NFD", "Tỉnh Vĩnh Phúc"), None, None, "26@2020-01-01"),
        ("Vĩnh Phúc", None, ["province"], "26@2020-01-01"),
        ("Vĩnh Phúc", date(2024, 12, 31), None, "26@2020-01-01"),
        ("Vĩnh Phúc", CHANGE, None, "08716@2025-07-01"),
        ("Phú Thọ", CHANGE, None, "25@2025-07-01"),
        ("Phú Thọ", date(2025, 6, 30), None, "25@2020-01-01"),
        ("25", CHANGE, None, "25@2025-07-01"),
        ("Huế", CHANGE, None, "46@2020-01-01"),
        ("TP. Huế", CHANGE, None, "46@2020-01-01"),
        ("tp Huế", None, None, "46@2020-01-01"),
        ("Thừa Thiên Huế", CHANGE, None, "46@2020-01-01"),
        ("Quận 1", date(2025, 4, 1), None, "760@2025-03-01"),
        ("Việt Nam", None, None, "VN@2020-01-01"),
        ("Sở Khoa học và Công nghệ", None, None, "SKH@2026-01-01"),
    ],
)
def test_one_unit(text: str, on: date | None, levels: list[str] | None, found: str) -> None:
    assert api.get_unit(text, on=on, levels=levels).id == found


def test_rows_are_as_of_the_map_or_the_last_version() -> None:
    assert api.get_unit("46", on=date(2024, 1, 1)).full_name == "Tỉnh Thừa Thiên Huế"
    now = api.get_unit("46")
    assert (now.full_name, now.first_date, now.end_date, now.from_known) == (
        "Thành phố Huế",
        FIRST,
        None,
        False,
    )


def test_letter_for_letter_goes_before_without_diacritics() -> None:
    make_unit("99@2020-01-01", "province", "Hoa Binh", "Tỉnh", parent="VN@2020-01-01", known=False)
    api.forget()
    assert [row.id for row in api.find_units("Hòa Bình")] == ["17@2020-01-01"]
    assert [row.id for row in api.find_units("hoà bình")] == ["17@2020-01-01", "99@2020-01-01"]
    assert [row.id for row in api.find_units("HOA BINH")] == ["99@2020-01-01"]


def test_an_ambiguous_name_lists_the_ids() -> None:
    error = refused(lambda: api.get_unit("Phú Thọ"))
    assert (error.code, error.extra["ids"]) == ("unit_ambiguous", ["25@2020-01-01", "25@2025-07-01"])
    assert "25@2020-01-01" in error.message.vi
    assert "25@2025-07-01" in error.message.en


def test_an_unknown_name_brings_the_nearest() -> None:
    error = refused(lambda: api.get_unit("Vinh Phuk"))
    assert (error.code, error.status) == ("unit_unknown", 404)
    assert "26@2020-01-01" in error.extra["nearest"]
    assert refused(lambda: api.get_unit("Vinh Phuk", on=CHANGE, levels=["commune"])).extra["nearest"] == [
        "08716@2025-07-01"
    ]
    assert "Nêu mã đơn vị" in refused(lambda: api.get_unit("qqqq")).message.vi


@pytest.mark.parametrize(
    ("text", "on", "vi"),
    [
        (
            "26@2020-01-01",
            CHANGE,
            "từ ngày 01/07/2025 thành Tỉnh Phú Thọ (25@2025-07-01) theo Nghị quyết 202/2025/QH15",
        ),
        ("Tỉnh Vĩnh Phúc", CHANGE, "từ ngày 01/07/2025 thành Tỉnh Phú Thọ (25@2025-07-01)"),
        ("Tam Đảo", CHANGE, "Huyện Tam Đảo (248@2025-03-01) kết thúc từ ngày 01/07/2025."),
        (
            "25@2025-07-01",
            FIRST,
            "chỉ có từ ngày 01/07/2025, lập từ Tỉnh Hòa Bình (17@2020-01-01), Tỉnh Phú Thọ",
        ),
        ("SKH@2026-01-01", CHANGE, "chỉ có từ ngày 01/01/2026."),
    ],
)
def test_what_became_of_a_unit_that_is_not_on_the_map(text: str, on: date, vi: str) -> None:
    error = refused(lambda: api.get_unit(text, on=on))
    assert (error.code, error.status) == ("unit_not_on_map", 404)
    assert vi in error.message.vi
    assert error.message.en.startswith("Not on the map of ")


def test_before_the_first_map() -> None:
    for call in (
        lambda: api.get_unit("26", on=date(2019, 12, 31)),
        lambda: api.unit_map(date(2019, 12, 31)),
        lambda: api.search_units("phu", on=date(2019, 12, 31)),
    ):
        error = refused(call)
        assert (error.code, error.extra["first"]) == ("map_before_first", "01/01/2020")


def test_the_map_of_a_day() -> None:
    old, new = api.unit_map(date(2025, 6, 30)), api.unit_map(CHANGE)
    assert [row.id for row in old.units("province")] == [
        f"{code}@2020-01-01" for code in ("17", "25", "26", "46")
    ]
    assert [row.id for row in new.units("province")] == ["25@2025-07-01", "46@2020-01-01"]
    assert new.units("district") == ()
    assert [row.name_vi for row in new.children("25@2025-07-01")] == ["Vĩnh Phúc", "Vĩnh Yên"]
    assert [row.id for row in old.parents("08716@2025-03-01")] == [
        "248@2025-03-01",
        "26@2020-01-01",
        "VN@2020-01-01",
    ]
    assert new.has("25@2025-07-01")
    assert not new.has("26@2020-01-01")
    assert new.get("26@2020-01-01") is None
    assert new.levels() == {"country", "province", "commune"}
    assert new.parents("nobody") == ()


def test_days_on_which_the_map_changed() -> None:
    # the day districts and communes became known, a rename and a new agency are no changes of the map
    assert api.map_dates() == [FIRST, CHANGE]
    assert api.first_map_date() == FIRST
    assert api.default_map(date(2018, 12, 31)) == FIRST
    assert api.default_map(date(2024, 12, 31)) == date(2024, 12, 31)


def test_lineage() -> None:
    lineage = api.lineage()
    assert [link.from_id for link in lineage.predecessors("25@2025-07-01")] == [
        f"{code}@2020-01-01" for code in (17, 25, 26)
    ]
    assert [(link.to_id, link.share) for link in lineage.successors("08716@2025-03-01")] == [
        ("08716@2025-07-01", Fraction(3, 5)),
        ("08717@2025-07-01", Fraction(2, 5)),
    ]
    assert [(link.to_id, link.share) for link in lineage.successors("248@2025-03-01")] == [(None, None)]
    # a rename is an event, but no succession
    assert lineage.successors("46@2020-01-01") == ()
    assert [event.kind for event in lineage.events_of("46@2020-01-01")] == ["rename"]
    assert [(link.to_unit, link.share, link.share_source) for link in api.events_of("08716@2025-03-01")] == [
        ("08716@2025-07-01", "0.6", "điều tra dân số"),
        ("08717@2025-07-01", "0.4", "điều tra dân số"),
    ]
    assert [link.share for link in api.events_of("248@2025-03-01")] == [""]


@pytest.mark.parametrize(
    ("text", "on", "found"),
    [
        ("vinh ph", None, ["26@2020-01-01", "08716@2025-03-01", "08716@2025-07-01"]),
        ("vinh ph", CHANGE, ["08716@2025-07-01"]),
        ("thien", None, ["46@2020-01-01"]),
        ("hue", CHANGE, ["46@2020-01-01"]),
        ("08716", CHANGE, ["08716@2025-07-01"]),
        ("inh", CHANGE, ["25@2025-07-01", "08716@2025-07-01", "08717@2025-07-01"]),
        ("xyz", None, []),
        (" ", None, []),
    ],
)
def test_search(text: str, on: date | None, found: list[str]) -> None:
    assert [row.id for row in api.search_units(text, on=on)] == found
    assert [row.id for row in api.search_units(text, on=on, limit=1)] == found[:1]


def test_levels() -> None:
    assert [level.code for level in api.levels()] == ["country", "province", "district", "commune", "agency"]


def test_nothing_but_the_stamp_is_asked_when_warm() -> None:
    api.unit_map(CHANGE)
    api.lineage()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        api.unit_map(CHANGE).units("province")
    once = len(seen)
    with CaptureQueriesContext(connection) as seen, api.held():
        for _ in range(5):
            api.unit_map(CHANGE).units("province")
            api.lineage().predecessors("25@2025-07-01")
            api.get_unit("25", on=CHANGE)
    assert len(seen) == once <= 2


def test_caches_are_dropped_when_the_stamp_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = {"change": 1}
    monkeypatch.setattr(stamp, "_sources", [])
    api.register_stamp(newest := lambda: now["change"])
    api.register_stamp(newest)
    assert api.stamp()[-1] == 1
    assert api.find_units("30") == []
    make_unit("30@2020-01-01", "province", "Hải Dương", "Tỉnh", parent="VN@2020-01-01", known=False)
    assert api.find_units("30") == []
    now["change"] = 2
    assert [row.id for row in api.find_units("30")] == ["30@2020-01-01"]


def test_the_stamp_without_a_change_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamp, "_sources", [])
    before = api.stamp()
    make_unit("30@2020-01-01", "province", "Hải Dương", "Tỉnh", parent="VN@2020-01-01", known=False)
    assert api.stamp() != before


def test_only_so_many_results_are_kept() -> None:
    calls: list[int] = []

    @api.per_stamp(size=2)
    def double(number: int) -> int:
        calls.append(number)
        return 2 * number

    with api.held():
        assert [double(number) for number in (1, 2, 1, 3, 1, 2)] == [2, 4, 2, 6, 2, 4]
    assert calls == [1, 2, 3, 2]


def test_an_empty_instance_says_so() -> None:
    UnitLink.objects.all().delete()
    UnitVersion.objects.all().delete()
    api.forget()
    assert api.find_units("26") == []
    for call in (lambda: api.get_unit("26"), api.first_map_date, lambda: api.unit_map(CHANGE)):
        assert refused(call).code == "no_units"
