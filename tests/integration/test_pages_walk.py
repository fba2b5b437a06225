"""No dead end: every figure link on every page opens an explanation, and each leads to stored records that open."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tamdao.core.people.models import Person, RoleHolding
from tamdao.core.people.policy import Role

PHU_THO, VINH_PHUC, HUNG_YEN, BEN_TRE = "25@2025-07-01", "26@2020-01-01", "33@2020-01-01", "83@2020-01-01"

FIGURE = re.compile(r'href="(/(?:figures/[^"]+|dti/\d{4}/[^"]+))"')
RECORD = re.compile(
    r'href="(/(?:observations|documents|events|units|indicators|targets|sources|packs|dti/editions)/[^"]+)"'
)
# of the observations, which share one page, `make test` opens some; the soak opens all
OBSERVATIONS = 1 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 12
# What counts as a stored record that a figure rests on.
GROUND = re.compile(r'href="/(?:observations|documents|events|dti/editions|indicators)/[^"]+"')

PAGES = [
    "/",
    f"/?unit={VINH_PHUC}",
    f"/?unit={VINH_PHUC}&at=2025-06-30",
    f"/?unit={PHU_THO}",
    "/targets/?at=2025-06-30",
    "/targets/F020/?at=2025-06-30",
    f"/indicators/dti_rank/?unit={VINH_PHUC}",
    "/indicators/digital_economy_gdp/",
    f"/dti/?year=2024&map=2025-07-01&unit={PHU_THO}",
    f"/dti/?year=2024&unit={VINH_PHUC}&map=2024-12-31&index=pillar:Kinh tế số",
    f"/dti/?year=2020&unit={VINH_PHUC}&map=2020-12-31",
    f"/units/{PHU_THO}/",
    f"/units/{VINH_PHUC}/",
    f"/units/{HUNG_YEN}/",
    f"/units/{BEN_TRE}/",
    f"/wall/?unit={PHU_THO}",
    f"/units/{VINH_PHUC}/?sample=1",
]


@pytest.fixture(autouse=True)
def _today(demo_db: None, hold_today: Any) -> None:
    hold_today(date(2026, 11, 22))


def links(pattern: re.Pattern[str], page: str) -> Iterator[str]:
    return (unescape(found) for found in dict.fromkeys(pattern.findall(page)))


def chosen(records: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The records to open, each with the page that named it."""
    stored = sorted(records.items())
    yield from (row for row in stored if not row[0].startswith("/observations/"))
    yield from [row for row in stored if row[0].startswith("/observations/")][::OBSERVATIONS]


def test_every_figure_on_every_page_reaches_a_stored_record(client: Client) -> None:
    leader = Person.objects.create_person(username="leader", display_name="Chủ tịch (thử)")
    RoleHolding.objects.create(person=leader, role=Role.LEADER, unit_id=PHU_THO, from_date=date(2025, 7, 1))
    signed_in = Client()
    signed_in.force_login(leader)
    figures: set[str] = set()
    for browser in (client, signed_in):
        for address in PAGES:
            response = browser.get(address)
            assert response.status_code == 200, address
            figures |= set(links(FIGURE, response.content.decode()))
    assert len(figures) > 150
    records: dict[str, str] = {}
    for address in sorted(figures):
        fragment = address + ("&" if "?" in address else "?") + "fragment=1"
        response = client.get(fragment)
        assert response.status_code == 200, address
        page = response.content.decode()
        assert GROUND.search(page), f"{address} leads to no stored record"
        for record in links(RECORD, page):
            records.setdefault(record, address)
    assert len(records) > 1000
    dead = [(record, source) for record, source in chosen(records) if client.get(record).status_code != 200]
    assert not dead


def test_the_way_back_of_an_observation_ends_at_its_document(client: Client) -> None:
    page = client.get(f"/figures/dti/{VINH_PHUC}/2024/?fragment=1").content.decode()
    observation = next(links(re.compile(r'href="(/observations/\d+/)"'), page))
    record = client.get(observation).content.decode()
    document = next(links(re.compile(r'href="(/documents/[^"]+)"'), record))
    assert "chỉ tiêu dẫn nguồn này" in client.get(document).content.decode()
