"""One effect per key: the answer of a command is kept in the transaction of its effect and repeated afterwards."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction

from . import errors
from .models import IdempotencyKey

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

# from here on a command was refused or failed: whatever it wrote is rolled back and nothing is kept
REFUSED = 400


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command was answered with; `headers` are those worth repeating.

    `mark`: what the caller was allowed when it was given, in a text that whoever repeats it can compare; "": not known.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    mark: str = ""
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """Who asks for what under which key. `fingerprint` is a hash of all that makes one request differ from another."""

    actor: str
    key: str
    fingerprint: str

    @property
    def key_sha256(self) -> str:
        """What the key is found by."""
        return hashlib.sha256(b"find\n" + self.key.encode()).hexdigest()

    @property
    def cipher(self) -> Fernet:
        """Seals the answer for whoever knows the key, the caller alone."""
        from cryptography.fernet import Fernet

        secret = hashlib.sha256(b"seal\n" + self.actor.encode() + b"\n" + self.key.encode()).digest()
        return Fernet(base64.urlsafe_b64encode(secret))


class _Refused(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def once(*, command: Command, at: datetime, run: Callable[[], Answer]) -> Answer:
    """Run the command, or repeat the answer it was given before.

    Everything `run` writes and the note of the key commit together: after a crash either both are there or neither, so
    sending again is always safe. Two requests at once: the second waits for the first and gets its answer. An answer of
    400 or above rolls back and keeps nothing: the same key may be sent again. Raises key_reused (409) for another
    content under the same key.
    """
    kept = _find(command, at=at)
    if kept is not None:
        return kept
    try:
        with transaction.atomic():
            return _run(command, at=at, run=run)
    except _Refused as refused:
        return refused.answer


def _run(command: Command, *, at: datetime, run: Callable[[], Answer]) -> Answer:
    place = {"actor": command.actor, "key_sha256": command.key_sha256}
    IdempotencyKey.objects.filter(**place, expires_at__lte=at).delete()
    try:
        with transaction.atomic():
            # waits here for a request that runs under the same key at this moment
            row = IdempotencyKey.objects.create(
                **place,
                fingerprint=command.fingerprint,
                answer=b"",
                created_at=at,
                expires_at=at + timedelta(hours=settings.TAMDAO_KEYS_HOURS),
            )
    except IntegrityError:
        kept = _find(command, at=at)
        if kept is None:
            raise
        return kept
    answer = run()
    if answer.status >= REFUSED:
        raise _Refused(answer)
    row.answer = _sealed(command, answer)
    row.save(update_fields=["answer"])
    return answer


def _find(command: Command, *, at: datetime) -> Answer | None:
    row = IdempotencyKey.objects.filter(
        actor=command.actor, key_sha256=command.key_sha256, expires_at__gt=at
    ).first()
    if row is None:
        return None
    if row.fingerprint != command.fingerprint:
        raise errors.key_reused()
    return _opened(command, bytes(row.answer))


def _sealed(command: Command, answer: Answer) -> bytes:
    told = {"status": answer.status, "headers": dict(answer.headers), "mark": answer.mark}
    head = json.dumps(told, ensure_ascii=False)
    return command.cipher.encrypt(head.encode() + b"\n" + answer.body)


def _opened(command: Command, sealed: bytes) -> Answer:
    head, _, body = command.cipher.decrypt(sealed).partition(b"\n")
    told = json.loads(head)
    # what an older release kept has no mark
    return Answer(told["status"], told["headers"], body, mark=told.get("mark", ""), repeated=True)


def forget_expired(*, at: datetime) -> int:
    """Remove keys whose time is over; returns how many."""
    removed, _ = IdempotencyKey.objects.filter(expires_at__lte=at).delete()
    return removed
