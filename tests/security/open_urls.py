"""The URL table with a language view that changes by GET and a view that serves files: stand-ins while controls are off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, path, re_path
from django.views.i18n import set_language
from django.views.static import serve

from tamdao.config import urls

ROOT = Path(__file__).parents[2]


def by_get(request: Any) -> Any:
    """Treats GET like POST."""
    request.method, request.POST = "POST", request.GET
    return set_language(request)


urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", by_get),
    *urls.urlpatterns,
    re_path(r"^(?P<path>(?:pyproject|static).*)$", serve, {"document_root": ROOT, "show_indexes": True}),
]
