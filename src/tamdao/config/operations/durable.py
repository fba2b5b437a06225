"""Files that survive a power cut: written, forced to the disk, and only then visible under their name."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path


def sync_file(path: Path) -> None:
    """Force what was written to a file to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# a folder is opened and forced out like a file: then the names in it are on the disk too
sync_folder = sync_file


def sync_tree(folder: Path) -> None:
    """Force a folder with everything below it to the disk, files before the folders that name them."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            sync_file(Path(parent) / name)
        sync_folder(Path(parent))


def publish(draft: Path, place: Path) -> None:
    """Make a draft visible under its name; after this call it is on the disk under that name."""
    if draft.is_dir():
        sync_tree(draft)
    else:
        sync_file(draft)
    draft.rename(place)
    sync_folder(place.parent)


def copy_private(source: Path, target: Path) -> None:
    """Copy a file for its owner alone, making the folders it needs."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o600)


def build_folder(place: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` fill a hidden draft beside `place`, then make it visible as a whole; a failure leaves no trace."""
    draft = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    try:
        fill(draft)
        publish(draft, place)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
