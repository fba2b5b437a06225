"""Linking people to who they are at an OpenID Connect provider."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from tamdao.core.accounts.models import Identity
from tamdao.core.ledger.acting import acting
from tamdao.core.people.models import Person
from tamdao.kit.errors import Conflict
from tamdao.kit.messages import Message


def find_person(*, issuer: str, subject: str) -> Person | None:
    """The active person linked to this identity; None when nobody is."""
    found = (
        Identity.objects.filter(issuer=issuer, subject=subject, person__is_active=True)
        .select_related("person")
        .first()
    )
    return found.person if found else None


def link(*, person: Person, issuer: str, subject: str, by: str, at: datetime) -> Identity:
    """Link them. Repeating it changes nothing; Conflict when either of them is linked to somebody else."""
    found = Identity.objects.filter(person=person, issuer=issuer, subject=subject).first()
    if found is not None:
        return found
    try:
        with transaction.atomic(), acting(by=by, event="accounts.identity.linked"):
            return Identity.objects.create(person=person, issuer=issuer, subject=subject, linked_at=at)
    except IntegrityError as error:
        raise Conflict(
            Message(
                "Danh tính này đã gắn với tài khoản khác, hoặc tài khoản đã gắn với danh tính khác; hãy gỡ trước.",
                "This identity belongs to another account, or the account to another identity; unlink that first.",
            ),
            code="account.identity_taken",
        ) from error


def unlink(*, person: Person, issuer: str, by: str) -> int:
    """Take the link away; how many there were (0 or 1)."""
    with acting(by=by, event="accounts.identity.unlinked"):
        return Identity.objects.filter(person=person, issuer=issuer).delete()[0]
