"""Every URL names what it is about (resource) and what it does (action), and asks before it answers.

`route` is the only way a page enters the URL table. The question "may this reader do that?" is put to the function
named by the setting TAMDAO_ACCESS_POLICY, so kit knows no roles; a route whose function says no never reaches its view.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from inspect import signature
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.module_loading import import_string
from ninja.utils import check_csrf

from tamdao.kit.errors import DomainError, Forbidden
from tamdao.kit.messages import Message

View = Callable[..., HttpResponseBase]
Policy = Callable[[Any, str, str], bool]


@dataclass(frozen=True, slots=True)
class Contract:
    """What a URL is about: a resource and an action of the policy table."""

    resource: str
    action: str


@cache
def _policy(dotted: str) -> Policy:
    function: Policy = import_string(dotted)
    return function


def can(actor: Any, resource: str, action: str) -> bool:
    """Whether `actor` (a person, or the anonymous reader) may do `action` on `resource`, by the policy of the house."""
    return _policy(settings.TAMDAO_ACCESS_POLICY)(actor, resource, action)


def _check_readable(request: HttpRequest) -> None:
    """Refuse an address with a NUL character: no name has one, and PostgreSQL fails over it."""
    if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        raise DomainError(
            Message(
                "Địa chỉ có ký tự rỗng (NUL). Mở lại từ trang chủ hoặc ô tìm kiếm.",
                "There is a NUL character in the address. Start again from the first page or the search field.",
            ),
            code="address_malformed",
        )


def guarded(resource: str, action: str) -> Callable[[View], View]:
    """Decorator: the view runs only for readers who may; others are asked to sign in, or refused (403)."""
    contract = Contract(resource, action)

    def decorate(view: View) -> View:
        @wraps(view)
        def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            _check_readable(request)
            if can(request.user, resource, action):
                return view(request, *args, **kwargs)
            if request.user.is_authenticated:
                raise PermissionDenied
            return redirect_to_login(request.get_full_path())

        guard.contract = contract  # type: ignore[attr-defined]  # functions carry attributes; mypy can't say so
        return guard

    return decorate


def route(
    pattern: str,
    view: View,
    *,
    name: str,
    resource: str,
    action: str,
    kwargs: dict[str, Any] | None = None,
) -> URLPattern:
    """A URL pattern with its contract: `route("targets/", views.targets, name=…, resource="target", action="view")`."""
    return path(pattern, guarded(resource, action)(view), kwargs, name=name)


def contract_of(pattern: URLPattern) -> Contract | None:
    """The contract a pattern was registered with, None when it went in without one."""
    found = getattr(pattern.callback, "contract", None)
    return found if isinstance(found, Contract) else None


def actor_of(request: HttpRequest) -> Any:
    """Who asks the API: the program whose key came with the request, else the signed-in person or the public."""
    return getattr(request, "api_client", None) or request.user


def check_not_forged(request: HttpRequest) -> None:
    """Refuse (Forbidden) a write that another site's page could have sent with the reader's cookie.

    The framework exempts the API from its own check, which is right for keys and wrong for sessions.
    """
    if request.method in {"GET", "HEAD", "OPTIONS"} or getattr(request, "api_client", None) is not None:
        return
    if check_csrf(request) is not None:
        raise Forbidden(
            Message(
                "Thiếu mã chống giả mạo: gửi kèm tiêu đề X-CSRFToken, hoặc dùng khóa truy cập.",
                "The token against forged requests is missing: send X-CSRFToken, or use a key.",
            ),
            code="csrf",
        )


def operation(resource: str, action: str) -> Callable[[Any], Any]:
    """The same contract for one operation of the API: refused with problem+json (403) instead of a sign-in page.

    Stands under the router's decorator: `@router.get("/…")` above `@operation("figure", "view")`.
    """
    contract = Contract(resource, action)

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            _check_readable(request)
            actor = actor_of(request)
            if not can(actor, resource, action):
                raise Forbidden(
                    Message(
                        "Tài khoản hoặc khóa này không có quyền thực hiện yêu cầu.",
                        "This account or key may not do that.",
                    )
                )
            check_not_forged(request)
            return function(request, *args, **kwargs)

        # ninja reads types by the names known to the guard's own module; evaluated here, they need no names
        guard.__signature__ = signature(function, eval_str=True)  # type: ignore[attr-defined]  # as inspect has it
        guard.contract = contract  # type: ignore[attr-defined]  # functions carry attributes; mypy can't say so
        return guard

    return decorate
