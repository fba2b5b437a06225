"""Nightly care of the store: every file is compared with its hash, what belongs to nobody is removed after a grace."""

from __future__ import annotations

import contextlib
import fcntl
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone
from django_tasks import task

from . import blobs
from .models import FileBlob, FileCheck

# Longer than any upload with its transaction takes; a file younger than this may belong to a row about to commit.
GRACE = timedelta(days=1)
MOST_NAMED = 100
log = logging.getLogger(__name__)


@task()
def care() -> int:
    """The recurring task: compare, then clear; returns the number of the check."""
    check = compare(at=timezone.now())
    clear_orphans(at=timezone.now())
    return check.pk


def compare(*, at: datetime) -> FileCheck:
    """Read every file and note which are missing or damaged (the first hundred of each by name)."""
    missing: list[str] = []
    damaged: list[str] = []
    count = size = 0
    for blob in FileBlob.objects.order_by("sha256").iterator():
        count += 1
        size += blob.size
        try:
            with blobs.path_of(blob.sha256).open("rb") as file:
                if blobs.hash_of(file) != (blob.sha256, blob.size):
                    damaged.append(blob.sha256)
        except OSError:
            missing.append(blob.sha256)
    if missing or damaged:
        log.error("files: %s missing, %s damaged", len(missing), len(damaged))
    return FileCheck.objects.create(
        at=at,
        files=count,
        size=size,
        missing=len(missing),
        damaged=len(damaged),
        named={"missing": missing[:MOST_NAMED], "damaged": damaged[:MOST_NAMED]},
    )


def clear_orphans(*, at: datetime) -> list[str]:
    """Remove drafts, and files without a row, that are older than the grace; returns their names."""
    oldest = (at - GRACE).timestamp()
    return [path.name for path in _old(oldest) if _removed(path, oldest)]


def _old(oldest: float) -> Iterator[Path]:
    """Drafts and kept files last written before `oldest`."""
    for pattern in (f"{blobs.INCOMING}/*", "[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
        for path in sorted(blobs.root().glob(pattern)):
            # an upload that is being kept is renamed meanwhile
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime <= oldest:
                    yield path


def _removed(path: Path, oldest: float) -> bool:
    # A writer of the same content replaces the file under the shared lock: afterwards it is fresh and stays.
    with blobs.locked(fcntl.LOCK_EX):
        if path.parent.name != blobs.INCOMING and FileBlob.objects.filter(sha256=path.name).exists():
            return False
        try:
            if path.stat().st_mtime > oldest:
                return False
            path.unlink()
        except FileNotFoundError:
            # the upload whose draft it was has ended meanwhile
            return False
    return True
