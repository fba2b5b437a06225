"""A page for load balancers and the supervisor: the process answers, its database can be read and written."""

from __future__ import annotations

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse

from tamdao.config.unavailable import AWAY, BUSY, sentence_for
from tamdao.core.jobs.api import heart
from tamdao.kit.messages import Message

_STATES = {BUSY: Message("cơ sở dữ liệu bị khóa quá lâu", "the database has been locked for too long")}


def health(request: HttpRequest) -> HttpResponse:
    """200 "ok" after one read, and a write every few seconds; 503 with the reason when either fails.

    Whatever balances the load may ask as often as it likes: between two writes the last result is told.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
        heart.check()
    except Error as error:
        why = sentence_for(error) or AWAY
        why = _STATES.get(why, why)
        return _plain(f"{why.vi}\n{why.en}\n", status=503)
    return _plain("ok\n", status=200)


def _plain(text: str, *, status: int) -> HttpResponse:
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": "5"} if status == 503 else {})
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8", headers=headers)
