"""Files that survive a power cut: written, forced to the disk, and only then visible under their name. No Django.

Who needs a file that is whole or not there at all writes it here. An error names the file that was wanted, not the
draft beside it, so that the sentence made of it helps.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE = 0o600


def sync(path: Path) -> None:
    """Force what was written to a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # some shares of other machines can't force the names in a folder out; nothing better can be done there
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Force a folder with everything below it to the disk, files before the folders that name them."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            sync(Path(parent) / name)
        sync(Path(parent))


def make_folder(folder: Path) -> Path:
    """Make a folder for its owner alone, so that it outlives a power cut: each new one is on the disk in its parent."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync(folder.parent)
    return folder


def rename(draft: Path, place: Path) -> None:
    """Give a draft that has reached the disk its name; the name is on the disk too when this returns."""
    draft.replace(place)
    sync(place.parent)


def publish(draft: Path, place: Path) -> None:
    """Make a draft (file or folder) visible under its name; after this call it is on the disk under that name."""
    if draft.is_dir():
        sync_tree(draft)
    else:
        sync(draft)
    rename(draft, place)


def write(place: Path, content: bytes | str, *, mode: int = PRIVATE) -> None:
    """Let `place` hold `content`, whatever it held: the old or the new as a whole, the new when this returns."""
    with _named(place):
        draft = _draft(place, content, mode)
        try:
            rename(draft, place)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def write_new(place: Path, content: bytes | str, *, mode: int = PRIVATE) -> None:
    """The same for a file that must not be there yet. FileExistsError; of two writers the first wins."""
    with _named(place):
        draft = _draft(place, content, mode)
        try:
            # unlike a rename, a link replaces nothing; on a disk without links (a USB stick) the name is made first
            try:
                os.link(draft, place)
            except FileExistsError:
                raise
            except OSError:
                os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
                draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
        sync(place.parent)


def copy_private(source: Path, target: Path) -> None:
    """Copy a file for its owner alone, making the folders it needs. Not forced to the disk: see `sync_tree`."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _named(target):
        shutil.copyfile(source, target)
        target.chmod(PRIVATE)


def build_folder(place: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` fill a hidden draft beside `place`, then make it visible as a whole; a failure leaves no trace."""
    draft = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    try:
        fill(draft)
        publish(draft, place)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _draft(place: Path, content: bytes | str, mode: int) -> Path:
    """A hidden file beside `place` with the content, on the disk."""
    descriptor, name = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            # the rights are narrow from the first byte on, and widened only when all is written
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


@contextmanager
def _named(place: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        # a folder that is not there is named; so is a source that vanished, by itself
        if not place.parent.is_dir():
            error.filename, error.filename2 = str(place.parent), None
        raise
    except OSError as error:
        error.filename, error.filename2 = str(place), None
        raise
