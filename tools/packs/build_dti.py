"""Build the observations of the pack ``vn-dti`` from the table of published DTI results.

Usage::

    python -m tools.packs.build_dti --scores dti_scores.csv --units packs/vn-units/units/1-provinces.csv \
        --out packs/vn-dti

Columns of the table: year, universe, province, index (``DTI`` or ``main:<name>``), score, rank, source. Rows
about the mean of the provinces and the national index are not units; they go to the country's own indicators.
Few published values that the table does not hold stand in ``EXTRA``.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path

import tools.packs.unit_facts as facts
from tools.packs.pack_io import Row, read_csv, write_csv

MAIN = {
    "Nhận thức số": "awareness",
    "Thể chế số": "institutions",
    "Hạ tầng số": "infrastructure",
    "Nhân lực số": "human_resources",
    "An toàn thông tin mạng": "security",
    "Hoạt động chính quyền số": "government",
    "Hoạt động kinh tế số": "economy",
    "Hoạt động xã hội số": "society",
}
COUNTRY_ROWS = {"(mean of 63 provinces)": "dti_mean", "(national DTI)": "dti_national"}
# Day on which the ministry published the results of a year. Those of 2023 came out in early February 2025; the
# day is not known, so it stays empty.
PUBLISHED = {
    "2020": "2021-10-19",
    "2021": "2022-08-08",
    "2022": "2023-07-12",
    "2023": "",
    "2024": "2025-10-21",
}
# Part of the table's source text → (document, source).
DOCUMENTS = {
    "opendx@57fc1f7:dti_from_web": ("dti-ban-sao-opendx", "dti_copy"),
    "PMNM_HaUI.DNK_2025": ("dti-ban-sao-pmnm", "dti_copy"),
    "https://dti.gov.vn/xep-hang-2022": ("dti-gov-vn-2022", "dti_portal"),
    "en.dangcongsan.vn": ("bao-bac-ninh-2020", "press"),
    "tab.baohaiduong.vn": ("bao-hai-duong-2020", "press"),
    "thainguyentv.vn": ("bao-thai-nguyen-2020", "press"),
    "daidoanket.vn": ("bao-dai-doan-ket-2021", "press"),
    "baodongkhoi.vn": ("bao-dong-khoi-2021", "press"),
    "vtc.vn": ("bao-vtc-vinh-phuc-2021", "press"),
    "thoibaotaichinhvietnam.vn": ("bao-thoi-bao-tai-chinh-2021", "press"),
    "travinh.gov.vn": ("bao-tra-vinh-2022", "press"),
    "kinhtedothi.vn": ("bao-kinh-te-do-thi-2021", "press"),
    "vneconomy.vn": ("bao-vneconomy-2023", "press"),
    "dantri.com.vn": ("bao-dan-tri-2024", "press"),
    "vietnamnet.vn": ("bao-vietnamnet-2024", "press"),
    "founding text 003": ("bai-hung-yen-3-tru-cot", "press"),
}
# Columns of bang_1.csv in the copy PMNM_HaUI.DNK_2025, by index; they carry the pillars' names.
COLUMNS_PMNM = {
    "DTI": "DTI_Tong",
    "main:Hoạt động chính quyền số": "DTI_ChinhQuyenSo",
    "main:Hoạt động kinh tế số": "DTI_KinhTeSo",
    "main:Hoạt động xã hội số": "DTI_XaHoiSo",
    "main:Hạ tầng số": "HaTangSo",
}
# Rows of that file which carry another name than the table.
ROWS_PMNM = {
    "Đà Nẵng": "TP. Đà Nẵng",
    "Hồ Chí Minh": "TP. Hồ Chí Minh",
    "Thừa Thiên Huế": "TP. Huế",
    "Cần Thơ": "TP. Cần Thơ",
    "Hải Phòng": "TP. Hải Phòng",
    "Hà Nội": "TP. Hà Nội",
}
# Facts of the article about Hưng Yên that the table repeats, by year.
FACTS = {"2020": "F038", "2021": "F037"}
RANK_NOTES = {
    "2022": "Hạng xếp từ điểm, đồng điểm đồng hạng; trùng danh sách đã công bố của 63 tỉnh",
    "2023": "Hạng xếp từ điểm đã công bố, đồng điểm đồng hạng; chưa đối chiếu danh sách chính thức",
    "2024": "Hạng xếp từ điểm đã công bố trong 63 tỉnh cũ; chưa đối chiếu danh sách chính thức",
}


@dataclass(frozen=True, kw_only=True)
class ObservationRow:
    """One row of ``observations``."""

    indicator: str
    unit: str
    period: str
    value: str
    source: str
    universe: str = ""
    document: str
    locator: str = ""
    published_date: str = ""
    note: str = ""


# Values read in sources already cited, beside the table.
EXTRA = [
    ObservationRow(
        indicator=f"dti_pillar.{pillar}",
        unit=f"{code}@{facts.MAP_FROM}",
        period=period,
        value=value,
        source="press",
        universe="63",
        document=document,
        locator="đoạn nêu điểm ba trụ cột",
        published_date=PUBLISHED[period],
    )
    for code, period, document, values in (
        ("27", "2020", "bao-bac-ninh-2020", ("0.4449", "0.3668", "0.4052")),
        ("84", "2022", "bao-tra-vinh-2022", ("0.6683", "0.6647", "0.5991")),
    )
    for pillar, value in zip(("government", "economy", "society"), values, strict=True)
]
EXTRA += [
    ObservationRow(
        indicator="digital_economy_gdp",
        unit=facts.COUNTRY,
        period="2022",
        value="12.67",
        source="statistics_office",
        document="kinh-te-so-thong-ke-2022",
        locator="phần đầu trang",
        published_date="2023-12-04",
        note="Đứng trước trong thứ tự nguồn: cơ quan thống kê là nơi công bố chính thức số liệu này, và chính bộ "
        "nói số của bộ sẽ điều chỉnh theo kết quả thống kê",
    ),
    ObservationRow(
        indicator="digital_economy_gdp",
        unit=facts.COUNTRY,
        period="2022",
        value="14.26",
        source="ministry",
        document="kinh-te-so-bo-2022",
        locator="phần đầu trang",
        note="Bộ tạm ước tính theo doanh thu thuế để phục vụ quản lý; giữ cạnh số của cơ quan thống kê, "
        "không thay thế",
    ),
]


def canonical(text: str) -> str:
    """Canonical decimal text: no exponent, no trailing zeros, no minus zero."""
    number = Decimal(text)
    plain = f"{number.normalize():f}"
    return "0" if number == 0 else plain


def document_of(source: str) -> tuple[str, str]:
    """Document and source of a row; an unknown source text is a ``KeyError``."""
    for part, found in DOCUMENTS.items():
        if part in source:
            return found
    raise KeyError(source)


def note_of(source: str, year: str) -> str:
    """What the table says about the row's origin beyond its address, in own words."""
    if "CONFLICT" in source:
        return (
            "Mâu thuẫn chưa phân xử: báo chí ghi cả Thanh Hóa và Vĩnh Phúc đều hạng 12 năm 2021; giữ cả hai"
        )
    if "minus stated change" in source:
        return "Suy ra từ giá trị 2022 và mức tăng mà bài báo nêu"
    if "order of the listed" in source:
        return "Suy ra từ thứ tự liệt kê trong bài báo"
    if ", up " in source:
        return "Suy ra từ hạng 2021 và số bậc tăng mà bài báo nêu"
    if "unmerged province" in source:
        return "Tỉnh không sáp nhập, lấy từ bảng 34 tỉnh"
    return "Công bố đầu tháng 2/2025" if year == "2023" and "copies dti.gov.vn" in source else ""


def place_of(row: Row) -> str:
    """Where in its document a value stands: the file, row and column of a copy, the table or passage of a page."""
    source, name, year, index = row["source"], row["province"], row["year"], row["index"]
    shown = index.removeprefix("main:")
    if "PMNM_HaUI.DNK_2025" in source:
        line = ROWS_PMNM.get(name, name)
        return f"Tapdulieu/bang_1.csv, dòng “{line}” năm {year}, cột {COLUMNS_PMNM[index]}"
    if "dti_from_web" in source:
        page = re.search(r"dti\.gov\.vn/[a-z0-9-]+", source)
        table = page[0] if page else "dti.gov.vn"
        return f"dti_from_web.ipynb, kết quả chạy của bảng {table}, dòng “{name}”, chỉ số {shown}"
    if "https://dti.gov.vn" in source:
        return f"bảng xếp hạng, dòng “{name}”, chỉ số {shown}"
    if source.startswith("founding text"):
        return f"mã dữ kiện {FACTS[year]}"
    if name in COUNTRY_ROWS:
        return f"đoạn nêu giá trị quốc gia và trung bình của DTI {year}"
    return f"đoạn nêu kết quả DTI {year} của {name}"


def observations(scores: list[Row], units: dict[str, str]) -> Iterator[ObservationRow]:
    """One or two observations per row of the table: its score and its rank."""
    for row in scores:
        year, name, index = row["year"], row["province"], row["index"]
        document, source = document_of(row["source"])
        base = ObservationRow(
            indicator="",
            unit="",
            period=year,
            value="",
            source=source,
            universe=row["universe"],
            document=document,
            locator=place_of(row),
            published_date=PUBLISHED[year],
            note=note_of(row["source"], year),
        )
        if name in COUNTRY_ROWS:
            yield replace(
                base, indicator=COUNTRY_ROWS[name], unit=facts.COUNTRY, value=canonical(row["score"])
            )
            continue
        suffix = "" if index == "DTI" else f".{MAIN[index.removeprefix('main:')]}"
        stem = "dti" if index == "DTI" else "dti_main"
        if row["score"]:
            yield replace(base, indicator=f"{stem}{suffix}", unit=units[name], value=canonical(row["score"]))
        if row["rank"]:
            note = RANK_NOTES.get(year, base.note)
            yield replace(
                base,
                indicator=f"{stem}_rank{suffix}",
                unit=units[name],
                value=canonical(row["rank"]),
                note=note,
            )


def main() -> None:
    """Read the table, write the observations and print their number."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scores", type=Path, required=True, help="table of published DTI results")
    parser.add_argument("--units", type=Path, required=True, help="provinces of the pack vn-units")
    parser.add_argument("--out", type=Path, required=True, help="folder of the pack, e.g. packs/vn-dti")
    options = parser.parse_args()
    provinces = [u for u in read_csv(options.units) if u["unit"].endswith(f"@{facts.MAP_FROM}")]
    # By every name a unit ever had: the table says "Thừa Thiên Huế" for all years.
    units = {u["name_vi"]: u["unit"] for u in provinces if u["level"] == "province"}
    rows = [*observations(read_csv(options.scores), units), *EXTRA]
    rows.sort(key=lambda r: (r.indicator, r.period, r.unit, r.source))
    columns = list(asdict(rows[0]))
    path = options.out / "observations" / "published.csv"
    print(f"{write_csv(path, columns, [asdict(r) for r in rows]):6d}  {path.name}")


if __name__ == "__main__":
    main()
