"""Where django-allauth asks the house: words, addresses, secrets at rest, which factor may go."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .locking import client_address
from .queries import must_have_second_factor

_WRONG_CODE = _("Mã không đúng hoặc đã dùng. Chờ mã tiếp theo rồi nhập lại.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Signing in by name and password; nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("Tên đăng nhập hoặc mật khẩu không đúng."),
        "incorrect_password": _("Mật khẩu không đúng."),
        "incorrect_code": _WRONG_CODE,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people are entered by the office."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: the pages say what happened, in the words of the house."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The same address as everywhere here."""
        return client_address(request)

    def is_safe_url(self, url: str | None) -> bool:
        """Whether to go on to `url`: addresses of this site alone."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """A closed account is answered like a wrong password."""
        from .web.pages import refused

        return refused(request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Password first, then code, then passkey, in the words of the house."""
        words = {
            "reauthenticate": _("Bằng mật khẩu"),
            "mfa_reauthenticate": _("Bằng mã của ứng dụng xác thực hoặc mã dự phòng"),
            "mfa_reauthenticate:webauthn": _("Bằng khóa truy cập"),
        }
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method | {"description": words[method["id"]]} for method in methods]


def _fernet() -> MultiFernet:
    """Encrypts under a key drawn from the signing key of the instance; older signing keys still decrypt."""
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    drawn = [
        HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tamdao second factors").derive(key.encode())
        for key in keys
    ]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in drawn])


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Second factors."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _WRONG_CODE,
        "cannot_delete_authenticator": _(
            "Vai trò của ông/bà phải có lớp xác thực thứ hai; hãy thêm lớp khác trước."
        ),
        "cannot_generate_recovery_codes": _("Mã dự phòng chỉ có khi đã bật lớp xác thực thứ hai."),
    }

    def encrypt(self, text: str) -> str:
        """Keys of second factors don't stand in the database as they are."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The way back."""
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """The last second factor stays where a role demands one."""
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        if others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
            return True
        return not must_have_second_factor(authenticator.user)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002  # allauth's word
        """A name for a passkey that was given none."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Khóa truy cập %(number)s") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Who asks for a passkey, as the browser shows it."""
        return {"id": super().get_public_key_credential_rp_entity()["id"], "name": "Tam Đảo"}

    def _get_site_name(self) -> str:
        return "Tam Đảo"
