"""Changing one's own password."""

from __future__ import annotations

from django.db import transaction

from tamdao.core.ledger.acting import acting
from tamdao.core.people.models import Person

from . import sessions


@transaction.atomic
def change(*, person: Person, password: str, session_key: str) -> None:
    """Set the password and end every session but the one with this key. The form has checked the rules."""
    with acting(by=f"person:{person.pk}", event="accounts.password.changed"):
        person.set_password(password)
        person.save(update_fields=["password"])
        sessions.end_all(person=person, but=session_key)
