"""The register of kinds of records. Each layer names its own when Django starts; this one knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from tamdao.kit.messages import Message

from .records import Data, Findings, Pack, Record

if TYPE_CHECKING:
    from .changes import Change


# Above this many names one query for all rows is cheaper than a long list of names.
MANY_NAMES = 400


class Checking(Protocol):
    """What the check of a kind may ask about the pack in hand and about everything it may refer to."""

    pack: Pack
    findings: Findings

    def records(self, kind: str) -> Sequence[Record]:
        """Records of this pack that fit their schema."""
        ...

    def names(self, kind: str) -> Collection[str]:
        """Names that may be referred to: of this pack, of the packs it requires and of the database."""
        ...

    def others(self, kind: str) -> Mapping[str, Data]:
        """Records by key that are not in this pack: of the packs it requires and of the database."""
        ...

    def everything(self, kind: str) -> Mapping[str, Data]:
        """`others` overlaid with this pack: the state after an install."""
        ...


@dataclass(frozen=True, slots=True)
class Applying:
    """What is to be written of one kind. `actor` is the name recorded with every row, "pack:vn-dti@1.0.0"."""

    pack: Pack
    added: Sequence[Change]
    changed: Sequence[Change]
    removed: Sequence[Change]
    by: str
    actor: str
    at: datetime

    @property
    def written(self) -> list[Change]:
        """Added and changed together."""
        return [*self.added, *self.changed]


def _nothing(_checking: Checking) -> None:
    """A kind whose schema and references say everything."""


def _same(data: Data) -> Data:
    return data


def _none_of(_keys: Collection[str]) -> Collection[str]:
    return ()


def _never(_change: Change) -> Message | None:
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record.

    name     folder of the pack
    title    what its records are called in a sentence (default: the name)
    layer    the app that owns it, for the documentation
    schema   JSON Schema (Draft 2020-12) of one record
    key      identity within the kind, from the data
    parse    last touch on a record that fits the schema (sorting, canonical forms)
    refs     field → kind it must name an entry of; a field may be a dotted path and cross lists ("nodes.indicator")
    names    what other records call this one (default: its key)
    stored   records in the database by key, at least those with one of the names (None: all)
    check    whatever schema and references can't say
    refuse   a sentence when a planned change must not be made at all
    apply    writes the planned changes in the transaction of the install, answers the number of rows written
    stored_names  names in the database; faster than `stored` where there are many
    packs_own     of these keys, those whose live row was written by a pack although none delivers it now: such a row
             is no local edit (a value withdrawn and delivered again)
    """

    name: str
    layer: str
    schema: Mapping[str, Any]
    key: Callable[[Data], str]
    stored: Callable[[Collection[str] | None], dict[str, Data]]
    apply: Callable[[Applying], int]
    needs: tuple[str, ...] = ()
    refs: Mapping[str, str] = field(default_factory=dict)
    parse: Callable[[Data], Data] = _same
    names: Callable[[Data], Iterable[str]] | None = None
    stored_names: Callable[[], Collection[str]] | None = None
    check: Callable[[Checking], None] = _nothing
    refuse: Callable[[Change], Message | None] = _never
    packs_own: Callable[[Collection[str]], Collection[str]] = _none_of
    title: Message = field(default_factory=lambda: Message("", ""))

    def names_of(self, data: Data) -> Iterable[str]:
        """What other records call this one."""
        return (self.key(data),) if self.names is None else self.names(data)


@dataclass(frozen=True, slots=True)
class Installed:
    """Said to listeners inside the transaction of an install: rows written per kind."""

    pack: str
    version: str
    title_vi: str
    title_en: str
    rows: Mapping[str, int]
    by: str
    at: datetime
    day: date


_KINDS: dict[str, Kind] = {}
# modules whose `register()` has not been called yet
_LATER: list[str] = []
_LISTENERS: list[Callable[[Installed], None]] = []


def register_later(module: str) -> None:
    """Name a module whose `register()` adds kinds or listeners; it is imported when a pack is first handled.

    Pages and most commands never handle one, and what reads packs takes a quarter of their start.
    """
    _LATER.append(module)


def _register_all() -> None:
    while _LATER:
        import_module(_LATER.pop(0)).register()


def register_kind(
    name: str,
    *,
    layer: str,
    schema: Mapping[str, Any],
    key: Callable[[Data], str],
    stored: Callable[[Collection[str] | None], dict[str, Data]],
    apply: Callable[[Applying], int],
    **more: Any,
) -> Kind:
    """Add a kind of record (see `Kind` for `more`). Registering a name again replaces it: AppConfig.ready may rerun."""
    title = more.pop("title", Message(name, name))
    kind = Kind(
        name=name, layer=layer, schema=schema, key=key, stored=stored, apply=apply, title=title, **more
    )
    _KINDS[name] = kind
    return kind


def on_installed(listener: Callable[[Installed], None]) -> None:
    """Call `listener` within the transaction of every install that wrote something."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


def announce(installed: Installed) -> None:
    """Tell the listeners."""
    _register_all()
    for listener in _LISTENERS:
        listener(installed)


def get_kind(name: str) -> Kind:
    """The kind of that name; KeyError when no layer registered it."""
    _register_all()
    return _KINDS[name]


def list_kinds() -> list[Kind]:
    """All kinds, each after those it needs; LookupError when the needs run in a circle or name an unknown kind."""
    _register_all()
    ordered: dict[str, Kind] = {}
    waiting = dict(sorted(_KINDS.items()))
    while waiting:
        ready = [kind for kind in waiting.values() if ordered.keys() >= set(kind.needs)]
        if not ready:
            raise LookupError(f"kinds that wait for each other or for nobody: {', '.join(waiting)}")
        for kind in ready:
            ordered[kind.name] = waiting.pop(kind.name)
    return list(ordered.values())
