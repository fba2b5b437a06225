"""One's own account: overview, password, sessions, the last attempts to sign in; a new password by a one-time code."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import get_default_password_validators
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from tamdao.core.accounts import queries
from tamdao.core.accounts.api import recently_authenticated
from tamdao.core.accounts.services import passwords, resets, sessions
from tamdao.kit.errors import DomainError

from .forms import ChangePasswordForm, ResetForm
from .pages import private, signed_in


def _rules() -> list[str]:
    """The rules of passwords in words."""
    words = {
        "UserAttributeSimilarityValidator": gettext("Không giống tên đăng nhập hay họ tên."),
        "MinimumLengthValidator": gettext("Từ 12 ký tự trở lên; một câu ngắn dễ nhớ là tốt."),
        "CommonPasswordValidator": gettext("Không nằm trong danh sách mật khẩu nhiều người dùng."),
        "NumericPasswordValidator": gettext("Không chỉ gồm chữ số."),
    }
    return [
        words.get(type(rule).__name__) or rule.get_help_text() for rule in get_default_password_validators()
    ]


@private
def overview(request: HttpRequest) -> HttpResponse:
    """What protects the account, and what happened to it lately."""
    person = signed_in(request)
    context = {
        "factors": queries.find_factors(person),
        "must": queries.must_have_second_factor(person),
        "sessions": queries.list_sessions(person),
        "sign_ins": queries.list_sign_ins(person),
        "identity": queries.find_identity(person),
        "oidc_label": settings.OIDC_LABEL if settings.OIDC_ISSUER else "",
    }
    return render(request, "accounts/account.html", context)


@private
def change_password(request: HttpRequest) -> HttpResponse:
    """The old one, the new one twice. All other sessions end."""
    form = ChangePasswordForm(request.POST or None, person=signed_in(request))
    if request.method == "POST" and form.is_valid():
        passwords.change(
            person=signed_in(request),
            password=form.cleaned_data["new"],
            session_key=str(request.session.session_key),
        )
        update_session_auth_hash(request, request.user)  # type: ignore[arg-type]  # a person is signed in
        messages.success(request, gettext("Đã đổi mật khẩu. Mọi phiên đăng nhập khác đã kết thúc."))
        return redirect("account")
    return render(request, "accounts/password.html", {"form": form, "rules": _rules()})


@private
def list_sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    this = sessions.digest(str(request.session.session_key))
    rows = [(row, row.key_sha256 == this) for row in queries.list_sessions(signed_in(request))]
    return render(
        request, "accounts/sessions.html", {"sessions": rows, "others": any(not own for _, own in rows)}
    )


@require_POST
@private
@recently_authenticated
def end_sessions(request: HttpRequest) -> HttpResponse:
    """One session, or all but this one."""
    person, named = signed_in(request), request.POST.get("id", "")
    if named == "others":
        count = sessions.end_all(person=person, but=str(request.session.session_key))
    else:
        count = sessions.end(person=person, ids=[int(named)] if named.isascii() and named.isdigit() else [])
    if count:
        messages.success(request, gettext("Đã kết thúc %s phiên đăng nhập.") % count)
    else:
        messages.warning(request, gettext("Không có phiên nào như vậy; có thể phiên đã kết thúc."))
    return redirect("account_sessions")


@private
def reset(request: HttpRequest) -> HttpResponse:
    """A new password by a one-time code. The second factors stay, and nobody is signed in by it."""
    if request.method != "POST":
        form = ResetForm(person=None)
        return render(request, "accounts/reset.html", {"form": form, "rules": _rules()})
    open_reset = resets.find(code=request.POST.get("code", "")[:80], at=timezone.now())
    form = ResetForm(request.POST, person=open_reset.person if open_reset else None)
    if form.is_valid():
        try:
            resets.use(code=form.cleaned_data["code"], password=form.cleaned_data["new"], at=timezone.now())
        except DomainError as error:
            form.add_error("code", error.message.text(request.LANGUAGE_CODE))
        else:
            messages.success(request, gettext("Đã đặt mật khẩu mới. Hãy đăng nhập."))
            return redirect("account_login")
    elif open_reset is None and not form.has_error("code"):
        form.add_error("code", resets.spent().message.text(request.LANGUAGE_CODE))
    return render(request, "accounts/reset.html", {"form": form, "rules": _rules()})
