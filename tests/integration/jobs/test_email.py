"""E-mail through a real server on this machine, and through servers that refuse, babble, hang or are gone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from django.utils import timezone
from pytest_django import Settings

from tamdao.core.jobs import email
from tamdao.core.jobs.models import OutboxMessage
from tamdao.core.jobs.relay import Relay
from tamdao.core.jobs.services import outbox
from tamdao.kit import mail
from tamdao.kit.errors import DomainError
from tests.mail_server import Box, smtp

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 26, 8, tzinfo=UTC)
MAIL = {"to": ["vanphong@example.vn"], "subject": "Nhắc hạn gửi số liệu", "text": "Còn 3 ngày.\n"}


@contextmanager
def server(talk: Callable[[socket.socket], None], settings: Settings) -> Iterator[None]:
    """Something that listens and talks as it likes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings.TAMDAO_SMTP_URL = f"smtp://127.0.0.1:{listening.getsockname()[1]}/"

        def serve() -> None:
            try:
                peer, _ = listening.accept()
            except OSError:
                return
            with peer:
                talk(peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield
        listening.close()
        thread.join(timeout=5)


def hanging(over: threading.Event) -> Callable[[socket.socket], None]:
    """A server that takes the call and says nothing for a minute, or until the test is over."""

    def hang(peer: socket.socket) -> None:
        over.wait(60)

    return hang


def send() -> OutboxMessage:
    message = outbox.enqueue(channel="email", payload=MAIL, at=timezone.now())
    Relay().step()
    message.refresh_from_db()
    return message


def test_a_mail_arrives_with_its_number_and_its_letters(settings: Settings) -> None:
    box = Box()
    with smtp(box, settings):
        message = send()
    assert message.state == "sent", message.problem_vi
    (envelope,) = box.mails
    assert envelope.rcpt_tos == ["vanphong@example.vn"]
    text = envelope.content.decode()
    assert f"Message-ID: <{message.id}@example.vn>" in text
    assert "Subject: =?utf-8?" in text
    assert "From: tamdao@example.vn" in text


@pytest.mark.parametrize(
    ("box", "state", "code"),
    [
        (Box(receiver="550 no such mailbox"), "dead", "550"),
        (Box(receiver="450 try later"), "waiting", "450"),
        (Box(content="554 refused"), "dead", "554"),
        (Box(content="451 greylisted"), "waiting", "451"),
    ],
)
def test_the_answer_of_the_server_decides(box: Box, state: str, code: str, settings: Settings) -> None:
    with smtp(box, settings):
        message = send()
    assert (message.state, code in message.problem_vi) == (state, True)
    assert box.mails == []


# the library warns of what the test is about: a password without encryption, on this machine alone
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_password_is_used_and_a_wrong_one_is_named(settings: Settings) -> None:
    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == b"right", handled=False)

    box = Box()
    options = {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    with smtp(box, settings, user="office:right@", **options):
        assert send().state == "sent"
    with smtp(box, settings, user="office:wrong@", **options):
        message = send()
    assert (message.state, "TAMDAO_SMTP_URL" in message.problem_vi) == ("waiting", True)
    assert "wrong" not in message.problem_vi


@pytest.mark.parametrize(
    "said",
    [
        b"\x00\xff\xfe garbage\r\n" * 50,
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"",
        b"220 hello\r\n\xff\xff\r\n",
    ],
)
def test_a_server_that_babbles_costs_an_attempt_and_nothing_more(said: bytes, settings: Settings) -> None:
    with server(lambda peer: peer.sendall(said), settings):
        message = send()
    assert message.state == "waiting"
    assert "127.0.0.1" in message.problem_vi
    assert message.attempts == 1


def test_a_server_that_hangs_is_left_in_time(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TIMEOUT", 0.5)
    over = threading.Event()
    begun = time.monotonic()
    with server(hanging(over), settings):
        message = send()
        over.set()
    assert time.monotonic() - begun < 5
    assert message.state == "waiting"
    assert "hết thời gian chờ" in message.problem_vi


@pytest.mark.soak
def test_a_server_that_hangs_for_a_minute_is_left_after_ten_seconds(settings: Settings) -> None:
    over = threading.Event()
    begun = time.monotonic()
    with server(hanging(over), settings):
        message = send()
        assert 9 < time.monotonic() - begun < 20
        over.set()
    assert message.state == "waiting"


def test_a_server_that_is_down_or_not_named(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    settings.TAMDAO_SMTP_URL = f"smtp://127.0.0.1:{port}/"
    assert "127.0.0.1" in send().problem_vi
    settings.TAMDAO_SMTP_URL = ""
    assert "TAMDAO_SMTP_URL" in send().problem_vi


def test_mail_waits_while_the_server_is_down_and_leaves_once_when_it_is_back(settings: Settings) -> None:
    settings.TAMDAO_SMTP_URL = ""
    waiting = [send() for _ in range(3)]
    OutboxMessage.objects.update(next_at=AT)
    box = Box()
    with smtp(box, settings):
        assert Relay().step().sent == 3
    assert len(box.mails) == 3
    assert all(str(message.id) in repr([mail.content for mail in box.mails]) for message in waiting)


def test_a_password_is_not_sent_in_clear_over_a_network(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Box()
    with smtp(box, settings, user="office:right@"):
        monkeypatch.setattr(mail, "_LOOPBACK", set())
        message = send()
    assert "không mã hóa" in message.problem_vi
    assert box.mails == []


def test_mail_is_not_sent_in_clear_over_a_network_unless_its_address_says_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Box()
    monkeypatch.setattr(mail, "_LOOPBACK", set())
    with smtp(box, settings):
        assert "không mã hóa" in send().problem_vi
        assert box.mails == []
        settings.TAMDAO_SMTP_URL += "&encryption=optional"
        assert send().state == "sent"


def test_tls_from_the_start_is_tried_and_a_server_without_it_refused(settings: Settings) -> None:
    with server(lambda peer: peer.sendall(b"220 plain\r\n"), settings):
        settings.TAMDAO_SMTP_URL = settings.TAMDAO_SMTP_URL.replace("smtp:", "smtps:")
        assert send().state == "waiting"


def test_the_parts_of_the_address() -> None:
    found = mail.server_of("smtps://a%40b:c%2Fd@mail.example.vn/?from=so@example.vn")
    assert (found.host, found.port, found.tls) == ("mail.example.vn", 465, True)
    assert (found.user, found.password, found.sender) == ("a@b", "c/d", "so@example.vn")
    assert mail.server_of("smtp://mail.example.vn").sender == "tamdao@mail.example.vn"


@pytest.mark.parametrize(
    "payload",
    [
        {},
        MAIL | {"to": []},
        MAIL | {"to": "a@example.vn"},
        MAIL | {"to": [1]},
        MAIL | {"to": ["no-address"]},
        MAIL | {"to": ["a@example.vn, b@example.vn"]},
        MAIL | {"to": ["a@example.vn\nBcc: x@example.vn"]},
        MAIL | {"subject": "one\nBcc: x@example.vn"},
        MAIL | {"html": "<b>"},
    ],
)
def test_what_is_no_mail_is_refused_before_it_is_written(payload: dict[str, Any]) -> None:
    with pytest.raises(DomainError, match="Thư phải có"):
        email.check(payload)
