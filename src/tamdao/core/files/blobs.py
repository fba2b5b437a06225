"""Files of the house by their content: `files/ab/cd/<sha256>` beside the database, never changed, verified when read.

A file is on the disk, with its folder, before the row that speaks of it commits. What a crash leaves behind is a file
without a row or a draft, removed after a time of grace; never a row without a file.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction

from tamdao.kit import durable, uploads
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

from .models import FileBlob

CHUNK = 1 << 20
INCOMING = "incoming"


def root() -> Path:
    """The folder of all files."""
    return Path(settings.MEDIA_ROOT)


def path_of(sha256: str) -> Path:
    """Where the content with this hash stands."""
    return root() / sha256[:2] / sha256[2:4] / sha256


def store(
    *, stream: IO[bytes], name: str, by: str, at: datetime, rules: uploads.Rules = uploads.EVIDENCE
) -> FileBlob:
    """Judge the content of `stream` and keep it; the same content is kept once. Nothing is kept unjudged.

    `rules` say which kinds and sizes the purpose takes; `name`, as the sender gave it, is judged with the content and
    kept by whoever refers to the blob. Returns when file and folder have reached the disk; the row commits with the
    caller's transaction. Raises file_too_big, upload_refused, scanner_unreachable.
    """
    draft, sha256, size = _draft(stream, most=rules.limits.file)
    try:
        with draft.open("rb") as file:
            judged = uploads.judge(file, name, rules, uploads.Scanner(settings.CLAMD))
        with locked(fcntl.LOCK_SH):
            # always replaced, also by the same content: the new file is fresh, so that no clean-up takes it away before
            # its row commits, and a damaged one is mended
            _place(draft, path_of(sha256))
    finally:
        draft.unlink(missing_ok=True)
    with transaction.atomic():
        blob, _ = FileBlob.objects.get_or_create(
            sha256=sha256,
            defaults={
                "size": size,
                "content_type": judged.kind.media_type,
                "created_at": at,
                "created_by": by,
            },
        )
    return blob


def read(blob: FileBlob) -> IO[bytes]:
    """The content, opened for reading after all of it was verified. Raises file_missing or file_damaged."""
    path = path_of(blob.sha256)
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise DomainError(
            Message(
                f"Thiếu tệp {blob.sha256} trong kho tệp; khôi phục từ bản sao lưu.",
                f"The file {blob.sha256} is missing from the store; restore it from a backup.",
            ),
            code="file_missing",
            status=500,
        ) from error
    if hash_of(file) != (blob.sha256, blob.size):
        file.close()
        raise DomainError(
            Message(
                f"Tệp {blob.sha256} trong kho đã bị hỏng; khôi phục từ bản sao lưu.",
                f"The file {blob.sha256} in the store is damaged; restore it from a backup.",
            ),
            code="file_damaged",
            status=500,
        )
    file.seek(0)
    return file


def hash_of(file: IO[bytes]) -> tuple[str, int]:
    """SHA-256 and size of the rest of an open file."""
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


@contextmanager
def locked(kind: int) -> Iterator[None]:
    """Hold the lock of the store: shared while a file is placed, exclusive while one is removed."""
    durable.make_folder(root())
    descriptor = os.open(root() / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, kind)
        yield
    finally:
        os.close(descriptor)


def _draft(stream: IO[bytes], *, most: int) -> tuple[Path, str, int]:
    """The content in a file of its own that has reached the disk, its hash and size."""
    draft = durable.make_folder(root() / INCOMING) / uuid.uuid4().hex
    digest, size = hashlib.sha256(), 0
    try:
        with draft.open("xb") as file:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                _check_size(size, most)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fchmod(file.fileno(), 0o400)
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft, digest.hexdigest(), size


def _place(draft: Path, path: Path) -> None:
    durable.rename(draft, durable.make_folder(path.parent) / path.name)


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise DomainError(
            Message(
                f"Tệp lớn hơn mức cho phép ({most:,} byte).",
                f"The file is larger than allowed ({most:,} bytes).",
            ),
            code="file_too_big",
            status=413,
        )
