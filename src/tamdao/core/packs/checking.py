"""Checking a pack: references, what crosses files and packs, and whatever each kind has to say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tamdao.kit.messages import Message

from .kinds import Kind, get_kind, list_kinds
from .loading import load, load_manifest
from .manifest import satisfies
from .models import InstalledPack, PackRecord
from .records import MANIFEST, Data, Findings, Manifest, Pack, Record, Requirement


class Check:
    """Implements `kinds.Checking`: the pack in hand, the packs it requires (from beside it), the database."""

    def __init__(self, pack: Pack, beside: Sequence[Pack]) -> None:
        self.pack, self.beside, self.findings = pack, beside, pack.findings
        self._names: dict[str, Collection[str]] = {}
        self._others: dict[str, Mapping[str, Data]] = {}

    def records(self, kind: str) -> Sequence[Record]:
        """Records of this pack that fit their schema."""
        return self.pack.of(kind)

    def names(self, kind: str) -> Collection[str]:
        """Names that may be referred to."""
        if kind not in self._names:
            entry = get_kind(kind)
            stored = (
                entry.stored_names() if entry.stored_names else _names(entry, entry.stored(None).values())
            )
            read = (record.data for pack in (self.pack, *self.beside) for record in pack.of(kind))
            # a record with a fault of its own is there: the ones that name it are not wrong
            faulty = (record.data for record in self.pack.faulty.get(kind, ()))
            self._names[kind] = {*stored, *_names(entry, read), *_names_of_faulty(entry, faulty)}
        return self._names[kind]

    def others(self, kind: str) -> Mapping[str, Data]:
        """Records by key that are not in this pack."""
        if kind not in self._others:
            own = {record.key for record in self.pack.of(kind)}
            found = dict(get_kind(kind).stored(None))
            found |= {record.key: record.data for pack in self.beside for record in pack.of(kind)}
            self._others[kind] = {key: data for key, data in found.items() if key not in own}
        return self._others[kind]

    def everything(self, kind: str) -> Mapping[str, Data]:
        """The state after an install."""
        return {**self.others(kind), **{record.key: record.data for record in self.pack.of(kind)}}


def _names(kind: Kind, datas: Any) -> set[str]:
    return {name for data in datas for name in kind.names_of(data)}


def _names_of_faulty(kind: Kind, datas: Iterator[Data]) -> Iterator[str]:
    for data in datas:
        try:
            names: Iterable[object] = kind.names_of(data)
            yield from (name for name in names if isinstance(name, str))
        except (KeyError, TypeError, AttributeError):
            continue  # what it would be called is itself missing


def check(pack: Pack) -> None:
    """Add to the pack's findings everything found wrong beyond its single records."""
    beside = required_beside(pack)
    checking = Check(pack, beside)
    _owners(pack)
    _version(pack)
    for kind in list_kinds():
        if pack.of(kind.name) or pack.faulty.get(kind.name):
            _references(kind, checking)
        if pack.of(kind.name):
            kind.check(checking)


# --- other packs -------------------------------------------------------------------------------------------
def required_beside(pack: Pack) -> list[Pack]:
    """Required packs that are not installed but lie beside this one, with theirs; a circle or absence is a problem."""
    installed = dict(InstalledPack.objects.values_list("name", "version"))
    walk = _Walk(pack.folder.resolve().parent, installed, pack.findings)
    walk.visit(pack.manifest, [pack.manifest.name], "")
    return [
        load(walk.folder / name)
        for name, manifest in walk.beside.items()
        if manifest and name not in installed
    ]


class _Walk:
    """Visits the manifests of the packs lying beside one, installed or not: a circle shows in the files alone."""

    def __init__(self, folder: Path, installed: Mapping[str, str], findings: Findings) -> None:
        self.folder, self.installed, self.findings = folder, installed, findings
        self.beside: dict[str, Manifest | None] = {}

    def visit(self, manifest: Manifest, trail: list[str], entry: str) -> None:
        """Check what one manifest requires, then the manifests it names, each once.

        `entry` is where the pack in hand requires what leads here; empty for that pack itself.
        """
        own = manifest if not entry else None
        for index, need in enumerate(manifest.requires):
            path, where = (
                ("requires", entry) if own is None else (f"requires.{index}", own.where(f"requires.{index}"))
            )
            if need.name in trail:
                circle = " → ".join([*trail, need.name])
                message = Message(
                    f"Các gói cần nhau theo vòng: {circle}.",
                    f"Packs require each other in a circle: {circle}.",
                )
                self.findings.problem(where, message, path=path)
                continue
            known = need.name in self.beside
            beside = self._manifest(need.name)
            version = self.installed.get(need.name) or (beside.version if beside else None)
            if version is None or not satisfies(version, need.version):
                self.findings.problem(where, _say_missing(need, version), path=path)
            if beside is not None and not known:
                self.visit(beside, [*trail, need.name], where)

    def _manifest(self, name: str) -> Manifest | None:
        if name not in self.beside:
            folder = self.folder / name
            # faults inside a neighbour are said when that one is checked
            self.beside[name] = load_manifest(folder, Findings()) if (folder / MANIFEST).is_file() else None
        return self.beside[name]


def _say_missing(need: Requirement, version: str | None) -> Message:
    wanted = f"{need.name} {need.version}".strip()
    if version is None:
        return Message(
            f"Cần gói {wanted}: chưa cài và không nằm cạnh gói này.",
            f"The pack {wanted} is required: it is neither installed nor beside this one.",
        )
    return Message(
        f"Cần gói {wanted}, hiện có {version}.", f"The pack {wanted} is required, there is {version}."
    )


def _version(pack: Pack) -> None:
    """An older version may be installed again, and a version may change while it is written: both are noted."""
    installed = (
        InstalledPack.objects.filter(name=pack.manifest.name).values_list("version", "content_hash").first()
    )
    if installed is None:
        return
    version, content_hash = installed
    where = pack.manifest.where("version")
    if not satisfies(pack.manifest.version, f">={version}"):
        message = Message(
            f"Cũ hơn bản đang cài, {version}; chỉ cài được với --allow-downgrade.",
            f"This is older than the installed {version}; it is installed with --allow-downgrade only.",
        )
        pack.findings.note(where, message, path="version")
    elif satisfies(pack.manifest.version, f"=={version}") and content_hash != pack.content_hash():
        message = Message(
            f"Nội dung khác bản {version} đang cài: nâng số phiên bản.",
            f"The content differs from the installed {version}: raise the version.",
        )
        pack.findings.note(where, message, path="version")


def _owners(pack: Pack) -> None:
    """A record comes from one pack only."""
    keys = {(record.kind, record.key): record for records in pack.records.values() for record in records}
    taken = PackRecord.objects.exclude(pack_id=pack.manifest.name).filter(kind__in=pack.records)
    for kind, key, owner in taken.values_list("kind", "key", "pack_id"):
        record = keys.get((kind, key))
        if record is not None:
            shown = record.shown_key
            message = Message(
                f"“{shown}” đã có trong gói {owner}.", f"“{shown}” already comes from the pack {owner}."
            )
            pack.findings.at(record, record.key_field, message)


# --- references --------------------------------------------------------------------------------------------
def _references(kind: Kind, checking: Check) -> None:
    said: dict[tuple[str, str], Message] = {}
    for record in (*checking.records(kind.name), *checking.pack.faulty.get(kind.name, ())):
        for path, target in kind.refs.items():
            known = checking.names(target)
            for place, value in _values(record.data, path.split("."), ""):
                if value in known or place in record.bad:
                    continue
                slot = (target, value)
                if slot not in said:
                    said[slot] = _say_unknown(target, value, known)
                checking.findings.at(record, place, said[slot])


def _values(data: Any, path: Sequence[str], place: str) -> Iterator[tuple[str, str]]:
    """(place, value) of every text at a path; lists on the way are crossed."""
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from _values(item, path, f"{place}.{index}".lstrip("."))
    elif not path:
        if isinstance(data, str) and data:
            yield place, data
    elif isinstance(data, dict) and path[0] in data:
        yield from _values(data[path[0]], path[1:], f"{place}.{path[0]}".lstrip("."))


def _say_unknown(kind: str, value: str, known: Collection[str]) -> Message:
    # Among ten thousand names a spelling search is slow; the same beginning narrows it down first.
    pool = known if len(known) < 2000 else [name for name in known if name[:2] == value[:2]][:2000]
    near = ", ".join(get_close_matches(value, pool, n=3))
    vi, en = (f" Gần giống: {near}.", f" Similar: {near}.") if near else ("", "")
    word = get_kind(kind).title
    return Message(
        f"Không có {word.vi} “{value}”, kể cả ở các gói mà gói này cần.{vi}",
        f"There is no “{value}” among the {word.en}, nor in the packs this one requires.{en}",
    )
