"""Proving oneself again before a sensitive act: by password, code or passkey."""

from __future__ import annotations

from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeView
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from .forms import PasskeyAgainForm
from .pages import View, private


class PasswordView(ReauthenticateView):  # type: ignore[misc]  # allauth has no types
    """By password."""

    template_name = "accounts/again_password.html"

    def get_default_success_url(self) -> str:
        """One's own account."""
        return reverse("account")


class CodeAgainView(CodeView):  # type: ignore[misc]  # allauth has no types
    """By a code."""

    template_name = "accounts/again_code.html"

    def get_default_success_url(self) -> str:
        """One's own account."""
        return reverse("account")


class PasskeyView(ReauthenticateWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """By a passkey."""

    template_name = "accounts/again_passkey.html"

    def get_default_success_url(self) -> str:
        """One's own account."""
        return reverse("account")

    def form_invalid(self, form: PasskeyAgainForm) -> HttpResponse:
        """The page again with the reason."""
        response: HttpResponse = self.render_to_response(self.get_context_data() | {"form": form})
        return response


def _with_a_way(view: View) -> View:
    """Who has neither password nor factor is told so, instead of being refused without a word."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if get_adapter().get_reauthentication_methods(request.user):
            return view(request, *args, **kwargs)
        return render(request, "accounts/again_none.html")

    return private(page)


password = _with_a_way(PasswordView.as_view())
code = _with_a_way(CodeAgainView.as_view())
passkey = _with_a_way(PasskeyView.as_view())


@_with_a_way
def again(request: HttpRequest) -> HttpResponse:
    """Leads to the first way the reader has."""
    first = get_adapter().get_reauthentication_methods(request.user)[0]["url"]
    following = get_next_redirect_url(request) or reverse("account")
    return redirect(f"{first}?{urlencode({'next': following})}")
