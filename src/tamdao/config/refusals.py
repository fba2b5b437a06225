"""Addresses that lead nowhere, broken requests and crashes: a page for people, problem+json for programs."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponseBase
from django.views import defaults

from tamdao.config.middleware import API_PREFIX
from tamdao.config.unavailable import unavailable
from tamdao.kit.messages import Message
from tamdao.kit.web.rest import problem_response

BROKEN = Message("Yêu cầu không đọc được.", "The request can't be read.")
CRASHED = Message(
    "Hệ thống gặp lỗi; đơn vị quản trị đã có bản ghi.",
    "Something broke here; the administrators have it on record.",
)
NOT_FOUND = Message("Không tìm thấy nội dung được yêu cầu.", "What was asked for was not found.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler404; an address and a record that are absent or hidden look the same."""
    if request.path_info.startswith(API_PREFIX):
        return problem_response(request, status=404, code="not_found", message=NOT_FOUND)
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler400: too many parameters, a host that is not ours and the like."""
    if request.path_info.startswith(API_PREFIX):
        return problem_response(request, status=400, code="bad_request", message=BROKEN)
    return defaults.bad_request(request, exception)


def crashed(request: HttpRequest) -> HttpResponseBase:
    """Django's handler500; the log has the traceback, the answer nothing of it.

    Middleware outside the views uses the database too (sessions, keys of clients, the commit of a command): when it is
    the database that can't be used now, the answer says so.
    """
    answer = unavailable(request, sys.exc_info()[1])
    if answer is not None:
        return answer
    if request.path_info.startswith(API_PREFIX):
        return problem_response(request, status=500, code="internal_error", message=CRASHED)
    return defaults.server_error(request)
