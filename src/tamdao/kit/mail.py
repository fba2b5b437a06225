"""The mail server of an instance: what `smtp[s]://user:password@host:port/?from=address` names, and a connection to it.

Imports nothing of the house, so that the ledger and the outbox hand over their mail in one way.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

# seconds for each answer of the server
TIMEOUT = 10.0
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over."""

    host: str
    port: int
    tls: bool
    user: str
    password: str
    sender: str
    # whether mail without a password may go to a server of another machine that offers no encryption
    openly: bool = False


class Unencrypted(smtplib.SMTPException):
    """The server offers no encryption, so nothing was sent."""


def server_of(url: str) -> Server:
    """The server a URL names; `smtps` speaks TLS from the start, `smtp` asks for it (STARTTLS).

    `encryption=optional` in its query lets mail go without, as some relays of an office need it.
    """
    parts = urlsplit(url)
    tls = parts.scheme == "smtps"
    host = parts.hostname or ""
    query = parse_qs(parts.query)
    sender = query.get("from", [f"tamdao@{host}"])[0]
    return Server(
        host=host,
        port=parts.port or (465 if tls else 25),
        tls=tls,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=sender,
        openly=query.get("encryption") == ["optional"],
    )


@contextmanager
def connected(server: Server) -> Iterator[smtplib.SMTP]:
    """A connection that is encrypted wherever it leaves the machine, signed in where the URL has a name.

    Raises OSError and smtplib.SMTPException as smtplib does, Unencrypted rather than show mail or password to the
    network.
    """
    context = ssl.create_default_context()
    if server.tls:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    try:
        smtp.ehlo_or_helo_if_needed()
        secure = server.tls
        if not secure and smtp.has_extn("starttls"):
            smtp.starttls(context=context)
            smtp.ehlo()
            secure = True
        if not secure and server.host not in _LOOPBACK and (server.user or not server.openly):
            raise Unencrypted(server.host)
        if server.user:
            smtp.login(server.user, server.password)
        yield smtp
    finally:
        # the answer to QUIT changes nothing: the mail was taken over or not before it
        smtp.close()
