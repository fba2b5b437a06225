"""The lock against guessed passwords: django-axes, with a count that is taken before the password is looked at.

Axes counts a wrong password after the check, so a thousand attempts at once would all be checked before the first
is counted. Here every attempt takes its place in the count first, in a transaction; a right password gives the
places back.
What is locked is a user name from one network: the same person gets in from anywhere else.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone

from tamdao.core.people.models import Person

from . import rules
from .models import SignIn
from .services import codes, sign_ins

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104  # nothing is bound; the place of requests without an address


def client_address(request: HttpRequest) -> str:
    """The address of whoever asks, behind as many proxies as the setting PROXY_COUNT says; "" when unknown."""
    return rules.client_address(
        request.META.get("REMOTE_ADDR", ""),
        request.META.get("HTTP_X_FORWARDED_FOR", ""),
        proxies=settings.PROXY_COUNT,
    )


def client_network(request: HttpRequest) -> str:
    """The network of whoever asks, as locks count it. Named by the setting AXES_CLIENT_IP_CALLABLE."""
    return rules.network(client_address(request)) or UNKNOWN_ADDRESS


def name_in_lock(username: str) -> str:
    """The user name as the lock keeps it. A name nobody has may be a mistyped password, so only its mark is kept."""
    if Person.objects.filter(username=username).exists():
        return username
    mark = hmac.new(settings.SECRET_KEY.encode(), username.encode(), hashlib.sha256).hexdigest()
    return f"?{mark[:40]}"


def take_place(*, username: str, network: str, at: datetime) -> datetime | None:
    """Count an attempt. None: the password may be checked; otherwise when the next attempt is allowed."""
    name = name_in_lock(username)
    recent = AccessAttempt.objects.filter(ip_address=network, attempt_time__gt=at - rules.LOCK)
    if (recent.aggregate(total=Sum("failures_since_start"))["total"] or 0) >= rules.NETWORK_LIMIT:
        newest: datetime = recent.order_by("-attempt_time").values_list("attempt_time", flat=True)[0]
        return newest + rules.LOCK
    with transaction.atomic():
        made, _ = AccessAttempt.objects.get_or_create(
            username=name, ip_address=network, user_agent="", defaults={"failures_since_start": 0}
        )
        attempt = AccessAttempt.objects.select_for_update().get(pk=made.pk)
        before = rules.Count(
            attempt.failures_since_start, attempt.attempt_time if attempt.failures_since_start else None
        )
        after = rules.after_attempt(before, limit=rules.PASSWORD_LIMIT, at=at)
        if after is None:
            return rules.locked_until(before, limit=rules.PASSWORD_LIMIT, at=at)
        attempt.failures_since_start, attempt.attempt_time = after.failures, at
        attempt.save(update_fields=["failures_since_start", "attempt_time"])
    return None


def give_back(*, username: str, network: str) -> None:
    """Forget the attempts of a person from a network: somebody signed in there."""
    AccessAttempt.objects.filter(username=username, ip_address=network).delete()


def unlock(*, person: Person) -> int:
    """Forget the attempts of a person from everywhere, codes too; from how many places there were some."""
    codes.give_back(person=person)
    return int(AccessAttempt.objects.filter(username=person.username).delete()[0])


class LockHandler(AxesDatabaseHandler):  # type: ignore[misc]  # axes has no types
    """What axes asks before and tells after an attempt. Named by the setting AXES_HANDLER."""

    def is_allowed(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        """Takes a place in the count; on a refusal the request carries `locked_until` for the page."""
        username = str((credentials or {}).get("username") or "")
        # without a name there is nobody to protect, and nobody whom such attempts could lock out
        if not username:
            return False
        request.locked_until = take_place(
            username=username, network=request.axes_ip_address, at=timezone.now()
        )
        return request.locked_until is None

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any
    ) -> None:
        """Keeps a wrong password in the history of the person, if the name is somebody's."""
        username = str(credentials.get("username") or "")
        if request is None or not username or getattr(request, "locked_until", None) is not None:
            return
        person = Person.objects.filter(username=username).first()
        # one commit either way, so that the time of the answer does not tell whether the name exists
        with transaction.atomic():
            AccessAttempt.objects.filter(ip_address=request.axes_ip_address).update(
                path_info=request.path[:255]
            )
            if person is not None:
                sign_ins.note(
                    person=person,
                    outcome=SignIn.Outcome.WRONG_PASSWORD,
                    method="password",
                    address=client_address(request),
                    user_agent=request.META.get("HTTP_USER_AGENT", ""),
                    at=timezone.now(),
                )

    def user_logged_in(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        """Gives the places of this person and network back."""
        give_back(username=user.get_username(), network=request.axes_ip_address)

    def user_logged_out(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        """Nothing to do: no log of axes is kept."""
