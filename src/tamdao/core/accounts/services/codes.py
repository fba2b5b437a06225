"""Codes of second factors: none is accepted twice, and few are accepted wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from tamdao.core.accounts import rules
from tamdao.core.accounts.models import CodeGuard
from tamdao.core.people.models import Person


def take_place(*, person: Person, at: datetime) -> datetime | None:
    """Count an attempt before the code is looked at. None: go on; otherwise when the next one is allowed."""
    with transaction.atomic():
        guard = _locked(person)
        before = rules.Count(guard.failures, guard.failed_at)
        after = rules.after_attempt(before, limit=rules.CODE_LIMIT, at=at)
        if after is None:
            return rules.locked_until(before, limit=rules.CODE_LIMIT, at=at)
        guard.failures, guard.failed_at = after.failures, after.last_at
        guard.save(update_fields=["failures", "failed_at"])
    return None


def give_back(*, person: Person) -> None:
    """Forget wrong attempts: a code was right."""
    CodeGuard.objects.filter(person=person).update(failures=0, failed_at=None)


def accept_totp(
    *, person: Person, code: str, now: float, tolerance: int, value: Callable[[int], str]
) -> bool:
    """Whether this is a code of the present that was not used yet; from then on it is used, for every process."""
    with transaction.atomic():
        guard = _locked(person)
        counter = rules.matching_counter(
            code, now=now, tolerance=tolerance, value=value, after=guard.last_counter
        )
        if counter is None:
            return False
        guard.last_counter = counter
        guard.save(update_fields=["last_counter"])
    return True


def _locked(person: Person) -> CodeGuard:
    """The guard of `person`, held until the transaction ends."""
    CodeGuard.objects.get_or_create(person=person)
    return CodeGuard.objects.select_for_update().get(person=person)
