"""What the probe command does: a row, a file, a message and a task, each of them counted afterwards."""

from __future__ import annotations

import io
import json
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django_tasks import task

from tamdao.core.files import api as files
from tamdao.core.files.models import SourceDocument
from tamdao.core.jobs import api as jobs
from tamdao.kit.messages import Message
from tests.reliability.probe_content import content


def note(kind: str, number: int) -> None:
    """An effect that shows when it happens twice: its code is another one each time."""
    SourceDocument.objects.create(
        code=f"{kind}-{number}-{uuid4().hex[:8]}", kind="plan", title_vi="Thử", text_read=False
    )


def take_effect(consumer: str, message: UUID, number: int) -> None:
    """The effect of a message or task, once however often it arrives."""
    try:
        with jobs.handling(consumer=consumer, message=message, at=timezone.now()):
            note(consumer, number)
    except jobs.AlreadyHandled:
        pass


@task()
def work(number: int) -> None:
    """A task that may be run again and takes effect once."""
    take_effect("task", uuid5(NAMESPACE_URL, f"task:{number}"), number)


def deliver(delivery: jobs.Delivery) -> None:
    """A receiver inside the house."""
    take_effect("sent", delivery.id, delivery.payload["n"])


@csrf_exempt
def probe(request: HttpRequest) -> JsonResponse:
    """Everything in one transaction; answered after its commit."""
    number, now = int(json.loads(request.body)["n"]), timezone.now()
    with transaction.atomic():
        note("row", number)
        files.store(stream=io.BytesIO(content(number)), name=f"{number}.txt", by="client:probe", at=now)
        jobs.enqueue(channel="probe", payload={"n": number}, at=now, ordering=f"k{number % 5}")
        work.enqueue(number)
    return JsonResponse({"n": number}, status=201)


def register() -> None:
    """Called when a message is first handled."""
    jobs.register_channel(jobs.Channel("probe", Message("thử", "probe"), deliver, lambda payload: None))
