"""The table of map ids."""

from __future__ import annotations

from tamdao.core.units.svgmap import PROVINCE_CODES, members_of


def test_63_provinces_and_the_two_archipelagos() -> None:
    assert len(PROVINCE_CODES) == 65
    assert len(set(PROVINCE_CODES.values())) == 63
    assert PROVINCE_CODES["hoangsa"] == PROVINCE_CODES["danang"] == "48"
    assert PROVINCE_CODES["truongsa"] == PROVINCE_CODES["khanhhoa"] == "56"


def test_grouping_by_the_unit_of_another_map() -> None:
    groups = members_of(
        {"25": "25@2025-07-01", "26": "25@2025-07-01", "17": "25@2025-07-01", "48": "48@2025-07-01"}
    )
    assert groups["25@2025-07-01"] == ("hoabinh", "phutho", "vinhphuc")
    assert groups["48@2025-07-01"] == ("danang", "hoangsa")
    assert len(groups) == 2
