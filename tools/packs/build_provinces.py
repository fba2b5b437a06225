"""Build targets and observations of the packs ``vinh-phuc``, ``hung-yen`` and ``ben-tre`` from the table of facts.

Usage::

    python -m tools.packs.build_provinces --facts seed_facts.csv --out packs

Columns of the table: id, doc, province, kind (target, actual, derived, framework), pillar, indicator, name_vi,
name_en, comparator, value, unit, scope, period, note. Names and definitions of indicators are written by hand in
the packs; this script only files the figures.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass
from pathlib import Path

import tools.packs.unit_facts as facts
from tools.packs.pack_io import Row, read_csv, write_csv

PACKS = {"Vĩnh Phúc": "vinh-phuc", "Hưng Yên": "hung-yen", "Bến Tre": "ben-tre", "national": "vinh-phuc"}
UNITS = {"Vĩnh Phúc": "26", "Hưng Yên": "33", "Bến Tre": "83", "national": "VN"}
DOCUMENTS = {
    "000": "vinh-phuc-bao-cao-749",
    "001": "vinh-phuc-nen-tang-so-2025",
    "002": "vinh-phuc-cmcn4-2022",
    "003": "bai-hung-yen-3-tru-cot",
    "004": "ben-tre-kinh-te-so",
}
# Unit of measure of the table, or of an indicator where the table says only "count" → measure of the packs.
MEASURES = {
    "rank": "rank",
    "percent": "percent",
    "percent per year": "percent_per_year",
    "per 1000 people": "per_1000_people",
    "digital_firms": "enterprise",
}
# The only explicit links: the DTI rank measures the DTI rank group and nothing else measures anything.
MEASURED_BY = {"dti_rank_group": "dti_rank"}

# The table cannot hold commas in a list of nouns; the names on screen should.
COMMAS = {
    "tỉnh thành phố": "tỉnh, thành phố",
    "xã phường thị trấn": "xã, phường, thị trấn",
    "ngành lĩnh vực": "ngành, lĩnh vực",
    "kiểm tra giám sát": "kiểm tra, giám sát",
    "kết nối tích hợp chia sẻ": "kết nối, tích hợp, chia sẻ",
    "kết nối chia sẻ": "kết nối, chia sẻ",
    "dân cư đất đai đăng ký doanh nghiệp tài chính bảo hiểm": "dân cư, đất đai, đăng ký doanh nghiệp, tài chính, "
    "bảo hiểm",
}
SECTOR_SCOPE = ("Từng ngành, lĩnh vực", "Each sector")
EXCLUSION_VI = "trừ hồ sơ công việc thuộc bí mật nhà nước"
EXCLUSION_EN = "except files under state secrecy"
# Scope text of the table → (level, scope_vi, scope_en). An empty level spans several levels.
SCOPES = {
    "province": ("province", "", ""),
    "province level": ("province", "Cấp tỉnh", "Province level"),
    "district level": ("district", "Cấp huyện", "District level"),
    "commune level": ("commune", "Cấp xã", "Commune level"),
    "each sector": ("sector", *SECTOR_SCOPE),
    "province to commune": ("", "Từ cấp tỉnh đến cấp xã", "From province to commune level"),
    "province and district level": ("", "Cấp tỉnh và cấp huyện", "Province and district level"),
}
COVERAGE = {
    "communes_ecommerce_share",
    "villages_mobile_broadband",
    "households_fibre",
    "communes_fibre",
    "households_broadband",
    "communes_broadband",
}
FIXED_KINDS = {
    "digital_economy_grdp": "share_of_grdp",
    "digital_economy_sector": "share_of_grdp",
    "labour_productivity_growth": "growth",
    "digital_firms": "count",
    "digital_firms_per_1000": "ratio",
}
# Word of approximation in the article, by what the table's note begins with, or by fact.
SIGN_WORDS = ("gần", "khoảng", "trên")
BARE_SIGNS = {"F028": "hơn", "F040": "trên", "F041": "trên", "F042": "trên"}


@dataclass(frozen=True, kw_only=True)
class TargetRow:
    """One row of ``targets``."""

    code: str
    unit: str
    indicator: str
    measured_by: str
    name_vi: str
    name_en: str
    kind: str
    pillar: str
    comparator: str
    value: str
    measure: str
    level: str
    scope_vi: str
    scope_en: str
    deadline: str
    universe: str
    document: str
    locator: str


@dataclass(frozen=True, kw_only=True)
class ObservationRow:
    """One row of ``observations``."""

    indicator: str
    unit: str
    period: str
    value: str
    sign: str
    sign_word: str
    source: str
    universe: str
    document: str
    locator: str
    note: str


def punctuated(name: str) -> str:
    """A name with the commas that the table left out."""
    for bare, written in COMMAS.items():
        name = name.replace(bare, written)
    return name


def kind_of(fact: Row) -> str:
    """Which of the ten kinds of target a fact is."""
    indicator = fact["indicator"]
    if fact["unit"] == "rank":
        return "rank"
    if indicator in FIXED_KINDS:
        return FIXED_KINDS[indicator]
    if indicator in COVERAGE:
        return "coverage"
    if indicator.startswith("work_files_online"):
        return "percentage_with_exclusion"
    by_level = fact["scope"] in {"province level", "district level", "commune level"}
    return "percentage_by_level" if by_level else "percentage"


def target(fact: Row) -> TargetRow:
    """The target of a fact; its deadline is the last day of the period's year."""
    level, scope_vi, scope_en = SCOPES[fact["scope"]]
    kind = kind_of(fact)
    if kind == "percentage_with_exclusion":
        scope_vi, scope_en = f"{scope_vi}, {EXCLUSION_VI}", f"{scope_en}, {EXCLUSION_EN}"
    return TargetRow(
        code=fact["id"],
        unit=f"{UNITS[fact['province']]}@{facts.MAP_FROM}",
        indicator=fact["indicator"],
        measured_by=MEASURED_BY.get(fact["indicator"], ""),
        name_vi=punctuated(fact["name_vi"]),
        name_en=fact["name_en"],
        kind=kind,
        pillar=fact["pillar"],
        comparator=fact["comparator"],
        value=fact["value"],
        measure=MEASURES.get(fact["unit"]) or MEASURES[fact["indicator"]],
        level=level,
        scope_vi=scope_vi,
        scope_en=scope_en,
        deadline=f"{fact['period']}-12-31",
        universe="63" if fact["unit"] == "rank" else "",
        document=DOCUMENTS[fact["doc"][:3]],
        locator=f"mã dữ kiện {fact['id']}",
    )


def sign_word_of(fact: Row) -> str:
    """The word before an approximate number, as the text has it; empty for an exact one."""
    if fact["comparator"] == "=":
        return ""
    first = fact["note"].split(" ", 1)[0]
    return first if first in SIGN_WORDS else BARE_SIGNS[fact["id"]]


def note_of(fact: Row) -> str:
    """The table's note in Vietnamese, where it says more than the sign word."""
    return {
        "F018": "Quyết định 1726/QĐ-BTTTT",
        "F019": "Quyết định 1726/QĐ-BTTTT",
        "F022": "Tăng 43 bậc so với năm 2020",
        "F023": "Suy ra: hạng 12 của năm 2021 cộng 43 bậc tăng",
        "F024": "Một trong 6 chỉ số chính của nhóm nền tảng chung",
        "F027": "Của Viettel",
        "F037": "Tăng 14 bậc so với năm 2020",
        "F038": "Suy ra: hạng 35 của năm 2021 cộng 14 bậc tăng",
        "F049": "Tử số của 1.440/1.823",
        "F050": "Mẫu số của 1.440/1.823",
    }.get(fact["id"], "")


def observation(fact: Row) -> ObservationRow:
    """The observation of a fact."""
    return ObservationRow(
        indicator=fact["indicator"],
        unit=f"{UNITS[fact['province']]}@{facts.MAP_FROM}",
        period=fact["period"],
        value=fact["value"],
        sign=fact["comparator"],
        sign_word=sign_word_of(fact),
        source="province_article",
        universe="63" if fact["unit"] == "rank" else "",
        document=DOCUMENTS[fact["doc"][:3]],
        locator=f"mã dữ kiện {fact['id']}",
        note=note_of(fact),
    )


def main() -> None:
    """Read the facts, write targets and observations of the three packs and print the counts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--facts", type=Path, required=True, help="table of facts of the articles")
    parser.add_argument("--out", type=Path, required=True, help="folder that holds the packs")
    options = parser.parse_args()
    table = read_csv(options.facts)
    for pack in dict.fromkeys(PACKS.values()):
        own = [fact for fact in table if PACKS[fact["province"]] == pack]
        targets = [asdict(target(f)) for f in own if f["kind"] == "target"]
        values = [asdict(observation(f)) for f in own if f["kind"] != "target"]
        for kind, rows in (("targets", targets), ("observations", values)):
            if rows:
                path = options.out / pack / kind / f"{kind}.csv"
                print(f"{write_csv(path, list(rows[0]), rows):6d}  {pack}/{kind}")


if __name__ == "__main__":
    main()
