"""ClamAV through its daemon (clamd, command INSTREAM), where an instance has one.

Without an address nothing is scanned, and the judgement says so. With one that does not answer the file is refused: an
instance that asked for scanning must not go on silently without it.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import IO, Literal

from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

Scan = Literal["clean", "infected", "off"]
_CHUNK = 64 * 1024
_TIMEOUT = 30.0
_MOST_ANSWER = 4096


class ScannerUnreachable(DomainError):
    """Scanning was asked for and can't be done."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(
            Message(
                f"Không hỏi được trình quét mã độc tại {address} ({why}); tệp chưa được nhận. Báo người quản trị.",
                f"The scanner at {address} can't be asked ({why}); the file is not taken. Tell the administrator.",
            ),
            code="scanner_unreachable",
            status=503,
        )


@dataclass(frozen=True, slots=True)
class Scanner:
    """Where clamd listens: the path of a socket, `host:port`, or "" for no scanning."""

    address: str = ""

    def scan(self, file: IO[bytes]) -> tuple[Scan, str]:
        """("clean", ""), ("infected", name of the finding) or ("off", ""). Raises ScannerUnreachable."""
        if not self.address:
            return "off", ""
        file.seek(0)
        try:
            with self._connected() as connection:
                connection.sendall(b"zINSTREAM\0")
                while piece := file.read(_CHUNK):
                    connection.sendall(struct.pack(">L", len(piece)) + piece)
                connection.sendall(struct.pack(">L", 0))
                answer = self._answer(connection)
        except OSError as error:
            raise ScannerUnreachable(self.address, error.strerror or type(error).__name__) from error
        if answer.endswith("FOUND"):
            return "infected", answer.removeprefix("stream:").removesuffix("FOUND").strip()[:100]
        if answer == "stream: OK":
            return "clean", ""
        raise ScannerUnreachable(self.address, answer[:60] or "no answer")

    def _connected(self) -> socket.socket:
        host, colon, port = self.address.rpartition(":")
        if colon and port.isdigit():
            return socket.create_connection((host, int(port)), timeout=_TIMEOUT)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(_TIMEOUT)
        try:
            connection.connect(self.address)
        except OSError:
            connection.close()
            raise
        return connection

    def _answer(self, connection: socket.socket) -> str:
        answer = b""
        while len(answer) < _MOST_ANSWER and not answer.endswith(b"\0"):
            piece = connection.recv(_MOST_ANSWER)
            if not piece:
                break
            answer += piece
        return answer.rstrip(b"\0").decode("utf-8", "replace").strip()
