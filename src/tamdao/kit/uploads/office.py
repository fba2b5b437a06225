"""Office files (.xlsx, .docx): the parts that run, fetch or carry something, by the standard ECMA-376.

Hyperlinks to the web may stay: they do nothing until somebody follows them. Everything that acts when the file is
opened is refused: macros, external links and data, DDE, OLE objects, ActiveX, templates from elsewhere.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from tamdao.kit.errors import Problem
from tamdao.kit.messages import Message

from .archives import Directory, LyingEntryError, chunks
from .markup import BROKEN, prolog_fault
from .rules import MIB, Limits

_OVERLAP = 4096
_LARGEST_LIST = 4 * MIB
_LARGEST_WITH_FIELDS = 16 * MIB
_TYPES = "[Content_Types].xml"
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
    if _TYPES not in names or _MAIN[kind] not in names:
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
    if not name.lower().endswith((".xml", ".rels", ".vml")):
        for _ in chunks(directory, info):
            pass  # read to the end: the checksum tells whether the headers lied
        return
    if name.endswith(".rels") or name == _TYPES:
        yield from _list_faults(directory, info, kind)
        return
    scan = _Scan(kind, sheet="/worksheets/" in name)
    for piece in chunks(directory, info):
        yield from scan.faults(piece)
    if scan.rows > limits.rows:
        yield Message(
            f"Trang tính có {scan.rows} dòng: tối đa {limits.rows}; chia thành nhiều tệp.",
            f"The sheet has {scan.rows} rows, {limits.rows} at most; cut it into several.",
        )
    if scan.fields:
        yield from _field_faults(directory, info)


class _Scan:
    """One XML part, read in pieces: its beginning by the parser, the rest by what must not stand in it."""

    def __init__(self, kind: str, *, sheet: bool) -> None:
        self.kind, self.sheet = kind, sheet
        self.first, self.fields = True, False
        self.tail = b""
        self.rows = 0

    def faults(self, piece: bytes) -> Iterator[Message]:
        """What this piece shows; words that lie across two pieces are seen with the second one."""
        if self.first:
            self.first = False
            fault = prolog_fault(piece)
            if fault is not None:
                yield fault
        seen = self.tail + piece
        if self.kind == "docx":
            self.fields = self.fields or any(mark in seen for mark in _FIELD_PARTS)
        elif self.sheet:
            # a tag that lies across the border is counted with the piece it ends in
            self.rows += len(_ROW.findall(seen)) - len(_ROW.findall(self.tail))
            if _FORMULA_CALLS.search(seen):
                yield DDE
        self.tail = seen[-_OVERLAP:]


def _list_faults(directory: Directory, info: zipfile.ZipInfo, kind: str) -> Iterator[Message]:
    """The lists of an Office file: which types its parts have, and what they point at."""
    if info.file_size > _LARGEST_LIST:
        yield _not_office(kind)
        return
    whole = b"".join(chunks(directory, info))
    fault = prolog_fault(whole)
    if fault is not None:
        yield fault
    if _MACRO_TYPES.search(whole):
        yield MACRO
    elif info.filename == _TYPES and _CONTENT[kind] not in whole:
        yield _not_office(kind)
    if any(_fetches(found.group()) for found in _RELATION.finditer(whole)):
        yield OUTSIDE


def _fetches(relation: bytes) -> bool:
    """An external relationship that is no link to the web."""
    return bool(_EXTERNAL.search(relation)) and not (_LINK.search(relation) and _WEB.search(relation))


class _Fields:
    """A target that collects the codes of fields, which Word splits over runs, and builds nothing."""

    def __init__(self) -> None:
        self.code: list[str] = []
        self.inside = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        local = tag.rpartition("}")[2]
        self.inside = local == "instrText"
        if local == "fldSimple":
            self.code += [" ", *(value for name, value in attributes.items() if name.endswith("instr")), " "]
        elif local == "fldChar":
            # a field ends where the next one begins: their codes must not run together into one word
            self.code.append(" ")

    def end(self, tag: str) -> None:
        """An element ends."""
        self.inside = False

    def data(self, text: str) -> None:
        """Text of an element."""
        if self.inside:
            self.code.append(text)

    def close(self) -> str:
        """All codes in a row."""
        return "".join(self.code)


def _field_faults(directory: Directory, info: zipfile.ZipInfo) -> Iterator[Message]:
    """A part that has fields, read again by the parser."""
    if info.file_size > _LARGEST_WITH_FIELDS:
        yield Message(
            "Văn bản quá dài để kiểm tra trường tự động; gửi dạng PDF.",
            "The document is too long for its fields to be checked; send it as PDF.",
        )
        return
    fields = _Fields()
    parser = DefusedXMLParser(target=fields, forbid_dtd=True)
    try:
        for piece in chunks(directory, info):
            parser.feed(piece)
        parser.close()
    except (ParseError, DefusedXmlException):
        yield BROKEN
    if _FIELD_CALLS.search(fields.close()):
        yield DDE


def _not_office(kind: str) -> Message:
    program = "Excel" if kind == "xlsx" else "Word"
    return Message(
        f"Tệp không phải .{kind} thật; mở bằng {program} và lưu lại dạng .{kind}.",
        f"The file is no true .{kind}; open it in {program} and save it as .{kind}.",
    )
