"""What the pages of one's own account show. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils import timezone

from tamdao.core.people.access import rights_of
from tamdao.core.people.models import Person

from . import rules
from .models import Identity, OpenSession, SignIn

HISTORY = 20


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey of a person."""

    pk: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """The second factors of a person."""

    totp_since: datetime | None
    passkeys: tuple[Passkey, ...]
    codes_left: int

    @property
    def any(self) -> bool:
        """Whether a second factor is on; recovery codes alone are none."""
        return self.totp_since is not None or bool(self.passkeys)


def find_factors(person: Person) -> Factors:
    """Everything in one question."""
    rows = list(Authenticator.objects.filter(user=person).order_by("created_at"))
    of = {kind: [row for row in rows if row.type == kind] for kind in Authenticator.Type}
    codes = of[Authenticator.Type.RECOVERY_CODES]
    return Factors(
        totp_since=next((row.created_at for row in of[Authenticator.Type.TOTP]), None),
        passkeys=tuple(
            Passkey(row.pk, row.wrap().name, row.created_at, row.last_used_at)
            for row in of[Authenticator.Type.WEBAUTHN]
        ),
        codes_left=len(codes[0].wrap().get_unused_codes()) if codes else 0,
    )


def must_have_second_factor(person: Any) -> bool:
    """Whether a role demands a second factor of this person today, held in person or lent: both open the same doors."""
    roles = {right.role for right in rights_of(person, at=timezone.localdate())}
    return rules.needs_second_factor(roles, required=settings.SECOND_FACTOR_ROLES, demo=person.demo)


def list_sessions(person: Person) -> list[OpenSession]:
    """Open sessions, the one used last first."""
    return list(OpenSession.objects.filter(person=person).order_by("-last_used_at", "-pk"))


def list_sign_ins(person: Person) -> list[SignIn]:
    """The last attempts to sign in as this person, newest first."""
    return list(SignIn.objects.filter(person=person).order_by("-at", "-pk")[:HISTORY])


def find_identity(person: Person) -> Identity | None:
    """Who the person is at the configured provider; None without a provider or a link."""
    if not settings.OIDC_ISSUER:
        return None
    return Identity.objects.filter(person=person, issuer=settings.OIDC_ISSUER).first()
