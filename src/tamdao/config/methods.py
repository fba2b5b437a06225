"""Methods and transport: no TRACE anywhere; at the API, HEAD is GET without the body, what an address does not take is
refused in its format, and plain HTTP is refused instead of redirected."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed

from tamdao.config.middleware import API_PREFIX
from tamdao.kit.messages import Message
from tamdao.kit.web.rest import problem_response

NOT_ALLOWED = Message(
    "Địa chỉ này không nhận phương thức vừa gửi; xem tiêu đề Allow.",
    "This address does not take that method; see the Allow header.",
)
PLAIN = Message(
    "Giao diện lập trình chỉ nhận HTTPS; yêu cầu này đã đi không mã hóa, hãy thay khóa nếu có gửi kèm.",
    "The API is reached by HTTPS alone; this request travelled unencrypted, so replace the key if it held one.",
)
# methods that only serve to look at what proxies add to a request
_ECHOES = frozenset({"TRACE", "TRACK"})


class TraceMiddleware:
    """Refuses methods that would treat a request as something to show."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in _ECHOES:
            return HttpResponseNotAllowed(["GET", "HEAD", "POST", "OPTIONS"])
        return self.get_response(request)


class ApiTransportMiddleware:
    """Refuses plain HTTP at the API of an instance behind TLS.

    A browser follows a redirect to HTTPS and is told to stay there; a program with the wrong address would send its key
    in the clear each time, and nobody would notice.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        plain = settings.SECURE_SSL_REDIRECT and not request.is_secure()
        if plain and request.path_info.startswith(API_PREFIX):
            return problem_response(request, status=403, code="plain_http", message=PLAIN)
        return self.get_response(request)


class ApiMethodMiddleware:
    """Stands outside compression, tags and lengths, so that HEAD gets exactly the headers of GET."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(API_PREFIX):
            return self.get_response(request)
        if request.method != "HEAD":
            response = self.get_response(request)
            return not_allowed(request, response) if response.status_code == 405 else response
        request.method = "GET"
        response = self.get_response(request)
        request.method = "HEAD"
        if isinstance(response, HttpResponse):
            # Content-Length stays: it tells what GET would send
            response.content = b""
        return response


def not_allowed(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    """405 with the methods the address takes, in the format of all refusals."""
    allowed = {name.strip() for name in response.headers.get("Allow", "").split(",") if name.strip()}
    if "GET" in allowed:
        allowed.add("HEAD")
    refusal = problem_response(request, status=405, code="method_not_allowed", message=NOT_ALLOWED)
    refusal["Allow"] = ", ".join(sorted(allowed))
    return refusal
