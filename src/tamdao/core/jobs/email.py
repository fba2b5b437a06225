"""The channel `email`: plain text over SMTP, as TAMDAO_SMTP_URL says."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from tamdao.kit.errors import DomainError
from tamdao.kit.mail import Server, Unencrypted, connected, server_of
from tamdao.kit.messages import Message

from .channels import Channel, Delivery, NotDelivered, Undeliverable, register_channel

# the first digit of an answer that is final (RFC 5321, section 4.2.1)
_PERMANENT = 5


def check(payload: Mapping[str, Any]) -> None:
    """`to` (addresses), `subject` and `text`, nothing else; DomainError email_malformed."""
    to, subject, text = (payload.get(name) for name in ("to", "subject", "text"))
    addresses = isinstance(to, list) and bool(to) and all(_is_address(address) for address in to)
    words = isinstance(subject, str) and isinstance(text, str) and not set(subject) & set("\r\n")
    if not addresses or not words or set(payload) != {"to", "subject", "text"}:
        raise DomainError(
            Message(
                "Thư phải có to (danh sách địa chỉ), subject (một dòng) và text.",
                "A mail has to (a list of addresses), subject (one line) and text.",
            ),
            code="email_malformed",
        )


def _is_address(value: object) -> bool:
    if not isinstance(value, str) or value != value.strip() or any(mark in value for mark in " \r\n,<>"):
        return False
    name, _, host = value.rpartition("@")
    return bool(name and host)


def deliver(delivery: Delivery) -> None:
    """Hand the mail to the server; returns when the server has taken it over."""
    url = settings.TAMDAO_SMTP_URL
    if not url:
        raise NotDelivered(
            Message(
                "Chưa khai báo máy chủ thư; đặt biến TAMDAO_SMTP_URL rồi chạy lại.",
                "No mail server is named; set TAMDAO_SMTP_URL and start again.",
            ),
            away=True,
        )
    server = server_of(url)
    mail = compose(delivery, server)
    with _explained(server), connected(server) as smtp:
        smtp.send_message(mail)


def compose(delivery: Delivery, server: Server) -> EmailMessage:
    """The mail. Its Message-ID comes from the message's own id, so that a repeated mail is known again."""
    mail = EmailMessage()
    mail["From"] = server.sender
    mail["To"] = ", ".join(delivery.payload["to"])
    mail["Subject"] = delivery.payload["subject"]
    mail["Date"] = format_datetime(timezone.localtime())
    mail["Message-ID"] = f"<{delivery.id}@{server.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(delivery.payload["text"])
    return mail


@contextmanager
def _explained(server: Server) -> Iterator[None]:
    """Errors of the connection and answers of the server as what they mean for the message."""
    where = f"{server.host}:{server.port}"
    try:
        yield
    except Unencrypted as error:
        raise NotDelivered(
            Message(
                f"Máy chủ thư {server.host} không mã hóa; không gửi thư và mật khẩu qua đó.",
                f"The mail server {server.host} offers no encryption; neither mail nor password is sent over it.",
            ),
            away=True,
        ) from error
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise _answered(where, code, text) from error
    except smtplib.SMTPAuthenticationError as error:
        raise NotDelivered(
            Message(
                f"Máy chủ thư {where} không nhận tên hoặc mật khẩu trong TAMDAO_SMTP_URL.",
                f"The mail server {where} refuses the name or password in TAMDAO_SMTP_URL.",
            ),
            away=True,
        ) from error
    except smtplib.SMTPResponseException as error:
        raise _answered(where, error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError, ValueError) as error:
        # UnicodeError of a server that answers in bytes of no alphabet is a ValueError; smtplib turns a time-out into
        # a lost connection and keeps it as the context
        late = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
        kind = "hết thời gian chờ" if late else "mất kết nối hoặc trả lời sai"
        kind_en = "no answer in time" if late else "connection lost or garbled answer"
        raise NotDelivered(
            Message(
                f"Không nói chuyện được với máy chủ thư {where}: {kind}.",
                f"The mail server {where} can't be spoken to: {kind_en}.",
            ),
            away=True,
        ) from error


def _answered(where: str, code: int, text: bytes | str) -> NotDelivered | Undeliverable:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    said = " ".join(said.split())[:200]
    message = Message(
        f"Máy chủ thư {where} trả lời {code} {said}", f"The mail server {where} answered {code} {said}"
    )
    if code // 100 == _PERMANENT:
        return Undeliverable(message)
    # -1 is smtplib's word for an answer that is none
    return NotDelivered(message, away=code < 0)


EMAIL = Channel("email", Message("Thư điện tử", "E-mail"), deliver, check)


def register() -> None:
    """Called when the app is ready."""
    register_channel(EMAIL)
