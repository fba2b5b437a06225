"""Lend a post, name a substitute signer, take back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from tamdao.kit.dates import format_date

from .. import access, explain
from ..models import Delegation
from ..policy import Capacity
from ..services import delegations
from .asking import answered
from .people_forms import DelegateForm, HouseForm, SubstituteForm
from .posts import shown_post
from .present import pair_choices


@require_http_methods(["GET", "HEAD", "POST"])
def delegate(request: HttpRequest, pk: int) -> HttpResponse:
    """The holder lends a post, or parts of it, for a while."""
    holding = shown_post(request, pk, "delegation", "give")
    actor = access.resolved(request.user)
    form = DelegateForm(
        request.POST or None,
        actor=actor,
        holding=holding,
        pairs=pair_choices(holding.role),
        initial={"from_date": timezone.localdate()},
    )

    def call(values: dict[str, Any]) -> None:
        delegations.delegate(
            holding=holding,
            receiver=values["receiver"],
            capacity=Capacity(values["capacity"]),
            pairs=values["pairs"],
            from_date=values["from_date"],
            end_date=values["end_date"],
            document=values["document"],
            by=actor,
            at=timezone.now(),
            reason=values["reason"],
        )

    return answered(
        request,
        form,
        call,
        done=gettext("Đã ủy quyền."),
        to=lambda: redirect("own_posts"),
        back=reverse("own_posts"),
        own=True,
        subject=explain.post_name(holding.role, holding.unit_id),
        title=gettext("Ủy quyền"),
        action=gettext("Ủy quyền"),
        note=gettext("Người nhận không ủy quyền lại được. Ủy quyền hết hiệu lực cùng với chức vụ này."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def substitute(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody of the same unit signs in place of the holder."""
    holding = shown_post(request, pk, "substitute", "name")
    actor = access.resolved(request.user)
    own = holding.person_id == getattr(actor, "pk", None)
    place = reverse("own_posts") if own else reverse("person", args=[holding.person_id])
    form = SubstituteForm(request.POST or None, actor=actor, initial={"from_date": timezone.localdate()})

    def call(values: dict[str, Any]) -> None:
        delegations.substitute(
            holding=holding,
            receiver=values["receiver"],
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
        done=gettext("Đã chỉ định người ký thay."),
        to=lambda: redirect(place),
        back=place,
        own=own,
        person=None if own else holding.person,
        subject=explain.post_name(holding.role, holding.unit_id),
        title=gettext("Chỉ định người ký thay"),
        action=gettext("Chỉ định"),
        note=gettext("Người ký thay phải đang giữ chức vụ tại cùng đơn vị."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """What was lent ends at once."""
    queryset = Delegation.objects.select_related("holding__person", "holding__unit", "receiver")
    given = access.get_visible(request.user, queryset, "delegation", "revoke", pk=pk)
    own = getattr(request.user, "pk", None) in {given.holding.person_id, given.receiver_id}
    place = reverse("own_posts") if own else reverse("person", args=[given.holding.person_id])
    form = HouseForm(request.POST or None)

    def call(values: dict[str, Any]) -> None:
        delegations.revoke(
            delegation=given, by=access.resolved(request.user), at=timezone.now(), reason=values["reason"]
        )

    return answered(
        request,
        form,
        call,
        done=gettext("Đã thu hồi ủy quyền."),
        to=lambda: redirect(place),
        back=place,
        own=own,
        subject=explain.post_name(given.holding.role, given.holding.unit_id),
        person=None if own else given.receiver,
        note=_lent_words(given),
        title=gettext("Thu hồi ủy quyền"),
        action=gettext("Thu hồi"),
    )


def _lent_words(given: Delegation) -> str:
    """From whom to whom, and for how long."""
    words = {
        "giver": given.holding.person.display_name,
        "receiver": given.receiver.display_name,
        "start": format_date(given.from_date),
        "end": format_date(given.end_date) if given.end_date else "",
    }
    if given.end_date:
        return (
            gettext(
                "%(giver)s giao cho %(receiver)s từ %(start)s đến trước %(end)s. Thu hồi có hiệu lực ngay."
            )
            % words
        )
    return gettext("%(giver)s giao cho %(receiver)s từ %(start)s. Thu hồi có hiệu lực ngay.") % words
