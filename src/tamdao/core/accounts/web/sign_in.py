"""Signing in: name and password, then the second factor; or a passkey alone. Signing out."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.logout import logout
from allauth.account.stages import LoginStageController
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from .forms import PasskeySignInForm, SignInForm, passkey_refused
from .pages import private, sign_in_page

TOO_MANY = 429


class SignInView(LoginView):  # type: ignore[misc]  # allauth has no types
    """Name and password."""

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        """The page again; 429 while locked, so that programs notice too."""
        locked = form.has_error("__all__", "locked")
        return sign_in_page(self.request, form=form, status=TOO_MANY if locked else 200)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Our page."""
        return sign_in_page(self.request, form=context["form"])


class SecondStepView(AuthenticateView):  # type: ignore[misc]  # allauth has no types
    """The second factor of somebody whose password was right."""

    template_name = "accounts/second_step.html"


class PasskeySignInView(LoginWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """A passkey in the place of name, password and second factor."""

    def get_form_class(self) -> type[PasskeySignInForm]:
        """Our form."""
        return PasskeySignInForm

    def form_invalid(self, form: PasskeySignInForm) -> HttpResponse:
        """The sign-in page with the reason."""
        return sign_in_page(self.request, error=passkey_refused())

    def form_valid(self, form: PasskeySignInForm) -> HttpResponse:
        """In, and on to where the reader wanted to go."""
        response: HttpResponse = super().form_valid(form)
        following = get_next_redirect_url(self.request)
        if following and self.request.user.is_authenticated:
            return redirect(following)
        return response


sign_in = private(SignInView.as_view())
_second_step = SecondStepView.as_view()
passkey = require_POST(private(PasskeySignInView.as_view()))


@private
def second_step(request: HttpRequest) -> HttpResponseBase:
    """Without a password that was right a moment ago there is nothing to ask; the page says how to begin again."""
    if not request.user.is_authenticated and not LoginStageController.enter(request, AuthenticateStage.key):
        return render(request, "accounts/begin_again.html")
    response: HttpResponseBase = _second_step(request)
    return response


@require_GET
@private
def passkey_options(request: HttpRequest) -> HttpResponse:
    """The question a browser puts to its passkeys; asked for when the button is pressed."""
    return JsonResponse(webauthn.begin_authentication(user=None))


@require_POST
@private
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session ends on the server; a half-finished sign-in too."""
    logout(request, show_message=False)
    response = redirect(get_next_redirect_url(request) or settings.LOGOUT_REDIRECT_URL)
    # copies of pages go too; cookies stay, they hold the reader's language and colours
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
