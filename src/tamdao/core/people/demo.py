"""Demo accounts: one per role, named by office and never by a person, with passwords of this instance only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from tamdao.core.units.models import UnitVersion
from tamdao.kit.errors import Conflict
from tamdao.kit.messages import Message

from .models import Person, RoleHolding
from .policy import Role

PHU_THO = "25@2025-07-01"
START = date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class Account:
    """A demo account: who signs in, as what, where."""

    username: str
    title: str
    role: Role
    unit: str


ACCOUNTS = (
    Account("chutich.phutho", "Chủ tịch tỉnh Phú Thọ (tài khoản thử)", Role.LEADER, PHU_THO),
    Account("chutich.hungyen", "Chủ tịch tỉnh Hưng Yên (tài khoản thử)", Role.LEADER, "33@2025-07-01"),
    Account("chutich.vinhlong", "Chủ tịch tỉnh Vĩnh Long (tài khoản thử)", Role.LEADER, "86@2025-07-01"),
    Account("tonghop", "Chuyên viên tổng hợp tỉnh Phú Thọ (tài khoản thử)", Role.ANALYST, PHU_THO),
    # empty unit: the first commune of Phú Thọ, whichever it is in the pack of units
    Account("congchuc", "Công chức xã thuộc tỉnh Phú Thọ (tài khoản thử)", Role.OFFICER, ""),
    Account("lanhdaoso", "Lãnh đạo Sở tỉnh Phú Thọ (tài khoản thử)", Role.DIRECTOR, PHU_THO),
    Account("lanhdaoso.hungyen", "Lãnh đạo Sở tỉnh Hưng Yên (tài khoản thử)", Role.DIRECTOR, "33@2025-07-01"),
    Account(
        "lanhdaoso.vinhlong", "Lãnh đạo Sở tỉnh Vĩnh Long (tài khoản thử)", Role.DIRECTOR, "86@2025-07-01"
    ),
    Account("quantri", "Quản trị hệ thống (tài khoản thử)", Role.ADMIN, "VN@2020-01-01"),
)


def missing() -> list[str]:
    """User names of demo accounts that do not exist yet."""
    wanted = [account.username for account in ACCOUNTS]
    have = set(Person.objects.filter(username__in=wanted).values_list("username", flat=True))
    return [username for username in wanted if username not in have]


@transaction.atomic
def prepare(*, passwords: Mapping[str, str]) -> None:
    """Make the demo accounts that are missing and give all of them these passwords (user name → password).

    Conflict when a real account carries one of the names: it is left as it is, and nothing is made.
    """
    for account in ACCOUNTS:
        person = Person.objects.filter(username=account.username).first()
        if person is None:
            person = Person(username=account.username, display_name=account.title, demo=True)
        elif not person.demo:
            raise Conflict(
                Message(
                    f"Tài khoản “{account.username}” đã có và không phải tài khoản thử.",
                    f"An account “{account.username}” exists and is no demo account.",
                ),
                code="demo.account_exists",
            )
        person.set_password(passwords[account.username])
        person.save()
        RoleHolding.objects.get_or_create(
            person=person,
            role=account.role.value,
            unit_id=account.unit or _first_commune(PHU_THO),
            from_date=START,
        )


@transaction.atomic
def close() -> list[str]:
    """Let no demo account sign in any more; their user names. What they did stays as it is."""
    found = list(Person.objects.filter(demo=True, is_active=True).order_by("username"))
    for person in found:
        person.is_active = False
        person.set_unusable_password()
        person.save(update_fields=["is_active", "password"])
    return [person.username for person in found]


def _first_commune(province: str) -> str:
    """Id of the first commune under `province` since the day the demo accounts begin."""
    found = (
        UnitVersion.objects.filter(parent_id=province, from_date__lte=START)
        .filter(Q(end_date__isnull=True) | Q(end_date__gt=START))
        .order_by("code")
        .values_list("unit_id", flat=True)
        .first()
    )
    if found is None:
        raise Conflict(
            Message(
                f"Chưa có xã nào của {province}; cài gói vn-units trước.",
                f"No commune of {province} is known; install the pack vn-units first.",
            ),
            code="demo.no_units",
        )
    return str(found)
