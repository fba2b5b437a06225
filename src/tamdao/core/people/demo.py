"""Demo accounts: at least one for each role, named by office, never by a person; passwords of this instance only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tamdao.core.units.models import UnitVersion
from tamdao.kit.errors import Conflict
from tamdao.kit.messages import Message

from .models import Delegation, Person, RoleHolding
from .policy import Capacity, Role
from .services import delegations

PHU_THO = "25@2025-07-01"
VINH_PHUC = "26@2020-01-01"
START = date(2025, 7, 1)
# the units of before 1 July 2025 were on the map then
BEFORE = date(2025, 1, 1)
REASON = "Tài khoản thử"


@dataclass(frozen=True, slots=True)
class Account:
    """A demo account: who signs in, as what, where."""

    username: str
    title: str
    role: Role
    unit: str
    start: date = START


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
    Account("quantri.phutho", "Quản trị đơn vị tỉnh Phú Thọ (tài khoản thử)", Role.UNIT_ADMIN, PHU_THO),
    Account("kiemtra", "Người kiểm tra (tài khoản thử)", Role.AUDITOR, PHU_THO),
    # held at a province that ended on 1 July 2025: waits for a decision where it goes on
    Account(
        "tonghop.vinhphuc",
        "Chuyên viên tổng hợp tỉnh Vĩnh Phúc cũ (tài khoản thử)",
        Role.ANALYST,
        VINH_PHUC,
        BEFORE,
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
            person = Person.objects.create_person(
                username=account.username, display_name=account.title, demo=True
            )
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
            from_date=account.start,
        )
    _lend()


def _lend() -> None:
    """The chairman of Phú Thọ has authorised the head of department to read the matters to decide, for a month."""
    holding = RoleHolding.objects.select_related("person").get(person__username="chutich.phutho")
    today = timezone.localdate()
    if Delegation.objects.filter(holding=holding, revoked_at__isnull=True, end_date__gt=today).exists():
        return
    delegations.delegate(
        holding=holding,
        receiver=Person.objects.get(username="lanhdaoso"),
        capacity=Capacity.TUQ,
        pairs=["matters.view"],
        from_date=today,
        end_date=today + timedelta(days=30),
        document="Giấy ủy quyền thử",
        by=holding.person,
        at=timezone.now(),
        reason=REASON,
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
