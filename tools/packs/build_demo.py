"""Build the pack ``demo-sample``: seeded series, bases and links for targets that have no real figures.

Usage::

    python -m tools.packs.build_demo --packs packs

Every series has a profile relative to the straight line from its base (31 December 2020) to its nearest target:
``met`` reaches the target by 2024, ``on_course`` runs above the line, ``behind`` below it, ``no_data`` stays empty.
The generator is seeded per series, so that adding one leaves the others as they were. Nothing is made for a
province after the day it was abolished.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random

from tools.packs.build_dti import canonical
from tools.packs.pack_io import Row, read_csv, write_csv

SEED = "tam-dao-demo-1"
SOURCE = "sample"
DOCUMENT = "du-lieu-mau"
NOTE = "Dữ liệu mẫu"
PACKS = ("vinh-phuc", "hung-yen", "ben-tre")
FIRST_YEAR, LAST_YEAR = 2020, 2024
# Old province → the new one that holds it.
SUCCESSORS = {
    "26@2020-01-01": "25@2025-07-01",
    "33@2020-01-01": "33@2025-07-01",
    "83@2020-01-01": "86@2025-07-01",
}
# Targets by profile; the rest are on course. A target of 2030 follows the series of its sister of 2025.
MET = {"F007", "F009", "F013", "F015", "F016", "F051", "F060", "F063", "F064", "F074", "F085"}
BEHIND = {"F002", "F010", "F011", "F012", "F017", "F055", "F056", "F059", "F065", "F069", "F076", "F082"}
NO_DATA = {"F004", "F057", "F058", "F071", "F078", "F079", "F086"}
# Sectors of a target that holds for every one of them.
SECTORS = {"agriculture": "0.7", "industry": "1", "services": "1.3"}
# Indicators that go on for the new provinces in 2025.
CARRIED_ON = {
    "digital_economy_grdp",
    "households_fibre",
    "communes_fibre",
    "epayment_accounts",
    "satisfaction_rate",
}
STEPS = {
    "percent": "0.1",
    "percent_per_year": "0.1",
    "per_1000_people": "0.01",
    "rank": "1",
    "enterprise": "1",
}
QUARTERS_OLD = [f"{year}-Q{q}" for year in (2023, 2024) for q in (1, 2, 3, 4)] + ["2025-Q1", "2025-Q2"]
QUARTERS_NEW = ["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]


@dataclass(frozen=True, kw_only=True)
class Course:
    """The straight line of a target, from its base to its value at the deadline."""

    base: float
    goal: float
    deadline: int
    limit: float | None

    def at(self, year: int) -> float:
        """Value on the line at the end of a year."""
        return self.base + (self.goal - self.base) * (year - FIRST_YEAR) / (self.deadline - FIRST_YEAR)


def rounded(value: float, measure: str) -> str:
    """Canonical text of a made-up value, at the steps in which its measure is reported."""
    return canonical(str(Decimal(str(value)).quantize(Decimal(STEPS[measure]), ROUND_HALF_UP)))


def course(target: Row, random: Random) -> Course:
    """A plausible base for a target: well below it, or well behind it in a ranking."""
    goal = float(target["value"])
    base = goal + random.uniform(14, 26) if target["measure"] == "rank" else goal * random.uniform(0.35, 0.6)
    return Course(
        base=float(rounded(base, target["measure"])),
        goal=goal,
        deadline=int(target["deadline"][:4]),
        limit=100.0 if target["measure"] == "percent" else None,
    )


def final_value(profile: str, line: Course, random: Random) -> float:
    """Where the series stands at the end of 2024."""
    expected = line.at(LAST_YEAR)
    if profile == "met":
        beyond = line.goal + (line.goal - line.base) * random.uniform(0.04, 0.12)
        return min(beyond, line.limit) if line.limit is not None else beyond
    if profile == "behind":
        return line.base + (expected - line.base) * random.uniform(0.4, 0.7)
    return expected + (line.goal - expected) * random.uniform(0.15, 0.5)


def series(profile: str, line: Course, random: Random) -> dict[int, float]:
    """Values of 2020 to 2024: an uneven but steady way from the base to the final value."""
    steps = [random.uniform(0.6, 1.4) for _ in range(FIRST_YEAR, LAST_YEAR)]
    total, final = sum(steps), final_value(profile, line, random)
    values, done = {FIRST_YEAR: line.base}, 0.0
    for year, step in zip(range(FIRST_YEAR + 1, LAST_YEAR + 1), steps, strict=True):
        done += step
        values[year] = line.base + (final - line.base) * done / total
    return values


def profile_of(target: Row) -> str:
    """Profile of the series made for a target."""
    if target["code"] in NO_DATA:
        return "no_data"
    if target["code"] in MET:
        return "met"
    return "behind" if target["code"] in BEHIND else "on_course"


def _observation(
    indicator: str, unit: str, period: str, value: str, *, dims: str = "", universe: str = ""
) -> Row:
    return {
        "indicator": indicator,
        "unit": unit,
        "period": period,
        "value": value,
        "source": SOURCE,
        "dims": dims,
        "universe": universe,
        "document": DOCUMENT,
        "note": NOTE,
    }


def yearly(target: Row, line: Course, random: Random) -> Iterator[Row]:
    """Yearly observations of one target's indicator; by sector where the target holds for each sector."""
    indicator, unit, measure = target["indicator"], target["unit"], target["measure"]
    values = series(profile_of(target), line, random)
    if indicator in CARRIED_ON:
        growth = values[LAST_YEAR] - values[LAST_YEAR - 1]
        ahead = values[LAST_YEAR] + growth * random.uniform(0.4, 0.9)
        yield _observation(
            indicator, SUCCESSORS[unit], "2025", rounded(min(ahead, line.limit or ahead), measure)
        )
    for year, value in values.items():
        if target["level"] != "sector":
            amount = rounded(value, measure)
            yield _observation(indicator, unit, str(year), amount, universe=target["universe"])
            continue
        for sector, factor in SECTORS.items():
            amount = rounded(value * float(factor), measure)
            yield _observation(indicator, unit, str(year), amount, dims=f"sector={sector}")


def quarterly() -> Iterator[Row]:
    """Two quarterly series per province, the old one until 30 June 2025 and the new one after it."""
    for old, new in SUCCESSORS.items():
        random = Random(f"{SEED}|quarter|{old}")
        share, count = random.uniform(45, 60), random.uniform(1.5e6, 3e6)
        for unit, quarters in ((old, QUARTERS_OLD), (new, QUARTERS_NEW)):
            if unit == new:
                count *= random.uniform(2.2, 2.8)
            for quarter in quarters:
                share = min(99.0, share + random.uniform(-0.8, 3.2))
                count *= random.uniform(0.98, 1.09) * (1.08 if quarter.endswith("Q4") else 1)
                yield _observation("sample_dossiers_online_quarter", unit, quarter, rounded(share, "percent"))
                transactions = str(int(round(count, -3)))
                yield _observation("sample_ecommerce_transactions_quarter", unit, quarter, transactions)


def main() -> None:
    """Read the targets of the three packs, write the sample pack's data and print the counts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--packs", type=Path, required=True, help="folder that holds the packs")
    options = parser.parse_args()
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for pack in PACKS:
        for target in read_csv(options.packs / pack / "targets" / "targets.csv"):
            if not target["measured_by"]:
                groups[(target["unit"], target["indicator"])].append(target)
    observations, bases, links = list(quarterly()), [], []
    for (unit, indicator), targets in groups.items():
        random = Random(f"{SEED}|{unit}|{indicator}")
        first = min(targets, key=lambda t: t["deadline"])
        if profile_of(first) == "no_data":
            continue
        line = course(first, random)
        observations += yearly(first, line, random)
        for target in targets:
            links.append({"target": target["code"], "indicator": indicator, "source": SOURCE})
            bases.append(
                {
                    "target": target["code"],
                    "value": rounded(line.base, first["measure"]),
                    "date": f"{FIRST_YEAR}-12-31",
                    "source": SOURCE,
                    "document": DOCUMENT,
                    "note": NOTE,
                }
            )
    observations.sort(key=lambda o: (o["indicator"], o["unit"], o["dims"], o["period"]))
    out = options.packs / "demo-sample"
    for kind, rows in (("observations", observations), ("target_bases", bases), ("target_links", links)):
        print(f"{write_csv(out / kind / f'{kind}.csv', list(rows[0]), rows):6d}  {kind}")


if __name__ == "__main__":
    main()
