"""Working days with what documents say: exchanged days for all, days off of a unit and those below it."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest

from tamdao.config.cli import run
from tamdao.core.calendar import api
from tamdao.core.calendar.models import CalendarDay

PHU_THO, COUNTRY, HUNG_YEN = "25@2025-07-01", "VN@2020-01-01", "33@2025-07-01"
YEAR = (date(2026, 1, 1), date(2026, 12, 31))

pytestmark = pytest.mark.usefixtures("demo_db")


def test_packs_bring_days_with_their_document() -> None:
    days = {one.day: one for one in api.list_days(2026)}
    assert days[date(2026, 8, 22)].works
    assert days[date(2026, 8, 22)].document == "vpcp-nghi-tet-quoc-khanh-2026"
    assert not days[date(2026, 8, 31)].works
    assert days[date(2026, 2, 17)].name.vi == "Tết Nguyên Đán"


def test_a_local_day_holds_for_the_unit_and_those_below() -> None:
    from tamdao.core.units import api as units

    day = date(2026, 10, 5)
    CalendarDay.objects.create(day=day, unit_id=PHU_THO, works=False, name_vi="Ngày truyền thống tỉnh")
    commune = units.unit_map(date(2026, 1, 1)).children(PHU_THO)[0].id
    assert not api.workdays(*YEAR, unit_id=PHU_THO).works(day)
    assert not api.workdays(*YEAR, unit_id=commune).works(day)
    for other in (None, COUNTRY, HUNG_YEN):
        assert api.workdays(*YEAR, unit_id=other).works(day)


def test_the_nearest_unit_has_the_last_word() -> None:
    day = date(2026, 8, 31)
    CalendarDay.objects.create(day=day, unit_id=PHU_THO, works=True, name_vi="Vẫn làm việc")
    assert api.workdays(*YEAR, unit_id=PHU_THO).works(day)
    assert not api.workdays(*YEAR, unit_id=HUNG_YEN).works(day)
    assert [one.name.vi for one in api.list_days(2026, unit_id=PHU_THO) if one.day == day] == ["Vẫn làm việc"]


def test_the_command_prints_a_year(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["calendar", "2026"]) == 0
    assert "31/08/2026" in capsys.readouterr().out
    assert run(["calendar", "2026", "--unit", PHU_THO, "--format", "csv"]) == 0
    rows = {row["day"]: row for row in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    assert rows["2026-08-22"]["works"] == "true"
    assert run(["calendar", "2026", "--format", "json"]) == 0
    assert {"2026-11-24"} < {row["day"] for row in json.loads(capsys.readouterr().out)}
    assert run(["calendar", "2026", "--unit", "Không Có"]) == 1
