"""What is new on the first screens: figures one by one for a leader, deliveries for the analyst, never samples."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from tamdao.core.people.models import Person, RoleHolding
from tamdao.core.people.policy import Role
from tamdao.facts import api as facts
from tamdao.facts.api import NewObservation
from tamdao.facts.models import Observation

PHU_THO = "25@2025-07-01"
LATER = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(demo_db: None, hold_today: Any) -> None:
    hold_today(date(2026, 11, 22))


def signed_in(role: Role) -> Client:
    made = Person.objects.create_person(username=f"nguoi.{role}", display_name="Người thử")
    RoleHolding.objects.create(person=made, role=role, unit_id=PHU_THO, from_date=date(2025, 7, 1))
    client = Client()
    client.force_login(made)
    return client


def opened(client: Client, address: str = "/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def publish(source: str, value: str) -> None:
    row = Observation.objects.filter(indicator="dti", source__sample=False).first()
    assert row is not None
    facts.publish(
        [NewObservation("dti", PHU_THO, "2025", source, value, document=row.document_id)],
        document=row.document_id,
        by="Người nhập thử",
        at=LATER,
    )


def next_day(client: Client, hold_today: Any) -> None:
    """The same person on the day after: what came in between is news."""
    hold_today(date(2026, 11, 23))
    client.force_login(Person.objects.get())


def source(*, sample: bool) -> str:
    row = Observation.objects.filter(source__sample=sample).first()
    assert row is not None
    return str(row.source_id)


def test_a_leader_is_told_of_a_new_figure_by_name_and_value(hold_today: Any) -> None:
    client = signed_in(Role.LEADER)
    assert "Hệ thống đang có" in opened(client)
    publish(source(sample=False), "0.7311")
    next_day(client, hold_today)
    page = opened(client)
    assert "Từ lần mở trước" in page
    assert "0,7311" in page
    assert f'href="/figures/dti/{PHU_THO}/2025/"' in page


def test_a_new_sample_is_news_only_where_samples_show(hold_today: Any) -> None:
    client = signed_in(Role.LEADER)
    opened(client)
    publish(source(sample=True), "0.7311")
    next_day(client, hold_today)
    assert "0,7311" not in opened(client)
    assert "0,7311" in opened(client, "/?sample=1")


@pytest.mark.parametrize("role", [Role.LEADER, Role.ANALYST])
def test_the_sample_pack_has_no_name_in_the_plain_view(role: Role) -> None:
    assert "Dữ liệu mẫu để dùng thử" not in opened(signed_in(role))


def test_the_analyst_sees_the_sample_pack_where_samples_show() -> None:
    page = opened(signed_in(Role.ANALYST), "/?sample=1")
    assert "Dữ liệu mẫu để dùng thử" in page
    assert "sample-mark" in page


def test_a_pack_is_a_sample_by_what_it_brought() -> None:
    assert facts.sample_packs() == {"demo-sample"}
    plain = {change.by for change in facts.recent_changes(0, limit=200, sample=False)}
    every = {change.by for change in facts.recent_changes(0, limit=200)}
    assert {by.partition("@")[0] for by in every - plain} == {"pack:demo-sample"}
