"""What other floors may use of accounts.

@recently_authenticated
def approve(request): …
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from .locking import client_address
from .queries import must_have_second_factor
from .services.sessions import end_all as end_sessions

__all__ = ["client_address", "end_sessions", "must_have_second_factor", "recently_authenticated"]

View = Callable[..., HttpResponseBase]


def recently_authenticated(view: View) -> View:
    """Decorator for sensitive acts: who did not prove themselves within ten minutes is asked to, then led back.

    What was being sent is not kept (it may hold secrets): the form opens again.
    """

    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if did_recently_reauthenticate(request):
            return view(request, *args, **kwargs)
        back = request.get_full_path()
        if request.method != "GET":
            # an address that takes changes only shows nothing: back to the page the form stood on
            back = request.POST.get("next") or reverse("account")
        return HttpResponseRedirect(f"{reverse('account_again')}?{urlencode({'next': back})}")

    return guard
