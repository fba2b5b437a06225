"""The store of files: kept by content, on the disk before the row, verified when read, cleared with a grace."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import Settings

from tamdao.core.files import api, blobs, upkeep
from tamdao.core.files.models import FileBlob, FileCheck
from tamdao.kit import durable, uploads
from tamdao.kit.errors import DomainError

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 26, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def keep(content: bytes, *, name: str = "ghi-chu.txt", rules: uploads.Rules = uploads.EVIDENCE) -> FileBlob:
    return api.store(stream=io.BytesIO(content), name=name, by="person:1", at=AT, rules=rules)


def files() -> list[Path]:
    return sorted(path for path in blobs.root().rglob("*") if path.is_file() and path.name != "lock")


def age(path: Path, **ago: float) -> None:
    moment = (AT - timedelta(**ago)).timestamp()
    os.utime(path, (moment, moment))


def test_the_same_content_is_kept_once_and_read_back() -> None:
    big = os.urandom(1_500_000).hex().encode()
    blob = keep(big)
    again = keep(big)
    assert blob == again
    assert (blob.size, blob.content_type, blob.created_by) == (3_000_000, "text/plain", "person:1")
    assert files() == [blobs.path_of(blob.sha256)]
    with api.read(blob) as file:
        assert file.read() == big


def test_files_are_the_owners_alone() -> None:
    path = blobs.path_of(keep(b"x").sha256)
    assert path.stat().st_mode & 0o777 == 0o400
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_file_that_is_too_big_leaves_nothing() -> None:
    ten = uploads.Rules(frozenset({"text"}), uploads.Limits(file=10))
    with pytest.raises(DomainError, match="lớn hơn mức cho phép"):
        keep(b"x" * 11, rules=ten)
    assert files() == []
    keep(b"x" * 10, rules=ten)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"#!/bin/sh\nrm -r /\n", "ghi-chu.txt"),
        (b"MZ\x90\x00", "bao-cao.pdf"),
        (b"x", "../../etc/passwd"),
        (b"x", "a.exe"),
        (b"", "ghi-chu.txt"),
    ],
)
def test_what_comes_in_is_judged_without_anybody_asking_for_it(content: bytes, name: str) -> None:
    with pytest.raises(uploads.UploadRefused):
        keep(content, name=name)
    assert files() == []
    assert not FileBlob.objects.exists()


def test_a_purpose_names_what_it_takes() -> None:
    outline = b'{"type": "FeatureCollection", "features": []}'
    with pytest.raises(uploads.UploadRefused):
        keep(outline, name="xa.geojson")
    assert keep(outline, name="xa.geojson", rules=uploads.BOUNDARY).content_type == "application/geo+json"


def test_a_scanner_that_was_asked_for_and_is_away_keeps_files_out(settings: Settings, tmp_path: Path) -> None:
    settings.CLAMD = str(tmp_path / "clamd.ctl")
    with pytest.raises(uploads.ScannerUnreachable):
        keep(b"x")
    assert files() == []


def test_a_damaged_or_missing_file_is_refused_and_mended_by_the_same_content() -> None:
    blob = keep(b"figures")
    path = blobs.path_of(blob.sha256)
    path.chmod(0o600)
    path.write_bytes(b"Figures")
    with pytest.raises(DomainError, match="bị hỏng") as damaged:
        api.read(blob)
    assert damaged.value.status == 500
    keep(b"figures")
    api.read(blob).close()
    path.unlink()
    with pytest.raises(DomainError, match="Thiếu tệp"):
        api.read(blob)


def test_file_and_folders_reach_the_disk_before_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []

    def noting(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            steps.append(name)
            return real(*arguments, **options)

        return call

    durable.make_folder(blobs.root() / blobs.INCOMING)
    monkeypatch.setattr(os, "fsync", noting("fsync", os.fsync))
    monkeypatch.setattr(Path, "replace", noting("rename", Path.replace))
    monkeypatch.setattr(FileBlob.objects, "get_or_create", noting("row", FileBlob.objects.get_or_create))
    keep(b"x")
    # the draft; two new folders, each in the one above; the name; its folder; only then the row
    assert steps == ["fsync", "fsync", "fsync", "rename", "fsync", "row"]


def test_a_row_that_is_rolled_back_leaves_a_file_that_is_cleared_after_the_grace() -> None:
    kept = keep(b"kept")
    with transaction.atomic():
        lost = keep(b"lost")
        transaction.set_rollback(True)
    draft = blobs.root() / blobs.INCOMING / "draft"
    draft.write_bytes(b"half")
    for path in (blobs.path_of(kept.sha256), blobs.path_of(lost.sha256), draft):
        age(path, hours=23)
    assert upkeep.clear_orphans(at=AT) == []
    for path in (blobs.path_of(kept.sha256), blobs.path_of(lost.sha256), draft):
        age(path, hours=25)
    assert sorted(upkeep.clear_orphans(at=AT)) == sorted([lost.sha256, "draft"])
    assert files() == [blobs.path_of(kept.sha256)]


def test_an_orphan_that_is_stored_again_is_not_cleared_under_its_new_row() -> None:
    with transaction.atomic():
        lost = keep(b"lost")
        transaction.set_rollback(True)
    path = blobs.path_of(lost.sha256)
    age(path, hours=25)
    oldest = (AT - upkeep.GRACE).timestamp()
    (found,) = upkeep._old(oldest)
    # between the look and the lock somebody stores the same content; the row has not committed yet
    blobs.store(stream=io.BytesIO(b"lost"), name="x.txt", by="person:1", at=AT)
    FileBlob.objects.all().delete()
    assert not upkeep._removed(found, oldest)
    assert path.exists()


def test_files_that_vanish_while_the_store_is_cleared_stop_nothing() -> None:
    draft = blobs.root() / blobs.INCOMING / "draft"
    durable.make_folder(draft.parent)
    draft.write_bytes(b"half")
    age(draft, hours=25)
    # listed, and gone when it is looked at
    (draft.parent / "another").symlink_to(draft.parent / "nothing")
    assert upkeep.clear_orphans(at=AT) == ["draft"]
    # found, and gone when it is to be removed
    assert not upkeep._removed(draft, (AT - upkeep.GRACE).timestamp())


def test_the_nightly_comparison_names_what_is_wrong() -> None:
    good, missing, damaged = keep(b"good"), keep(b"missing"), keep(b"damaged")
    assert api.find_last_check() is None
    blobs.path_of(missing.sha256).unlink()
    path = blobs.path_of(damaged.sha256)
    path.chmod(0o600)
    path.write_bytes(b"Damaged")
    check = FileCheck.objects.get(pk=upkeep.care.call())
    assert (check.files, check.size) == (3, good.size + missing.size + damaged.size)
    assert check.named == {"missing": [missing.sha256], "damaged": [damaged.sha256]}
    assert api.find_last_check() == check
