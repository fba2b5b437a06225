"""`tamdao account`: what an administrator does for somebody who can't get in."""

from __future__ import annotations

import json

import click
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tamdao.core.accounts import locking, rules
from tamdao.core.accounts.services import identities, resets, sessions
from tamdao.core.ledger.acting import operator
from tamdao.kit.click_types import FORMAT
from tamdao.kit.errors import Conflict
from tamdao.kit.messages import Message


def _issuer() -> str:
    if not settings.OIDC_ISSUER:
        raise Conflict(
            Message(
                "Chưa cấu hình hệ thống định danh; đặt TAMDAO_OIDC_ISSUER.",
                "No identity provider is configured; set TAMDAO_OIDC_ISSUER.",
            ),
            code="oidc.none",
        )
    return str(settings.OIDC_ISSUER)


@click.group()
def account() -> None:
    """Tài khoản: đặt lại mật khẩu, mở khóa, liên kết định danh · reset, unlock, link accounts."""


@account.command(epilog="Ví dụ · example: tamdao account reset vanthu")
@click.argument("username")
@click.option(
    "--without-factors",
    is_flag=True,
    help="Gỡ cả lớp xác thực thứ hai (mất điện thoại và mã dự phòng) · also remove the second factors.",
)
@FORMAT
def reset(*, username: str, without_factors: bool, form: str) -> None:
    """Cấp mã dùng một lần để USERNAME đặt mật khẩu mới; mã hết hạn sau 24 giờ.

    Make a one-time code with which USERNAME sets a new password within 24 hours. Shown once, never stored. Hand it over
    in person or by telephone to somebody you know.
    """
    person = resets.person_named(username)
    at = timezone.now()
    code = resets.make(person=person, by=operator(), at=at, without_factors=without_factors)
    until = timezone.localtime(at + rules.RESET_LIFE)
    # never in the address: addresses stand in logs and histories
    path = "/accounts/reset/"
    if form == "json":
        click.echo(json.dumps({"code": code, "path": path, "expires_at": until.isoformat()}, indent=1))
        return
    origin = next(iter(settings.CSRF_TRUSTED_ORIGINS), "http://localhost:8000")
    click.echo(f"{origin}{path}")
    click.echo(f"Mã · code: {code}")
    click.echo(f"Hết hạn · expires: {until:%d/%m/%Y %H:%M}")


@account.command(epilog="Ví dụ · example: tamdao account unlock vanthu")
@click.argument("username")
@FORMAT
def unlock(*, username: str, form: str) -> None:
    """Mở khóa USERNAME đang tạm dừng vì nhập sai nhiều lần.

    Let USERNAME in again after too many wrong passwords or codes.
    """
    person = resets.person_named(username)
    places = locking.unlock(person=person)
    if form == "json":
        click.echo(json.dumps({"username": username, "places": places}, indent=1))
    else:
        click.echo(f"Đã mở khóa ở {places} nơi · unlocked in {places} places")


@account.command(epilog="Ví dụ · example: tamdao account sign-out vanthu")
@click.argument("username")
@FORMAT
def sign_out(*, username: str, form: str) -> None:
    """Kết thúc mọi phiên đăng nhập của USERNAME.

    End all sessions of USERNAME.
    """
    ended = sessions.end_all(person=resets.person_named(username))
    if form == "json":
        click.echo(json.dumps({"username": username, "ended": ended}, indent=1))
    else:
        click.echo(f"Đã kết thúc {ended} phiên · ended {ended} sessions")


@account.command(epilog="Ví dụ · example: tamdao account link vanthu 248289761001")
@click.argument("username")
@click.argument("subject")
@FORMAT
def link(*, username: str, subject: str, form: str) -> None:
    """Gắn USERNAME với danh tính SUBJECT của hệ thống định danh đã cấu hình.

    Link USERNAME to the identity SUBJECT (claim `sub`) of the configured provider.
    """
    with transaction.atomic():
        made = identities.link(
            person=resets.person_named(username),
            issuer=_issuer(),
            subject=subject,
            by=operator(),
            at=timezone.now(),
        )
    if form == "json":
        click.echo(json.dumps({"username": username, "issuer": made.issuer, "subject": subject}, indent=1))
    else:
        click.echo(f"Đã liên kết · linked: {username} ↔ {made.issuer} {subject}")


@account.command(epilog="Ví dụ · example: tamdao account unlink vanthu")
@click.argument("username")
@FORMAT
def unlink(*, username: str, form: str) -> None:
    """Gỡ liên kết của USERNAME với hệ thống định danh đã cấu hình.

    Take the link of USERNAME with the configured provider away.
    """
    count = identities.unlink(person=resets.person_named(username), issuer=_issuer(), by=operator())
    if form == "json":
        click.echo(json.dumps({"username": username, "unlinked": count}, indent=1))
    else:
        click.echo(f"Đã gỡ {count} liên kết · unlinked {count}")
