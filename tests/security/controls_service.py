"""Controls of the service round the pages: log, methods, transport, proxies, mail, parameters; see `controls`."""

from __future__ import annotations

import datetime as dt
import io
import logging
import logging.config
import re
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings

from tamdao.config import crowding, env, operations
from tamdao.config.operations.doctor import instance
from tamdao.core.jobs import email
from tamdao.core.ledger.acting import acting
from tamdao.kit import mail, outbound
from tamdao.kit.errors import DomainError
from tests.mail_server import Box, smtp
from tests.security import controls_accounts as accounts
from tests.security.registry import control

FILES = Path(str(operations.__file__)).parent / "files"


@contextmanager
def log() -> Iterator[io.StringIO]:
    """What the log says meanwhile, in the form that settings.LOGGING gives it."""
    configured: Any = settings.LOGGING
    named = configured["formatters"]["line"]
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    options = {name: value for name, value in named.items() if name != "()"}
    kind = logging.config.DictConfigurator({"version": 1}).resolve(named.get("()", "logging.Formatter"))
    handler.setFormatter(kind(options.get("format"), style=options.get("style", "%")) if options else kind())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield written
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


# --- the log -----------------------------------------------------------------------------------------------
@control("log-lines")
def log_lines() -> None:
    """Nothing a client sends begins a line of its own or steers a terminal."""
    with log() as written:
        logging.getLogger("test").warning("asked for %s", "a\nlevel=ERROR message=forged\x1b[2J\u2028b")
        try:
            int("a\nlevel=ERROR message=forged")
        except ValueError:
            logging.getLogger("test").exception("broke")
    lines = written.getvalue().splitlines()
    assert lines
    assert all(line.startswith(("time=", "  | ")) for line in lines)


@control("log-times")
def log_times() -> None:
    """Every entry has its time with the offset, its level and where it came from."""
    with log() as written:
        logging.getLogger("test").warning("x")
    assert re.match(
        r"time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d level=WARNING logger=test ",
        written.getvalue(),
    )


@control("log-who")
def log_who() -> None:
    """Who asked, and in which request, stands beside what happened."""
    with log() as written, acting(by="person:12", request="4fe0"):
        logging.getLogger("test").warning("x")
    assert " by=person:12 request=4fe0 " in written.getvalue()


@control("log-readable")
def log_readable() -> None:
    """One form for programs: name=value, texts in quotation marks."""
    with log() as written, acting(by="cli:a b"):
        logging.getLogger("test").warning('said "x"')
    entry = written.getvalue().strip()
    assert re.fullmatch(r'(?:[a-z]+=(?:"(?:[^"\\]|\\.)*"|[^ "=]+) ?)+', entry)
    assert r'message="said \"x\""' in entry


@control("log-places")
def log_places() -> None:
    """Entries go to standard error and nowhere else."""
    configured: Any = settings.LOGGING
    handlers = configured["handlers"]
    assert {name: handler["class"] for name, handler in handlers.items()} == {
        "stderr": "logging.StreamHandler"
    }


@control("log-secrets")
def log_secrets() -> None:
    """No password and no key is written, whatever goes wrong."""
    accounts.somebody()
    with log() as written:
        accounts.sign_in(Client(), "mật khẩu gõ sai")
        accounts.sign_in(Client())
        Client().get("/api/v1/indicators", headers={"authorization": "Bearer td_secret-key"})
        Client(raise_request_exception=False).post("/no/such/", {"password": accounts.PASSWORD})
    assert written.getvalue()
    for secret in (accounts.PASSWORD, "gõ sai", "td_secret-key"):
        assert secret not in written.getvalue()


@control("log-refusals")
def log_refusals() -> None:
    """Who asked for what they may not is written down."""
    accounts.somebody()
    client = accounts.browser()
    with log() as written:
        assert client.get("/kit/").status_code == 403
    assert "/kit/" in written.getvalue()


@control("log-attempts")
def log_attempts() -> None:
    """Attempts to get round a control: a forged form, a strange host, too many passwords, a wrong key."""
    accounts.somebody()
    with log() as written:
        Client(enforce_csrf_checks=True).post("/language/", {"language": "en"})
        Client().get("/health/", headers={"host": "evil.example"})
        for _ in range(6):
            accounts.sign_in(Client(), "sai")
        Client().get("/api/v1/indicators", headers={"authorization": "Bearer td_wrong"})
    said = written.getvalue()
    for trace in (
        "CSRF",
        "evil.example",
        "Too Many Requests: /accounts/login/",
        "Unauthorized: /api/v1/indicators",
    ):
        assert trace in said, trace


@control("log-failures")
def log_failures() -> None:
    """A crash leaves its traceback in the log."""
    from tamdao.config import health

    with pytest.MonkeyPatch.context() as patch, log() as written:
        patch.setattr(health, "connection", None)
        Client(raise_request_exception=False).get("/health/")
    assert "Traceback" in written.getvalue()


# --- requests ----------------------------------------------------------------------------------------------
@control("no-trace")
def no_trace() -> None:
    for path in ("/health/", "/accounts/login/", "/api/v1/indicators"):
        assert Client().generic("TRACE", path).status_code == 405


@control("api-plain-http")
def api_plain_http() -> None:
    """Behind TLS the API refuses what came in the clear; pages lead on to HTTPS (see test_controls.py)."""
    answer = Client().get("/api/v1/indicators")
    assert answer.status_code == 403
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert Client().get("/accounts/login/").status_code == 301


@control("decoded-once")
def decoded_once() -> None:
    """What was encoded twice is decoded once."""
    page = Client().get("/accounts/login/?next=%252Faccount%2522").content.decode()
    assert 'value="%2Faccount%22"' in page


@control("addresses-built")
def addresses_built() -> None:
    """A part of an address that came in leaves it encoded."""
    place = Client().get("/kit/?a=1&next=//evil.example").headers["Location"]
    assert place == "/accounts/login/?next=/kit/%3Fa%3D1%26next%3D//evil.example"


@control("mail-headers")
def mail_headers() -> None:
    """No line end gets into a header of a mail."""
    good = {"to": ["vanphong@example.vn"], "subject": "Nhắc hạn", "text": "x"}
    email.check(good)
    for bad in ({"subject": "x\r\nBcc: a@evil.example"}, {"to": ["a@example.vn\nBcc: b@evil.example"]}):
        with pytest.raises(DomainError):
            email.check(good | bad)


@control("writers-bounded")
def writers_bounded() -> None:
    """Writers beyond the bound of a process are asked to come again; readers always pass."""
    release = threading.Event()

    def slow(request: Any) -> HttpResponse:
        if request.method == "POST":
            release.wait(5)
        return HttpResponse()

    middleware = crowding.CrowdingMiddleware(slow)
    make = RequestFactory()
    threads = [threading.Thread(target=middleware, args=(make.post("/x/"),)) for _ in range(4)]
    try:
        for thread in threads:
            thread.start()
        answers = [middleware(make.get("/x/")).status_code]
        extra = threading.Thread(target=lambda: answers.append(middleware(make.post("/x/")).status_code))
        extra.start()
        extra.join(2)
        assert answers == [200, 503]
    finally:
        release.set()
        for thread in threads:
            thread.join()


# --- the proxy, calls out ----------------------------------------------------------------------------------
@control("proxy-tls")
def proxy_tls() -> None:
    """The proxy that `tamdao install` writes speaks TLS 1.2 and 1.3 alone and takes over no header of the client."""
    text = (FILES / "nginx.conf").read_text(encoding="utf-8")
    assert re.search(r"ssl_protocols TLSv1\.2 TLSv1\.3;", text)
    assert "X-Forwarded-For $$remote_addr;" in text
    assert "X-Forwarded-Proto https;" in text


@control("proxy-ciphers")
def proxy_ciphers() -> None:
    """Suites with forward secrecy and authenticated encryption, the strongest first."""
    text = (FILES / "nginx.conf").read_text(encoding="utf-8")
    found = re.search(r"ssl_ciphers ([^;]+);", text)
    assert found is not None
    assert all(re.match(r"ECDHE-.*(GCM|POLY1305)", name) for name in found.group(1).split(":"))


@control("proxy-floods")
def proxy_floods() -> None:
    """One address may ask fifty times a second, and is told to wait above that."""
    text = (FILES / "nginx.conf").read_text(encoding="utf-8")
    assert "limit_req_zone $$binary_remote_addr zone=tamdao_requests:10m rate=50r/s;" in text
    assert "        limit_req zone=tamdao_requests burst=500 nodelay;" in text


@control("proxy-certificate")
def proxy_certificate() -> None:
    """The doctor finds a certificate that nobody but itself vouches for."""
    with tempfile.TemporaryDirectory() as folder:
        made = x509.load_pem_x509_certificate(certificate(Path(folder))[0].read_bytes())
    assert not instance._vouched(made)


@control("log-elsewhere")
def log_elsewhere() -> None:
    """The log leaves for another machine over TLS, to nobody but that machine, and waits on the disk while it is away."""
    text = (FILES / "rsyslog.conf").read_text(encoding="utf-8")
    for words in (
        'StreamDriverMode="1"',
        'StreamDriverAuthMode="x509/name"',
        'StreamDriverPermittedPeers="$log_host"',
        'action.resumeRetryCount="-1"',
        'queue.filename="tamdao"',
    ):
        assert words in text, words
    for unit in ("tamdao", "tamdao-backup", "tamdao-doctor"):
        assert "SyslogIdentifier=tamdao\n" in (FILES / f"{unit}.service").read_text(encoding="utf-8")


@control("few-rights")
def few_rights() -> None:
    """The service runs under an account of its own that can gain nothing and writes to its own folder alone."""
    unit = (FILES / "tamdao.service").read_text(encoding="utf-8")
    for line in ("User=tamdao", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=\n"):
        assert line in unit, line


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that nobody signed but itself."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(private, hashes.SHA256())
    )
    files = folder / "tls.pem", folder / "tls.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files


@control("database-tls")
def database_tls() -> None:
    """PostgreSQL and the scanner are reached on this machine, or over TLS that is checked; mail does not fall back."""
    for mode in ("", "?sslmode=prefer", "?sslmode=require"):
        with pytest.raises(DomainError):
            env.database({"TAMDAO_DATABASE_URL": f"postgres://db.example.vn/tamdao{mode}"})
    env.database({"TAMDAO_DATABASE_URL": "postgres://db.example.vn/tamdao?sslmode=verify-full"})
    with pytest.raises(DomainError):
        env.clamd({"TAMDAO_CLAMD": "10.0.0.5:3310"})


@control("mail-tls")
def mail_tls() -> None:
    """A mail server that offers no encryption gets nothing, also where no password would be shown."""
    with pytest.MonkeyPatch.context() as patch, override_settings():
        patch.setattr(mail, "_LOOPBACK", set())
        box = Box()
        with (
            smtp(box, settings),
            pytest.raises(mail.Unencrypted),
            mail.connected(mail.server_of(settings.TAMDAO_SMTP_URL)) as server,
        ):
            server.noop()


@control("certificates-checked")
def certificates_checked() -> None:
    """A service whose certificate nobody vouches for is not spoken to."""
    import http.server

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Silence."""

    class Server(http.server.HTTPServer):
        def handle_error(self, *args: Any) -> None:
            """The client that hangs up is what is tested."""

    with tempfile.TemporaryDirectory() as folder:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate(Path(folder)))
        server = Server(("127.0.0.1", 0), Quiet)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        place = f"localhost:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            with (
                outbound.outbound_session(allowed=[place]) as session,
                pytest.raises(requests.exceptions.SSLError),
            ):
                session.get(f"https://{place}/", timeout=3)
        finally:
            server.shutdown()
            server.server_close()
