"""Choosing map date, sample data and theme; the style guide."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from tamdao.kit.dates import parse_date
from tamdao.kit.web.preferences import MAP_COOKIE, SAMPLE_COOKIE, THEME_COOKIE, THEMES

from .samples import samples

_YEAR = 365 * 24 * 3600


def _way_back(request: HttpRequest, wanted: str, **query: str) -> str:
    """`wanted` if it is a page of this house, with the given query values set ("" removes one)."""
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        wanted = "/"
    parts = urlsplit(wanted)
    pairs = [(name, value) for name, value in parse_qsl(parts.query) if name not in query]
    pairs += [(name, value) for name, value in query.items() if value]
    return urlunsplit(("", "", parts.path, urlencode(pairs), parts.fragment))


def _remember(response: HttpResponse, cookie: str, value: str) -> HttpResponse:
    if value:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(cookie, value, max_age=_YEAR, samesite="Lax", secure=secure, httponly=True)
    else:
        response.delete_cookie(cookie, samesite="Lax")
    return response


@require_GET
def choose_map(request: HttpRequest) -> HttpResponse:
    """`?map=2025-07-01&next=/dti/`: remembers the map date and goes back with it in the address; empty forgets it."""
    asked = request.GET.get("map", "").strip()
    day = parse_date(asked).isoformat() if asked else ""
    back = _way_back(request, request.GET.get("next", "/"), map=day)
    return _remember(HttpResponseRedirect(back), MAP_COOKIE, day)


@require_POST
def switch_sample(request: HttpRequest) -> HttpResponse:
    """Shows or hides sample data from now on."""
    on = request.POST.get("sample", "") == "1"
    back = _way_back(request, request.POST.get("next", "/"), sample="")
    return _remember(HttpResponseRedirect(back), SAMPLE_COOKIE, "1" if on else "")


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the device says."""
    theme = request.POST.get("theme", "auto")
    back = _way_back(request, request.POST.get("next", "/"))
    return _remember(HttpResponseRedirect(back), THEME_COOKIE, theme if theme in THEMES[1:] else "")


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component with made-up content, marked as such."""
    return render(request, "kit/styleguide.html", samples())
