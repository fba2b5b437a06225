"""A new password by a one-time code that an administrator made; second factors stay as they are."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from tamdao.core.accounts import rules
from tamdao.core.accounts.models import PasswordReset
from tamdao.core.ledger.acting import acting
from tamdao.core.people.models import Person
from tamdao.kit.errors import Conflict, NotFound
from tamdao.kit.messages import Message

from . import sessions

# 160 random bits, in letters that can be read out over the telephone
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 32


def person_named(username: str) -> Person:
    """The person with this user name. NotFound otherwise."""
    person = Person.objects.filter(username=username).first()
    if person is None:
        raise NotFound(
            Message(
                f"Không có tài khoản “{username}”; kiểm tra lại tên đăng nhập.",
                f"There is no account “{username}”; check the user name.",
            ),
            code="account.unknown",
        )
    return person


def digest(code: str) -> str:
    """What is kept of a code; blanks, hyphens and capitals don't count."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


@transaction.atomic
def make(*, person: Person, by: str, at: datetime, without_factors: bool = False) -> str:
    """A code that sets a new password once within `rules.RESET_LIFE`; earlier ones end. Conflict for a closed account.

    `without_factors` also removes the second factors, for somebody who lost them: an act of the administrator alone.
    """
    if not person.is_active:
        raise Conflict(
            Message(
                f"Tài khoản “{person.username}” đang khóa; mở lại trước khi đặt lại mật khẩu.",
                f"The account “{person.username}” is closed; open it before its password is reset.",
            ),
            code="account.closed",
        )
    code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    with acting(by=by, event="accounts.reset.made"):
        PasswordReset.objects.filter(person=person, used_at__isnull=True).update(used_at=at)
        PasswordReset.objects.create(
            person=person, code_sha256=digest(code), made_at=at, expires_at=at + rules.RESET_LIFE
        )
        if without_factors:
            Authenticator.objects.filter(user=person).delete()
            sessions.end_all(person=person)
    return "-".join(code[start : start + 8] for start in range(0, _LENGTH, 8))


def find(*, code: str, at: datetime) -> PasswordReset | None:
    """The open reset behind a code; None for one that is unknown, used or out of date."""
    return (
        PasswordReset.objects.filter(
            code_sha256=digest(code), used_at__isnull=True, expires_at__gt=at, person__is_active=True
        )
        .select_related("person")
        .first()
    )


@transaction.atomic
def use(*, code: str, password: str, at: datetime) -> Person:
    """Set the password and end all sessions of the person; nobody is signed in by it. Conflict for a spent code.

    ValidationError when the password breaks the rules; the code is then still good.
    """
    reset = find(code=code, at=at)
    if reset is None:
        raise spent()
    validate_password(password, reset.person)
    with acting(by=f"person:{reset.person_id}", event="accounts.reset.used"):
        # of two who use it at once one finds it open
        if not PasswordReset.objects.filter(pk=reset.pk, used_at__isnull=True).update(used_at=at):
            raise spent()
        reset.person.set_password(password)
        reset.person.save(update_fields=["password"])
        sessions.end_all(person=reset.person)
    return reset.person


def spent() -> Conflict:
    """The refusal of a code that opens nothing, whatever the cause."""
    return Conflict(
        Message(
            "Mã không đúng, đã dùng hoặc đã hết hạn. Đề nghị quản trị hệ thống cấp mã mới.",
            "The code is wrong, used or out of date. Ask the system administrator for a new one.",
        ),
        code="account.reset_spent",
    )
