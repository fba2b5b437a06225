"""Files that come in today are judged first: boundary files, packs; and the virus scanner, asked over its protocol."""

from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tamdao.core.packs import loading
from tamdao.core.units import boundary_files
from tamdao.kit.errors import DomainError
from tamdao.kit.uploads import EVIDENCE, WORKBOOK, Scanner, ScannerUnreachable, UploadRefused, judge
from tests.security import zoo


@contextmanager
def clamd(path: Path, answer: bytes) -> Iterator[list[bytes]]:
    """A daemon that speaks INSTREAM once; what it was sent is the one element of the list given."""
    got: list[bytes] = []
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen(1)

    def serve() -> None:
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            body = b""
            while length := struct.unpack(">L", stream.read(4))[0]:
                body += stream.read(length)
            got.append(body)
            connection.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    yield got
    thread.join(10)
    server.close()


def test_a_clean_file_goes_through_the_scanner_whole(tmp_path: Path) -> None:
    with clamd(tmp_path / "clamd", b"stream: OK\0") as got:
        judged = judge(io.BytesIO(zoo.pdf()), "a.pdf", EVIDENCE, Scanner(str(tmp_path / "clamd")))
    assert (judged.scan, judged.kind.name, judged.size) == ("clean", "pdf", len(zoo.pdf()))
    assert got == [zoo.pdf()]


def test_what_the_scanner_finds_is_refused_by_its_name(tmp_path: Path) -> None:
    with (
        clamd(tmp_path / "clamd", b"stream: Eicar-Signature FOUND\0"),
        pytest.raises(UploadRefused) as refused,
    ):
        judge(io.BytesIO(zoo.EICAR), "eicar.txt", EVIDENCE, Scanner(str(tmp_path / "clamd")))
    assert "Eicar-Signature" in refused.value.problems[0].message.en


@pytest.mark.parametrize(
    "answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK but not really\0"]
)
def test_a_scanner_that_does_not_say_clean_is_no_permission(tmp_path: Path, answer: bytes) -> None:
    with clamd(tmp_path / "clamd", answer), pytest.raises(ScannerUnreachable) as refused:
        judge(io.BytesIO(zoo.pdf()), "a.pdf", EVIDENCE, Scanner(str(tmp_path / "clamd")))
    assert refused.value.status == 503


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nowhere/clamd"])
def test_a_scanner_that_is_not_there_is_said(address: str) -> None:
    with pytest.raises(ScannerUnreachable):
        judge(io.BytesIO(zoo.pdf()), "a.pdf", EVIDENCE, Scanner(address))


def test_without_a_scanner_the_judgement_says_so() -> None:
    assert judge(io.BytesIO(zoo.pdf()), "a.pdf", EVIDENCE, Scanner("")).scan == "off"
    assert judge(io.BytesIO(zoo.pdf()), "a.pdf", EVIDENCE).scan == "off"


def test_names_are_kept_composed_and_all_problems_come_at_once() -> None:
    judged = judge(io.BytesIO(zoo.pdf()), "Ba\u0301o ca\u0301o.pdf", EVIDENCE)
    assert judged.name == "Báo cáo.pdf"
    with pytest.raises(UploadRefused) as refused:
        judge(
            io.BytesIO(zoo.xlsx(("xl/vbaProject.bin", b"1"), rels=zoo.external("x", "y"))),
            "a\u202e.xlsx",
            WORKBOOK,
        )
    said = " ".join(problem.message.en for problem in refused.value.problems)
    assert all(word in said for word in ("turn or hide", "macros", "linked to files"))
    assert all(problem.where for problem in refused.value.problems)


@pytest.mark.parametrize(
    ("name", "content"), [("a.geojson", b"\x89PNG\r\n\x1a\n"), ("a.exe.json", b"{}"), ("a.txt", b"{}")]
)
def test_boundary_files_are_judged(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DomainError) as refused:
        boundary_files.read(tmp_path / name)
    assert refused.value.code == "boundary_file_unreadable"
    assert refused.value.problems


def test_a_passive_pack_has_no_problem(pack: Path) -> None:
    assert problems_of(pack) == ""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "pack.yaml").write_text(
        "name: small\nversion: 1.0.0\ntitle_vi: Nhỏ\ntitle_en: Small\n", encoding="utf-8"
    )
    return folder


def problems_of(pack: Path) -> str:
    return " ".join(problem.message.en for problem in loading.load(pack).findings.problems)


def test_a_pack_with_hidden_signs_in_a_name_is_refused(pack: Path) -> None:
    (pack / "documents").mkdir(exist_ok=True)
    (pack / "documents/a\u202elmay.yaml").write_text("[]", encoding="utf-8")
    assert "turn or hide" in problems_of(pack)


def test_a_pack_whose_manifest_is_a_link_is_none(pack: Path) -> None:
    (pack / "pack.yaml").rename(pack.parent / "elsewhere.yaml")
    (pack / "pack.yaml").symlink_to(pack.parent / "elsewhere.yaml")
    with pytest.raises(DomainError) as refused:
        loading.load(pack)
    assert refused.value.code == "pack_not_found"


@pytest.mark.parametrize(("limit", "value"), [("MAX_PACK_FILES", 0), ("MAX_PACK_BYTES", 10)])
def test_a_pack_beyond_the_limits_is_not_read(
    pack: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(loading, limit, value)
    assert "too large" in problems_of(pack)
