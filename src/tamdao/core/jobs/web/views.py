"""The outbox with what could not be sent, and the reader's own background work."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tamdao.core.ledger.acting import acting
from tamdao.core.ledger.words import actor_name
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

from .. import queries
from ..channels import find_channel
from ..models import OutboxMessage, Work
from ..services import outbox as outbox_services
from ..services import works as work_services

PAGE = 50
# seconds after which a page of running work asks again
AGAIN = "3"
State = OutboxMessage.State


def actor_of(request: HttpRequest) -> str:
    """The signed-in reader as the ledger writes it."""
    return f"person:{request.user.pk}"


@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """Messages of one state, those put aside by default, with the counts of all."""
    wanted = request.GET.get("state", "")
    state = wanted if wanted in State.values else State.DEAD.value
    page = Paginator(queries.list_messages(state=state), PAGE).get_page(request.GET.get("page"))
    for row in page:
        channel = find_channel(row.channel)
        row.channel_title = channel.title if channel else row.channel  # type: ignore[attr-defined]  # for the page
    context = {
        "page_obj": page,
        "state": state,
        "counts": queries.count_messages(),
        "pager_query": f"state={state}&",
    }
    return render(request, "jobs/outbox.html", context)


@require_GET
def message(request: HttpRequest, message: UUID) -> HttpResponse:
    """One message: where to, why it failed, what was decided; retry and discard when it was put aside."""
    return _message_page(request, message)


def _message_page(
    request: HttpRequest, message: UUID, *, problem: Message | None = None, status: int = 200
) -> HttpResponse:
    """`problem` is what was wrong with the reason for discarding."""
    row = queries.get_message(message)
    context = {
        "row": row,
        "channel": find_channel(row.channel),
        "dead": row.state == State.DEAD,
        "decisions": [(decision, actor_name(decision.by)) for decision in row.decisions.all()],
        "problem": problem,
    }
    return render(request, "jobs/outbox_message.html", context, status=status)


@require_POST
def retry(request: HttpRequest, message: UUID) -> HttpResponse:
    """Sends the message once more."""
    by = actor_of(request)
    reason = request.POST.get("reason", "").strip()
    with acting(by=by):
        outbox_services.retry(message=message, by=by, at=timezone.now(), reason=reason)
    messages.success(request, _("Thông điệp được đưa trở lại hàng chờ gửi."))
    return redirect("outbox")


@require_POST
def discard(request: HttpRequest, message: UUID) -> HttpResponse:
    """Gives the message up, with the reason."""
    by = actor_of(request)
    try:
        with acting(by=by):
            outbox_services.discard(
                message=message, reason=request.POST.get("reason", ""), by=by, at=timezone.now()
            )
    except DomainError as error:
        if error.code != "reason_missing":
            raise
        return _message_page(request, message, problem=error.message, status=error.status)
    messages.success(request, _("Đã bỏ thông điệp."))
    return redirect("outbox")


@require_GET
def works(request: HttpRequest) -> HttpResponse:
    """The reader's own background work."""
    rows = queries.list_works(owner=actor_of(request))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    running = rows.filter(state__in=work_services.RUNNING).count()
    return render(request, "jobs/works.html", {"page_obj": page, "running": running})


@require_GET
def work(request: HttpRequest, work: UUID) -> HttpResponse:
    """How far a piece of work is; the page asks again by itself until it has ended."""
    row = queries.get_work(work, owner=actor_of(request))
    running = row.state in work_services.RUNNING
    response = render(request, "jobs/work.html", {"work": row})
    if running:
        response["Refresh"] = AGAIN
    elif row.state == Work.State.DONE and row.result:
        response["Refresh"] = f"1; url={row.result}"
    return response


@require_POST
def cancel(request: HttpRequest, work: UUID) -> HttpResponse:
    """Asks the work to stop."""
    work_services.ask_to_cancel(work=work, by=actor_of(request), at=timezone.now())
    return redirect("work", work=work)
