"""What follows from signing in and out, and from a factor that comes or goes: told by Django and allauth."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as mfa
from django.conf import settings
from django.contrib.auth.models import update_last_login
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from tamdao.core.ledger.acting import acting, become
from tamdao.core.people.policy import Role

from . import marks
from .locking import client_address
from .models import SignIn
from .queries import find_factors
from .services import sessions, sign_ins


def check_roles() -> None:
    """A misspelt role would silently demand nothing of anybody; the public signs in nowhere and can have no factor."""
    roles = [role.value for role in Role if role is not Role.PUBLIC]
    unknown = set(settings.SECOND_FACTOR_ROLES) - set(roles)
    if unknown:
        names = ", ".join(sorted(unknown))
        raise ImproperlyConfigured(
            f"TAMDAO_SECOND_FACTOR_ROLES: vai trò không có · no such role: {names}. "
            f"Có · there are: {', '.join(roles)}, none."
        )


def connect() -> None:
    """Listen. Called once, when the app is ready."""
    # Django's own listener would write before anybody knows whose sign-in it is; `_signed_in` calls it
    user_logged_in.disconnect(dispatch_uid="update_last_login")
    user_logged_in.connect(_signed_in, dispatch_uid="accounts.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="accounts.signed_out")
    for signal in (mfa.authenticator_added, mfa.authenticator_removed):
        signal.connect(_factors_changed, dispatch_uid="accounts.factors_changed")


def _signed_in(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    at = timezone.now()
    by = f"person:{user.pk}"
    become(by=by)
    with acting(event=f"accounts.sign_in.{SignIn.Outcome.DONE}"):
        update_last_login(sender, user)
    sign_ins.note(
        person=user,
        outcome=SignIn.Outcome.DONE,
        method=marks.method_in_words(get_authentication_records(request, user)),
        address=client_address(request),
        user_agent=request.META.get("HTTP_USER_AGENT", ""),
        at=at,
    )
    sessions.forget_stale(person=user, at=at, idle=settings.SESSION_IDLE, longest=settings.SESSION_COOKIE_AGE)
    marks.begin(request, user)


def _signed_out(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    if request.session.session_key:
        sessions.closed(key=request.session.session_key)


def _factors_changed(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    request.session[marks.FACTOR] = find_factors(user).any
