"""The URL table of the house with one address more: a command of the API that writes, for tests of repetition."""

from __future__ import annotations

import json

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from tamdao.config.urls import handler400, handler404, handler500
from tamdao.config.urls import urlpatterns as house
from tamdao.core.files.models import SourceDocument
from tamdao.kit.errors import Conflict
from tamdao.kit.messages import Message

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]


@csrf_exempt
def note(request: HttpRequest) -> HttpResponseBase:
    """Writes one document, named anew at each effect; `fail` says how it ends after the write."""
    asked = json.loads(request.body)
    number = SourceDocument.objects.count()
    SourceDocument.objects.create(
        code=f"probe-{asked['n']}-{number}", kind="plan", title_vi="Thử", text_read=False
    )
    match asked.get("fail"):
        case "refused":
            raise Conflict(Message("Không được.", "No."))
        case "crashed":
            raise ZeroDivisionError
        case "broken":
            raise IntegrityError
        case "streamed":
            return StreamingHttpResponse([b"a"])
    response = JsonResponse({"n": asked["n"], "effects": number + 1}, status=201)
    response["Location"] = f"/documents/probe-{asked['n']}-{number}/"
    response["Set-Cookie"] = "secret=1"
    return response


def hello(request: HttpRequest) -> HttpResponse:
    """Reads nothing."""
    return HttpResponse("ok")


urlpatterns = [path("api/v1/probe", note), path("hello/", hello), *house]
