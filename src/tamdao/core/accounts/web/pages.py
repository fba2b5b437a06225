"""What the pages of this folder share: no copy is kept of them, and a refusal looks the same whatever its cause."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from tamdao.core.people.models import Person

from .forms import SignInForm

View = Callable[..., HttpResponseBase]


def private(view: View) -> View:
    """No browser or proxy keeps the page, and a crash report shows nothing of what was sent."""

    @never_cache
    @sensitive_post_parameters()
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return page


def signed_in(request: HttpRequest) -> Person:
    """Who is signed in; the route let nobody else through."""
    return cast(Person, request.user)


def sign_in_page(
    request: HttpRequest, *, form: SignInForm | None = None, error: str = "", status: int = 200
) -> HttpResponse:
    """The page that asks for name and password, with what went wrong before."""
    context = {
        "form": form or SignInForm(request=request),
        "error": error,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "oidc_label": settings.OIDC_LABEL if settings.OIDC_ISSUER else "",
    }
    return render(request, "accounts/sign_in.html", context, status=status)


def refused(request: HttpRequest) -> HttpResponse:
    """The answer to whoever may not come in; it does not say why."""
    return sign_in_page(request, error=gettext("Tên đăng nhập hoặc mật khẩu không đúng."))
