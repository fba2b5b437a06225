"""Sessions are renewed when the rights of their person changed."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext

from .access import resolved
from .models import Person

SESSION_KEY = "rights_stamp"


class RightsStampMiddleware:
    """Gives a session another key at the first request after its person's rights changed, and says so once.

    What may be done is read anew at every request, so nothing depends on this; a key that leaked before the change is
    worth nothing after it. The person stays signed in: a post that was granted throws nobody out of a half-filled form.
    An account that was switched off is not signed in any more, which the authentication backend sees to.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        person = resolved(request.user)
        if isinstance(person, Person):
            known = request.session.get(SESSION_KEY)
            if known != person.rights_stamp:
                if known is not None:
                    request.session.cycle_key()
                    messages.info(
                        request, gettext("Quyền của ông/bà vừa thay đổi; xem “Chức vụ và ủy quyền của tôi”.")
                    )
                request.session[SESSION_KEY] = person.rights_stamp
        return self.get_response(request)
