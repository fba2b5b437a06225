"""Signing in through the configured OpenID Connect provider, and linking one's account to it."""

from __future__ import annotations

import logging

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from tamdao.core.accounts import oidc
from tamdao.core.accounts.api import recently_authenticated
from tamdao.core.accounts.services import identities
from tamdao.kit.errors import DomainError

from .pages import private, sign_in_page, signed_in

log = logging.getLogger(__name__)
_SESSION = "td_oidc"


def _client(request: HttpRequest) -> oidc.Client:
    return oidc.Client(
        issuer=settings.OIDC_ISSUER,
        client_id=settings.OIDC_CLIENT_ID,
        client_secret=settings.OIDC_CLIENT_SECRET,
        redirect_uri=request.build_absolute_uri(reverse("oidc_callback")),
    )


def _refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Back to the page the reader came from, with the sentence; the log has the reason and no token."""
    if isinstance(error, oidc.OidcRefused):
        log.warning("OpenID Connect refused: %s", error.why)
    sentence = error.message.text(request.LANGUAGE_CODE)
    if request.user.is_authenticated:
        messages.error(request, sentence)
        return redirect("account")
    return sign_in_page(request, error=sentence)


@require_GET
@private
def start(request: HttpRequest) -> HttpResponse:
    """Off to the provider."""
    if not settings.OIDC_ISSUER:
        return sign_in_page(request, error=gettext("Chưa cấu hình hệ thống định danh nào."))
    if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
        # another site led here: nobody is signed in without pressing the button of our own page
        return sign_in_page(request)
    asked = oidc.ask(following=get_next_redirect_url(request) or "")
    try:
        place = oidc.address(_client(request), asked)
    except oidc.OidcRefused as error:
        return _refused(request, error)
    request.session[_SESSION] = asked.stored()
    return redirect(place)


@require_POST
@private
@recently_authenticated
def link(request: HttpRequest) -> HttpResponse:
    """A page with the way to the provider. A link and not a redirect: forms of this site lead nowhere else."""
    asked = oidc.ask(link=signed_in(request).pk)
    try:
        place = oidc.address(_client(request), asked)
    except oidc.OidcRefused as error:
        return _refused(request, error)
    request.session[_SESSION] = asked.stored()
    return render(request, "accounts/oidc_link.html", {"place": place, "label": settings.OIDC_LABEL})


@require_POST
@private
@recently_authenticated
def unlink(request: HttpRequest) -> HttpResponse:
    """The provider no longer opens this account."""
    person = signed_in(request)
    identities.unlink(person=person, issuer=settings.OIDC_ISSUER, by=f"person:{person.pk}")
    messages.success(request, gettext("Đã gỡ liên kết."))
    return redirect("account")


@require_GET
@private
def callback(request: HttpRequest) -> HttpResponse:
    """The provider's answer. What was asked is forgotten first: one question, one answer."""
    kept = request.session.pop(_SESSION, None)
    try:
        if kept is None or not settings.OIDC_ISSUER:
            raise oidc.OidcRefused("nothing was asked")
        asked = oidc.Asked(**kept)
        found = oidc.subject(_client(request), asked, request.GET.dict())
        if asked.link is not None:
            return _link(request, asked, found)
        person = identities.find_person(issuer=settings.OIDC_ISSUER, subject=found)
    except DomainError as error:
        return _refused(request, error)
    if person is None:
        return sign_in_page(
            request,
            error=gettext(
                "Danh tính này chưa gắn với tài khoản nào. Đăng nhập bằng mật khẩu rồi liên kết ở trang "
                "Tài khoản của tôi, hoặc đề nghị quản trị hệ thống liên kết."
            ),
        )
    record_authentication(request, person, method="oidc")
    response: HttpResponse = perform_login(request, Login(user=person, redirect_url=asked.following or None))
    return response


def _link(request: HttpRequest, asked: oidc.Asked, found: str) -> HttpResponse:
    """Links whoever asked for it, if it is still they who sit here."""
    if not request.user.is_authenticated or request.user.pk != asked.link:
        raise oidc.OidcRefused("somebody else asked")
    person = signed_in(request)
    identities.link(
        person=person,
        issuer=settings.OIDC_ISSUER,
        subject=found,
        by=f"person:{person.pk}",
        at=timezone.now(),
    )
    messages.success(request, gettext("Đã liên kết tài khoản."))
    return redirect("account")
