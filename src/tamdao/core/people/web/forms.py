"""The form for signing in, in the words of the house."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """Name and password. One sentence for every refusal: it does not tell whether the name exists."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["username"].label = _("Tên đăng nhập")
        self.fields["password"].label = _("Mật khẩu")

    def get_invalid_login_error(self) -> forms.ValidationError:
        """The refusal, without naming the field."""
        return forms.ValidationError(gettext("Tên đăng nhập hoặc mật khẩu không đúng."), code="invalid_login")
