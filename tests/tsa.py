"""A real time-stamp authority on this machine: `openssl ts` behind a small HTTP server, under a root of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from tests.support import answering_with

_CONFIG = """
[ca]
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[stamp]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[server]
basicConstraints = critical,CA:FALSE
subjectAltName = DNS:localhost,IP:127.0.0.1
extendedKeyUsage = serverAuth
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_cert = {folder}/stamp.pem
{chain}
signer_key = {folder}/stamp.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


def openssl(*words: str) -> None:
    """Run openssl; its complaint is the failure."""
    done = subprocess.run(["openssl", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


class Authority:
    """Keys and certificates in `folder`: a root, and what it issued for time-stamps and for a server."""

    def __init__(self, folder: Path, *, chain: bool = False) -> None:
        folder.mkdir()
        self.folder = folder
        self.config = folder / "openssl.cnf"
        self.config.write_text(
            _CONFIG.format(folder=folder, chain=f"certs = {folder}/root.pem" if chain else "")
        )
        (folder / "serial").write_text("01\n")
        self.root = folder / "root.pem"
        self._issue("root", "/CN=Root of a test", "-x509", "-extensions", "root", "-days", "30")
        for name in ("stamp", "server"):
            self._issue(
                name, f"/CN={name}", "-x509", "-CA", str(self.root), "-CAkey", str(folder / "root.key"),
                "-extensions", name, "-days", "20",
            )  # fmt: skip

    def _issue(self, name: str, subject: str, *more: str) -> None:
        openssl(
            "req", "-config", str(self.config), "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", str(self.folder / f"{name}.key"), "-out", str(self.folder / f"{name}.pem"), "-subj", subject,
            *more,
        )  # fmt: skip

    def stamp(self, query: bytes) -> bytes:
        """The answer to a time-stamp query."""
        (self.folder / "query").write_bytes(query)
        openssl(
            "ts", "-reply", "-config", str(self.config), "-section", "one",
            "-queryfile", str(self.folder / "query"), "-out", str(self.folder / "reply"),
        )  # fmt: skip
        return (self.folder / "reply").read_bytes()


@contextmanager
def serving(authority: Authority, *, spoil: int | None = None) -> Iterator[str]:
    """Its address while it serves; `spoil` changes one byte of every answer, counted from its end."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = bytearray(authority.stamp(self.rfile.read(int(self.headers["Content-Length"]))))
            if spoil is not None:
                content[-spoil] ^= 1
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *given: object) -> None:
            pass

    with answering_with(Handler) as address:
        yield f"{address}/tsa"
