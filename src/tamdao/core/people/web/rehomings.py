"""Posts whose unit came to an end: the list that waits, and the decision on each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_safe

from .. import access, explain, relations
from ..queries import waiting_rehomings
from ..services import rehoming
from .asking import answered
from .people_forms import RehomingForm
from .views import private


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Posts that wait for a decision, with the units that the map proposes."""
    today = timezone.localdate()
    found = access.visible(request.user, waiting_rehomings(at=today), "rehoming", "view", at=today)
    may = set(
        access.visible(request.user, found, "rehoming", "decide", at=today).values_list("pk", flat=True)
    )
    rows = [
        {
            "post": post,
            "name": explain.post_name(post.role, post.unit_id),
            "heirs": [explain.unit_name(unit) for unit in relations.heirs(post.unit_id, at=today)],
            "may_decide": post.pk in may,
        }
        for post in found
    ]
    return private(render(request, "people/rehomings.html", {"rows": rows}))


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the post goes on, or that it ends for good."""
    today = timezone.localdate()
    holding = access.get_visible(request.user, waiting_rehomings(at=today), "rehoming", "decide", pk=pk)
    lang = get_language() or "vi"
    heirs = [
        (unit, explain.unit_name(unit).text(lang)) for unit in relations.heirs(holding.unit_id, at=today)
    ]
    form = RehomingForm(request.POST or None, heirs=heirs)

    def call(values: dict[str, Any]) -> None:
        rehoming.decide(
            holding=holding,
            to_unit_id=values["unit"],
            by=access.resolved(request.user),
            at=timezone.now(),
            reason=values["reason"],
        )

    return answered(
        request,
        form,
        call,
        done=gettext("Đã quyết định."),
        to=lambda: redirect("rehomings"),
        back=reverse("rehomings"),
        person=holding.person,
        subject=explain.post_name(holding.role, holding.unit_id),
        title=gettext("Sắp xếp lại chức vụ"),
        action=gettext("Quyết định"),
        note=gettext(
            "Người giữ: %s. Chuyển đến nơi nào thì giữ chức vụ ấy từ hôm nay; quyết định rồi không đổi được."
        )
        % holding.person.display_name,
    )
