"""What the pages of people, accounts, ledger and background work cost: few questions, and no more for more rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tamdao.core.jobs import api as jobs
from tamdao.core.jobs.models import OutboxMessage, Work
from tamdao.core.ledger.acting import acting
from tamdao.core.people import demo
from tamdao.core.people.models import Delegation, Group, GroupMember, Person, RoleHolding
from tamdao.core.people.policy import Capacity, Role
from tests.ledger import seal

TODAY = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 2, tzinfo=UTC)
PHU_THO = "25@2025-07-01"
MOST = 15


@pytest.fixture
def house(demo_db: None, hold_today: Any, tmp_path: Any, settings: Any) -> Callable[[str], Client]:
    """The demo accounts with something on every page; gives a browser for one of them."""
    settings.TAMDAO_HOME = tmp_path / "home"
    hold_today(TODAY)
    demo.prepare(passwords={one.username: "mật khẩu thử đủ dài" for one in demo.ACCOUNTS})
    fill(3)

    def browser(username: str) -> Client:
        client = Client()
        client.force_login(Person.objects.get(username=username))
        return client

    return browser


def fill(count: int) -> None:
    """So many more people, posts, members, messages and pieces of work."""
    admin = Person.objects.get(username="quantri")
    group, _ = Group.objects.get_or_create(name="Tổ chuyển đổi số", unit_id=PHU_THO)
    lender = Person.objects.get(username="chutich.phutho").holdings.get()
    begun = Person.objects.count()
    for number in range(begun, begun + count):
        with acting(by=f"person:{admin.pk}", event="people.person.created", reason="thử"):
            made = Person.objects.create_person(username=f"x{number}", display_name=f"Người thử {number}")
            RoleHolding.objects.create(
                person=made,
                role=Role.OFFICER,
                unit_id=PHU_THO,
                from_date=TODAY,
                granted_by=f"person:{admin.pk}",
            )
            GroupMember.objects.create(group=group, person=made, from_date=TODAY)
            Delegation.objects.create(
                holding=lender, receiver=made, capacity=Capacity.TUQ, from_date=TODAY, end_date=date(2027, 1, 1),
                document="Giấy", reason="thử", given_by=f"person:{lender.person_id}", given_at=AT,
            )  # fmt: skip
        sent = {"to": ["a@example.vn"], "subject": f"Thư {number}", "text": "x"}
        message = jobs.enqueue(channel="email", payload=sent, at=AT)
        OutboxMessage.objects.filter(pk=message.pk).update(state="dead", problem_vi="x", problem_en="x")
        Work.objects.create(
            title_vi="x", title_en="x", owner=f"person:{admin.pk}", created_at=AT, changed_at=AT
        )


def asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200, address
    return len(seen)


def places() -> list[tuple[str, str]]:
    """(reader, address) of every page beside those of the published figures."""
    leader = Person.objects.get(username="chutich.phutho")
    waits = RoleHolding.objects.get(person__username="tonghop.vinhphuc")
    given = Delegation.objects.filter(holding__person=leader).earliest("pk")
    group, member = Group.objects.get(), GroupMember.objects.earliest("pk")
    post = RoleHolding.objects.filter(person__username__startswith="x").earliest("pk")
    message, work = OutboxMessage.objects.earliest("number"), Work.objects.earliest("created_at")
    person = f"/people/{leader.pk}"
    admin = [
        "/people/", "/people/?q=nguoi&role=officer&unit=25", "/people/new/", "/people/suggest/?q=nguoi", f"{person}/",
        f"{person}/history/", f"{person}/access/", f"{person}/grant/", f"{person}/switch/", "/people/posts.csv",
        f"/people/posts/{post.pk}/end/", f"/people/posts/{post.pk}/substitute/", "/people/groups/",
        "/people/groups/new/", f"/people/groups/{group.pk}/", f"/people/groups/members/{member.pk}/remove/",
        "/people/rehomings/", f"/people/rehomings/{waits.pk}/", "/access/", "/access/?pair=person.view&unit=25",
        "/outbox/", f"/outbox/{message.id}/", "/background/", f"/background/{work.pk}/", "/ledger/",
        "/ledger/?q=nguoi thu", f"/ledger/people.RoleHolding/{post.pk}/", f"/ledger/people.Person/{leader.pk}/",
        f"/ledger/people.Delegation/{given.pk}/", "/account/", "/account/sessions/", "/account/factors/",
        "/account/password/", "/account/again/password/",
    ]  # fmt: skip
    own = ["/people/me/", f"/people/posts/{leader.holdings.get().pk}/delegate/", f"/people/delegations/{given.pk}/revoke/"]  # fmt: skip
    return [
        *(("quantri", address) for address in admin),
        *(("chutich.phutho", address) for address in own),
        *(
            ("quantri.phutho", address)
            for address in ("/people/", "/people/new/", f"{person}/", "/people/rehomings/")
        ),
    ]


def test_every_page_asks_at_most_fifteen_questions_and_no_more_for_more_rows(
    house: Callable[[str], Client], django_capture_on_commit_callbacks: Any
) -> None:
    seal(django_capture_on_commit_callbacks)
    browsers = {name: house(name) for name in ("quantri", "chutich.phutho", "quantri.phutho")}
    for name, address in places():
        browsers[name].get(address)
    few = {(name, address): asked(browsers[name], address) for name, address in places()}
    over = {place: count for place, count in few.items() if count > MOST}
    assert not over, over
    fill(6)
    seal(django_capture_on_commit_callbacks)
    many = {(name, address): asked(browsers[name], address) for name, address in few}
    assert max(many.values()) <= MOST, many
    # the list of the ledger asks once per table among its newest hundred entries, whatever these are about
    grown = {
        place: (few[place], count)
        for place, count in many.items()
        if count > few[place] and not place[1].startswith("/ledger/?") and place[1] != "/ledger/"
    }
    assert not grown, grown
