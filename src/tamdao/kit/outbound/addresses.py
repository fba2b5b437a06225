"""Which addresses may be called: http(s), no credentials, no odd signs, and public by every address of the name.

A check of the name is not enough: names of strangers point at 127.0.0.1 (lvh.me, nip.io), numbers are written in eight
ways, and a name may answer differently the second time. So the name is resolved once, every answer is judged, and the
connection goes to the answer that was judged (OWASP, SSRF prevention; CVE-like case GHSA-798p-78g2-v556).
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# shared address space of providers (RFC 6598), which `is_global` of some Pythons takes for public
_SHARED = ipaddress.ip_network("100.64.0.0/10")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# a host by name, or a number in its one usual form; what only C libraries take for a number is none
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.?|\[[0-9a-f:.]+\]", re.IGNORECASE)
_NUMBERS = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+))*\.?", re.IGNORECASE)


class AddressRefused(DomainError):
    """The address is not to be called."""

    def __init__(self, url: str, why: Message) -> None:
        said = "".join(sign if sign.isprintable() else "�" for sign in url)[:120]
        super().__init__(
            Message(f"Không gọi địa chỉ “{said}”: {why.vi}.", f"“{said}” is not called: {why.en}."),
            code="address_refused",
            status=422,
        )


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public Internet; one that carries another inside is judged by both."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    elif address in _SHARED:
        return False
    return address.is_global and not address.is_multicast


def checked_url(url: str, *, allowed: Collection[str] = ()) -> tuple[str, int]:
    """Host and port of an address that may be called as far as its text tells. Raises AddressRefused.

    `allowed` names hosts (host:port) of the house that an administrator configured; they need not be public.
    """
    if not url.isascii() or not url.isprintable() or any(sign in url for sign in " \\"):
        raise AddressRefused(
            url, Message("có dấu cách, xuống dòng hoặc ký tự lạ", "it has blanks, line ends or odd signs")
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused(url, Message("viết sai", "it is malformed")) from None
    if parts.scheme not in {"http", "https"}:
        raise AddressRefused(url, Message("chỉ gọi http và https", "only http and https are called"))
    if "@" in parts.netloc:
        raise AddressRefused(
            url, Message("không được ghi tên và mật khẩu trong địa chỉ", "it holds a name or password")
        )
    host = (parts.hostname or "").lower()
    written = parts.netloc.rpartition(":")[0] if port is not None else parts.netloc
    if not _HOST.fullmatch(written.rstrip(":")):
        raise AddressRefused(url, Message("tên máy chủ sai", "its host is malformed"))
    if _NUMBERS.fullmatch(host) and not _usual(host):
        raise AddressRefused(
            url, Message("địa chỉ IP viết khác thường", "its IP address is written in an unusual way")
        )
    port = port or (443 if parts.scheme == "https" else 80)
    if f"{host}:{port}" not in allowed and port not in {80, 443} and port < 1024:
        raise AddressRefused(url, Message("cổng không dùng cho web", "its port is none of the web"))
    return host, port


def _usual(host: str) -> bool:
    try:
        return str(ipaddress.IPv4Address(host)) == host
    except ValueError:
        return False


def resolved(url: str, host: str, port: int, *, allowed: Collection[str] = ()) -> Address:
    """The one address to connect to; every address of the name must be public. Raises AddressRefused."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressRefused(url, Message("không có máy chủ tên này", "there is no such host")) from None
    found = [ipaddress.ip_address(str(answer[4][0]).split("%")[0]) for answer in answers]
    if f"{host}:{port}" not in allowed and not all(is_public(address) for address in found):
        raise AddressRefused(url, Message("trỏ vào mạng nội bộ", "it points into an internal network"))
    return found[0]
