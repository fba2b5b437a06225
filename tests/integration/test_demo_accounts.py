"""Demo accounts: at least one for each role, safe to repeat, never over a real account."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from tamdao.core.people import demo
from tamdao.core.people.access import can, roles_of
from tamdao.core.people.models import Delegation, Person, RoleHolding
from tamdao.core.people.policy import HELD, Role
from tamdao.core.people.queries import waiting_rehomings
from tamdao.core.people.relations import heirs
from tamdao.core.units.models import UnitVersion
from tamdao.kit.errors import Conflict

PASSWORDS = {account.username: f"mật-khẩu-{account.username}" for account in demo.ACCOUNTS}
DAY = date(2026, 11, 22)


@pytest.mark.usefixtures("demo_db")
def test_every_role_can_sign_in() -> None:
    assert demo.missing() == [account.username for account in demo.ACCOUNTS]
    demo.prepare(passwords=PASSWORDS)
    assert demo.missing() == []
    held: set[Role] = set()
    for account in demo.ACCOUNTS:
        person = Person.objects.get(username=account.username)
        assert person.demo
        assert person.check_password(PASSWORDS[account.username])
        assert "tài khoản thử" in person.display_name
        held |= roles_of(person, at=DAY)
    assert held == set(HELD)


@pytest.mark.usefixtures("demo_db")
def test_one_post_waits_to_be_rehomed_and_one_right_is_lent() -> None:
    demo.prepare(passwords=PASSWORDS)
    demo.prepare(passwords=PASSWORDS)
    today = timezone.localdate()
    waiting = waiting_rehomings(at=today).get()
    assert waiting.person.username == "tonghop.vinhphuc"
    assert heirs(waiting.unit_id, at=today) == [demo.PHU_THO]
    given = Delegation.objects.get()
    assert (given.receiver.username, given.pairs) == ("lanhdaoso", "matters.view")
    assert can(given.receiver, "matters", "view")


@pytest.mark.usefixtures("demo_db")
def test_officer_works_at_a_commune_of_phu_tho() -> None:
    demo.prepare(passwords=PASSWORDS)
    holding = RoleHolding.objects.get(person__username="congchuc")
    version = UnitVersion.objects.filter(unit=holding.unit_id).latest("from_date")
    assert version.parent_id == demo.PHU_THO
    assert holding.unit.level_id == "commune"


@pytest.mark.usefixtures("demo_db")
def test_preparing_again_makes_nothing_twice_and_sets_the_new_passwords() -> None:
    demo.prepare(passwords=PASSWORDS)
    demo.prepare(passwords=dict.fromkeys(PASSWORDS, "khác"))
    assert Person.objects.count() == RoleHolding.objects.count() == len(demo.ACCOUNTS)
    assert Person.objects.get(username="tonghop").check_password("khác")


@pytest.mark.usefixtures("demo_db")
def test_real_account_of_the_same_name_is_left_alone() -> None:
    real = Person.objects.create_person(username="tonghop", display_name="Tổng hợp", password="riêng")
    with pytest.raises(Conflict):
        demo.prepare(passwords=PASSWORDS)
    real.refresh_from_db()
    assert real.check_password("riêng")
    assert Person.objects.count() == 1


@pytest.mark.django_db
def test_without_units_the_message_names_the_pack() -> None:
    with pytest.raises(Conflict, match="vn-units"):
        demo._first_commune(demo.PHU_THO)
