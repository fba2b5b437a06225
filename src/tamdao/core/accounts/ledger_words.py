"""What the ledger calls the tables, columns and events of signing in."""

from __future__ import annotations

from collections.abc import Mapping

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
    "accounts.identity.linked": Message("liên kết định danh", "identity linked"),
    "accounts.identity.unlinked": Message("gỡ liên kết định danh", "identity unlinked"),
    "accounts.password.changed": Message("đổi mật khẩu", "password changed"),
    "accounts.reset.made": Message("cấp mã đặt mật khẩu", "code for a password made"),
    "accounts.reset.used": Message("đặt mật khẩu bằng mã", "password set by code"),
}
