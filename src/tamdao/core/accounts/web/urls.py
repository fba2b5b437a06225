"""The addresses of signing in and of one's own account. Each view of allauth that is used is named here one by one.

Names that begin with account_ or mfa_ are those by which allauth leads from one page to the next.
"""

from __future__ import annotations

from tamdao.kit.web.routes import route

from . import account, again, factors, oidc, sign_in

urlpatterns = [
    route("accounts/login/", sign_in.sign_in, name="account_login", resource="session", action="start"),
    route(
        "accounts/login/step/",
        sign_in.second_step,
        name="mfa_authenticate",
        resource="session",
        action="start",
    ),
    route(
        "accounts/login/passkey/",
        sign_in.passkey,
        name="mfa_login_webauthn",
        resource="session",
        action="start",
    ),
    route(
        "accounts/login/passkey/options/",
        sign_in.passkey_options,
        name="passkey_options",
        resource="session",
        action="start",
    ),
    route("accounts/oidc/start/", oidc.start, name="oidc_start", resource="session", action="start"),
    route("accounts/oidc/callback/", oidc.callback, name="oidc_callback", resource="session", action="start"),
    route("account/identity/link/", oidc.link, name="oidc_link", resource="account", action="change"),
    route("account/identity/unlink/", oidc.unlink, name="oidc_unlink", resource="account", action="change"),
    route("accounts/logout/", sign_in.sign_out, name="account_logout", resource="session", action="end"),
    route("accounts/reset/", account.reset, name="account_reset", resource="session", action="start"),
    route("account/", account.overview, name="account", resource="account", action="view"),
    route(
        "account/password/",
        account.change_password,
        name="account_change_password",
        resource="account",
        action="change",
    ),
    route(
        "account/sessions/", account.list_sessions, name="account_sessions", resource="account", action="view"
    ),
    route(
        "account/sessions/end/",
        account.end_sessions,
        name="account_end_sessions",
        resource="account",
        action="change",
    ),
    route("account/factors/", factors.factors, name="mfa_index", resource="account", action="view"),
    route(
        "account/factors/app/", factors.totp_on, name="mfa_activate_totp", resource="account", action="change"
    ),
    route(
        "account/factors/app/off/",
        factors.totp_off,
        name="mfa_deactivate_totp",
        resource="account",
        action="change",
    ),
    route(
        "account/factors/codes/",
        factors.recovery,
        name="mfa_view_recovery_codes",
        resource="account",
        action="view",
    ),
    route(
        "account/factors/codes/new/",
        factors.recovery_new,
        name="mfa_generate_recovery_codes",
        resource="account",
        action="change",
    ),
    route(
        "account/factors/passkeys/add/",
        factors.passkey_add,
        name="mfa_add_webauthn",
        resource="account",
        action="change",
    ),
    route(
        "account/factors/passkeys/rename/",
        factors.rename_passkey,
        name="passkey_rename",
        resource="account",
        action="change",
    ),
    route(
        "account/factors/passkeys/remove/",
        factors.remove_passkey,
        name="passkey_remove",
        resource="account",
        action="change",
    ),
    route("account/again/", again.again, name="account_again", resource="account", action="view"),
    route(
        "account/again/password/",
        again.password,
        name="account_reauthenticate",
        resource="account",
        action="view",
    ),
    route("account/again/code/", again.code, name="mfa_reauthenticate", resource="account", action="view"),
    route(
        "account/again/passkey/",
        again.passkey,
        name="mfa_reauthenticate_webauthn",
        resource="account",
        action="view",
    ),
]
