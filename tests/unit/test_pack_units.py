"""The pack of units: every map is whole, every beginning and end has its event, and nothing is split by invention."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from tests.pack_files import OPEN, Row, end_day, first_day, rows, versions_by_unit

REFORM = "2025-07-01"
LIST_DATE = "2025-03-01"

# New province = old provinces, by name: Resolution 202/2025/QH15.
MERGERS = """
Tuyên Quang = Hà Giang + Tuyên Quang; Lào Cai = Yên Bái + Lào Cai; Thái Nguyên = Bắc Kạn + Thái Nguyên;
Phú Thọ = Vĩnh Phúc + Hòa Bình + Phú Thọ; Bắc Ninh = Bắc Giang + Bắc Ninh; Hưng Yên = Thái Bình + Hưng Yên;
Hải Phòng = Hải Dương + Hải Phòng; Ninh Bình = Hà Nam + Nam Định + Ninh Bình; Quảng Trị = Quảng Bình + Quảng Trị;
Đà Nẵng = Quảng Nam + Đà Nẵng; Quảng Ngãi = Kon Tum + Quảng Ngãi; Gia Lai = Bình Định + Gia Lai;
Khánh Hòa = Ninh Thuận + Khánh Hòa; Lâm Đồng = Đắk Nông + Bình Thuận + Lâm Đồng; Đắk Lắk = Phú Yên + Đắk Lắk;
Hồ Chí Minh = Bình Dương + Bà Rịa - Vũng Tàu + Hồ Chí Minh; Đồng Nai = Bình Phước + Đồng Nai;
Tây Ninh = Long An + Tây Ninh; Cần Thơ = Sóc Trăng + Hậu Giang + Cần Thơ; Vĩnh Long = Bến Tre + Trà Vinh + Vĩnh Long;
Đồng Tháp = Tiền Giang + Đồng Tháp; Cà Mau = Bạc Liêu + Cà Mau; An Giang = Kiên Giang + An Giang
"""


def on_map(day: str, level: str) -> list[Row]:
    """Versions of a level on the map of a day."""
    return [
        v
        for v in rows("vn-units", "units")
        if v["level"] == level and v["from_date"] <= day < (v["to_date"] or OPEN)
    ]


def test_versions_of_a_unit_follow_each_other_without_gap_or_overlap() -> None:
    for unit, versions in versions_by_unit().items():
        code, day = unit.split("@")
        assert versions[0]["from_date"] == day, unit
        assert versions[0]["code"] == code, unit
        assert len({v["level"] for v in versions}) == 1, unit
        for earlier, later in pairwise(versions):
            assert earlier["to_date"] == later["from_date"], unit


def test_a_parent_is_on_the_map_as_long_as_its_child_names_it() -> None:
    for row in rows("vn-units", "units"):
        if row["level"] == "country":
            assert not row["parent"]
            continue
        parent = row["parent"]
        assert first_day(parent) <= row["from_date"], row
        assert end_day(parent) >= (row["to_date"] or OPEN), row


@pytest.mark.parametrize(
    ("day", "level", "count"),
    [
        ("2020-01-01", "province", 63),
        ("2025-06-30", "province", 63),
        (REFORM, "province", 34),
        ("2025-02-28", "district", 0),
        (LIST_DATE, "district", 696),
        ("2025-06-30", "district", 696),
        (REFORM, "district", 0),
        ("2025-06-30", "commune", 10035),
        (REFORM, "commune", 3321),
    ],
)
def test_the_map_of_a_day_has_the_official_number_of_units_with_one_code_each(
    day: str, level: str, count: int
) -> None:
    found = on_map(day, level)
    assert len(found) == count
    assert len({v["code"] for v in found}) == count


def test_communes_after_the_reform_are_of_three_types() -> None:
    types = Counter(v["type_vi"] for v in on_map(REFORM, "commune"))
    assert types == {"Xã": 2621, "Phường": 687, "Đặc khu": 13}
    types = Counter(v["type_vi"] for v in on_map("2026-09-20", "commune"))
    assert types == {"Xã": 2599, "Phường": 709, "Đặc khu": 13}


def test_provinces_became_cities_without_becoming_other_units() -> None:
    for unit, day in (
        ("75@2025-07-01", "2026-04-30"),
        ("22@2020-01-01", "2026-09-01"),
        ("24@2025-07-01", "2026-09-20"),
    ):
        versions = versions_by_unit()[unit]
        assert [(v["from_date"], v["type_vi"]) for v in versions[-1:]] == [(day, "Thành phố")]
        assert versions[-2]["type_vi"] == "Tỉnh"
    assert Counter(v["type_vi"] for v in on_map("2026-09-20", "province")) == {"Thành phố": 9, "Tỉnh": 25}


def test_every_change_of_a_commune_names_its_legal_act() -> None:
    acts = {e["legal_act"] for e in rows("vn-units", "unit_events") if e["kind"] in {"merge", "split"}}
    assert "unknown" not in acts
    # 34 resolutions on communes and one on provinces.
    assert len(acts) == 35


def test_province_mergers_are_the_23_of_the_resolution() -> None:
    stated = {}
    for part in MERGERS.replace("\n", " ").split(";"):
        new, olds = part.split(" = ")
        stated[new.strip()] = {old.strip() for old in olds.split(" + ")}
    found: dict[str, set[str]] = defaultdict(set)
    for event in rows("vn-units", "unit_events"):
        if event["kind"] == "merge" and versions_by_unit()[event["to_unit"]][0]["level"] == "province":
            assert event["legal_act"] == "Nghị quyết 202/2025/QH15"
            assert event["share"] == "1"
            new_name = versions_by_unit()[event["to_unit"]][0]["name_vi"]
            found[new_name].add(versions_by_unit()[event["from_unit"]][-1]["name_vi"])
    assert found == stated


def test_hue_is_one_unit_under_two_names() -> None:
    versions = versions_by_unit()["46@2020-01-01"]
    named = [(v["from_date"], v["type_vi"], v["name_vi"]) for v in versions]
    assert named == [("2020-01-01", "Tỉnh", "Thừa Thiên Huế"), ("2025-01-01", "Thành phố", "Huế")]


def test_every_end_and_every_beginning_has_its_event() -> None:
    events = rows("vn-units", "unit_events")
    out_days = {(e["from_unit"], e["date"]) for e in events if e["from_unit"] != e["to_unit"]}
    in_days = {(e["to_unit"], e["date"]) for e in events if e["from_unit"] != e["to_unit"]}
    for unit in versions_by_unit():
        if end_day(unit) != OPEN:
            assert (unit, end_day(unit)) in out_days, unit
        if first_day(unit) == REFORM:
            assert (unit, REFORM) in in_days, unit


def test_events_agree_with_the_days_of_the_units_they_join() -> None:
    seen: dict[str, tuple[str, ...]] = {}
    for e in rows("vn-units", "unit_events"):
        same = (e["date"], e["kind"], e["legal_act"], e["document"])
        assert seen.setdefault(e["event"], same) == same, e["event"]
        if e["from_unit"] == e["to_unit"]:
            assert e["kind"] in {"rename", "recode", "reparent"}
            assert any(v["from_date"] == e["date"] for v in versions_by_unit()[e["to_unit"]][1:])
            continue
        assert end_day(e["from_unit"]) == e["date"], e
        assert not e["to_unit"] or first_day(e["to_unit"]) == e["date"], e


def test_old_communes_go_whole_or_are_divided_with_unknown_shares() -> None:
    shares: dict[str, list[str]] = defaultdict(list)
    for e in rows("vn-units", "unit_events"):
        if (
            e["to_unit"]
            and versions_by_unit()[e["to_unit"]][0]["level"] == "commune"
            and e["kind"] != "rename"
        ):
            shares[e["from_unit"]].append(e["share"])
    whole = [unit for unit, found in shares.items() if found == ["1"]]
    divided = [unit for unit, found in shares.items() if len(found) > 1 and set(found) == {""}]
    # 10,035 communes and the 5 districts that had none.
    assert (len(whole), len(divided)) == (9569, 471)
    assert len(shares) == 10040
    assert sum(len(shares[unit]) for unit in divided) == 1033


def test_a_commune_keeps_its_identity_only_if_nothing_else_flowed_into_it() -> None:
    kept = {
        u
        for u, v in versions_by_unit().items()
        if v[0]["level"] == "commune" and u.endswith(LIST_DATE) and len(v) > 1
    }
    assert len(kept) == 132
    for e in rows("vn-units", "unit_events"):
        if e["from_unit"] != e["to_unit"]:
            assert e["from_unit"] not in kept
            assert e["to_unit"] not in kept
    # What the provinces announced as not rearranged, from sources other than the mapping.
    by_name = {(v["parent"], v["name_vi"]) for u in kept for v in versions_by_unit()[u][1:]}
    assert {name for parent, name in by_name if parent == "25@2025-07-01"} == {"Thu Cúc", "Trung Sơn"}
    vinh_long = {name for parent, name in by_name if parent == "86@2025-07-01"}
    assert vinh_long == {"Long Hòa", "Hòa Minh", "Đông Hải", "Long Vĩnh"}


def test_a_code_is_not_an_identity() -> None:
    assert versions_by_unit()["44@2020-01-01"][0]["name_vi"] == "Quảng Bình"
    assert versions_by_unit()["44@2025-07-01"][0]["name_vi"] == "Quảng Trị"
