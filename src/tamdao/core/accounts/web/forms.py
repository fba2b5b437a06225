"""Forms of signing in and of one's own account. They validate and never save."""

from __future__ import annotations

import time
import unicodedata
from datetime import datetime
from functools import partial
from typing import Any, cast

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.core import context
from allauth.mfa.base.forms import BaseAuthenticateForm
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm
from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tamdao.core.accounts import passwords, rules
from tamdao.core.accounts.locking import client_address, client_network, give_back
from tamdao.core.accounts.models import SignIn
from tamdao.core.accounts.services import codes, sign_ins
from tamdao.core.ledger.acting import acting, become, current
from tamdao.core.people.models import Person
from tamdao.kit.web.forms import speak_plainly

# longer ones are nobody's password and only cost time
LONGEST_PASSWORD = 1000


def locked_error(end: datetime) -> ValidationError:
    """The sentence about a lock: how long, until when."""
    return ValidationError(
        gettext(
            "Sai quá nhiều lần. Từ nơi này, tài khoản tạm dừng đăng nhập thêm %(minutes)s phút, đến %(until)s. "
            "Cần vào ngay: đăng nhập từ nơi khác hoặc liên hệ quản trị hệ thống."
        ),
        code="locked",
        params={
            "minutes": rules.minutes_left(end, at=timezone.now()),
            "until": timezone.localtime(end).strftime("%H:%M"),
        },
    )


def _password(label: Any, *, autocomplete: str, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_PASSWORD,
        strip=False,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class _Form(forms.Form):
    """A form without the colon behind its labels, as everywhere here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)


class SignInForm(_Form):
    """Name and password. One sentence for every refusal: it does not tell whether the name exists."""

    username = forms.CharField(
        label=_("Tên đăng nhập"),
        max_length=80,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        ),
    )
    password = _password(_("Mật khẩu"), autocomplete="current-password")

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.person: Person | None = None

    def clean_username(self) -> str:
        """As the house stores names: one spelling for letters that look alike."""
        return unicodedata.normalize("NFKC", self.cleaned_data["username"])

    def clean(self) -> dict[str, Any]:
        """Asks the lock and then the password."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        found = authenticate(self.request, username=cleaned["username"], password=cleaned["password"])
        end = getattr(self.request, "locked_until", None)
        if end is not None:
            raise locked_error(end)
        if not isinstance(found, Person):
            raise ValidationError(gettext("Tên đăng nhập hoặc mật khẩu không đúng."), code="invalid_login")
        self.person = found
        # the session is not theirs yet, but what follows is written for nobody else
        become(by=f"person:{found.pk}")
        return cleaned

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """On to the second factor, or in. Called by allauth when the form is valid."""
        person = cast(Person, self.person)  # the form is valid
        response: HttpResponse = perform_password_login(
            request,
            {"username": person.username},
            Login(user=person, redirect_url=redirect_url),
        )
        if not request.user.is_authenticated:
            sign_ins.note(
                person=person,
                outcome=SignIn.Outcome.HALF,
                method="password",
                address=client_address(request),
                user_agent=request.META.get("HTTP_USER_AGENT", ""),
                at=timezone.now(),
            )
        return response


class PasswordAgainForm(_Form):
    """The password of somebody who is signed in, before a sensitive act."""

    password = _password(_("Mật khẩu"), autocomplete="current-password")

    def __init__(self, *args: Any, user: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Counted by the same lock as signing in."""
        password: str = self.cleaned_data["password"]
        _check_own_password(self.user, password)
        return password


def _check_own_password(person: Person, password: str) -> None:
    """ValidationError unless it is the password of `person`; attempts count like those of signing in."""
    request = context.request
    found = authenticate(request, username=person.username, password=password)
    end = getattr(request, "locked_until", None)
    if end is not None:
        raise locked_error(end)
    if found != person:
        raise ValidationError(gettext("Mật khẩu không đúng."), code="incorrect_password")
    give_back(username=person.username, network=client_network(request))


def _code_field(help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Mã xác thực"),
        max_length=20,
        help_text=help_text,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )


def _checked(person: Person, code: str, accepts: Any) -> None:
    """Counts the attempt, asks `accepts(code)`, and refuses with the sentence that fits."""
    become(by=current().by or f"person:{person.pk}")
    end = codes.take_place(person=person, at=timezone.now())
    if end is not None:
        raise locked_error(end)
    with acting(event="accounts.factor.used"):
        accepted = accepts(code)
    if not accepted:
        sign_ins.note(
            person=person,
            outcome=SignIn.Outcome.WRONG_CODE,
            method="code",
            address=client_address(context.request),
            user_agent=context.request.META.get("HTTP_USER_AGENT", ""),
            at=timezone.now(),
        )
        raise ValidationError(
            gettext("Mã không đúng hoặc đã dùng. Chờ mã tiếp theo rồi nhập lại."), code="incorrect_code"
        )
    codes.give_back(person=person)


def _totp(person: Person, secret: str, code: str) -> bool:
    return codes.accept_totp(
        person=person,
        code=code,
        now=time.time(),
        tolerance=settings.MFA_TOTP_TOLERANCE,
        value=lambda counter: format_hotp_value(hotp_value(secret, counter)),
    )


class CodeForm(_Form, BaseAuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """A code of the app, or a recovery code. Good once, in whatever process it arrives."""

    code = _code_field(_("Sáu chữ số trong ứng dụng xác thực, hoặc một mã dự phòng."))
    again = False

    def clean_code(self) -> str:
        """The factor whose code this is becomes `self.authenticator`."""
        code = "".join(letter for letter in self.cleaned_data["code"] if letter.isalnum())
        _checked(self.user, code, self._accepts)
        return code

    def _accepts(self, code: str) -> bool:
        factors = {factor.type: factor for factor in Authenticator.objects.filter(user=self.user)}
        totp, recovery = (
            factors.get(kind) for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
        )
        if totp is not None and _totp(self.user, decrypt(totp.data["secret"]), code):
            self.authenticator = totp
            return True
        if recovery is not None and recovery.wrap().validate_code(code):
            self.authenticator = recovery
            return True
        return False

    def save(self) -> None:
        """Called by allauth when the form is valid."""
        with acting(event="accounts.factor.used"):
            post_authentication(context.request, self.authenticator, reauthenticated=self.again)


class CodeAgainForm(CodeForm):
    """The same for somebody who is signed in, before a sensitive act."""

    again = True


class ActivateTotpForm(_Form, ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    """The first code of a new app; it proves that the app works and is used up by that."""

    code = _code_field(_("Sáu chữ số mà ứng dụng đang hiện."))

    def clean_code(self) -> str:
        """The secret is the one shown on this page."""
        code = "".join(letter for letter in self.cleaned_data["code"] if letter.isdigit())
        _checked(self.user, code, partial(_totp, self.user, self.secret))
        return code


class _Credential:
    """Whatever a browser sends in place of a passkey's answer is refused with a sentence, never with a crash."""

    def _full_clean_credential(self, clean: Any) -> Any:
        try:
            return clean()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValidationError(passkey_refused(), code="incorrect_code") from error


def passkey_refused() -> str:
    """The sentence about a passkey that was not accepted."""
    return gettext("Khóa truy cập không được chấp nhận. Thử lại, hoặc dùng cách khác.")


class PasskeyForm(_Credential, _Form, AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A passkey as the second factor."""

    def save(self) -> None:
        """Called by allauth when the form is valid; the passkey names its person."""
        become(by=f"person:{self.cleaned_data['credential'].user_id}")
        with acting(event="accounts.factor.used"):
            super().save()

    def clean_credential(self) -> Any:
        """The factor that signed."""
        return self._full_clean_credential(super().clean_credential)


class PasskeyAgainForm(PasskeyForm):
    """The same for somebody who is signed in, before a sensitive act."""

    reauthenticated = True


class PasskeySignInForm(PasskeyForm):
    """A passkey in the place of name, password and second factor."""

    passwordless = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=None, **kwargs)


class AddPasskeyForm(_Credential, _Form, AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A new passkey and its name."""

    passwordless = None
    name = forms.CharField(
        label=_("Tên khóa"),
        max_length=60,
        required=False,
        help_text=_("Để nhận ra về sau: “Điện thoại cơ quan”, “Khóa USB trong két”."),
    )

    def clean(self) -> Any:
        """The browser's answer fits the question this session asked."""
        return self._full_clean_credential(super().clean)


class PasskeyNameForm(_Form):
    """Another name for a passkey."""

    id = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Tên khóa"), max_length=60)


class NewPasswordForm(_Form):
    """A new password, twice, by the rules."""

    new = _password(_("Mật khẩu mới"), autocomplete="new-password")
    again = _password(_("Nhập lại mật khẩu mới"), autocomplete="new-password")

    def __init__(self, *args: Any, person: Person | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_new(self) -> str:
        """All rules that it breaks, at once."""
        password: str = self.cleaned_data["new"]
        passwords.check(password, self.person)
        return password

    def clean(self) -> dict[str, Any]:
        """Both are the same, also when the first one breaks the rules."""
        cleaned = super().clean() or {}
        if cleaned.get("again") and cleaned["again"] != self.data.get(self.add_prefix("new")):
            self.add_error("again", gettext("Hai lần nhập không giống nhau."))
        return cleaned


class ChangePasswordForm(NewPasswordForm):
    """The password of today, then the new one twice."""

    field_order = ("password", "new", "again")
    password = _password(_("Mật khẩu hiện nay"), autocomplete="current-password")

    def clean_password(self) -> str:
        """Counted by the same lock as signing in."""
        password: str = self.cleaned_data["password"]
        _check_own_password(cast(Person, self.person), password)  # somebody is signed in
        return password


class ResetForm(NewPasswordForm):
    """The one-time code of the administrator, then the new password twice."""

    field_order = ("code", "new", "again")
    code = forms.CharField(
        label=_("Mã đặt lại mật khẩu"),
        max_length=80,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
