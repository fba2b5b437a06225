"""What the ledger calls the tables, columns and events of signing in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tamdao.kit.messages import Message

LEDGER_WORDS: Mapping[str, Message] = {
    "accounts.SignIn": Message("lần đăng nhập", "sign-in"),
    "accounts.PasswordReset": Message("mã đặt mật khẩu", "code for a password"),
    "accounts.Identity": Message("liên kết định danh", "linked identity"),
    "mfa.Authenticator": Message("lớp xác thực thứ hai", "second factor"),
    "issuer": Message("nơi cấp", "issuer"),
    "subject": Message("định danh", "subject"),
    "linked_at": Message("lúc liên kết", "linked at"),
    "code_sha256": Message("mã dùng một lần", "one-time code"),
    "made_at": Message("lúc cấp", "made at"),
    "expires_at": Message("hết hạn lúc", "expires at"),
    "used_at": Message("dùng lúc", "used at"),
    "outcome": Message("kết quả", "outcome"),
    "method": Message("cách", "method"),
    "address": Message("địa chỉ mạng", "network address"),
    "device": Message("thiết bị", "device"),
    "user_id": Message("người", "person"),
    "type": Message("loại", "type"),
    "data": Message("dữ liệu bí mật", "secret data"),
    "last_used_at": Message("dùng lần cuối", "last used at"),
    "accounts.sign_in.done": Message("đăng nhập", "signed in"),
    "accounts.sign_in.half": Message(
        "mật khẩu đúng, chờ lớp thứ hai", "password right, second factor to come"
    ),
    "accounts.sign_in.wrong_password": Message(
        "có người thử đăng nhập, sai mật khẩu", "somebody tried a wrong password"
    ),
    "accounts.sign_in.wrong_code": Message("sai mã xác thực", "wrong code"),
    "accounts.factor.used": Message("dùng lớp xác thực thứ hai", "second factor used"),
    "accounts.password.rehashed": Message("đổi cách lưu mật khẩu", "password stored in a newer way"),
    "accounts.identity.linked": Message("liên kết định danh", "identity linked"),
    "accounts.identity.unlinked": Message("gỡ liên kết định danh", "identity unlinked"),
    "accounts.password.changed": Message("đổi mật khẩu", "password changed"),
    "accounts.reset.made": Message("cấp mã đặt mật khẩu", "code for a password made"),
    "accounts.reset.used": Message("đặt mật khẩu bằng mã", "password set by code"),
}

_METHODS: Mapping[str, Message] = {
    "password": Message("mật khẩu", "password"),
    "totp": Message("mã ứng dụng", "code of the app"),
    "code": Message("mã xác thực", "code"),
    "recovery_code": Message("mã dự phòng", "recovery code"),
    "recovery_codes": Message("mã dự phòng", "recovery codes"),
    "passkey": Message("khóa truy cập", "passkey"),
    "webauthn": Message("khóa truy cập", "passkey"),
    "oidc": Message("hệ thống định danh", "identity provider"),
}


def _outcome(code: str) -> Message:
    return LEDGER_WORDS.get(f"accounts.sign_in.{code}") or Message(code, code)


def _method(text: str) -> Message:
    """How somebody signed in: "password+totp" in words."""
    parts = [_METHODS.get(part) or Message(part, part) for part in text.split("+")]
    return Message(", ".join(part.vi for part in parts), ", ".join(part.en for part in parts))


# columns that hold codes, in words
LEDGER_VALUES: Mapping[str, Callable[[str], Message]] = {
    "outcome": _outcome,
    "method": _method,
    "type": _method,
}
