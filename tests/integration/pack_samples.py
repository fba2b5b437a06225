"""A small sound pack in text form, from which tests make good and bad ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

GOOD: Mapping[str, str] = {
    "pack.yaml": """\
name: small
version: 1.0.0
title_vi: Gói nhỏ
title_en: Small pack
map_from: 2020-01-01
""",
    "levels/levels.yaml": """\
- {code: country, depth: 0, name_vi: Cả nước, name_en: Country}
- {code: province, depth: 1, name_vi: Tỉnh, name_en: Province}
- {code: commune, depth: 3, name_vi: Xã, name_en: Commune}
""",
    "documents/documents.yaml": """\
- code: plan
  title_vi: Kế hoạch mẫu
  kind: plan
  date: 2021-11-22
  text_read: false
""",
    "measures/measures.yaml": """\
- {code: count, name_vi: cái, name_en: items, dimension: {item: 1}}
- {code: people, name_vi: người, name_en: people, dimension: {person: 1}}
- {code: percent, name_vi: phần trăm, name_en: percent, symbol: "%", scale: 0.01, decimals: 1}
- {code: rank, name_vi: hạng, name_en: rank, ordinal: true}
""",
    "sources/sources.yaml": """\
- {code: press, name_vi: Báo, name_en: Press, kind: document, priority: 20}
- {code: office, name_vi: Thống kê, name_en: Statistics, kind: document, priority: 10}
- {code: sample, name_vi: Mẫu, name_en: Sample, kind: sample, priority: 90, sample: true}
""",
    "units/units.csv": """\
unit,level,from_date,to_date,code,name_vi,type_vi,parent,from_known
VN@2020-01-01,country,2020-01-01,,VN,Việt Nam,Nước,,false
25@2020-01-01,province,2020-01-01,2025-07-01,25,Phú Thọ,Tỉnh,VN@2020-01-01,false
26@2020-01-01,province,2020-01-01,2025-07-01,26,Vĩnh Phúc,Tỉnh,VN@2020-01-01,false
25@2025-07-01,province,2025-07-01,,25,Phú Thọ,Tỉnh,VN@2020-01-01,
46@2020-01-01,province,2020-01-01,2025-01-01,46,Thừa Thiên Huế,Tỉnh,VN@2020-01-01,false
46@2020-01-01,province,2025-01-01,,46,Huế,Thành phố,VN@2020-01-01,
""",
    "unit_events/events.csv": """\
event,date,kind,from_unit,to_unit,share,share_source,legal_act,document
merge-25,2025-07-01,merge,25@2020-01-01,25@2025-07-01,1,,202/2025/QH15,plan
merge-25,2025-07-01,merge,26@2020-01-01,25@2025-07-01,1,,202/2025/QH15,plan
rename-46,2025-01-01,rename,46@2020-01-01,46@2020-01-01,1,,unknown,
""",
    "indicators/indicators.yaml": """\
- code: online
  name_vi: Thủ tục trực tuyến
  name_en: Online procedures
  definition_vi: Số thủ tục cung cấp trực tuyến.
  definition_en: Procedures offered online.
  pillar: government
  measure: count
  direction: up
  frequency: year
  levels: [province]
  conversion: {rule: sum}
- code: total
  name_vi: Tổng thủ tục
  name_en: All procedures
  definition_vi: Số thủ tục.
  definition_en: Procedures.
  pillar: government
  measure: count
  direction: none
  frequency: year
  levels: [province]
  conversion: {rule: sum}
- code: online_share
  name_vi: Tỷ lệ trực tuyến
  name_en: Online share
  definition_vi: Tỷ lệ thủ tục trực tuyến.
  definition_en: Share of procedures online.
  pillar: government
  measure: percent
  direction: up
  frequency: year
  levels: [province]
  conversion: {rule: none}
  formula: percent(online, total)
""",
    "observations/observations.csv": """\
indicator,unit,period,value,source,sign,sign_word,document,status
online,26@2020-01-01,2024,1440,press,,,plan,
total,26@2020-01-01,2024,1823,press,,,plan,
online,26@2020-01-01,2023,1000,press,~,gần,plan,
total,26@2020-01-01,2023,,press,,,plan,missing
""",
    "targets/targets.yaml": """\
- code: T1
  unit: 26@2020-01-01
  indicator: online_share
  name_vi: Trên 80 % trực tuyến
  name_en: Over 80 % online
  kind: percentage
  pillar: government
  comparator: ">="
  value: 80
  measure: percent
  deadline: 2025-12-31
  document: plan
""",
    "target_bases/bases.csv": """\
target,value,date,source
T1,50,2021-01-01,sample
""",
    "target_links/links.csv": """\
target,indicator,source
T1,online_share,sample
""",
    "editions/editions.yaml": """\
- code: e1
  document: plan
  level: province
  years: [2020]
  name_vi: Bộ chỉ số
  name_en: Index
  total_points: 1000
  nodes:
    - {code: total, name_vi: Tổng, name_en: Total, role: total, max_points: 1000, status: known}
    - {code: part, parent: total, name_vi: Phần, name_en: Part, role: main, max_points: 400,
       assessed_points: 300, indicator: online_share, status: derived}
""",
}
# total of 2023 is missing while online is not: sound only without this row
GOOD_OBSERVATIONS = GOOD["observations/observations.csv"].replace(
    "online,26@2020-01-01,2023,1000,press,~,gần,plan,\n", ""
)
SMALL = {**GOOD, "observations/observations.csv": GOOD_OBSERVATIONS}


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a pack below `folder`, replacing what is there; gives `folder`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def changed(file: str, old: str, new: str, files: Mapping[str, str] = SMALL) -> dict[str, str]:
    """The files with one passage of one file replaced."""
    if old not in files[file]:
        message = f"{old!r} does not stand in {file}"
        raise ValueError(message)
    return {**files, file: files[file].replace(old, new, 1)}
