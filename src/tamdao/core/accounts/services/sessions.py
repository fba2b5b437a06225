"""The list of open sessions, and ending them on the server."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction

from tamdao.core.accounts import rules
from tamdao.core.accounts.models import OpenSession
from tamdao.core.people.models import Person


def digest(key: str) -> str:
    """What is kept of a session key: enough to find it again, useless for opening the session."""
    return hashlib.sha256(key.encode()).hexdigest()


def opened(*, person: Person, key: str, address: str, user_agent: str, at: datetime) -> OpenSession:
    """Put a session on the list; one that stands there keeps its place."""
    row, _ = OpenSession.objects.get_or_create(
        key_sha256=digest(key),
        defaults={
            "person": person,
            "started_at": at,
            "last_used_at": at,
            "address": address[:45],
            "device": rules.device(user_agent),
        },
    )
    return row


def used(*, key: str, address: str, at: datetime) -> None:
    """Note that a session was used; called at most every `rules.USE_NOTED`."""
    OpenSession.objects.filter(key_sha256=digest(key)).update(last_used_at=at, address=address[:45])


def renamed(*, old: str, new: str) -> None:
    """The session got another key (a change of rights or password) and stays the same session."""
    OpenSession.objects.filter(key_sha256=digest(old)).update(key_sha256=digest(new))


def closed(*, key: str) -> None:
    """Take a session that ended by itself from the list."""
    OpenSession.objects.filter(key_sha256=digest(key)).delete()


def forget_stale(*, person: Person, at: datetime, idle: int, longest: int) -> None:
    """Take sessions from the list that ended by age or disuse (seconds) without anybody noticing."""
    rows = OpenSession.objects.filter(person=person)
    rows.filter(started_at__lte=at - timedelta(seconds=longest)).delete()
    rows.filter(last_used_at__lte=at - timedelta(seconds=idle) - rules.USE_NOTED).delete()


@transaction.atomic
def end(*, person: Person, ids: Collection[int]) -> int:
    """End these sessions of `person` on the server and return how many; what is not theirs is left alone."""
    rows = list(OpenSession.objects.filter(person=person, pk__in=ids))
    wanted = {row.key_sha256 for row in rows}
    # The keys themselves are kept nowhere but in the session table; ending is rare enough to look them through.
    keys = [
        key
        for key in Session.objects.values_list("session_key", flat=True).iterator()
        if digest(key) in wanted
    ]
    Session.objects.filter(session_key__in=keys).delete()
    OpenSession.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def end_all(*, person: Person, but: str = "") -> int:
    """End every session of `person`, except the one with the key `but`."""
    rows = OpenSession.objects.filter(person=person).exclude(key_sha256=digest(but))
    return end(person=person, ids=list(rows.values_list("pk", flat=True)))
