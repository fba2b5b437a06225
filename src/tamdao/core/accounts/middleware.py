"""Sessions end by age and disuse, get a new key when rights change, and open nothing before a second factor is there.

An ordinary page costs no question and no write here: what is compared stands in the session, which was read anyway.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from tamdao.core.people.access import rights_mark
from tamdao.core.people.models import Person
from tamdao.kit.messages import Message
from tamdao.kit.web.rest import problem_response

from . import marks, rules
from .locking import client_address
from .queries import find_factors, must_have_second_factor
from .services import sessions

# what somebody may open whose role demands a second factor that is not there yet
_OPEN = frozenset({"session", "account", "preference", "health"})
_FACTOR_NEEDED = Message(
    "Vai trò của ông/bà phải có lớp xác thực thứ hai. Mở trang Tài khoản của tôi để bật.",
    "Your role must have a second factor. Open the page My account to add one.",
)


class SessionMiddleware:
    """See the module. Stands after Django's authentication and messages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        person = marks.person_of(request)
        if person is not None:
            self._keep(request, person)
        before = request.session.session_key if person is not None else None
        response = self.get_response(request)
        after = request.session.session_key
        if before and after and before != after:
            # a new password gave this session another key
            sessions.renamed(old=before, new=after)
        if person is not None:
            # nobody keeps a page of somebody who was signed in, unless the page itself says otherwise
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def _keep(self, request: HttpRequest, person: Person) -> None:
        """End the session, or note its use and rights."""
        session, now = request.session, time.time()
        if marks.STARTED not in session:
            marks.begin(request, person)
        if rules.session_over(
            started_at=session[marks.STARTED],
            used_at=session[marks.USED],
            now=now,
            idle=settings.SESSION_IDLE,
            longest=settings.SESSION_COOKIE_AGE,
        ):
            logout(request)
            return
        if now - session[marks.USED] >= rules.USE_NOTED.total_seconds():
            session[marks.USED] = now
            sessions.used(key=str(session.session_key), address=client_address(request), at=timezone.now())
        self._follow_rights(request, person)

    def _follow_rights(self, request: HttpRequest, person: Person) -> None:
        """Another key at the first request after the rights of the person changed, and one sentence about it.

        What may be done is read anew at every request, so nothing depends on this; a key that leaked before the change
        is worth nothing after it. The person stays signed in: a post that was granted throws nobody out of a
        half-filled form. What a session of an older release lacks is filled in without a word.
        """
        session = request.session
        known = session.get(marks.RIGHTS)
        if known == rights_mark(person, at=timezone.localdate()):
            return
        if known is not None:
            old = str(session.session_key)
            session.cycle_key()
            sessions.renamed(old=old, new=str(session.session_key))
            messages.info(
                request, gettext("Quyền của ông/bà vừa thay đổi; xem “Chức vụ và ủy quyền của tôi”.")
            )
        marks.note_rights(request, person)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Leads to the page of second factors when one is demanded and missing."""
        person = marks.person_of(request)
        if person is None or request.session.get(marks.FACTOR) or not must_have_second_factor(person):
            return None
        if find_factors(person).any:
            # it was added in another session
            request.session[marks.FACTOR] = True
            return None
        contract = getattr(view, "contract", None)
        if contract is not None and contract.resource in _OPEN:
            return None
        if request.path_info.startswith("/api/"):
            return problem_response(request, status=403, code="second_factor_needed", message=_FACTOR_NEEDED)
        return HttpResponseRedirect(reverse("mfa_index"))
