"""Working groups outside the tree of units: the list, forming one, its members."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from .. import access, explain, queries
from ..models import Group, GroupMember
from ..models.group import member
from ..services import groups
from .asking import answered
from .people_forms import GroupForm, HouseForm, MemberForm
from .views import private


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Groups that the reader keeps, with how many belong to each today."""
    kept = access.visible(request.user, Group.objects.all(), "group", "manage")
    rows = [
        {"group": group, "unit": explain.unit_name(group.unit_id), "members": members}
        for group, members in queries.groups_with_members(kept, at=timezone.localdate())
    ]
    return private(render(request, "people/groups.html", {"rows": rows}))


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new group."""
    form = GroupForm(request.POST or None, actor=access.resolved(request.user))
    made: list[Group] = []

    def call(values: dict[str, Any]) -> None:
        made.append(
            groups.form(
                name=values["name"],
                unit_id=values["unit"],
                document=values["document"],
                by=access.resolved(request.user),
                at=timezone.now(),
                reason=values["reason"],
            )
        )

    return answered(
        request,
        form,
        call,
        done=gettext("Đã lập tổ công tác."),
        to=lambda: redirect("group", pk=made[0].pk),
        back=reverse("groups"),
        title=gettext("Lập tổ công tác"),
        action=gettext("Lập tổ công tác"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A group with its members of today; the form adds one."""
    group = access.get_visible(request.user, Group.objects.select_related("unit"), "group", "manage", pk=pk)
    actor = access.resolved(request.user)
    form = MemberForm(request.POST or None, actor=actor)

    def call(values: dict[str, Any]) -> None:
        groups.add_member(
            group=group, person=values["receiver"], by=actor, at=timezone.now(), reason=values["reason"]
        )

    members = group.members.filter(member(timezone.localdate())).select_related("person")
    return answered(
        request,
        form,
        call,
        done=gettext("Đã thêm thành viên."),
        to=lambda: redirect("group", pk=pk),
        back=reverse("groups"),
        template="people/group.html",
        group=group,
        unit=explain.unit_name(group.unit_id),
        members=members.order_by("person__folded", "pk"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """A membership ends today."""
    queryset = GroupMember.objects.select_related("group", "person")
    found = access.get_visible(request.user, queryset, "group", "manage", pk=pk)
    form = HouseForm(request.POST or None)

    def call(values: dict[str, Any]) -> None:
        groups.remove_member(
            member=found, by=access.resolved(request.user), at=timezone.now(), reason=values["reason"]
        )

    return answered(
        request,
        form,
        call,
        done=gettext("Đã đưa ra khỏi tổ công tác."),
        to=lambda: redirect("group", pk=found.group_id),
        back=reverse("group", args=[found.group_id]),
        person=found.person,
        title=gettext("Đưa ra khỏi tổ công tác"),
        action=gettext("Đưa ra"),
        note=found.group.name,
    )
