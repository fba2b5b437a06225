"""A web server that believes the first thing it is told about the end of a request: what `smuggling.check` must find."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Believing(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        length = self.headers.get("Content-Length")
        size = len(self.rfile.read(int(length))) if length else self._chunks()
        said = f"[{self.command} {self.path} {size}]".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = _answer  # noqa: N815  (the names that the library calls)

    def _chunks(self) -> int:
        total = 0
        while "Transfer-Encoding" in self.headers and (size := int(self.rfile.readline(), 16)):
            total += len(self.rfile.read(size + 2)) - 2
        if "Transfer-Encoding" in self.headers:
            self.rfile.readline()
        return total

    def log_message(self, *_told: Any) -> None:
        """Silence."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_told: Any) -> None:
        """What it can't read ends the connection; that is not what is looked for."""


@contextmanager
def web() -> Iterator[int]:
    """In the place of `smuggling.web`."""
    server = _Server(("127.0.0.1", 0), Believing)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
