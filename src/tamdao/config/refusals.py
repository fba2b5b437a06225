"""Addresses that lead nowhere: a page for people, problem+json for programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views import defaults

from tamdao.config.middleware import API_PREFIX
from tamdao.kit.messages import Message
from tamdao.kit.web.rest import problem_response

NOT_FOUND = Message("Không tìm thấy nội dung được yêu cầu.", "What was asked for was not found.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler404; an address and a record that are absent or hidden look the same."""
    if request.path_info.startswith(API_PREFIX):
        return problem_response(request, status=404, code="not_found", message=NOT_FOUND)
    return defaults.page_not_found(request, exception)
