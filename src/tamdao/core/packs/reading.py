"""Reading pack files: YAML with the line of every field, CSV with the line of every row; nothing typed by guessing.

Both give text; `typing` turns it into what the schema says. So `01` stays a code, `12.10` stays what was written and
`no` is not a truth value. All text is brought to NFC, the form in which Vietnamese is stored and compared.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
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
    # never more than the limit, whatever the size said a moment ago
    with path.open("rb") as file:
        raw = file.read(MAX_FILE_BYTES + 1)
    if len(raw) > MAX_FILE_BYTES:
        size = max(path.stat().st_size, len(raw))
        findings.problem(
            where,
            Message(
                f"Tệp {size / 1e6:.0f} MB, quá lớn: tối đa {MAX_FILE_BYTES / 1e6:.0f} MB; chia thành nhiều tệp.",
                f"The file has {size / 1e6:.0f} MB, the most is {MAX_FILE_BYTES / 1e6:.0f} MB; cut it into several.",
            ),
        )
        return None
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
        said = _said_of_yaml(getattr(error, "problem", None) or "")
        findings.problem(
            f"{where}:{line}",
            Message(f"Không đọc được YAML: {said.vi}.", f"The YAML can't be read: {said.en}."),
        )
        return None
    lines: dict[str, int] = {}
    if node is None:
        return None, lines
    return _Constructor(where, findings, lines).value(node, ""), lines


# what the parsers of PyYAML and libyaml say, by a part of it
_YAML_SAYS = (
    ("expected ',' or", Message("thiếu dấu phẩy hay dấu đóng ] }", "a comma or a closing ] } is missing")),
    ("expected <block end>", Message("thụt dòng không đều", "lines are not indented alike")),
    ("expected '-' indicator", Message("thiếu dấu “- ” đầu mục", "an entry does not begin with “- ”")),
    (
        "mapping values are not allowed",
        Message(
            "dấu “: ” ở chỗ không hợp lệ; đặt chữ trong ngoặc kép", "“: ” where it can't stand; put the text in quotes"
        ),
    ),
    ("could not find expected ':'", Message("thiếu dấu hai chấm sau khóa", "the colon after a key is missing")),
    (
        "found character",
        Message("có ký tự không được dùng ở đây, như dấu tab", "a character that can't stand here, such as a tab"),
    ),
    ("end of stream", Message("ngoặc chưa đóng đến cuối tệp", "a quote or bracket stays open to the end")),
    ("single document", Message("chỉ nhận một tài liệu, bỏ dòng “---”", "only one document, leave out the line “---”")),
    ("anchor", Message("gói không dùng neo và bí danh (& và *)", "packs use no anchors and aliases (& and *)")),
    ("alias", Message("gói không dùng neo và bí danh (& và *)", "packs use no anchors and aliases (& and *)")),
)  # fmt: skip


def _said_of_yaml(problem: str) -> Message:
    if not problem:
        return Message("lồng nhau quá sâu", "nested too deeply")
    known = next((message for part, message in _YAML_SAYS if part in problem), None)
    return known or Message(
        "sai cú pháp ở dòng này hoặc dòng trước", f"{problem}, here or on the line before"
    )


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
NO_RECORDS = Message("Tệp không có bản ghi nào.", "The file has no records.")


@dataclass(slots=True)
class Table:
    """Rows of a CSV file as (line, field → text), an empty cell being an absent field; required columns it lacks."""

    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    absent: frozenset[str] = frozenset()


def read_csv(
    text: str,
    where: str,
    columns: frozenset[str],
    required: frozenset[str],
    findings: Findings,
    *,
    numbers: frozenset[str] = frozenset(),
) -> Table:
    """The table in a CSV text. Unknown and lacking columns are problems of the header; the rows are read all the same.

    `numbers` are the columns that hold numbers, where a decimal comma splits a cell in two.
    """
    table = Table()
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if not _readable_header(header, where, columns, findings):
            return table
        table.absent = _check_columns(header, where, columns, required, findings)
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cells):
                continue
            if len(cells) != len(header):
                _say_length(f"{where}:{line}", cells, header, numbers, findings)
                continue
            named = zip(header, cells, strict=True)
            table.rows.append(
                (line, {name: cell.strip() for name, cell in named if cell.strip() and name in columns})
            )
        if reader.line_num <= 1:
            findings.note(where, NO_RECORDS)
    except csv.Error as error:
        said = next((message for part, message in _CSV_SAYS if part in str(error)), _CSV_OTHERWISE)
        findings.problem(
            f"{where}:{reader.line_num}",
            Message(f"Không đọc được CSV: {said.vi}.", f"The CSV can't be read: {said.en}."),
        )
    return table


# what the csv module says, by a part of it
_CSV_SAYS = (
    ("field larger", Message("một ô dài quá 131.072 ký tự", "a cell has more than 131,072 characters")),
    ("unexpected end", Message("dấu ngoặc kép chưa đóng", "a quote stays open")),
    ("expected after", Message("sau ngoặc kép đóng phải là dấu phẩy", "a comma must follow a closing quote")),
    ("NUL", Message("có ký tự rỗng (NUL)", "there is a NUL character")),
    ("new-line", Message("dấu xuống dòng lẻ trong ô", "a stray line break in a cell")),
)
_CSV_OTHERWISE = Message("sai cú pháp", "wrong syntax")


def _say_length(
    place: str, cells: Sequence[str], header: Sequence[str], numbers: frozenset[str], findings: Findings
) -> None:
    """A row of another length than the header; a number with a decimal comma is the usual reason."""
    vi, en = (
        f"Dòng có {len(cells)} ô, tiêu đề có {len(header)}",
        f"The row has {len(cells)} cells, the header {len(header)}",
    )
    column = next(
        (
            name
            for name, cell, after in zip(header, cells, cells[1:], strict=False)
            if len(cells) > len(header)
            and name in numbers
            and re.fullmatch(r" *[-+]?[0-9][0-9.]*", cell)
            and re.fullmatch(r"[0-9]+%? *", after)
        ),
        "",
    )
    if column:
        vi += ": dấu phẩy thập phân tách ô này làm hai; trong gói viết dấu chấm, 1234.5"
        en += ": a decimal comma splits this cell; in packs a point is written, 1234.5"
    elif len(cells) > len(header):
        vi += "; ô có dấu phẩy phải đặt trong ngoặc kép"
        en += "; a cell with a comma in it needs quotes"
    findings.problem(place, Message(f"{vi}.", f"{en}."), path=column)


def _readable_header(header: list[str], where: str, columns: frozenset[str], findings: Findings) -> bool:
    """Whether the first row is a header at all."""
    place = f"{where}:1"
    if not any(header):
        findings.problem(
            place,
            Message("Tệp trống: cần dòng tiêu đề.", "The file is empty: it needs a header."),
        )
        return False
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        findings.problem(
            place,
            Message(
                "Các cột phải cách nhau bằng dấu phẩy (lưu dạng “CSV UTF-8, phân cách bằng dấu phẩy”).",
                "Columns are separated by commas (save as “CSV UTF-8, comma delimited”).",
            ),
        )
        return False
    if columns.isdisjoint(header):
        known = ", ".join(sorted(columns))
        findings.problem(
            place,
            Message(
                f"Dòng đầu không phải tiêu đề: không có cột nào trong {known}.",
                f"The first row is no header: it has none of the columns {known}.",
            ),
        )
        return False
    twice = sorted({name for name in header if header.count(name) > 1})
    for name in twice:
        findings.problem(
            place, Message(f"Cột “{name}” có hai lần.", f"The column “{name}” stands twice."), path=name
        )
    return not twice


def _check_columns(
    header: list[str], where: str, columns: frozenset[str], required: frozenset[str], findings: Findings
) -> frozenset[str]:
    """Name columns that are unknown and required ones that are missing; the latter are returned."""
    place = f"{where}:1"
    known = ", ".join(sorted(columns))
    for name in header:
        if name not in columns:
            findings.problem(
                place,
                Message(
                    f"Cột “{name}” không có; các cột: {known}.", f"No column “{name}”; columns: {known}."
                ),
                path=name,
            )
    absent = required.difference(header)
    for name in sorted(absent):
        findings.problem(
            place,
            Message(f"Thiếu cột bắt buộc “{name}”.", f"The required column “{name}” is missing."),
            path=name,
        )
    return absent
