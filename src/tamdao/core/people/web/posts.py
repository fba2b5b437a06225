"""Grant a post, end a post."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from .. import access, explain
from ..models import RoleHolding
from ..policy import Capacity, Role
from ..services import posts
from .asking import answered
from .people import shown
from .people_forms import EndForm, PostForm, grantable


@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """A post for a person whom the reader may choose."""
    person = shown(request, pk, "choose")
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

    return answered(
        request,
        form,
        call,
        done=gettext("Đã giao chức vụ."),
        to=lambda: redirect("person", pk=person.pk),
        person=person,
        title=gettext("Giao chức vụ"),
        action=gettext("Giao chức vụ"),
    )


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

    return answered(
        request,
        form,
        call,
        done=gettext("Đã kết thúc chức vụ."),
        to=lambda: redirect("people"),
        person=holding.person,
        subject=explain.post_name(holding.role, holding.unit_id),
        title=gettext("Kết thúc chức vụ"),
        action=gettext("Kết thúc chức vụ"),
    )
