"""A real mail server on this machine, for the tests of what leaves by e-mail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from django.conf import LazySettings
from pytest_django import Settings

from tests.support import free_port


class Box:
    """A handler of the test server: keeps what it takes, answers `says` to a receiver and to the content."""

    def __init__(self, *, receiver: str = "", content: str = "250 OK") -> None:
        self.receiver, self.content = receiver, content
        self.mails: list[Any] = []

    async def handle_RCPT(  # noqa: N802  (the name that the library calls)
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.receiver:
            return self.receiver
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  (see above)
        if self.content.startswith("250"):
            self.mails.append(envelope)
        return self.content


@contextmanager
def smtp(
    handler: Box, settings: Settings | LazySettings, *, user: str = "", **options: Any
) -> Iterator[None]:
    """A mail server on this machine, named by TAMDAO_SMTP_URL."""
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        settings.TAMDAO_SMTP_URL = f"smtp://{user}127.0.0.1:{port}/?from=tamdao@example.vn"
        yield
    finally:
        controller.stop()
