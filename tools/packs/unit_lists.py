"""Reading the unit lists and the old-to-new mapping of the package ``vietnamadminunits``."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import tools.packs.unit_facts as facts
from tools.packs.pack_io import nfc


@dataclass(frozen=True, kw_only=True)
class OldCommune:
    """A row of the list before 1 July 2025; ``code`` is empty for the five districts without communes."""

    key: str
    province: str
    district: str
    district_name: str
    district_type: str
    code: str
    name: str
    type: str

    @property
    def unit(self) -> str:
        """Identifier of the unit that holds this territory: the commune, or the district without communes."""
        return f"{self.code or self.district}@{facts.LIST_DATE}"


@dataclass(frozen=True, kw_only=True)
class NewCommune:
    """A row of the list from 1 July 2025."""

    key: tuple[str, str]
    province: str
    code: str
    name: str
    type: str

    @property
    def unit(self) -> str:
        """Identifier of the unit, if its extent is new."""
        return f"{self.code}@{facts.REFORM_DATE}"


@dataclass
class Mapping:
    """Where the territory of each old commune went, by key: whole to one, or divided among several."""

    whole: dict[str, NewCommune] = field(default_factory=dict)
    parts: dict[str, list[NewCommune]] = field(default_factory=dict)

    def sources(self) -> dict[str, list[str]]:
        """Old keys that gave territory to each new commune, by its code."""
        found: dict[str, list[str]] = defaultdict(list)
        for old, new in self.whole.items():
            found[new.code].append(old)
        for old, news in self.parts.items():
            for new in news:
                found[new.code].append(old)
        return found


def split_name(full: str) -> tuple[str, str]:
    """Type and short name of a full name.

    The type is read from the name itself, as the package's own type column contradicts it in seven rows.
    Numbered units keep the type in the short name (``Phường 1``, ``Quận 10``), as people say it.
    """
    name = nfc(full).strip()
    for unit_type in facts.TYPES:
        prefix = f"{unit_type} "
        if name.casefold().startswith(prefix.casefold()):
            bare = name[len(prefix) :]
            return unit_type, (f"{prefix}{bare}" if bare.isdigit() else bare)
    raise ValueError(f"unit name without a known type: {full!r}")


def read_lists(database: Path) -> tuple[list[OldCommune], list[NewCommune]]:
    """Both unit lists of the package's SQLite database."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    old = [_old_commune(r) for r in connection.execute("select * from admin_units_legacy")]
    new = [_new_commune(r) for r in connection.execute("select * from admin_units")]
    connection.close()
    return old, new


def _old_commune(row: sqlite3.Row) -> OldCommune:
    commune_type, commune_name = split_name(row["ward"]) if row["ward"] else ("", "")
    district_type, district_name = split_name(row["district"])
    return OldCommune(
        key=f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}",
        province=row["provinceCode"],
        district=row["districtCode"],
        district_name=district_name,
        district_type=district_type,
        code=row["wardCode"] or "",
        name=commune_name,
        type=commune_type,
    )


def _new_commune(row: sqlite3.Row) -> NewCommune:
    commune_type, commune_name = split_name(row["ward"])
    return NewCommune(
        key=(row["provinceKey"], row["wardKey"]),
        province=row["provinceCode"],
        code=row["wardCode"],
        name=commune_name,
        type=commune_type,
    )


def read_mapping(path: Path, new: list[NewCommune]) -> Mapping:
    """The old-to-new mapping, keyed by the old list's text key; an unknown target is a ``KeyError``."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    by_key = {commune.key: commune for commune in new}
    mapping = Mapping()
    for province, targets in raw["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, olds in targets.items():
            for old in olds:
                mapping.whole[old] = by_key[(province, ward)]
    for province, olds_divided in raw["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, targets in olds_divided.items():
            mapping.parts[old] = [by_key[(province, t["newWardKey"])] for t in targets]
    return mapping


def unchanged(old: list[OldCommune], mapping: Mapping) -> dict[str, NewCommune]:
    """Old communes whose extent did not change: the whole of them, and nothing else, makes up the new one.

    The five districts without communes are not among them: they change level, so they close.
    """
    sources = mapping.sources()
    kept = {}
    for commune in old:
        target = mapping.whole.get(commune.key)
        if commune.code and target and sources[target.code] == [commune.key]:
            kept[commune.key] = target
    return kept
