"""Office files (.xlsx, .docx): the parts that run, fetch or carry something, by the standard ECMA-376.

Hyperlinks to the web may stay: they do nothing until somebody follows them. Everything that acts when the file is
opened is refused: macros, external links and data, DDE, OLE objects, ActiveX, templates from elsewhere.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from tamdao.kit.errors import Problem
from tamdao.kit.messages import Message

from .archives import Directory, LyingEntryError, chunks
from .markup import prolog_fault
from .rules import Limits

_OVERLAP = 4096
_SMALL = 4 * 1024 * 1024
_MAIN: Mapping[str, str] = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}
_CONTENT: Mapping[str, bytes] = {
    "xlsx": b"spreadsheetml.sheet.main+xml",
    "docx": b"wordprocessingml.document.main+xml",
}

MACRO = Message("có macro; lưu lại dạng .xlsx hoặc .docx không macro", "has macros; save it without them")
OUTSIDE = Message(
    "liên kết ra tệp hoặc dữ liệu bên ngoài; ngắt liên kết (Edit Links, Break Link) rồi lưu lại",
    "is linked to files or data elsewhere; break the links and save it again",
)
OBJECT = Message(
    "nhúng tệp hoặc đối tượng (OLE, ActiveX); dán thành hình hoặc gửi tệp ấy riêng",
    "carries embedded files or objects (OLE, ActiveX); paste them as pictures or send them apart",
)
DDE = Message(
    "có lệnh DDE gọi chương trình khác; xóa công thức hoặc trường ấy",
    "has DDE that calls a program; delete that",
)
# parts by name; most that Office writes are not listed and harmless
_PARTS: tuple[tuple[re.Pattern[str], Message], ...] = (
    (re.compile(r"vbaproject|vbadata|/macrosheets/|/dialogsheets/|/intlmacrosheets/", re.IGNORECASE), MACRO),
    (re.compile(r"/externallinks/|/querytables/|xl/connections\.xml|/model/", re.IGNORECASE), OUTSIDE),
    (re.compile(r"/embeddings/|/activex/|oleobject|/webextensions/|/customui", re.IGNORECASE), OBJECT),
)
_MACRO_TYPES = re.compile(rb"macroEnabled|vbaProject|xlMacrosheet|ms-excel\.sheet\.binary", re.IGNORECASE)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_EXTERNAL = re.compile(rb"""TargetMode\s*=\s*["']\s*External""", re.IGNORECASE)
_LINK = re.compile(rb"""Type\s*=\s*["'][^"']*/hyperlink["']""")
_WEB = re.compile(rb"""Target\s*=\s*["']\s*(?:https?://|mailto:|#)""", re.IGNORECASE)
_FORMULA_CALLS = re.compile(
    rb"<(?:\w+:)?f\b[^<]*(?:>|\b)[^<]*?(?:\w\|\s*(?:'|&apos;|&#0*39;|&#x27;)|WEBSERVICE\s*\(|\bDDE\s*\()",
    re.IGNORECASE,
)
_FIELD_PARTS = (b"instrText", b"fldSimple")
_FIELD_CALLS = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE)\b", re.IGNORECASE)
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")


def office_problems(directory: Directory, kind: str, where: str, limits: Limits) -> Iterator[Problem]:
    """Everything a sound archive has that a passive workbook or document has not."""
    names = {info.filename for info in directory.entries}
    if "[Content_Types].xml" not in names or _MAIN[kind] not in names:
        yield Problem(_not_office(kind), where=where)
        return
    for info in directory.entries:
        place = f"{where}!{info.filename}"
        try:
            for message in dict.fromkeys(_part_faults(directory, info, kind, limits)):
                yield Problem(_said(message), where=place)
        except LyingEntryError:
            yield Problem(
                Message(
                    "Nội dung không khớp mục lục của tệp nén; lưu lại bằng phần mềm gốc.",
                    "The content does not fit the directory of the archive; save it anew.",
                ),
                where=place,
            )


def _said(message: Message) -> Message:
    """The sentences above are predicates of the file; those of other modules stand for themselves."""
    if message in {MACRO, OUTSIDE, OBJECT, DDE}:
        return Message(f"Tệp {message.vi}.", f"The file {message.en}.")
    return message


def _part_faults(directory: Directory, info: zipfile.ZipInfo, kind: str, limits: Limits) -> Iterator[Message]:
    name = info.filename
    yield from (message for pattern, message in _PARTS if pattern.search(f"/{name}"))
    lower = name.lower()
    if not lower.endswith((".xml", ".rels", ".vml")):
        for _ in chunks(directory, info):
            pass  # read to the end: the checksum tells whether the headers lied
        return
    scan = _Scan(kind, name)
    for piece in chunks(directory, info):
        yield from scan.faults(piece)
    yield from scan.rest(limits)


class _Scan:
    """One XML part, read in pieces: its beginning by the parser, the rest by what must not stand in it."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind, self.name = kind, name
        self.first = True
        self.tail = b""
        self.rows = 0
        self.whole: bytearray | None = bytearray() if self._read_whole() else None

    def _read_whole(self) -> bool:
        return self.name.endswith(".rels") or self.name == "[Content_Types].xml" or self.kind == "docx"

    def faults(self, piece: bytes) -> Iterator[Message]:
        """What this piece shows."""
        if self.first:
            self.first = False
            fault = prolog_fault(piece)
            if fault is not None:
                yield fault
        seen = self.tail + piece
        if self.kind == "xlsx" and "/worksheets/" in self.name:
            self.rows += len(_ROW.findall(piece))
            if _FORMULA_CALLS.search(seen):
                yield DDE
        self.tail = piece[-_OVERLAP:]
        if self.whole is not None:
            self.whole += piece

    def rest(self, limits: Limits) -> Iterator[Message]:
        """What only the whole part shows."""
        if self.rows > limits.rows:
            yield Message(
                f"Trang tính có {self.rows} dòng: tối đa {limits.rows}; chia thành nhiều tệp.",
                f"The sheet has {self.rows} rows, {limits.rows} at most; cut it into several.",
            )
        whole = bytes(self.whole or b"")
        if self.name == "[Content_Types].xml":
            if _MACRO_TYPES.search(whole):
                yield MACRO
            elif _CONTENT[self.kind] not in whole:
                yield _not_office(self.kind)
        elif self.name.endswith(".rels"):
            if any(_fetches(found.group()) for found in _RELATION.finditer(whole)):
                yield OUTSIDE
            if _MACRO_TYPES.search(whole):
                yield MACRO
        elif self.kind == "docx" and any(mark in whole for mark in _FIELD_PARTS):
            yield from _field_faults(whole)


def _fetches(relation: bytes) -> bool:
    """An external relationship that is no link to the web."""
    return bool(_EXTERNAL.search(relation)) and not (_LINK.search(relation) and _WEB.search(relation))


def _field_faults(part: bytes) -> Iterator[Message]:
    """Field codes of a document, put together: Word splits them over runs."""
    import io
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    code: list[str] = []
    try:
        for _, element in iterparse(io.BytesIO(part), forbid_dtd=True):
            code += _code_of(element)
            element.clear()
    except (ParseError, DefusedXmlException):
        yield Message("XML sai cú pháp; lưu lại bằng Word.", "The XML is malformed; save it with Word again.")
        return
    if _FIELD_CALLS.search("".join(code)):
        yield DDE


def _code_of(element: Any) -> list[str]:
    local = element.tag.rpartition("}")[2]
    if local == "instrText":
        return [element.text or ""]
    if local == "fldSimple":
        return [" ", *(value for name, value in element.attrib.items() if name.endswith("instr")), " "]
    # a field ends where the next one begins: their codes must not run together into one word
    return [" "] if local == "fldChar" else []


def _not_office(kind: str) -> Message:
    program = "Excel" if kind == "xlsx" else "Word"
    return Message(
        f"Tệp không phải .{kind} thật; mở bằng {program} và lưu lại dạng .{kind}.",
        f"The file is no true .{kind}; open it in {program} and save it as .{kind}.",
    )
