"""Posts, delegations, re-homing, groups, accounts: what each service does, and each of its refusals.

Who may call them at all is the business of tests/integration/permissions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tamdao.core.ledger.acting import current
from tamdao.core.people import access, demo, explain, queries, rules
from tamdao.core.people.models import Delegation, Group, GroupMember, Person, RehomingDecision, RoleHolding
from tamdao.core.people.policy import Capacity, Role
from tamdao.core.people.services import common, delegations, groups, persons, posts, rehoming
from tamdao.core.units.models import Unit
from tamdao.kit.errors import NotFound
from tests.integration.people_acts import HOUSE, MONTH, grant, lend, post_of, refused, target
from tests.integration.permissions.world import (
    COMMUNE,
    COUNTRY,
    FOREIGN,
    NOW,
    OTHER,
    PROVINCE,
    TODAY,
    World,
    build,
    hold,
    person,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(hold_today: Callable[[date], Any]) -> World:
    hold_today(TODAY)
    return build()


def test_a_grant_is_written_with_who_when_and_why(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[tuple[str, str]] = []
    real = common.note_rights_changed

    def note(people: Any) -> None:
        events.append((current().by, current().event))
        real(people)

    monkeypatch.setattr(common, "note_rights_changed", note)
    who = target(world)
    post = grant(who, by=world.actor("unit_admin"), capacity=Capacity.KT)
    assert (post.granted_by, post.granted_at, post.grant_reason, post.capacity) == (
        f"person:{world.own['unit_admin']['person']}", NOW, "thử", "KT",
    )  # fmt: skip
    assert events == [(post.granted_by, "people.role.granted")]
    assert Person.objects.get(pk=who.pk).rights_stamp == who.rights_stamp + 1


def test_everything_wrong_with_a_grant_is_said_at_once(world: World) -> None:
    error = refused(
        "end_date",
        lambda: grant(
            target(world), from_date=date(2019, 1, 1), end_date=date(2019, 1, 1), by=world.actor("admin"), reason="x" * 401
        ),
    )  # fmt: skip
    assert {problem.field for problem in error.problems} == {"reason", "end_date", "from_date", "unit"}


def test_grants_that_cannot_be(world: World) -> None:
    who = target(world)
    refused("role", lambda: grant(who, Role.OFFICER))
    refused("not_found", lambda: grant(who, unit="nowhere@2020-01-01"))
    Person.objects.filter(pk=who.pk).update(is_active=False)
    refused("people.already_off", lambda: grant(who))


def test_the_database_keeps_what_the_services_promise(world: World) -> None:
    who = target(world)
    for broken in (
        {"end_date": date(2020, 1, 1)},
        {"role": "public"},
        {"capacity": "XX"},
        {"role": "officer", "from_date": TODAY},
    ):
        values = {"role": "analyst", "unit_id": PROVINCE, "from_date": TODAY, **broken}
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleHolding.objects.create(person=who, **values)
    for broken in ({"capacity": "TUQ"}, {"capacity": "KT", "pairs": "person.view"}, {"reason": ""}):
        values = {
            "capacity": "TL", "from_date": TODAY, "reason": "thử", "given_by": "x", "given_at": NOW, **broken,
        }  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Delegation.objects.create(holding=post_of(world, "leader"), receiver=who, **values)


def test_ending_a_post_ends_what_was_lent_from_it(world: World) -> None:
    leader, taker = post_of(world, "leader"), target(world)
    given = delegations.delegate(
        holding=leader, receiver=taker, capacity=Capacity.TUQ, from_date=TODAY, end_date=MONTH, document="số 1",
        by=leader.person, at=NOW, reason="thử",
    )  # fmt: skip
    taker = Person.objects.get(pk=taker.pk)
    assert access.can(taker, "matters", "view")
    posts.end(holding=leader, by=HOUSE, at=NOW, reason="nghỉ")
    changed = Person.objects.get(pk=taker.pk)
    assert not access.can(changed, "matters", "view")
    assert changed.rights_stamp == taker.rights_stamp + 1
    given.refresh_from_db()
    assert given.revoked_at is None, "it ends with the post, nobody has to revoke it"
    refused("people.already_ended", lambda: posts.end(holding=leader, by=HOUSE, at=NOW, reason="thử"))


def test_a_post_that_has_not_begun_is_withdrawn_and_may_be_granted_again(world: World) -> None:
    post = grant(target(world), from_date=MONTH)
    ended = posts.end(holding=post, by=HOUSE, at=NOW, reason="nhầm")
    assert ended.end_date == MONTH
    assert grant(target(world), from_date=MONTH).pk != post.pk


def test_a_post_whose_unit_ended_waits_for_a_decision_instead_of_an_end(world: World) -> None:
    waiting = RoleHolding.objects.get(pk=world.objects["rehoming"]["u"])
    refused("people.already_ended", lambda: posts.end(holding=waiting, by=HOUSE, at=NOW, reason="thử"))


def test_people_are_created_with_a_first_post(world: World) -> None:
    made = persons.create(
        username="nguoi.moi", display_name="Người mới", role=Role.OFFICER, unit_id=COMMUNE,
        by=world.actor("unit_admin"), at=NOW, reason="tuyển",
    )  # fmt: skip
    assert [post.unit_id for post in access.list_holdings(person=made, at=TODAY)] == [COMMUNE]
    assert made.folded == "nguoi moi nguoi.moi"
    assert not made.has_usable_password()

    def again(**more: Any) -> Person:
        return persons.create(username="nguoi.moi", display_name="x", by=HOUSE, at=NOW, reason="thử", **more)

    refused("people.username_taken", again)
    refused("reason", lambda: persons.create(username="a", display_name="a", by=HOUSE, at=NOW, reason=""))
    citizen = persons.create(username="dan", display_name="Người dân", by=HOUSE, at=NOW, reason="đăng ký")
    assert access.roles_of(citizen, at=TODAY) == frozenset()
    refused(
        "people.role_not_yours_to_give",
        lambda: persons.create(
            username="b", display_name="b", by=world.actor("unit_admin"), at=NOW, reason="thử"
        ),
    )


def test_an_account_is_switched_off_and_on(world: World) -> None:
    who = target(world)
    persons.switch_off(person=who, by=world.actor("unit_admin"), at=NOW, reason="thử")
    assert access.rights_of(Person.objects.get(pk=who.pk), at=TODAY) == (access.Right(Role.PUBLIC),)
    refused("people.already_off", lambda: persons.switch_off(person=who, by=HOUSE, at=NOW, reason="thử"))
    persons.switch_on(person=who, by=world.actor("unit_admin"), at=NOW, reason="thử")
    refused("people.already_on", lambda: persons.switch_on(person=who, by=HOUSE, at=NOW, reason="thử"))
    refused("reason", lambda: persons.switch_off(person=who, by=HOUSE, at=NOW, reason=" "))


def test_a_unit_administrator_neither_appoints_nor_switches_off_those_who_check(world: World) -> None:
    who, admin = target(world), world.actor("unit_admin")
    refused("people.role_not_yours_to_give", lambda: grant(who, Role.AUDITOR, by=admin))
    grant(who, Role.AUDITOR)
    refused(
        "people.role_not_yours_to_give",
        lambda: persons.switch_off(person=who, by=admin, at=NOW, reason="thử"),
    )


def test_lending_part_of_a_post(world: World) -> None:
    who = target(world)
    given = lend(world, who, pairs=["person.view", "matters.view", "person.view"])
    assert given.pairs == "matters.view person.view"
    Delegation.objects.filter(pk=given.pk).update(pairs="matters.view")
    right = access.rights_of(Person.objects.get(pk=who.pk), at=TODAY)[-1]
    assert (right.role, right.pairs) == (Role.LEADER, frozenset({"matters.view"}))
    refused("receiver", lambda: lend(world, who))
    refused("capacity", lambda: lend(world, who, capacity=Capacity.KT))
    refused("end_date", lambda: lend(world, who, end_date=None))
    refused("document", lambda: lend(world, who, document=""))
    refused("people.not_to_oneself", lambda: lend(world, post_of(world, "leader").person))
    Person.objects.filter(pk=who.pk).update(is_active=False)
    refused("receiver", lambda: lend(world, who, capacity=Capacity.TL))


def test_lending_never_outlasts_the_post(world: World) -> None:
    RoleHolding.objects.filter(pk=post_of(world, "leader").pk).update(end_date=TODAY + timedelta(days=3))
    refused("end_date", lambda: lend(world, target(world)))
    lend(world, target(world), end_date=TODAY + timedelta(days=3))
    assert not rules.Period(TODAY, MONTH).within(rules.Period(MONTH))
    assert not rules.Period(MONTH).within(rules.Period(TODAY, MONTH))


def test_a_substitute_signs_in_place_of_the_holder(world: World) -> None:
    leader, deputy = post_of(world, "leader"), target(world)

    def name(receiver: Person) -> Delegation:
        return delegations.substitute(
            holding=leader,
            receiver=receiver,
            from_date=TODAY,
            by=world.actor("unit_admin"),
            at=NOW,
            reason="ốm",
        )

    assert name(deputy).capacity == "KT"
    assert access.can(Person.objects.get(pk=deputy.pk), "matters", "view")
    refused("receiver", lambda: name(target(world, "c")))
    refused("receiver", lambda: name(leader.person))


def test_a_delegation_is_revoked_once_and_at_once(world: World) -> None:
    who = target(world)
    given = lend(world, who)
    refused("reason", lambda: delegations.revoke(delegation=given, by=who, at=NOW, reason=""))
    delegations.revoke(delegation=given, by=who, at=NOW, reason="không cần nữa")
    assert not access.can(Person.objects.get(pk=who.pk), "matters", "view")
    refused(
        "people.already_revoked", lambda: delegations.revoke(delegation=given, by=HOUSE, at=NOW, reason="x")
    )
    expired = Delegation.objects.get(pk=world.own["former"]["delegation"])
    refused(
        "people.already_revoked", lambda: delegations.revoke(delegation=expired, by=HOUSE, at=NOW, reason="x")
    )


def test_a_post_is_rehomed_only_by_decision_and_only_to_an_heir(world: World) -> None:
    waiting = RoleHolding.objects.get(pk=world.objects["rehoming"]["u"])
    assert not access.list_holdings(person=waiting.person, at=TODAY)

    def decide(unit: str | None, holding: RoleHolding = waiting) -> RehomingDecision:
        return rehoming.decide(
            holding=holding, to_unit_id=unit, by=world.actor("unit_admin"), at=NOW, reason="sáp nhập"
        )

    refused("unit", lambda: decide(COMMUNE))
    made = decide(PROVINCE).to_holding
    assert made is not None
    assert (made.unit_id, made.from_date, made.role) == (PROVINCE, TODAY, waiting.role)
    refused("not_found", lambda: decide(PROVINCE))
    below = RoleHolding.objects.get(pk=world.objects["rehoming"]["c"])
    assert decide(None, below).to_holding is None
    assert not queries.waiting_rehomings(at=TODAY).filter(pk__in=[waiting.pk, below.pk]).exists()


def test_a_unit_without_heirs_leaves_only_the_end(world: World) -> None:
    from tests.integration.permissions.world import make_unit

    make_unit("99@2020-01-01", "province", "Giải thể", parent=COUNTRY, end=date(2026, 1, 1))
    waiting = hold(person("mo.coi"), Role.OFFICER, "99@2020-01-01", start=date(2021, 1, 1))
    error = refused(
        "unit", lambda: rehoming.decide(holding=waiting, to_unit_id=PROVINCE, by=HOUSE, at=NOW, reason="x")
    )
    assert "không có đơn vị kế thừa" in error.problems[0].message.vi


def test_groups_show_their_members_to_each_other(world: World) -> None:
    group = groups.form(name="Tổ mới", unit_id=PROVINCE, by=world.actor("unit_admin"), at=NOW, reason="lập")
    refused(
        "people.group_exists", lambda: groups.form(name="Tổ mới", unit_id=OTHER, by=HOUSE, at=NOW, reason="x")
    )
    first, second = target(world, "u"), target(world, "f")
    assert not access.visible(first, Person.objects.filter(pk=second.pk), "person", "view").exists()
    groups.add_member(group=group, person=first, by=world.actor("unit_admin"), at=NOW, reason="x")
    member = groups.add_member(group=group, person=second, by=HOUSE, at=NOW, reason="x")
    refused(
        "people.group_member",
        lambda: groups.add_member(group=group, person=second, by=HOUSE, at=NOW, reason="x"),
    )
    assert access.visible(first, Person.objects.filter(pk=second.pk), "person", "view").exists()
    groups.remove_member(member=member, by=HOUSE, at=NOW, reason="x")
    refused("people.already_ended", lambda: groups.remove_member(member=member, by=HOUSE, at=NOW, reason="x"))
    assert not access.visible(first, Person.objects.filter(pk=second.pk), "person", "view").exists()
    stranger = target(world, "c")
    GroupMember.objects.filter(person=stranger).delete()
    refused("not_found", lambda: groups.add_member(
        group=Group.objects.get(name="Tổ mới"), person=target(world, "f"), by=world.actor("unit_admin"), at=NOW, reason="x"
    ))  # fmt: skip


def test_a_session_gets_another_key_when_rights_change_and_stays_signed_in(world: World) -> None:
    who = target(world)
    client = Client()
    client.force_login(who)
    client.get("/people/me/")
    before = client.session.session_key
    client.get("/people/me/")
    assert client.session.session_key == before
    grant(who)
    page = client.get("/people/me/")
    assert client.session.session_key != before
    assert "Quyền của ông/bà vừa thay đổi" in page.content.decode()
    assert page.status_code == 200


def test_history_tells_what_happened(world: World) -> None:
    who = target(world)
    delegations.revoke(delegation=lend(world, who), by=HOUSE, at=NOW, reason="về sớm")
    posts.end(holding=who.holdings.get(), by=HOUSE, at=NOW, reason="nghỉ")
    told = [event.what.vi.split(" ")[0] for event in explain.history(who)]
    # newest first; the target had lent something too
    assert sorted(told) == ["Giữ", "TUQ.", "TUQ.", "Thu", "Thôi"]
    assert told[-1] == "Giữ"
    waiting = RoleHolding.objects.get(pk=world.objects["rehoming"]["f"])
    rehoming.decide(holding=waiting, to_unit_id=FOREIGN, by=HOUSE, at=NOW, reason="x")
    story = " ".join(event.what.vi for event in explain.history(waiting.person))
    assert "Đơn vị kết thúc hoạt động" in story
    assert "Sắp xếp lại" in story


def test_every_form_works_from_the_page(world: World) -> None:
    """The happy path of each form, through the pages."""
    admin, leader = world.client("unit_admin"), world.client("leader")
    day, later = TODAY.isoformat(), MONTH.isoformat()
    who, post = target(world), post_of(world, "leader")
    post_values = {"role": "analyst", "unit": PROVINCE, "from_date": day, "reason": "thử", "capacity": ""}
    steps = [
        (admin, "/people/new/", {**post_values, "username": "moi", "display_name": "Mới"}),
        (admin, f"/people/{who.pk}/grant/", post_values),
        (admin, f"/people/posts/{world.objects['post']['c']}/end/", {"on": day, "reason": "thử"}),
        (leader, f"/people/posts/{post.pk}/delegate/", {
            "receiver": "dich.u", "capacity": "TUQ", "from_date": day, "end_date": later, "document": "số 1",
            "pairs": ["matters.view"], "reason": "thử",
        }),
        (leader, f"/people/posts/{post.pk}/substitute/", {
            "receiver": "dich.u", "from_date": day, "end_date": later, "reason": "thử",
        }),
        (admin, f"/people/rehomings/{world.objects['rehoming']['u']}/", {"unit": PROVINCE, "reason": "thử"}),
        (admin, f"/people/delegations/{world.objects['delegation']['u']}/revoke/", {"reason": "thử"}),
        (admin, f"/people/{who.pk}/switch/", {"reason": "thử"}),
    ]  # fmt: skip
    for client, address, values in steps:
        assert client.get(address).status_code == 200, address
        response = client.post(address, values)
        assert response.status_code == 302, (address, response.content.decode()[-3000:])
    refusal = leader.post(f"/people/posts/{post.pk}/delegate/", {
        "receiver": "dich.f", "capacity": "TUQ", "from_date": day, "reason": "thử",
    })  # fmt: skip
    assert refusal.status_code == 422
    assert "trong những người chọn được" in refusal.content.decode()


def test_demo_title_is_searchable() -> None:
    made = Person.objects.create_person(username="x", display_name=demo.ACCOUNTS[0].title)
    assert "chu tich" in made.folded


def test_an_unknown_person_answers_like_an_absent_one(world: World) -> None:
    with pytest.raises(NotFound):
        access.get_visible(world.actor("citizen"), Person.objects.all(), "person", "view", pk=10**9)
    assert Unit.objects.filter(pk=COUNTRY).exists()
