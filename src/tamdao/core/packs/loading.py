"""From a folder to a pack: every file read, every record typed, validated and keyed; all faults collected."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tamdao.kit.uploads import name_problems

from . import manifest as manifests
from .kinds import Kind, get_kind, list_kinds
from .reading import NO_RECORDS, read_csv, read_text, read_yaml
from .records import MANIFEST, Data, Findings, Manifest, Pack, Record
from .schema import Validator, typed, with_defaults

# the packs of the repository have at most a few MB in a few dozen files
MAX_PACK_FILES = 2_000
MAX_PACK_BYTES = 256 * 10**6
_COMPANIONS = ("README", "LICENSE", "NOTICE", "CHANGELOG")


def load(folder: Path) -> Pack:
    """Read the pack in `folder`. What is wrong inside stands in `findings`; only no pack at all is refused.

    Raises DomainError pack_not_found when there is no folder with a readable pack.yaml.
    """
    findings = Findings()
    pack = Pack(folder, load_manifest(folder, findings), {}, findings)
    if not _bearable(folder, findings):
        return pack
    names = [kind.name for kind in list_kinds()]
    for entry in sorted(folder.iterdir()):
        if entry.name == MANIFEST or entry.name.startswith(".") or entry.name.split(".")[0] in _COMPANIONS:
            continue
        if entry.is_symlink() or not entry.is_dir() or entry.name not in names:
            findings.problem(entry.name, _unknown_entry(entry, names))
            continue
        found = list(_records(entry, get_kind(entry.name), findings))
        pack.records[entry.name] = [record for record in found if not record.bad]
        pack.faulty[entry.name] = [record for record in found if record.bad]
    return pack


def _bearable(folder: Path, findings: Findings) -> bool:
    """Whether the pack is small enough to be read; counted no further than the limits. Links are not followed."""
    count = size = 0
    for root, _, files in os.walk(folder):
        for name in files:
            count += 1
            size += os.lstat(os.path.join(root, name)).st_size  # noqa: PTH118  # a loop over thousands of names
            if count > MAX_PACK_FILES or size > MAX_PACK_BYTES:
                message = Message(
                    f"Gói quá lớn: tối đa {MAX_PACK_FILES} tệp và {MAX_PACK_BYTES // 10**6} MB; chia thành nhiều gói.",
                    f"The pack is too large: {MAX_PACK_FILES} files and {MAX_PACK_BYTES // 10**6} MB at most; cut it.",
                )
                findings.problem(folder.name, message)
                return False
    return True


def load_manifest(folder: Path, findings: Findings) -> Manifest:
    """pack.yaml of the pack in `folder`, a stand-in when it has faults. Raises DomainError pack_not_found."""
    path = folder / MANIFEST
    if path.is_symlink() or not path.is_file():
        raise DomainError(
            Message(
                f"Không có gói ở {folder}: thiếu {MANIFEST}.", f"No pack in {folder}: {MANIFEST} is missing."
            ),
            code="pack_not_found",
        )
    return _manifest(path, findings)


_NO_LINKS = Message("Gói không chứa liên kết.", "Packs hold no links.")


def _unknown_entry(entry: Path, names: list[str]) -> Message:
    if entry.is_symlink():
        return _NO_LINKS
    known = ", ".join(names)
    if entry.is_dir():
        return Message(
            f"Không có loại bản ghi “{entry.name}”; các thư mục: {known}.",
            f"There is no kind of record “{entry.name}”; folders: {known}.",
        )
    return Message(
        f"Tệp lạ; gói gồm {MANIFEST}, README, LICENSE và các thư mục {known}.",
        f"Unknown file; a pack holds {MANIFEST}, README, LICENSE and the folders {known}.",
    )


def _manifest(path: Path, findings: Findings) -> Manifest:
    """The manifest; a stand-in with the folder's name when it has faults."""
    stand_in = Manifest(path.parent.name, "0.0.0", path.parent.name, path.parent.name)
    text = read_text(path, MANIFEST, findings)
    parsed = None if text is None else read_yaml(text, MANIFEST, findings)
    if parsed is None:
        return stand_in
    value, lines = parsed
    if not isinstance(value, dict):
        message = Message("Phải là các dòng khóa: giá trị.", "This must be lines of key: value.")
        findings.problem(f"{MANIFEST}:1", message)
        return stand_in
    record = Record("pack", typed(manifests.SCHEMA, value), MANIFEST, 1, lines)
    problems = list(Validator(manifests.SCHEMA).problems(record.data))
    for path_in, message in problems:
        findings.at(record, path_in, message)
    if problems:
        return stand_in
    if record.data["name"] != path.resolve().parent.name:
        findings.at(
            record,
            "name",
            Message(
                f"Tên gói phải là tên thư mục, “{path.resolve().parent.name}”.",
                f"The name of a pack is that of its folder, “{path.resolve().parent.name}”.",
            ),
        )
    return manifests.manifest_of(record.data, lines)


def _records(folder: Path, kind: Kind, findings: Findings) -> Iterator[Record]:
    """Records of one kind, duplicates left out; what doesn't fit the schema is reported and marked as bad."""
    validator = Validator(kind.schema)
    first: dict[str, Record] = {}
    for path in sorted(folder.iterdir()):
        where = f"{folder.name}/{path.name}"
        if path.name.startswith("."):
            continue
        bad_names = name_problems(path.name)
        for problem in bad_names:
            findings.problem(f"{folder.name}/{problem.where}", problem.message)
        if bad_names:
            continue
        if path.is_symlink() or not path.is_file() or path.suffix not in {".yaml", ".csv"}:
            wrong = Message("Chỉ nhận tệp .yaml và .csv.", "Only .yaml and .csv files are taken.")
            findings.problem(where, _NO_LINKS if path.is_symlink() else wrong)
            continue
        text = read_text(path, where, findings)
        if text is None:
            continue
        reader = _from_csv if path.suffix == ".csv" else _from_yaml
        for record in reader(text, where, kind, findings):
            if not _fits(record, kind, validator, findings):
                yield record
                continue
            earlier = first.setdefault(record.key, record)
            if earlier is record:
                yield record
            else:
                _say_duplicate(record, earlier, findings)


def _fits(record: Record, kind: Kind, validator: Validator, findings: Findings) -> bool:
    """Type, validate and key one record in place; `bad` tells what does not fit.

    What is bad already (a column that the file lacks) was said once for the whole file.
    """
    record.data = typed(kind.schema, record.data)
    problems = [found for found in validator.problems(record.data) if found[0] not in record.bad]
    for path, message in problems:
        findings.at(record, path, message)
    record.bad |= {path for path, _ in problems}
    if record.bad:
        return False
    record.data = kind.parse(with_defaults(kind.schema, record.data))
    record.key = kind.key(record.data)
    return True


def _say_duplicate(record: Record, earlier: Record, findings: Findings) -> None:
    shown = record.shown_key
    message = Message(
        f"“{shown}” đã có ở {earlier.where()}.", f"“{shown}” stands already at {earlier.where()}."
    )
    findings.at(record, record.key_field, message)


def _from_csv(text: str, where: str, kind: Kind, findings: Findings) -> Iterator[Record]:
    columns = frozenset(
        name
        for name, part in kind.schema["properties"].items()
        if part.get("type") != "object" and part.get("items", {}).get("type") != "object"
    )
    numbers = frozenset(
        name for name in columns if kind.schema["properties"][name].get("format") == "decimal"
    )
    table = read_csv(
        text, where, columns, frozenset(kind.schema["required"]) & columns, findings, numbers=numbers
    )
    for line, data in table.rows:
        yield Record(kind.name, dict(data), where, line, bad=table.absent)


def _from_yaml(text: str, where: str, kind: Kind, findings: Findings) -> Iterator[Record]:
    parsed = read_yaml(text, where, findings)
    if parsed is None:
        return
    value, lines = parsed
    if value is None:
        findings.note(where, NO_RECORDS)
        value = []
    if not isinstance(value, list):
        message = Message(
            "Phải là một danh sách bản ghi (mỗi mục bắt đầu bằng “- ”).", "This must be a list of records."
        )
        findings.problem(f"{where}:1", message)
        return
    inside = _by_entry(lines)
    for index, item in enumerate(value):
        line = lines[str(index)]
        if not isinstance(item, dict):
            message = Message(
                "Mỗi mục phải là các dòng khóa: giá trị.", "Each entry must be lines of key: value."
            )
            findings.problem(f"{where}:{line}", message)
            continue
        data: Data = item
        yield Record(kind.name, data, where, line, inside.get(str(index), {}))


def _by_entry(lines: dict[str, int]) -> dict[str, dict[str, int]]:
    """Lines by entry of the list, the paths without the entry's own number."""
    entries: dict[str, dict[str, int]] = defaultdict(dict)
    for path, line in lines.items():
        entry, _, rest = path.partition(".")
        if rest:
            entries[entry][rest] = line
    return entries
