"""What every template may use without its view handing it over."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import translation

from .web import shell
from .web.preferences import read_preferences_or_default


def page(request: HttpRequest) -> dict[str, Any]:
    """nav, links, map_presets, preferences (map_date, sample, theme), lang, here (path with query)."""
    return {
        "nav": shell.nav(),
        "links": shell.links(),
        "map_presets": shell.map_presets(),
        "preferences": read_preferences_or_default(request),
        "lang": (translation.get_language() or "vi")[:2],
        "here": request.get_full_path(),
    }
