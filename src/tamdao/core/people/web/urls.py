"""Pages about people, their posts, and who may do what. Signing in and out stand in the root URL table."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern

from tamdao.core.units.api import held
from tamdao.kit.web import routes

from . import delegations, groups, people, posts, rehomings, views


def route(pattern: str, view: Callable[..., HttpResponseBase], **contract: Any) -> URLPattern:
    """A page: names many units and reads the state of the map once for all of them."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with held():
            return view(request, *args, **kwargs)

    return routes.route(pattern, page, **contract)


urlpatterns = [
    route("accounts/role/", views.switch_role, name="switch_role", resource="preference", action="change"),
    route("access/", views.who_may, name="access", resource="access", action="view"),
    route("people/", people.index, name="people", resource="person", action="view"),
    route("people/me/", views.own_posts, name="own_posts", resource="own_posts", action="view"),
    route("people/suggest/", people.suggest, name="people_suggest", resource="person", action="view"),
    route(
        "people/posts.csv",
        people.export,
        name="people_csv",
        resource="person",
        action="export",
        kwargs={"form": "csv"},
    ),
    route(
        "people/posts.xlsx",
        people.export,
        name="people_xlsx",
        resource="person",
        action="export",
        kwargs={"form": "xlsx"},
    ),
    route("people/posts.json", people.export_json, name="people_json", resource="person", action="export"),
    route("people/new/", people.create, name="person_create", resource="person", action="create"),
    route("people/<int:pk>/", people.one, name="person", resource="person", action="view"),
    route(
        "people/<int:pk>/history/", people.history, name="person_history", resource="person", action="history"
    ),
    route(
        "people/<int:pk>/access/", people.access_of, name="person_access", resource="person", action="explain"
    ),
    route("people/<int:pk>/switch/", people.switch, name="person_switch", resource="person", action="switch"),
    route("people/<int:pk>/grant/", posts.grant, name="post_grant", resource="post", action="grant"),
    route("people/posts/<int:pk>/end/", posts.end, name="post_end", resource="post", action="end"),
    route(
        "people/posts/<int:pk>/delegate/",
        delegations.delegate,
        name="delegate",
        resource="delegation",
        action="give",
    ),
    route(
        "people/posts/<int:pk>/substitute/",
        delegations.substitute,
        name="substitute",
        resource="substitute",
        action="name",
    ),
    route(
        "people/delegations/<int:pk>/revoke/",
        delegations.revoke,
        name="delegation_revoke",
        resource="delegation",
        action="revoke",
    ),
    route("people/groups/", groups.index, name="groups", resource="group", action="manage"),
    route("people/groups/new/", groups.create, name="group_create", resource="group", action="manage"),
    route("people/groups/<int:pk>/", groups.one, name="group", resource="group", action="manage"),
    route(
        "people/groups/members/<int:pk>/remove/",
        groups.remove,
        name="group_remove",
        resource="group",
        action="manage",
    ),
    route("people/rehomings/", rehomings.index, name="rehomings", resource="rehoming", action="view"),
    route(
        "people/rehomings/<int:pk>/", rehomings.decide, name="rehoming", resource="rehoming", action="decide"
    ),
]
