"""Proving oneself again before a sensitive act: by password, code or passkey."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeView
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from tamdao.kit.errors import Forbidden
from tamdao.kit.messages import Message

from .forms import PasskeyAgainForm
from .pages import private


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


password = private(PasswordView.as_view())
code = private(CodeAgainView.as_view())
passkey = private(PasskeyView.as_view())


@private
def again(request: HttpRequest) -> HttpResponse:
    """Leads to the first way the reader has."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    if not methods:
        raise Forbidden(
            Message(
                "Tài khoản chưa có mật khẩu hay khóa truy cập để xác nhận; đề nghị quản trị hệ thống cấp mã.",
                "This account has no password or passkey to confirm with; ask the administrator for a code.",
            ),
            code="account.no_method",
        )
    following = get_next_redirect_url(request) or reverse("account")
    return redirect(f"{methods[0]['url']}?{urlencode({'next': following})}")
