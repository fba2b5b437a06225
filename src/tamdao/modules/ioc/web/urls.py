"""Addresses of the pages that combine modules."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, update_wrapper, wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern

from tamdao.core.units.api import held
from tamdao.kit.web import routes
from tamdao.kit.web.downloads import FORMS

from .views import catalogue, downloads, dti, explain, home, preferences, records, search, targets, units


def route(
    pattern: str, view: Callable[..., HttpResponseBase], *, name: str, resource: str, action: str
) -> URLPattern:
    """A page: reads the state of the records once, however many figures it shows."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with held():
            return view(request, *args, **kwargs)

    return routes.route(pattern, page, name=name, resource=resource, action=action)


def files(
    pattern: str, view: Callable[..., HttpResponseBase], *, name: str, resource: str
) -> list[URLPattern]:
    """The list of a page as files: `targets/table.csv` named targets_csv, `targets/table.xlsx` named targets_xlsx."""
    return [
        route(
            f"{pattern}.{form}",
            update_wrapper(partial(view, form=form), view),
            name=f"{name}_{form}",
            resource=resource,
            action="view",
        )
        for form in FORMS
    ]


urlpatterns = [
    route("", home.home, name="home", resource="home", action="view"),
    route("wall/", home.wall, name="wall", resource="home", action="view"),
    route("targets/", targets.index, name="targets", resource="target", action="view"),
    *files("targets/table", downloads.targets, name="targets", resource="target"),
    route("targets/<str:code>/", targets.one, name="target", resource="target", action="view"),
    route("indicators/", catalogue.index, name="indicators", resource="indicator", action="view"),
    *files("indicators/table", downloads.indicators, name="indicators", resource="indicator"),
    route("indicators/<str:code>/", catalogue.one, name="indicator", resource="indicator", action="view"),
    route(
        "figures/<str:indicator>/<str:unit>/<str:period>/",
        explain.figure,
        name="figure",
        resource="figure",
        action="view",
    ),
    route("dti/", dti.index, name="dti", resource="dti", action="view"),
    *files("dti/table", downloads.dti, name="dti", resource="dti"),
    route("dti/editions/<str:code>/", records.edition, name="edition", resource="dti", action="view"),
    route(
        "dti/<int:year>/<str:unit>/<str:index>/", explain.score, name="score", resource="dti", action="view"
    ),
    route("units/", units.index, name="units", resource="unit", action="view"),
    *files("units/table", downloads.units, name="units", resource="unit"),
    route("units/<str:unit_id>/", units.one, name="unit", resource="unit", action="view"),
    route(
        "units/<str:unit_id>/children/", units.children, name="unit_children", resource="unit", action="view"
    ),
    route("search/", search.index, name="search", resource="search", action="view"),
    route("search/suggest/", search.suggest, name="search_suggest", resource="search", action="view"),
    route("documents/<str:code>/", records.document, name="document", resource="document", action="view"),
    route("sources/<str:code>/", records.source, name="source", resource="document", action="view"),
    route("packs/<str:name>/", records.pack, name="pack", resource="document", action="view"),
    route(
        "observations/<int:pk>/", records.observation, name="observation", resource="figure", action="view"
    ),
    route("events/<str:code>/", records.event, name="event", resource="unit", action="view"),
    route("compare/", preferences.compare, name="set_compare", resource="preference", action="change"),
]
