"""Reading pack files: YAML with the line of every field, CSV with the line of every row; nothing typed by guessing.

Both give text; `typing` turns it into what the schema says. So `01` stays a code, `12.10` stays what was written and
`no` is not a truth value. All text is brought to NFC, the form in which Vietnamese is stored and compared.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tamdao.kit.messages import Message

from .records import Findings

MAX_FILE_BYTES = 64 * 1024 * 1024
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_text(path: Path, where: str, findings: Findings) -> str | None:
    """Text of a UTF-8 file in NFC, or None with a problem. A file written in NFD is accepted and noted."""
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        findings.problem(
            where,
            Message(
                f"Tệp {size / 1e6:.0f} MB, quá lớn: tối đa {MAX_FILE_BYTES / 1e6:.0f} MB; chia thành nhiều tệp.",
                f"The file has {size / 1e6:.0f} MB, the most is {MAX_FILE_BYTES / 1e6:.0f} MB; cut it into several.",
            ),
        )
        return None
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        findings.problem(
            f"{where}:{line}",
            Message(
                "Không phải UTF-8: lưu lại tệp với mã UTF-8.",
                "This is not UTF-8: save the file again as UTF-8.",
            ),
        )
        return None
    if unicodedata.is_normalized("NFC", text):
        return text
    line = next(
        number
        for number, part in enumerate(text.split("\n"), start=1)
        if not unicodedata.is_normalized("NFC", part)
    )
    findings.note(
        f"{where}:{line}",
        Message(
            "Chữ tiếng Việt ở dạng tổ hợp (NFD); đã đọc như dạng dựng sẵn (NFC).",
            "Vietnamese text in decomposed form (NFD); it is read as composed (NFC).",
        ),
    )
    return unicodedata.normalize("NFC", text)


# --- YAML --------------------------------------------------------------------------------------------------
def read_yaml(text: str, where: str, findings: Findings) -> tuple[Any, dict[str, int]] | None:
    """Value of a YAML document as text, lists and mappings, and the line of every path; None with a problem.

    Anchors and aliases, several documents, a key twice in a mapping: each is a problem.
    """
    try:
        node = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = 1 if mark is None else mark.line + 1
        said = getattr(error, "problem", None) or "too deep"
        findings.problem(
            f"{where}:{line}",
            Message(f"Không đọc được YAML ({said}).", f"The YAML can't be read ({said})."),
        )
        return None
    lines: dict[str, int] = {}
    if node is None:
        return None, lines
    return _Constructor(where, findings, lines).value(node, ""), lines


class _Constructor:
    """Turns composed nodes into text, lists and mappings."""

    def __init__(self, where: str, findings: Findings, lines: dict[str, int]) -> None:
        self.where, self.findings, self.lines = where, findings, lines
        self.seen: set[int] = set()

    def _problem(self, node: yaml.Node, path: str, message: Message) -> None:
        self.findings.problem(f"{self.where}:{node.start_mark.line + 1}", message, path=path)

    def value(self, node: yaml.Node, path: str) -> Any:
        """The value of one node."""
        self.lines[path] = node.start_mark.line + 1
        if id(node) in self.seen:
            message = Message(
                "Gói không dùng neo và bí danh (& và *): viết giá trị ra.",
                "Packs use no anchors and aliases (& and *): write the value out.",
            )
            self._problem(node, path, message)
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            plain = not node.style
            return None if plain and node.value in _NULLS else node.value
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, _join(path, str(index))) for index, item in enumerate(node.value)]
        return self._mapping(node, path)

    def _mapping(self, node: yaml.Node, path: str) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            here = _join(path, key)
            if not isinstance(key_node, yaml.ScalarNode):
                self._problem(key_node, path, Message("Khóa phải là một từ.", "A key must be a single word."))
                continue
            if key in result:
                self._problem(
                    key_node, here, Message(f"Khóa “{key}” viết hai lần.", f"The key “{key}” stands twice.")
                )
            value = self.value(value_node, here)
            self.lines[here] = key_node.start_mark.line + 1
            result[key] = value
        return result


def _join(path: str, part: str) -> str:
    return f"{path}.{part}" if path else part


# --- CSV ---------------------------------------------------------------------------------------------------
def read_csv(
    text: str, where: str, columns: frozenset[str], findings: Findings
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows as (line, field → text); an empty cell is an absent field. Header faults end the reading."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if not _header_fits(header, where, columns, findings):
            return
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cells):
                continue
            if len(cells) != len(header):
                findings.problem(
                    f"{where}:{line}",
                    Message(
                        f"Dòng có {len(cells)} ô, tiêu đề có {len(header)}.",
                        f"The row has {len(cells)} cells, the header {len(header)}.",
                    ),
                )
                continue
            yield line, {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}
    except csv.Error as error:
        findings.problem(
            f"{where}:{reader.line_num}",
            Message(f"Không đọc được CSV ({error}).", f"The CSV can't be read ({error})."),
        )


def _header_fits(header: list[str], where: str, columns: frozenset[str], findings: Findings) -> bool:
    place = f"{where}:1"
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        findings.problem(
            place,
            Message(
                "Các cột phải cách nhau bằng dấu phẩy (lưu dạng “CSV UTF-8, phân cách bằng dấu phẩy”).",
                "Columns are separated by commas (save as “CSV UTF-8, comma delimited”).",
            ),
        )
        return False
    good = True
    for name in header:
        if name not in columns:
            good = False
            near = ", ".join(sorted(columns))
            findings.problem(
                place,
                Message(f"Cột “{name}” không có; các cột: {near}.", f"No column “{name}”; columns: {near}."),
                path=name,
            )
    for name in {name for name in header if header.count(name) > 1}:
        good = False
        findings.problem(
            place, Message(f"Cột “{name}” có hai lần.", f"The column “{name}” stands twice."), path=name
        )
    return good
