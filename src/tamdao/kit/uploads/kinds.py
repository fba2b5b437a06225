"""Kinds of files: the extensions they go by and how their content begins.

A table of our own: the kinds we take are few, each is looked into by its own module, and the rest need only be named in
the refusal. libmagic would bring a C library and a thousand formats nobody may send.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tamdao.kit.messages import Message


@dataclass(frozen=True, slots=True)
class KindOfFile:
    """One kind: what people call it, its extensions (the first is the usual one) and its media type."""

    name: str
    called: Message
    extensions: tuple[str, ...]
    media_type: str


_OOXML = "application/vnd.openxmlformats-officedocument"
KINDS: Mapping[str, KindOfFile] = {
    kind.name: kind
    for kind in (
        KindOfFile("pdf", Message("PDF", "PDF"), ("pdf",), "application/pdf"),
        KindOfFile("png", Message("ảnh PNG", "PNG image"), ("png",), "image/png"),
        KindOfFile("jpeg", Message("ảnh JPEG", "JPEG image"), ("jpg", "jpeg"), "image/jpeg"),
        KindOfFile("svg", Message("hình SVG", "SVG drawing"), ("svg",), "image/svg+xml"),
        KindOfFile("xlsx", Message("Excel .xlsx", "Excel .xlsx"), ("xlsx",), f"{_OOXML}.spreadsheetml.sheet"),
        KindOfFile("docx", Message("Word .docx", "Word .docx"), ("docx",), f"{_OOXML}.wordprocessingml.document"),
        KindOfFile("csv", Message("CSV", "CSV"), ("csv",), "text/csv"),
        KindOfFile("text", Message("văn bản .txt", "text .txt"), ("txt",), "text/plain"),
        KindOfFile("geojson", Message("GeoJSON", "GeoJSON"), ("geojson", "json"), "application/geo+json"),
        KindOfFile("zip", Message("tệp nén .zip", "zip archive"), ("zip",), "application/zip"),
    )
}  # fmt: skip
TEXTS = frozenset({"csv", "text", "geojson"})
ZIPPED = frozenset({"xlsx", "docx", "zip"})

# what a file really is, by its first bytes; the first match counts
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"PK\x03\x04", "zipped"),
    (b"PK\x05\x06", "zipped"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"),
    (b"{\\rtf", "rtf"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"#!", "program"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
)
# how the refusal names what it found
FOUND: Mapping[str, Message] = {
    "zipped": Message("tệp nén ZIP", "a ZIP archive"),
    "old_office": Message("tệp Office đời cũ (.doc, .xls)", "an old Office file (.doc, .xls)"),
    "rtf": Message("tệp RTF", "an RTF file"),
    "program": Message("chương trình hoặc tập lệnh", "a program or script"),
    "archive": Message("tệp nén dạng khác", "another kind of archive"),
    "image": Message("ảnh dạng khác", "another kind of image"),
    "markup": Message("XML hoặc HTML", "XML or HTML"),
    "text": Message("văn bản thường", "plain text"),
    "unknown": Message("dữ liệu không nhận ra", "data of no known kind"),
}
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def sniff(head: bytes) -> str:
    """What the first bytes (at least 1 KiB of them) are: a kind, or a key of `FOUND`."""
    for signature, found in _SIGNATURES:
        if head.startswith(signature):
            return found
    bare = head
    for mark in _MARKS:
        bare = bare.removeprefix(mark)
    if bare.replace(b"\x00", b"").lstrip()[:1] == b"<":
        return "markup"
    return "unknown" if b"\x00" in head else "text"


def called(found: str) -> Message:
    """How messages name a kind or a finding."""
    return KINDS[found].called if found in KINDS else FOUND[found]
