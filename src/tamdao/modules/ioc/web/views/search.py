"""Search and its suggestions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from ...queries.search import SUGGESTED, find
from ..frame import read_frame
from ..page import is_fragment, render_page

LONGEST = 100
# Hits of a kind on the page of results.
MOST = 20


def index(request: HttpRequest) -> HttpResponse:
    """Everything that is called so."""
    frame = read_frame(request)
    text = request.GET.get("q", "").strip()[:LONGEST]
    if is_fragment(request):
        return suggest(request)
    groups = find(text, on=frame.on, limit=MOST, sample=frame.sample)
    return render_page(
        request,
        "ioc/search.html",
        frame,
        query=text,
        groups=groups,
        total=sum(len(group.hits) for group in groups),
        most=MOST if any(len(group.hits) == MOST for group in groups) else 0,
    )


def suggest(request: HttpRequest) -> HttpResponse:
    """The list under the search field: a fragment."""
    frame = read_frame(request)
    text = request.GET.get("q", "").strip()[:LONGEST]
    groups = find(text, on=frame.on, limit=SUGGESTED, sample=frame.sample)
    return render_page(request, "ioc/parts/suggest.html", frame, query=text, groups=groups)
