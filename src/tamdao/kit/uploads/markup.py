"""XML without entities, SVG without scripts: parsed by defusedxml, which never expands what a document declares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from tamdao.kit.messages import Message

from .rules import MIB, Limits

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

_INSIDE = re.compile(r"#|data:image/(?:png|jpeg);", re.IGNORECASE)


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


class _Watch:
    """A target that builds nothing: it remembers the first thing that acts."""

    def __init__(self) -> None:
        self.found = ""
        self.in_style = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.in_style += _local(tag) == "style"
        self.found = self.found or _acts(tag, attributes)

    def end(self, tag: str) -> None:
        """An element ends."""
        self.in_style -= _local(tag) == "style"

    def data(self, text: str) -> None:
        """Text; only that of style sheets may fetch something."""
        if self.in_style and _OUTSIDE.search(text):
            self.found = self.found or "style"

    def pi(self, target: str, text: str | None = None) -> None:
        """A processing instruction, which may name a style sheet that runs."""
        self.found = self.found or target

    def close(self) -> None:
        """The end."""


def svg_faults(data: bytes, limits: Limits) -> Iterator[Message]:
    """An SVG that runs something, shows foreign pages or fetches from elsewhere is none."""
    if len(data) > limits.drawing:
        most = limits.drawing // MIB
        yield Message(
            f"Hình SVG quá lớn: tối đa {most} MB; xuất lại thành PNG hoặc PDF.",
            f"The drawing is too large: {most} MB at most; export it as PNG or PDF.",
        )
        return
    fault = prolog_fault(data)
    if fault is not None:
        yield fault
        return
    watch = _Watch()
    parser = DefusedXMLParser(target=watch, forbid_dtd=True)
    try:
        parser.feed(data)
        parser.close()
    except DefusedXmlException:
        yield ENTITIES
    except ParseError:
        yield BROKEN
    if watch.found:
        yield Message(
            f"SVG có phần chạy được hoặc gọi ra ngoài ({watch.found}); xuất lại thành PNG hoặc PDF.",
            f"The SVG has a part that runs or calls outside ({watch.found}); export it as PNG or PDF.",
        )


def _acts(tag: str, attributes: dict[str, str]) -> str:
    local = _local(tag)
    if local in _RUNS:
        return local
    for name, written in attributes.items():
        short, value = _local(name), written.strip()
        if short.startswith("on"):
            return short
        fetches = short in {"href", "src"} and not _INSIDE.match(value)
        if fetches or _OUTSIDE.search(value):
            return f"{short}={value[:40]}"
    return ""


def _local(name: str) -> str:
    return name.rpartition("}")[2].lower()
