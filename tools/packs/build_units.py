"""Build the pack ``vn-units`` from the unit lists and the old-to-new mapping of ``vietnamadminunits`` 1.0.4.

Usage::

    pip download --no-deps vietnamadminunits==1.0.4 && unzip vietnamadminunits-1.0.4-py3-none-any.whl
    python -m tools.packs.build_units --database vietnamadminunits/data/dataset.db \
        --mapping vietnamadminunits/data/converter_2025.json --out packs/vn-units

What the lists do not state (which province of 2025 came from which, dates, numbers of resolutions) stands in
``unit_facts.py`` and ``provinces.yaml``.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path

import tools.packs.unit_facts as facts
from tools.packs.pack_io import Row, ascii_name, write_csv
from tools.packs.unit_lists import Mapping, NewCommune, OldCommune, read_lists, read_mapping, unchanged
from tools.packs.unit_rows import CODES_2025, EventRow, UnitRow


def province_after(code: str) -> str:
    """Unit that carries a province code of the list from 1 July 2025."""
    return f"{code}@{facts.REFORM_DATE}" if code in facts.MERGED else f"{code}@{facts.MAP_FROM}"


def province_rows() -> list[UnitRow]:
    """Country and provinces: 63 before, of which 11 go on, and 23 new ones."""
    closed = {old for olds in facts.MERGED.values() for old in olds}
    country = UnitRow(
        unit=facts.COUNTRY,
        level="country",
        from_date=facts.MAP_FROM,
        code="VN",
        name_vi="Việt Nam",
        type_vi="Nước",
        name_en="Viet Nam",
        parent="",
        document="",
    )
    rows = [country]
    for code, (name, kind) in facts.PROVINCES_BEFORE.items():
        unit = f"{code}@{facts.MAP_FROM}"
        if name == "Huế":
            rows += _hue_rows(unit, code, kind)
            continue
        rows.append(
            UnitRow(
                unit=unit,
                level="province",
                from_date=facts.MAP_FROM,
                code=code,
                name_vi=name,
                type_vi=kind,
                to_date=facts.REFORM_DATE if code in closed else "",
                name_en=ascii_name(name),
            )
        )
    for code in facts.MERGED:
        name, kind = facts.PROVINCES_BEFORE[facts.NAMESAKE[code]]
        rows.append(
            UnitRow(
                unit=f"{code}@{facts.REFORM_DATE}",
                level="province",
                from_date=facts.REFORM_DATE,
                code=code,
                name_vi=name,
                type_vi=kind,
                name_en=ascii_name(name),
                from_known="true",
                document=CODES_2025,
            )
        )
    return rows


def _hue_rows(unit: str, code: str, kind: str) -> list[UnitRow]:
    """Huế kept its extent when the province became a city: two versions of one unit."""
    return [
        UnitRow(
            unit=unit,
            level="province",
            from_date=facts.MAP_FROM,
            to_date=facts.HUE_DATE,
            code=code,
            name_vi="Thừa Thiên Huế",
            type_vi="Tỉnh",
            name_en=ascii_name("Thừa Thiên Huế"),
        ),
        UnitRow(
            unit=unit,
            level="province",
            from_date=facts.HUE_DATE,
            code=code,
            name_vi="Huế",
            type_vi=kind,
            name_en=ascii_name("Huế"),
            document="nghi-quyet-hue-2024",
        ),
    ]


def province_events() -> list[EventRow]:
    """Huế's change of name and type, and the 23 mergers of whole provinces."""
    hue = f"46@{facts.MAP_FROM}"
    rows = [
        EventRow(
            event="doi-ten-46-2025-01-01",
            date=facts.HUE_DATE,
            kind="rename",
            from_unit=hue,
            to_unit=hue,
            share="1",
            legal_act=facts.HUE_ACT,
            document="nghi-quyet-hue-2024",
            note="Tỉnh Thừa Thiên Huế thành thành phố Huế, giữ nguyên địa giới",
        )
    ]
    for code, olds in facts.MERGED.items():
        rows += [
            EventRow(
                event=f"nhap-tinh-{code}-2025-07-01",
                kind="merge",
                from_unit=f"{old}@{facts.MAP_FROM}",
                to_unit=f"{code}@{facts.REFORM_DATE}",
                share="1",
                legal_act=facts.PROVINCE_ACT,
                document="nghi-quyet-202-2025",
            )
            for old in olds
        ]
    return rows


def district_rows(old: list[OldCommune]) -> list[UnitRow]:
    """The districts of the old list; all close on 1 July 2025."""
    first = {c.district: c for c in reversed(old)}
    return [
        UnitRow(
            unit=f"{code}@{facts.LIST_DATE}",
            level="district",
            from_date=facts.LIST_DATE,
            to_date=facts.REFORM_DATE,
            code=code,
            name_vi=c.district_name,
            type_vi=c.district_type,
            parent=f"{c.province}@{facts.MAP_FROM}",
        )
        for code, c in sorted(first.items())
    ]


def district_events(old: list[OldCommune], mapping: Mapping) -> list[EventRow]:
    """End of the district level; a district without communes goes whole to the special zone after it."""
    islands = {c.district: mapping.whole[c.key] for c in old if not c.code}
    rows = []
    for code in sorted({c.district for c in old}):
        unit = f"{code}@{facts.LIST_DATE}"
        act, document = facts.DISTRICT_ACT, "luat-72-2025"
        if code in islands:
            rows.append(
                EventRow(
                    event=f"chuyen-huyen-{code}-2025-07-01",
                    kind="transfer",
                    from_unit=unit,
                    to_unit=islands[code].unit,
                    share="1",
                    legal_act=act,
                    document=document,
                    note="Huyện không có đơn vị cấp xã; toàn bộ địa bàn thành đặc khu",
                )
            )
        else:
            event = f"ket-thuc-huyen-{code}-2025-07-01"
            rows.append(
                EventRow(event=event, kind="abolish", from_unit=unit, legal_act=act, document=document)
            )
    return rows


def communes_before(old: list[OldCommune]) -> list[UnitRow]:
    """Versions of communes up to 30 June 2025."""
    return [
        UnitRow(
            unit=c.unit,
            level="commune",
            from_date=facts.LIST_DATE,
            to_date=facts.REFORM_DATE,
            code=c.code,
            name_vi=c.name,
            type_vi=c.type,
            parent=f"{c.district}@{facts.LIST_DATE}",
        )
        for c in sorted(old, key=lambda c: c.code)
        if c.code
    ]


def communes_after(
    old: list[OldCommune], new: list[NewCommune], kept: dict[str, NewCommune]
) -> list[UnitRow]:
    """Versions of communes from 1 July 2025; a commune of unchanged extent goes on under its old id."""
    unit_of = {kept[c.key].code: c.unit for c in old if c.key in kept}
    return [
        UnitRow(
            unit=unit_of.get(n.code, n.unit),
            level="commune",
            from_date=facts.REFORM_DATE,
            code=n.code,
            name_vi=n.name,
            type_vi=n.type,
            parent=province_after(n.province),
            document=CODES_2025,
            from_known="false" if n.code in unit_of else "true",
        )
        for n in sorted(new, key=lambda n: n.code)
    ]


def commune_events(old: list[OldCommune], mapping: Mapping, kept: dict[str, NewCommune]) -> list[EventRow]:
    """One link per pair of old and new commune.

    * unchanged extent: ``reparent``, and ``rename`` or ``recode`` where name, type or code changed;
    * territory that went whole into a new commune: ``merge`` with share 1, one event for each new commune;
    * a divided commune: ``split`` with an unknown share, one event for each old commune.
    """
    rows: list[EventRow] = []
    for c in sorted(old, key=lambda c: c.code):
        if not c.code:
            continue
        if c.key in kept:
            rows += _identity_events(c, kept[c.key])
        elif c.key in mapping.whole:
            n = mapping.whole[c.key]
            rows.append(
                EventRow(
                    event=f"nhap-xa-{n.code}-2025-07-01",
                    kind="merge",
                    from_unit=c.unit,
                    to_unit=n.unit,
                    share="1",
                    legal_act=facts.commune_act(n.province),
                )
            )
        else:
            rows += [
                EventRow(
                    event=f"chia-xa-{c.code}-2025-07-01",
                    kind="split",
                    from_unit=c.unit,
                    to_unit=n.unit,
                    legal_act=facts.commune_act(n.province),
                )
                for n in sorted(mapping.parts[c.key], key=lambda n: n.code)
            ]
    return rows


def _identity_events(c: OldCommune, n: NewCommune) -> list[EventRow]:
    """What changed for a commune that kept its extent: always its parent, at times its name, type or code."""
    rows = [
        EventRow(
            event=f"doi-cap-tren-{c.code}-2025-07-01",
            kind="reparent",
            from_unit=c.unit,
            to_unit=c.unit,
            share="1",
            legal_act=facts.DISTRICT_ACT,
            document="luat-72-2025",
        )
    ]
    if (c.name, c.type) != (n.name, n.type):
        rows.append(
            EventRow(
                event=f"doi-ten-{c.code}-2025-07-01",
                kind="rename",
                from_unit=c.unit,
                to_unit=c.unit,
                share="1",
                legal_act=facts.commune_act(n.province),
                note=f"{c.type} {c.name} → {n.type} {n.name}",
            )
        )
    if c.code != n.code:
        rows.append(
            EventRow(
                event=f"doi-ma-{c.code}-2025-07-01",
                kind="recode",
                from_unit=c.unit,
                to_unit=c.unit,
                share="1",
                legal_act="Quyết định 19/2025/QĐ-TTg",
                document=CODES_2025,
                note=f"{c.code} → {n.code}",
            )
        )
    return rows


def with_type_changes(rows: list[UnitRow], scope: str) -> tuple[list[UnitRow], list[EventRow]]:
    """Versions and events after changes of type; ``scope`` is "provinces" or "communes".

    A code of the list that has no open version is a ``ValueError``.
    """
    changed, events = list(rows), []
    for change in facts.TYPE_CHANGES:
        for code in change.get(scope, []):
            (index,) = [i for i, row in enumerate(changed) if row.code == code and not row.to_date]
            before = changed[index]
            changed[index] = replace(before, to_date=change["date"])
            after = replace(
                before, from_date=change["date"], type_vi=change["type"], document=change["document"]
            )
            changed.append(after)
            events.append(
                EventRow(
                    event=f"doi-loai-{code}-{change['date']}",
                    date=change["date"],
                    kind="rename",
                    from_unit=before.unit,
                    to_unit=before.unit,
                    share="1",
                    legal_act=change["act"],
                    document=change["document"],
                    note=f"{before.type_vi} {before.name_vi} → {after.type_vi} {after.name_vi}",
                )
            )
    return changed, events


def main() -> None:
    """Read the lists, write ``units`` and ``unit_events`` of the pack, and print the counts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", type=Path, required=True, help="dataset.db of vietnamadminunits 1.0.4")
    parser.add_argument("--mapping", type=Path, required=True, help="converter_2025.json of the same package")
    parser.add_argument("--out", type=Path, required=True, help="folder of the pack, e.g. packs/vn-units")
    options = parser.parse_args()
    old, new = read_lists(options.database)
    mapping = read_mapping(options.mapping, new)
    kept = unchanged(old, mapping)
    provinces, province_changes = with_type_changes(province_rows(), "provinces")
    after, commune_changes = with_type_changes(communes_after(old, new, kept), "communes")
    files: dict[str, list[UnitRow] | list[EventRow]] = {
        "units/1-provinces.csv": provinces,
        "units/2-districts.csv": district_rows(old),
        "units/3-communes-before-2025-07-01.csv": communes_before(old),
        "units/4-communes-from-2025-07-01.csv": after,
        "unit_events/1-provinces.csv": province_events() + province_changes,
        "unit_events/2-districts.csv": district_events(old, mapping),
        "unit_events/3-communes.csv": commune_events(old, mapping, kept) + commune_changes,
    }
    for name, records in files.items():
        rows: list[Row] = [asdict(record) for record in records]
        print(f"{write_csv(options.out / name, list(rows[0]), rows):6d}  {name}")
    print(f"{len(kept):6d}  communes of unchanged extent keep their identity")


if __name__ == "__main__":
    main()
