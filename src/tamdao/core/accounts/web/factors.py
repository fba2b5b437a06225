"""Second factors: the app with codes, passkeys, recovery codes. Adding and removing asks to prove oneself first."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.internal import flows
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from tamdao.core.accounts.api import recently_authenticated
from tamdao.core.accounts.queries import find_factors, must_have_second_factor
from tamdao.kit.errors import Conflict, NotFound
from tamdao.kit.messages import Message

from .forms import PasskeyNameForm
from .pages import private, signed_in


@private
def factors(request: HttpRequest) -> HttpResponse:
    """What is on, and what can be added or removed."""
    found = find_factors(signed_in(request))
    context = {
        "factors": found,
        "needed": must_have_second_factor(signed_in(request)) and not found.any,
        "demo": signed_in(request).demo,
        "passkeys": [
            (one, PasskeyNameForm(initial={"id": one.pk, "name": one.name}, auto_id=f"k{one.pk}_%s"))
            for one in found.passkeys
        ],
    }
    return render(request, "accounts/factors.html", context)


class ActivateView(ActivateTOTPView):  # type: ignore[misc]  # allauth has no types
    """The picture to scan, the secret to type, the first code."""

    template_name = "accounts/totp_on.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The secret in groups of four, for whoever types it."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
        return context | {"secret": " ".join(groups)}

    def form_valid(self, form: Any) -> HttpResponse:
        """On."""
        response: HttpResponse = super().form_valid(form)
        messages.success(self.request, gettext("Đã bật ứng dụng xác thực."))
        return response


class DeactivateView(DeactivateTOTPView):  # type: ignore[misc]  # allauth has no types
    """Off, after a question."""

    template_name = "accounts/totp_off.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Off."""
        response: HttpResponse = super().form_valid(form)
        messages.success(self.request, gettext("Đã tắt ứng dụng xác thực."))
        return response


class RecoveryView(ViewRecoveryCodesView):  # type: ignore[misc]  # allauth has no types
    """The recovery codes, the first time this page opens and never again."""

    template_name = "accounts/recovery.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Without codes there is nothing to see."""
        if not Authenticator.objects.filter(
            user=request.user, type=Authenticator.Type.RECOVERY_CODES
        ).exists():
            return redirect("mfa_index")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class NewRecoveryView(GenerateRecoveryCodesView):  # type: ignore[misc]  # allauth has no types
    """New recovery codes in the place of the old ones."""

    template_name = "accounts/recovery_new.html"


class AddPasskeyView(AddWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """A new passkey. It is always one that can sign in alone: kept on the device, unlocked by finger, face or PIN."""

    template_name = "accounts/passkey_add.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the question for the browser."""
        # not the library's own context: its question allows keys that can't sign in alone
        options = webauthn.begin_registration(signed_in(self.request), passwordless=True)
        return {"form": kwargs.get("form") or self.get_form(), "options": options, "view": self}

    def form_valid(self, form: Any) -> HttpResponse:
        """Added."""
        response: HttpResponse = super().form_valid(form)
        messages.success(self.request, gettext("Đã thêm khóa truy cập “%s”.") % form.cleaned_data["name"])
        return response


def _own_passkey(request: HttpRequest) -> Authenticator:
    """The passkey named by the form. NotFound when it is nobody's or somebody else's."""
    named = request.POST.get("id", "")
    found = Authenticator.objects.filter(
        user=signed_in(request),
        type=Authenticator.Type.WEBAUTHN,
        pk=int(named) if named.isascii() and named.isdigit() else 0,
    ).first()
    if found is None:
        raise NotFound(
            Message(
                "Không có khóa truy cập này trong tài khoản.", "There is no such passkey in this account."
            ),
            code="account.passkey_unknown",
        )
    return found


@require_POST
@private
@recently_authenticated
def rename_passkey(request: HttpRequest) -> HttpResponse:
    """Another name."""
    passkey = _own_passkey(request)
    form = PasskeyNameForm(request.POST)
    if form.is_valid():
        flows.rename_authenticator(request, passkey, form.cleaned_data["name"])
        messages.success(request, gettext("Đã đổi tên khóa truy cập."))
    else:
        messages.error(request, gettext("Tên khóa từ 1 đến 60 ký tự."))
    return redirect("mfa_index")


@require_POST
@private
@recently_authenticated
def remove_passkey(request: HttpRequest) -> HttpResponse:
    """Gone. Conflict when it is the last second factor and a role demands one."""
    passkey = _own_passkey(request)
    if not get_adapter().can_delete_authenticator(passkey):
        raise Conflict(
            Message(
                "Vai trò của ông/bà phải có lớp xác thực thứ hai; hãy thêm lớp khác trước khi gỡ khóa này.",
                "Your role must have a second factor; add another one before this passkey is removed.",
            ),
            code="account.last_factor",
        )
    flows.remove_authenticator(request, passkey)
    messages.success(request, gettext("Đã gỡ khóa truy cập."))
    return redirect("mfa_index")


totp_on = private(recently_authenticated(ActivateView.as_view()))
totp_off = private(recently_authenticated(DeactivateView.as_view()))
recovery = private(recently_authenticated(RecoveryView.as_view()))
recovery_new = private(recently_authenticated(NewRecoveryView.as_view()))
passkey_add = private(recently_authenticated(AddPasskeyView.as_view()))
