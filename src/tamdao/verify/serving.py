"""`tamdao-witness`: a witness (`witness.py`) behind HTTP, with TLS of its own or of a proxy before it."""

from __future__ import annotations

import argparse
import ssl
import sys
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .notes import Wrong
from .witness import Refused, Witness

# a checkpoint has some 400 bytes, a proof at most 63 hashes
LONGEST = 16384
_SECONDS = 15.0


def handler(witness: Witness) -> type[BaseHTTPRequestHandler]:
    """The requests of one witness."""

    class Handler(BaseHTTPRequestHandler):
        timeout = _SECONDS
        server_version = "tamdao-witness"
        sys_version = ""

        def do_POST(self) -> None:
            try:
                self._answer(200, witness.add(self._body()), "text/plain; charset=utf-8")
            except Refused as refused:
                self._answer(refused.status, refused.text, refused.kind)
            except (OSError, Wrong) as error:
                # its disk or its key file: said to the caller, who warns
                self._answer(500, f"{error}\n", "text/plain; charset=utf-8")

        def _body(self) -> str:
            if self.path != "/add-checkpoint":
                raise Refused(404, "only /add-checkpoint\n")
            length = self.headers.get("Content-Length", "")
            if not length.isascii() or not length.isdigit() or int(length[:9]) > LONGEST:
                raise Refused(413, "too long, or of unknown length\n")
            try:
                return self.rfile.read(int(length)).decode("utf-8")
            except UnicodeDecodeError as error:
                raise Refused(400, "not UTF-8\n") from error

        def _answer(self, status: int, text: str, kind: str) -> None:
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *given: Any) -> None:  # noqa: A002  (of the library)
            print(f"{self.address_string()} {format % given}", file=sys.stderr, flush=True)

    return Handler


def server(
    witness: Witness, host: str, port: int, *, certificate: Path | None = None, private: Path | None = None
) -> ThreadingHTTPServer:
    """A server that is ready to run, with TLS when a certificate is given."""
    made = ThreadingHTTPServer((host, port), handler(witness))
    made.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, private)
        # the greeting in the thread of the request: a caller that says nothing must not hold up the others
        made.socket = context.wrap_socket(made.socket, server_side=True, do_handshake_on_connect=False)
    return made


def parser() -> argparse.ArgumentParser:
    """The arguments."""
    made = argparse.ArgumentParser(
        prog="tamdao-witness",
        description="Nhân chứng trên máy thứ hai: giữ và ký điểm chốt của nhật ký đối chứng. "
        "A witness on a second machine: keeps and cosigns checkpoints of the ledger.",
        epilog="Ví dụ · example: tamdao-witness /srv/witness --key ledger.pub --name luutru.tinh.vn "
        "--listen 0.0.0.0:8444",
    )
    made.add_argument("folder", type=Path, metavar="DIR", help="nơi giữ · where checkpoints are kept")
    made.add_argument(
        "--key",
        type=Path,
        required=True,
        metavar="FILE",
        help="ledger.pub; nhiều sổ: nối các tệp · of all ledgers",
    )
    made.add_argument("--name", required=True, help="tên của nhân chứng · name in its signatures, no blanks")
    made.add_argument("--listen", default="127.0.0.1:8444", metavar="HOST:PORT")
    made.add_argument("--certificate", type=Path, metavar="FILE", help="chứng thư TLS · TLS certificate, PEM")
    made.add_argument("--certificate-key", type=Path, metavar="FILE", help="khóa của nó · its key, PEM")
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until stopped."""
    given = parser().parse_args(arguments)
    host, _, port = given.listen.rpartition(":")
    if not port.isdigit() or not given.key.is_file() or set(given.name) & set(" +\n"):
        sys.exit("sai cách gọi; xem --help · wrong use; see --help")
    try:
        witness = Witness(given.folder, given.key, given.name)
        serving = server(
            witness, host.strip("[]"), int(port), certificate=given.certificate, private=given.certificate_key
        )
    except (OSError, Wrong) as error:
        sys.exit(f"tamdao-witness: {error}")
    print(f"TAMDAO_WITNESS_HOSTS=…://{given.listen}#{witness.key}", flush=True)
    try:
        serving.serve_forever()
    except KeyboardInterrupt:
        serving.server_close()


if __name__ == "__main__":
    main()
