"""Forty addresses that lead into the house, a canary on loopback that must hear of none of them."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests

from tamdao.kit.outbound import AddressRefused, is_public, outbound_session

REFUSED = (AddressRefused, requests.exceptions.RequestException)


class Canary(BaseHTTPRequestHandler):
    heard: list[str] = []
    location = ""

    def do_GET(self) -> None:
        self.heard.append(f"{self.headers.get('Host')} {self.path}")
        self.send_response(302 if self.location else 200)
        if self.location:
            self.send_header("Location", self.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Silence."""


@pytest.fixture
def canary() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Canary)
    Canary.heard, Canary.location = [], ""
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join(10)
    server.server_close()


# what a resolver answers here: the network of tests ends at this machine
NAMES = {
    "lvh.example": ["127.0.0.1"], "127.0.0.1.nip.example": ["127.0.0.1"], "mixed.example": ["93.184.215.14", "127.0.0.1"],
    "metadata.example": ["169.254.169.254"], "inside.example": ["10.0.0.5"], "six.example": ["::1"],
    "mapped.example": ["::ffff:127.0.0.1"], "public.example": ["93.184.215.14"],
}  # fmt: skip
URLS = [
    "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://LOCALHOST:{port}/", "http://localhost.:{port}/",
    "http://127.1:{port}/", "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://0177.0.0.1:{port}/",
    "http://0x7f.0.0.1:{port}/", "http://127.0.0.1.:{port}/", "http://0:{port}/", "http://0.0.0.0:{port}/",
    "http://[::1]:{port}/", "http://[::]:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://[::ffff:7f00:1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/", "http://[2002:7f00:1::]:{port}/", "http://[fe80::1]:{port}/",
    "http://[fc00::1]:{port}/", "http://lvh.example:{port}/", "http://127.0.0.1.nip.example:{port}/",
    "http://mixed.example:{port}/", "http://metadata.example/latest/", "http://inside.example/", "http://six.example:{port}/",
    "http://mapped.example:{port}/", "http://169.254.169.254/latest/meta-data/", "http://100.64.0.1/", "http://10.0.0.1/",
    "http://172.16.0.1/", "http://192.168.1.1/", "http://224.0.0.1/", "http://public.example@127.0.0.1:{port}/",
    "http://user:pass@public.example/", "http://127.0.0.1:{port}\\@public.example/", "http://127.0.0.1:{port}/%0d%0a\r\nX: y",
    "file:///etc/passwd", "gopher://127.0.0.1:{port}/_GET", "ftp://127.0.0.1:{port}/", "dict://127.0.0.1:{port}/",
    "http://①②⑦.0.0.1:{port}/", "http://public.example:25/",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def answer(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        found = NAMES.get(str(host).rstrip("."))
        if found is None:
            return real(host, port, *args, **options)
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


@pytest.mark.parametrize("url", URLS)
def test_no_address_of_the_list_reaches_the_canary(canary: int, url: str) -> None:
    with outbound_session() as session, pytest.raises(REFUSED):
        session.get(url.format(port=canary), timeout=2)
    assert Canary.heard == []


def test_the_list_is_long_enough() -> None:
    assert len(set(URLS)) >= 40


def test_without_the_guard_the_canary_hears(canary: int) -> None:
    """The test above can fail."""
    requests.get(f"http://localhost:{canary}/", timeout=2)
    assert Canary.heard


def test_a_configured_address_inside_is_called_and_keeps_its_name(canary: int) -> None:
    with outbound_session(allowed=[f"localhost:{canary}"]) as session:
        assert session.get(f"http://localhost:{canary}/a", timeout=2).status_code == 200
    assert Canary.heard == [f"localhost:{canary} /a"]


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:{port}/", "http://169.254.169.254/", "file:///etc/passwd"]
)
def test_a_redirect_is_checked_like_an_address(canary: int, target: str) -> None:
    Canary.location = target.format(port=canary)
    with outbound_session(allowed=[f"localhost:{canary}"]) as session, pytest.raises(REFUSED):
        session.get(f"http://localhost:{canary}/first", timeout=2)
    assert Canary.heard == [f"localhost:{canary} /first"]


def test_a_name_that_answers_differently_later_is_asked_once(
    canary: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection goes to the address that was judged (no DNS rebinding)."""
    asked: list[str] = []

    def answer(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        if str(host)[:1].isdigit():  # the judged address itself: no name is looked up
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        asked.append(str(host))
        one = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))]

    connected: list[Any] = []

    def connect(self: socket.socket, address: Any) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with outbound_session() as session, pytest.raises(requests.exceptions.ConnectionError):
        session.get(f"http://rebind.example:{canary}/", timeout=2)
    assert asked == ["rebind.example"]
    assert connected == [("93.184.215.14", canary)]


@pytest.mark.parametrize(
    ("address", "public"),
    [("93.184.215.14", True), ("2606:2800:21f:cb07::1", True), ("100.64.0.1", False), ("::ffff:10.0.0.1", False),
     ("198.18.0.1", False), ("255.255.255.255", False), ("2002:a00:1::", False)],
)  # fmt: skip
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public
