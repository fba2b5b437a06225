"""Requests whose end is told in two ways, and the servers they are sent to: real processes, real sockets.

Where two servers in a row read the end of a request differently, the second half of one client's request becomes the
beginning of another's. Whatever is ambiguous must be refused, or read in one way with the connection closed after it.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tamdao.config.commands import serve
from tests.support import free_port

ROOT = Path(__file__).parents[2]
HIDDEN = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
MARK = b"GET /smuggled"
_END = b"0\r\n\r\n"
# seconds for a server to answer; what it does not answer by then it holds back
_PATIENCE = 1.0

Answer = tuple[bytes, bool]


def application(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
    """Says which requests it was given."""
    size = len(environ["wsgi.input"].read())
    start("200 OK", [("Content-Type", "text/plain")])
    return [f"[{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {size}]".encode()]


def _post(*headers: bytes, body: bytes) -> bytes:
    return b"\r\n".join((b"POST / HTTP/1.1", b"Host: localhost", *headers, b"", body))


def _with_length(other: bytes) -> bytes:
    """A length that covers everything, and another header that ends the body before the hidden request."""
    body = _END + HIDDEN
    return _post(b"Content-Length: %d" % len(body), other, body=body)


def _chunked(body: bytes) -> bytes:
    return _post(b"Transfer-Encoding: chunked", body=body + HIDDEN)


def _length(*values: bytes) -> bytes:
    return _post(*(b"Content-Length: " + value for value in values), body=HIDDEN)


_WHOLE = b"%d" % len(HIDDEN)
ATTACKS: Mapping[str, bytes] = {
    "length, then chunks": _with_length(b"Transfer-Encoding: chunked"),
    "chunks, then length": _post(
        b"Content-Length: 3",
        b"Transfer-Encoding: chunked",
        body=b"%x\r\n%b\r\n" % (len(HIDDEN), HIDDEN) + _END,
    ),
    "two lengths": _length(b"0", _WHOLE),
    "two lengths, the other way": _length(_WHOLE, b"0"),
    "list of lengths": _length(b"0, " + _WHOLE),
    "length with a sign": _length(b"+0"),
    "negative length": _length(b"-1"),
    "length in hexadecimal": _length(b"0x0"),
    "blank before the colon of the length": _post(b"Content-Length : " + _WHOLE, body=HIDDEN),
    "blank before the colon of the encoding": _with_length(b"Transfer-Encoding : chunked"),
    "unknown encoding": _with_length(b"Transfer-Encoding: xchunked"),
    "control character before the encoding": _with_length(b"Transfer-Encoding: \x0bchunked"),
    "encoding that is none": _with_length(b"Transfer-Encoding: identity"),
    "chunks that are not last": _post(b"Transfer-Encoding: chunked, identity", body=_END + HIDDEN),
    "two encodings": _post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity", body=_END + HIDDEN),
    "folded header": _with_length(b"Transfer-Encoding:\r\n chunked"),
    "underscore for a hyphen": _with_length(b"Transfer_Encoding: chunked"),
    "carriage return in a header": _with_length(b"X: a\rTransfer-Encoding: chunked"),
    "NUL in a header": _with_length(b"X: a\0b"),
    "size of a chunk with a prefix": _chunked(b"0x0\r\n\r\n"),
    "size of a chunk beyond 64 bits": _chunked(b"10000000000000000\r\n\r\n"),
    "chunk that is longer than its size": _chunked(b"3\r\nabcXX0\r\n\r\n"),
    "chunks of the older protocol": b"POST / HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n" + _END + HIDDEN,
}
# read in one way by both, so that they show whether anything is answered at all
HONEST: Mapping[str, tuple[bytes, bytes]] = {
    "length": (_post(b"Content-Length: 3", body=b"abc"), b"[POST / 3]"),
    "chunks": (_post(b"Transfer-Encoding: chunked", body=b"3\r\nabc\r\n" + _END), b"[POST / 3]"),
    "one after the other": (_post(b"Content-Length: 3", body=b"abc" + HIDDEN), b"[GET /smuggled 0]"),
}


@contextmanager
def web() -> Iterator[int]:
    """The web server with the options of `tamdao serve`, over the application of this file; gives its port."""
    port = free_port()
    command = serve.programs(host="127.0.0.1", port=port, workers=1)[0].command
    ours = [word.replace("tamdao.config.served", "tests.security.smuggling") for word in command]
    with running(ours, port):
        yield port


@contextmanager
def running(command: list[str], port: int) -> Iterator[None]:
    """A server as a process of its own, once it listens."""
    process = subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": ":".join(sys.path)})
    try:
        end = time.monotonic() + 30
        while True:
            with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                break
            assert process.poll() is None, "ended at once"
            assert time.monotonic() < end, "does not listen"
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def ask(port: int, request: bytes, *, tls: bool = False) -> bytes:
    """Everything that comes back."""
    got = b""
    with contextlib.ExitStack() as stack:
        connection: socket.socket = stack.enter_context(
            socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
        )
        if tls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection = stack.enter_context(context.wrap_socket(connection))
        with contextlib.suppress(TimeoutError, ConnectionError, ssl.SSLError):
            connection.sendall(request)
            while part := connection.recv(65536):
                got += part
    return got


def check(port: int, *, tls: bool = False) -> None:
    """Honest requests are answered, and no hidden one ever is."""
    for name, (request, answer) in HONEST.items():
        assert answer in ask(port, request, tls=tls), name
    for name, request in ATTACKS.items():
        assert MARK not in ask(port, request, tls=tls), name
