"""How a reader wants to look: map date, sample data, theme.

The address says it first (`?map=2025-07-01&sample=1`), so a copied link shows the same page to everybody; otherwise the
cookie that the controls in the header set; otherwise the default.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpRequest

from tamdao.kit.dates import parse_date
from tamdao.kit.errors import DomainError

THEMES: Final = ("auto", "light", "dark")
MAP_COOKIE: Final = "tamdao_map"
SAMPLE_COOKIE: Final = "tamdao_sample"
THEME_COOKIE: Final = "tamdao_theme"


@dataclass(frozen=True, slots=True)
class Preferences:
    """`map_date` None means: the page's own default map."""

    map_date: date | None = None
    sample: bool = False
    theme: str = "auto"


def _cookie_date(text: str) -> date | None:
    try:
        return parse_date(text) if text else None
    except DomainError:
        return None


def read_preferences(request: HttpRequest) -> Preferences:
    """What this request asks for. A malformed date in the address raises `DomainError`; a stale cookie is ignored."""
    asked = request.GET.get("map", "").strip()
    map_date = parse_date(asked) if asked else _cookie_date(request.COOKIES.get(MAP_COOKIE, ""))
    sample = request.GET.get("sample", request.COOKIES.get(SAMPLE_COOKIE, "0")) == "1"
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return Preferences(map_date=map_date, sample=sample, theme=theme if theme in THEMES else "auto")


def read_preferences_or_default(request: HttpRequest) -> Preferences:
    """The same for the frame of an error page, which must not fail over the address that brought it up."""
    try:
        return read_preferences(request)
    except DomainError:
        theme = request.COOKIES.get(THEME_COOKIE, "auto")
        return Preferences(theme=theme if theme in THEMES else "auto")
