"""A witness on a second machine, here: `tamdao-witness` as it runs, in a thread, with or without TLS."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tamdao.verify.serving import server
from tamdao.verify.witness import Witness


@contextmanager
def running(
    folder: Path, trusted: Path, *, certificate: Path | None = None, private: Path | None = None
) -> Iterator[str]:
    """What TAMDAO_WITNESS_HOSTS names while it runs."""
    witness = Witness(folder, trusted, "luutru.example.vn")
    made = server(witness, "127.0.0.1", 0, certificate=certificate, private=private)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    scheme = "https" if certificate else "http"
    try:
        yield f"{scheme}://localhost:{made.server_address[1]}#{witness.key}"
    finally:
        made.shutdown()
        thread.join()
        made.server_close()
        witness.close()
