"""XML without entities, SVG without scripts: parsed by defusedxml, which never expands what a document declares."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, iterparse

from tamdao.kit.messages import Message

ENTITIES = Message(
    "XML có khai báo kiểu hoặc thực thể (DOCTYPE, ENTITY), có thể phình ra vô hạn; lưu lại bằng phần mềm gốc.",
    "The XML declares a document type or entities (DOCTYPE, ENTITY), which may swell without end; save it anew.",
)
BROKEN = Message("XML sai cú pháp; lưu lại bằng phần mềm gốc.", "The XML is malformed; save it anew.")
ENCODING = Message(
    "XML không ở mã UTF-8; lưu lại bằng phần mềm gốc.", "The XML is not in UTF-8; save it anew."
)
_HEAD = 64 * 1024
_DECLARED = re.compile(rb"""encoding\s*=\s*["']([^"']+)["']""")
_PLAIN = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_RUNS = frozenset(
    {"script", "foreignobject", "handler", "iframe", "embed", "object", "listener", "set", "animate"}
)
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import|javascript:|expression\(", re.IGNORECASE)


class _RootReachedError(Exception):
    """Everything that may declare entities stands before the first element; the rest is not needed."""


class _Stop:
    """A target that keeps nothing and stops at the root."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        raise _RootReachedError

    def close(self) -> None:
        """Called at the end of a document without an element."""


def prolog_fault(head: bytes) -> Message | None:
    """What is wrong with an XML part by its beginning (64 KiB of it): entities, another encoding, no XML at all."""
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in head[:4]:
        return ENCODING
    declared = _DECLARED.search(head[:200].partition(b"?>")[0])
    if declared and declared.group(1).lower() not in _PLAIN:
        return ENCODING
    parser = DefusedXMLParser(target=_Stop(), forbid_dtd=True)
    try:
        parser.feed(head[:_HEAD])
    except _RootReachedError:
        return None
    except DefusedXmlException:
        return ENTITIES
    except ParseError:
        return BROKEN
    # 64 KiB without an element: comments that hide something, or nothing
    return BROKEN


def svg_faults(data: bytes) -> Iterator[Message]:
    """An SVG that runs something, shows foreign pages or fetches from elsewhere is none."""
    fault = prolog_fault(data)
    if fault is not None:
        yield fault
        return
    if b"<?xml-stylesheet" in data:
        yield _active("xml-stylesheet")
        return
    try:
        for _, element in iterparse(io.BytesIO(data), events=("start",), forbid_dtd=True):
            found = _acts(element.tag, element.attrib, element.text or "")
            if found:
                yield _active(found)
                return
        yield from _styles(io.BytesIO(data))
    except DefusedXmlException:
        yield ENTITIES
    except ParseError:
        yield BROKEN


def _styles(file: IO[bytes]) -> Iterator[Message]:
    """Style sheets inside, whose text is known only at the end of their element."""
    for _, element in iterparse(file, events=("end",), forbid_dtd=True):
        if _local(element.tag) == "style" and _OUTSIDE.search("".join(element.itertext())):
            yield _active("style")
            return


def _acts(tag: str, attributes: dict[str, str], text: str) -> str:
    local = _local(tag)
    if local in _RUNS or "svg" not in tag.rpartition("}")[0] + "svg":
        return local
    for name, value in attributes.items():
        short = _local(name)
        if short.startswith("on"):
            return short
        if short in {"href", "src"} and not re.match(r"#|data:image/(png|jpeg);", value.strip()):
            return f"{short}={value.strip()[:40]}"
        if _OUTSIDE.search(value):
            return f"{short}={value.strip()[:40]}"
    return ""


def _local(name: str) -> str:
    return name.rpartition("}")[2].lower()


def _active(what: str) -> Message:
    return Message(
        f"SVG có phần chạy được hoặc gọi ra ngoài ({what}); xuất lại thành PNG hoặc PDF.",
        f"The SVG has a part that runs or calls outside ({what}); export it as PNG or PDF.",
    )
