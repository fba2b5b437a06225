"""Which shape of the built-in map is which province: map id → official province code before 1 July 2025.

The map (`kit.svgmap.vietnam`) names its 63 provinces by words of its own. Its two archipelagos are shapes of their own
and belong to Đà Nẵng (Hoàng Sa) and Khánh Hòa (Trường Sa). Codes: the official list of administrative units kept by the
statistics office, 01 Hà Nội to 96 Cà Mau.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PROVINCE_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "hanoi": "01",
        "hagiang": "02",
        "caobang": "04",
        "backan": "06",
        "tuyenquang": "08",
        "laocai": "10",
        "dienbien": "11",
        "laichau": "12",
        "sonla": "14",
        "yenbai": "15",
        "hoabinh": "17",
        "thainguyen": "19",
        "langson": "20",
        "quangninh": "22",
        "bacgiang": "24",
        "phutho": "25",
        "vinhphuc": "26",
        "bacninh": "27",
        "haiduong": "30",
        "haiphong": "31",
        "hungyen": "33",
        "thaibinh": "34",
        "hanam": "35",
        "namdinh": "36",
        "ninhbinh": "37",
        "thanhhoa": "38",
        "nghean": "40",
        "hatinh": "42",
        "quangbinh": "44",
        "quangtri": "45",
        "tthue": "46",
        "danang": "48",
        "hoangsa": "48",
        "quangnam": "49",
        "quangngai": "51",
        "binhdinh": "52",
        "phuyen": "54",
        "khanhhoa": "56",
        "truongsa": "56",
        "ninhthuan": "58",
        "binhthuan": "60",
        "kontum": "62",
        "gialai": "64",
        "daklak": "66",
        "daknong": "67",
        "lamdong": "68",
        "binhphuoc": "70",
        "tayninh": "72",
        "binhduong": "74",
        "dongnai": "75",
        "baria": "77",
        "hcm": "79",
        "longan": "80",
        "tiengiang": "82",
        "bentre": "83",
        "travinh": "84",
        "vinhlong": "86",
        "dongthap": "87",
        "angiang": "89",
        "kiengiang": "91",
        "cantho": "92",
        "haugiang": "93",
        "soctrang": "94",
        "baclieu": "95",
        "camau": "96",
    }
)


def members_of(codes: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Groups map ids by unit: `codes` says which unit id each old province code belongs to on the map to be drawn.

    Map ids whose code is not named are left out.
    """
    groups: dict[str, list[str]] = {}
    for map_id, code in PROVINCE_CODES.items():
        if code in codes:
            groups.setdefault(codes[code], []).append(map_id)
    return {unit: tuple(sorted(ids)) for unit, ids in groups.items()}
