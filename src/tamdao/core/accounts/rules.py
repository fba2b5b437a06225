"""Decisions of signing in on plain values: locks, client addresses, ends of sessions, time steps, devices in words."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

# Wrong passwords of one user name from one network before it waits, and how long.
PASSWORD_LIMIT = 5
# Wrong passwords from one network, whatever the names; an office behind one address must not lock itself out.
NETWORK_LIMIT = 100
LOCK = timedelta(minutes=15)
# Wrong codes of a second factor; only somebody who knows the password gets there.
CODE_LIMIT = 5
TOTP_STEP = 30
RESET_LIFE = timedelta(hours=24)
# Use of a session is noted this often: a page must not cost a write.
USE_NOTED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Count:
    """Attempts counted and the time of the last one."""

    failures: int
    last_at: datetime | None


def locked_until(count: Count, *, limit: int, at: datetime) -> datetime | None:
    """When the next attempt is allowed; None when it is now. A lock lasts `LOCK` from the last counted attempt."""
    if count.failures < limit or count.last_at is None:
        return None
    end = count.last_at + LOCK
    return end if at < end else None


def after_attempt(count: Count, *, limit: int, at: datetime) -> Count | None:
    """The count with one attempt more; None when it is locked. Attempts older than a lock are forgotten."""
    if locked_until(count, limit=limit, at=at) is not None:
        return None
    stale = count.last_at is None or at - count.last_at >= LOCK
    return Count(1 if stale else count.failures + 1, at)


def minutes_left(end: datetime, *, at: datetime) -> int:
    """Whole minutes until `end`, rounded up, at least one."""
    return max(1, ceil((end - at).total_seconds() / 60))


def client_address(remote: str, forwarded: str, *, proxies: int) -> str:
    """The address of the client behind `proxies` proxies that each append who called them.

    Without proxies, or with fewer entries than proxies, `remote` stands: what a client writes into the header itself
    lies further left and is never read. "" when there is no address at all.
    """
    entries = [entry.strip() for entry in forwarded.split(",") if entry.strip()]
    chosen = entries[-proxies] if 0 < proxies <= len(entries) else remote
    try:
        return str(ipaddress.ip_address(chosen.removeprefix("::ffff:")))
    except ValueError:
        return ""


def network(address: str) -> str:
    """What counts as one place for locks: an IPv4 address, or the /64 of an IPv6 address, which one subscriber has."""
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)


def session_over(*, started_at: float, used_at: float, now: float, idle: int, longest: int) -> bool:
    """Whether a session has ended by age or by disuse. All in seconds; use is noted every `USE_NOTED`."""
    return now - started_at >= longest or now - used_at >= idle + USE_NOTED.total_seconds()


def matching_counter(
    code: str, *, now: float, tolerance: int, value: Callable[[int], str], after: int
) -> int | None:
    """The newest time step around `now` whose code this is and that lies after the last accepted one; None: no.

    RFC 6238, section 5.2: a code is accepted once. Every step is compared, in constant time.
    """
    step = int(now) // TOTP_STEP
    matches = [
        counter
        for counter in range(step - tolerance, step + tolerance + 1)
        if hmac.compare_digest(value(counter).encode(), code.encode())
    ]
    fresh = [counter for counter in matches if counter > after]
    return max(fresh, default=None)


def needs_second_factor(roles: Iterable[str], *, required: Collection[str], demo: bool) -> bool:
    """Whether a role held demands a second factor. Demo accounts are exempt: their passwords are in a file."""
    return not demo and any(role in required for role in roles)


_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("coc_coc_browser", "Cốc Cốc"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def device(user_agent: str) -> str:
    """A browser's own description as a person would say it: "Chrome · Windows"; "" when nothing is recognised."""
    found = [
        next((word for mark, word in table if mark in user_agent), "") for table in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(word for word in found if word)
