"""Files are whole under their name or not there; their rights are narrow; an error names the file that was wanted."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tamdao.kit import durable


def test_a_file_is_replaced_as_a_whole_and_narrowed(tmp_path: Path) -> None:
    path = tmp_path / "accounts"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o644)
    durable.write(path, "mới")
    assert (path.read_text(encoding="utf-8"), stat.S_IMODE(path.stat().st_mode)) == ("mới", 0o600)
    durable.write(path, b"\x00", mode=0o640)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"\x00", 0o640)
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "key"
    durable.write_new(path, "first")
    with pytest.raises(FileExistsError):
        durable.write_new(path, "second")
    assert path.read_text(encoding="utf-8") == "first"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_on_a_disk_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on the FAT of a USB stick, where link(2) says EPERM."""

    def refuse(*_paths: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "key"
    durable.write_new(path, "first")
    with pytest.raises(FileExistsError):
        durable.write_new(path, "second")
    assert path.read_text(encoding="utf-8") == "first"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("write", [durable.write, durable.write_new])
def test_a_full_disk_leaves_the_old_file_and_is_named(write: Callable[[Path, bytes], None]) -> None:
    """/dev/full takes no byte; a draft beside it can't even be made."""
    with pytest.raises(OSError, match="full") as refused:
        write(Path("/dev/full/x"), b"x")
    assert refused.value.filename == "/dev/full/x"


@pytest.mark.parametrize("write", [durable.write, durable.write_new])
def test_a_folder_that_is_not_there_is_named(write: Callable[[Path, bytes], None], tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as refused:
        write(tmp_path / "usb" / "key.pem", b"x")
    assert refused.value.filename == str(tmp_path / "usb")


def test_a_failure_while_writing_leaves_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "notes"
    durable.write(path, "old")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    for write in (durable.write, durable.write_new):
        with pytest.raises(OSError, match="No space left") as refused:
            write(path, "new")
        assert refused.value.filename == str(path)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_content_and_name_reach_the_disk_in_this_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noting_fsync(descriptor: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def noting_replace(draft: Path, place: Path) -> Path:
        steps.append("name")
        return replace(draft, place)

    monkeypatch.setattr(os, "fsync", noting_fsync)
    monkeypatch.setattr(Path, "replace", noting_replace)
    durable.write(tmp_path / "notes", "x")
    assert steps == ["file", "name", "folder"]
    steps.clear()
    durable.make_folder(tmp_path / "a" / "b")
    assert steps == ["folder", "folder"]


def test_a_share_that_cannot_force_names_out_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync
    number = errno.EINVAL

    def share(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", share)
    durable.write(tmp_path / "notes", "x")
    number = errno.EIO
    with pytest.raises(OSError, match="Input/output"):
        durable.write(tmp_path / "notes", "y")


def test_a_folder_appears_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    place = tmp_path / "backup"

    def fill(draft: Path) -> None:
        durable.copy_private(Path(__file__), draft / "inner" / "copy")
        assert not place.exists()

    durable.build_folder(place, fill)
    assert stat.S_IMODE((place / "inner/copy").stat().st_mode) == 0o600

    def break_off(draft: Path) -> None:
        fill_again = draft / "half"
        fill_again.touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        durable.build_folder(tmp_path / "other", break_off)
    assert list(tmp_path.iterdir()) == [place]
