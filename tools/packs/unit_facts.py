"""Facts about the reorganisation of 1 July 2025 that the unit lists themselves do not state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tools.packs.pack_io import read_yaml

MAP_FROM = "2020-01-01"
REFORM_DATE = "2025-07-01"
HUE_DATE = "2025-01-01"
# The old list holds 696 districts and 10,035 communes and names Phú Mỹ as a city (Resolution
# 1365/NQ-UBTVQH15 of January 2025, in force 1 March 2025). No change came between that day and the reform.
LIST_DATE = "2025-03-01"

TYPES = ("Thị trấn", "Thành phố", "Đặc khu", "Phường", "Thị xã", "Huyện", "Quận", "Xã")

COUNTRY = f"VN@{MAP_FROM}"
UNKNOWN = "unknown"
PROVINCE_ACT = "Nghị quyết 202/2025/QH15"
DISTRICT_ACT = "Luật 72/2025/QH15, Điều 51 khoản 3"
HUE_ACT = "Nghị quyết 175/2024/QH15"

_PROVINCES = read_yaml(Path(__file__).with_name("provinces.yaml"))
PROVINCES_BEFORE: dict[str, list[str]] = _PROVINCES["before"]
MERGED: dict[str, list[str]] = _PROVINCES["merged"]
NAMESAKE: dict[str, str] = _PROVINCES["namesake"]
COMMUNE_RESOLUTIONS: dict[str, str] = _PROVINCES["commune_resolutions"]
TYPE_CHANGES: list[dict[str, Any]] = _PROVINCES["type_changes"]


def commune_act(province: str) -> str:
    """Legal act of the commune reorganisation in a province of 2025, or ``unknown``."""
    number = COMMUNE_RESOLUTIONS.get(province)
    return f"Nghị quyết {number}/NQ-UBTVQH15" if number else UNKNOWN
