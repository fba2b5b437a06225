"""The history of attempts to sign in."""

from __future__ import annotations

from datetime import datetime

from tamdao.core.accounts import rules
from tamdao.core.accounts.models import SignIn
from tamdao.core.ledger.acting import acting
from tamdao.core.people.models import Person


def note(
    *, person: Person, outcome: SignIn.Outcome, method: str, address: str, user_agent: str, at: datetime
) -> SignIn:
    """Keep one attempt. The device is kept in words, not as the browser's long description."""
    with acting(by=f"person:{person.pk}", event=f"accounts.sign_in.{outcome}"):
        return SignIn.objects.create(
            person=person,
            outcome=outcome,
            method=method[:60],
            address=address[:45],
            device=rules.device(user_agent),
            at=at,
        )
