"""Stored records behind a figure, and who opens them.

A `Ref` names a record by kind and id. The layer that owns a kind registers a resolver for it; facts registers its own
kinds and, because core knows no facts, those of core.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tamdao.core.files.api import find_document
from tamdao.core.ledger.api import newest_seals
from tamdao.core.packs.models import InstalledPack
from tamdao.core.units.models import UnitEvent
from tamdao.facts import errors
from tamdao.facts.models import Observation, Target
from tamdao.facts.types import Ref
from tamdao.kit.dates import format_date
from tamdao.kit.messages import Message

from . import units, wording
from .catalogue import catalogue
from .rows import ObservationView, views
from .stamp import reading

Field = tuple[Message, Message]


@dataclass(frozen=True, slots=True)
class Record:
    """A stored record as a reader sees it: title, the name of its page and that page's arguments, a few fields.

    `route` is "" where the record has no page of its own.
    """

    ref: Ref
    title: Message
    route: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()


Resolver = Callable[[str], Record | None]
_resolvers: dict[str, Resolver] = {}


def register_resolver(kind: str, resolver: Resolver) -> None:
    """Name the function that opens records of a kind: id → record, or None when there is no such record."""
    taken = _resolvers.get(kind)
    if taken is not None and taken is not resolver:
        raise ValueError(f"records of kind {kind!r} already have a resolver")
    _resolvers[kind] = resolver


@reading
def resolve(ref: Ref) -> Record:
    """The record of a reference. Raises record_unknown: a reference that leads nowhere is a fault."""
    resolver = _resolvers.get(ref.kind)
    record = resolver(ref.id) if resolver else None
    if record is None:
        raise errors.record_unknown(ref.kind, ref.id)
    return record


def kinds() -> frozenset[str]:
    """Kinds of records that can be opened."""
    return frozenset(_resolvers)


# --- observations -------------------------------------------------------------------------------------------------


def get_observation(observation_id: int) -> ObservationView:
    """One stored observation. Raises record_unknown."""
    found = views(Observation.objects.filter(pk=observation_id))
    if not found:
        raise errors.record_unknown("observation", str(observation_id))
    return found[0]


def revisions_of(row: ObservationView) -> list[ObservationView]:
    """All revisions of the same observation, newest first, `row` itself among them."""
    return views(
        Observation.objects.filter(
            indicator=row.indicator, unit=row.unit_id, period=row.period, dims=row.dims, source=row.source,
            kind=row.kind, flow=row.flow,
        ).order_by("-revision")
    )  # fmt: skip


def observations_of_document(code: str, *, limit: int = 500) -> list[ObservationView]:
    """What was taken from a document, newest first."""
    return views(Observation.objects.filter(document=code).order_by("-id")[:limit])


# --- resolvers of the kinds known here ------------------------------------------------------------------------------


def _observation(key: str) -> Record | None:
    rows = views(Observation.objects.filter(pk=int(key))) if key.isdigit() else []
    if not rows:
        return None
    row = rows[0]
    indicator = catalogue().indicators[row.indicator]
    label = wording.period_label(row.period)
    name = units.named(row.unit_id, row.period_end)
    return Record(
        Ref("observation", key),
        Message(
            f"{indicator.name.vi} – {name.vi}, {label.vi}", f"{indicator.name.en} – {name.en}, {label.en}"
        ),
        "observation",
        {"pk": key},
        _filled(
            ("Nguồn", "Source", catalogue().sources[row.source].name),
            ("Loại số liệu", "Kind", wording.KINDS[row.kind]),
            ("Ghi nhận", "Recorded", f"{format_date(row.recorded_at.date())} – {row.recorded_by}"),
        ),
    )


def _document(key: str) -> Record | None:
    document = find_document(key)
    if document is None:
        return None
    return Record(
        Ref("document", key),
        document.title,
        "document",
        {"code": key},
        _filled(
            ("Số, ký hiệu", "Number", document.number),
            ("Ngày", "Date", format_date(document.date) if document.date else ""),
            ("Cơ quan ban hành", "Issued by", document.issuer),
        ),
    )


def _indicator(key: str) -> Record | None:
    view = catalogue().indicators.get(key)
    return Record(Ref("indicator", key), view.name, "indicator", {"code": key}) if view else None


def _source(key: str) -> Record | None:
    view = catalogue().sources.get(key)
    return Record(Ref("source", key), view.name, "source", {"code": key}) if view else None


def _unit(key: str) -> Record | None:
    row = units.find_row(key)
    return Record(Ref("unit", key), row.called, "unit", {"unit_id": key}) if row else None


def _unit_event(key: str) -> Record | None:
    event = UnitEvent.objects.filter(pk=key).first()
    if event is None:
        return None
    kind = EVENT_KINDS.get(event.kind, Message(event.kind, event.kind))
    return Record(
        Ref("unit_event", key),
        Message(f"{kind.vi} ngày {format_date(event.date)}", f"{kind.en} on {format_date(event.date)}"),
        "event",
        {"code": key},
        _filled(("Căn cứ", "Legal act", legal_act(event.legal_act))),
    )


def _target(key: str) -> Record | None:
    row = Target.objects.filter(pk=key).values_list("name_vi", "name_en").first()
    return Record(Ref("target", key), Message(*row), "target", {"code": key}) if row else None


def _pack(key: str) -> Record | None:
    pack = InstalledPack.objects.filter(pk=key).first()
    if pack is None:
        return None
    return Record(
        Ref("pack", key),
        Message(
            f"{pack.title_vi} ({pack.name} {pack.version})", f"{pack.title_en} ({pack.name} {pack.version})"
        ),
        "pack",
        {"name": key},
        _filled(("Cài đặt", "Installed", f"{format_date(pack.installed_at.date())} – {pack.installed_by}")),
    )


def _ledger(key: str) -> Record | None:
    """The history of a stored figure ("facts.Observation/12"); its page asks who may read it."""
    kind, _, pk = key.partition("/")
    if kind != "facts.Observation" or pk not in newest_seals(kind, [pk]):
        return None
    title = Message(f"Nhật ký đối chứng của dòng số liệu {pk}", f"Ledger of stored figure {pk}")
    return Record(Ref("ledger", key), title, "ledger_object", {"kind": kind, "pk": pk})


EVENT_KINDS = {
    "merge": Message("Sáp nhập", "Merger"),
    "split": Message("Chia tách", "Split"),
    "transfer": Message("Điều chỉnh địa giới", "Transfer"),
    "abolish": Message("Kết thúc hoạt động", "Abolition"),
    "create": Message("Thành lập", "Creation"),
    "rename": Message("Đổi tên", "Rename"),
    "recode": Message("Đổi mã", "New code"),
    "reparent": Message("Thay đổi đơn vị cấp trên", "New parent"),
}


_ACTS = {"Nghị quyết": "Resolution", "Nghị định": "Decree", "Quyết định": "Decision", "Luật": "Law"}


def legal_act(text: str) -> Message:
    """The legal act of an event; "unknown" says so in words."""
    if text == "unknown":
        return Message("chưa rõ văn bản", "act not known")
    kind = next((kind for kind in _ACTS if text.startswith(f"{kind} ")), "")
    return Message(text, f"{_ACTS[kind]}{text.removeprefix(kind)}" if kind else text)


def _filled(*fields: tuple[str, str, Message | str]) -> tuple[Field, ...]:
    """Fields that have something in them."""
    found = [
        (Message(vi, en), Message(text, text) if isinstance(text, str) else text) for vi, en, text in fields
    ]
    return tuple((label, text) for label, text in found if text.vi)


def register_own() -> None:
    """Register the kinds opened here; called once when the application starts."""
    own: tuple[tuple[str, Resolver], ...] = (
        ("observation", _observation),
        ("document", _document),
        ("indicator", _indicator),
        ("source", _source),
        ("unit", _unit),
        ("unit_event", _unit_event),
        ("target", _target),
        ("pack", _pack),
        ("ledger", _ledger),
    )
    for kind, resolver in own:
        register_resolver(kind, resolver)
