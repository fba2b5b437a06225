"""Pure rules of keys, repetition and time: how long to wait, what is due, whether a key is usable."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
# A moment further away than anything this house sets was written by a clock that has been turned back since.
FURTHEST = 2 * LONGEST_PAUSE

# long enough that nobody guesses another one's key; the answer is encrypted with it
SHORTEST_KEY, LONGEST_KEY = 16, 255
_KEY = re.compile(r"[\x21-\x7e]+")


def pause(*, attempts: int, spread: float) -> timedelta:
    """How long to wait after the `attempts`-th failed attempt: doubled each time, up to an hour.

    `spread` from 0 to 1 moves it between 80 % and 120 %, so that messages which failed together don't come back
    together.
    """
    doubled: timedelta = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    return doubled * (0.8 + 0.4 * spread)


def next_slot(*, due: datetime, every: timedelta, now: datetime) -> datetime:
    """The first moment after `now` on the grid `due` + n × `every`: runs that were missed are caught up by one."""
    missed = max(0, (now - due) // every)
    return due + (missed + 1) * every


def is_due(*, due: datetime, every: timedelta, now: datetime) -> bool:
    """Whether a recurring job should run. Further away than one period means that the clock was turned back: run."""
    return due <= now or due > now + every


def check_key(text: str) -> str:
    """The key of the header Idempotency-Key, with or without the quotation marks of a structured header.

    Raises DomainError key_malformed. Source: draft-ietf-httpapi-idempotency-key-header-07, section 2.1.
    """
    key = text.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY or not _KEY.fullmatch(key):
        raise DomainError(
            Message(
                f"Khóa chống lặp phải dài từ {SHORTEST_KEY} đến {LONGEST_KEY} ký tự ASCII, không có dấu cách; "
                "nên dùng một UUID mới cho mỗi lệnh.",
                f"An idempotency key has {SHORTEST_KEY} to {LONGEST_KEY} ASCII characters and no spaces; take a new "
                "UUID for each command.",
            ),
            code="key_malformed",
        )
    return key
