"""A database that can't be used at the moment: 503 with a plain sentence, and when to come again.

The reader learns what to do and never sees "database is locked"; nothing of the request was kept.
"""

from __future__ import annotations

import errno
import logging

from django.db import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.html import escape

from tamdao.config.failures import sqlite_code
from tamdao.core.jobs.api import is_busy
from tamdao.kit.messages import Message
from tamdao.kit.web.rest import problem_response

# seconds after which trying again makes sense
BUSY_AGAIN, AWAY_AGAIN = 5, 30
BUSY = Message(
    "Hệ thống đang ghi một việc lớn. Yêu cầu này chưa được thực hiện; vui lòng thử lại sau ít giây.",
    "The system is busy writing something large. This request was not carried out; please try again in a few seconds.",
)
FULL = Message(
    "Ổ đĩa của hệ thống đã đầy. Yêu cầu này chưa được thực hiện; đề nghị báo đơn vị quản trị.",
    "The disk of the system is full. This request was not carried out; please tell the administrators.",
)
READ_ONLY = Message(
    "Hệ thống đang chỉ cho đọc. Yêu cầu này chưa được thực hiện; đề nghị báo đơn vị quản trị.",
    "The system can only be read at the moment. This request was not carried out; please tell the administrators.",
)
AWAY = Message(
    "Cơ sở dữ liệu tạm thời không dùng được. Nếu vừa gửi dữ liệu, hãy mở lại trang để kiểm tra trước khi gửi lần nữa.",
    "The database can't be used at the moment. If you have just sent something, open the page again and look before "
    "you send it once more.",
)
# primary result codes of SQLite, https://www.sqlite.org/rescode.html
_SQLITE = {8: READ_ONLY, 13: FULL, 10: AWAY, 14: AWAY}
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES = {"53100": FULL, "25006": READ_ONLY}
_FILES = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EROFS: READ_ONLY}
log = logging.getLogger(__name__)


def sentence_for(error: BaseException | None) -> Message | None:
    """What to tell the reader about an error of database or disk that may pass; None for every other error."""
    if isinstance(error, OSError):
        return _FILES.get(error.errno or 0)
    if not isinstance(error, Error):
        return None
    if is_busy(error):
        return BUSY
    known = _SQLITE.get(sqlite_code(error)) or _POSTGRES.get(getattr(error.__cause__, "sqlstate", None) or "")
    if known is not None:
        return known
    # a lost connection has no code; "no such table" of SQLite is a mistake, not an outage
    lost = isinstance(error, InterfaceError) or (
        isinstance(error, OperationalError) and not sqlite_code(error)
    )
    return AWAY if lost else None


def unavailable(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """The answer 503 with Retry-After; None when the error is none of these and stays a crash."""
    message = sentence_for(error)
    if message is None:
        return None
    log.error("%s %s: %s", request.method, request.path_info, error)
    return answer(request, message)


def answer(request: HttpRequest, message: Message) -> HttpResponse:
    """503 without asking the database anything: no session, no navigation."""
    if request.path_info.startswith("/api/"):
        response = problem_response(request, status=503, code="unavailable", message=message)
    else:
        language = "en" if (translation.get_language() or "vi").startswith("en") else "vi"
        text, again = escape(message.text(language)), Message("Thử lại", "Try again").text(language)
        response = HttpResponse(
            f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<title>503 · Tam Đảo</title><h1>{text}</h1><p><a href="/">{again}</a></p></html>',
            status=503,
        )
        response["Cache-Control"] = "no-store"
    response["Retry-After"] = str(BUSY_AGAIN if message is BUSY else AWAY_AGAIN)
    return response
