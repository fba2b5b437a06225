"""`{% load accounts %}`: the words of attempts to sign in, and recovery codes as a file."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tamdao.core.accounts.models import SignIn

register = template.Library()

_OUTCOMES = {
    SignIn.Outcome.DONE: _("đã vào"),
    SignIn.Outcome.HALF: _("mật khẩu đúng, chờ lớp thứ hai"),
    SignIn.Outcome.WRONG_PASSWORD: _("sai mật khẩu"),
    SignIn.Outcome.WRONG_CODE: _("sai mã"),
}
_METHODS = {
    "password": _("mật khẩu"),
    "totp": _("mã ứng dụng"),
    "code": _("mã xác thực"),
    "recovery_code": _("mã dự phòng"),
    "passkey": _("khóa truy cập"),
    "oidc": _("hệ thống định danh"),
}


@register.filter
def outcome_word(outcome: str) -> str:
    """What came of an attempt."""
    return str(_OUTCOMES.get(SignIn.Outcome(outcome), outcome))


@register.filter
def method_words(method: str) -> str:
    """password+totp → "mật khẩu, mã ứng dụng"."""
    return ", ".join(str(_METHODS.get(part, part)) for part in method.split("+") if part) or "–"


@register.filter
def codes_file(codes: Sequence[str], username: str) -> str:
    """Recovery codes as the address of a text file: made in the page, so that they leave the server once."""
    lines = [gettext("Mã dự phòng Tam Đảo, tài khoản %s. Mỗi mã dùng một lần.") % username, "", *codes, ""]
    return f"data:text/plain;charset=utf-8,{quote(chr(10).join(lines))}"
