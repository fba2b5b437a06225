"""Grant a post, end a post."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from .. import access, explain
from ..models import RoleHolding
from ..policy import Capacity, Role
from ..services import posts
from .people import shown
from .people_forms import EndForm, PostForm, grantable
from .views import private


@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """A post for a person whom the reader may see."""
    person = shown(request, pk, "view")
    actor = access.resolved(request.user)
    form = PostForm(request.POST or None, roles=grantable(actor), initial={"from_date": timezone.localdate()})

    def call(values: dict[str, Any]) -> None:
        posts.grant(
            person=person,
            role=Role(values["role"]),
            unit_id=values["unit"],
            capacity=Capacity(values["capacity"]),
            from_date=values["from_date"],
            end_date=values["end_date"],
            by=actor,
            at=timezone.now(),
            reason=values["reason"],
        )

    status = form.run(call) if request.method == "POST" else 0
    if status == 200:
        messages.success(request, gettext("Đã giao chức vụ."))
        return redirect("person", pk=person.pk)
    context = {
        "form": form,
        "person": person,
        "title": gettext("Giao chức vụ"),
        "action": gettext("Giao chức vụ"),
    }
    return private(render(request, "people/form.html", context, status=status or 200))


def shown_post(request: HttpRequest, pk: int, resource: str, action: str) -> RoleHolding:
    """The post, when the reader may do this with it; NotFound otherwise."""
    queryset = RoleHolding.objects.select_related("person", "unit")
    return access.get_visible(request.user, queryset, resource, action, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The post is no longer held from a day on."""
    holding = shown_post(request, pk, "post", "end")
    form = EndForm(request.POST or None, initial={"on": timezone.localdate()})

    def call(values: dict[str, Any]) -> None:
        posts.end(
            holding=holding,
            on=values["on"],
            by=access.resolved(request.user),
            at=timezone.now(),
            reason=values["reason"],
        )

    status = form.run(call) if request.method == "POST" else 0
    if status == 200:
        messages.success(request, gettext("Đã kết thúc chức vụ."))
        return redirect("people")
    context = {
        "form": form,
        "person": holding.person,
        "subject": explain.post_name(holding.role, holding.unit_id),
        "title": gettext("Kết thúc chức vụ"),
        "action": gettext("Kết thúc chức vụ"),
    }
    return private(render(request, "people/form.html", context, status=status or 200))
