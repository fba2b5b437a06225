"""A session of `requests` that calls only what `addresses` lets through, redirects included."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from .addresses import AddressRefused, checked_url, resolved

TIMEOUT = (5.0, 15.0)  # seconds to connect, to answer


class GuardedAdapter(HTTPAdapter):
    """Resolves, judges, and connects to the address that was judged; the name stays for TLS and the Host header."""

    def __init__(self, allowed: Collection[str] = ()) -> None:
        self.allowed = frozenset(allowed)
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Called for the first address and again for each redirect. Raises AddressRefused."""
        options["timeout"] = options.get("timeout") or TIMEOUT
        # a proxy would resolve the name anew, out of our sight
        options["proxies"] = {}
        return super().send(request, *args, **options)

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """The pool for the judged address."""
        url = request.url or ""
        host, port = checked_url(url, allowed=self.allowed)
        address = resolved(url, host, port, allowed=self.allowed)
        _, tls = self.build_connection_pool_key_attributes(request, verify, cert)
        options: dict[str, Any] = dict(tls)
        request.headers["Host"] = urlsplit(url).netloc
        if urlsplit(url).scheme == "https":
            # the certificate must be that of the name, not of the number
            options.update(server_hostname=host, assert_hostname=host)
        return self.poolmanager.connection_from_host(
            str(address), port=port, scheme=urlsplit(url).scheme, pool_kwargs=options
        )


def outbound_session(*, allowed: Collection[str] = ()) -> requests.Session:
    """A session for calls out. `allowed`: hosts (host:port) inside the house that an administrator configured.

    It knows no environment (no proxies, no .netrc), follows at most 3 redirects, drops Authorization across hosts as
    `requests` does, and never leaves TLS once it has it.
    """
    session = _Session()
    session.trust_env = False
    session.max_redirects = 3
    for scheme in ("http://", "https://"):
        session.mount(scheme, GuardedAdapter(allowed))
    # anything else has no adapter and is refused by requests itself
    return session


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Where an answer leads. Raises AddressRefused from TLS to plain text and for what may not be called."""
        target = super().get_redirect_target(resp)
        if target and str(resp.url).startswith("https:") and urlsplit(target).scheme == "http":
            from tamdao.kit.messages import Message

            raise AddressRefused(target, Message("chuyển hướng bỏ TLS", "the redirect leaves TLS"))
        return target
