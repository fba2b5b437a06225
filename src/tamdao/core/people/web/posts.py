"""Grant a post, end a post."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from .. import access, explain
from ..models import RoleHolding
from ..policy import Capacity, Role
from ..services import posts
from .asking import answered
from .people import after, shown
from .people_forms import EndForm, PostForm


@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """A post for a person whom the reader may choose."""
    person = shown(request, pk, "choose")
    actor = access.resolved(request.user)
    form = PostForm(request.POST or None, actor=actor, initial={"from_date": timezone.localdate()})

    granted: list[str] = []

    def call(values: dict[str, Any]) -> None:
        made = posts.grant(
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
        granted.append(explain.post_name(made.role, made.unit_id).text(get_language() or "vi"))

    return answered(
        request,
        form,
        call,
        done=lambda: gettext("Đã giao chức vụ: %s.") % granted[0],
        to=lambda: redirect("person", pk=person.pk),
        back=reverse("person", args=[person.pk]),
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
        to=lambda: after(request, holding.person_id),
        back=reverse("person", args=[holding.person_id]),
        person=holding.person,
        subject=explain.post_name(holding.role, holding.unit_id),
        note=gettext("Ngày này là ngày đầu tiên không còn giữ. Ủy quyền từ chức vụ này hết theo."),
        title=gettext("Kết thúc chức vụ"),
        action=gettext("Kết thúc chức vụ"),
    )
