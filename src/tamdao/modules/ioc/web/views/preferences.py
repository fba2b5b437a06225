"""What a reader's browser remembers for these pages: the units to compare with."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from ..frame import COMPARE_COOKIE, MOST_COMPARED

YEAR = 365 * 24 * 3600


@require_POST
def compare(request: HttpRequest) -> HttpResponse:
    """Keeps the units that ranks are shown beside; none forgets them."""
    chosen = [
        unit for unit in request.POST.getlist("unit") if "@" in unit and "|" not in unit and len(unit) <= 32
    ]
    following = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()}):
        following = "/"
    response = redirect(following)
    response.set_cookie(
        COMPARE_COOKIE,
        "|".join(dict.fromkeys(chosen[:MOST_COMPARED])),
        max_age=YEAR,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
