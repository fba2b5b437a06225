"""What a session carries about itself, so that a page needs no question to the database for it."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.utils import timezone

from tamdao.core.people.access import resolved, rights_mark
from tamdao.core.people.models import Person

from .locking import client_address
from .queries import find_factors
from .services import sessions

STARTED, USED, RIGHTS, FACTOR = "td_started", "td_used", "td_mark", "td_factor"


def person_of(request: HttpRequest) -> Person | None:
    """The person signed in; None for the public, of whom nothing is asked of the database."""
    if SESSION_KEY not in request.session:
        return None
    found = resolved(request.user)
    return found if isinstance(found, Person) else None


def begin(request: HttpRequest, person: Person) -> None:
    """Put a fresh session on the list of open ones and write its marks."""
    session = request.session
    if session.session_key is None:
        session.create()
    now = time.time()
    session[STARTED] = session[USED] = now
    note_rights(request, person)
    sessions.opened(
        person=person,
        key=str(session.session_key),
        address=client_address(request),
        user_agent=request.META.get("HTTP_USER_AGENT", ""),
        at=timezone.now(),
    )


def note_rights(request: HttpRequest, person: Person) -> None:
    """Remember with which rights the session goes on, and whether a second factor is there at this moment."""
    request.session[RIGHTS] = rights_mark(person, at=timezone.localdate())
    request.session[FACTOR] = find_factors(person).any


def method_in_words(records: list[dict[str, Any]]) -> str:
    """How somebody signed in, from allauth's records: "password+totp", "passkey" …"""
    names = {"webauthn": "passkey", "recovery_codes": "recovery_code"}
    steps = [str(record.get("type") or record.get("method")) for record in records]
    return "+".join(names.get(step, step) for step in steps)
