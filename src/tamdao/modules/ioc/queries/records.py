"""The stored records at the end of every explanation: observation, document, event, source, pack, edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Count

from tamdao.core.files.api import DocumentView, find_document, get_document
from tamdao.core.packs.models import InstalledPack, PackRecord
from tamdao.core.units.api import UnitRow, get_unit
from tamdao.core.units.models import UnitEvent, UnitLink, UnitVersion
from tamdao.core.units.names import called, inside
from tamdao.facts import api as facts
from tamdao.facts.api import SourceView, TargetView
from tamdao.facts.models import Observation
from tamdao.facts.queries import wording
from tamdao.facts.queries.records import legal_act
from tamdao.kit.errors import NotFound
from tamdao.kit.messages import Message
from tamdao.modules.scoring.models import Edition, EditionNode

from ..rules.words import EVENT_KINDS, word

MOST_LISTED = 200


def _absent() -> NotFound:
    return NotFound(Message("Không tìm thấy hồ sơ này.", "There is no such record."))


@dataclass(frozen=True, slots=True)
class ObservationPage:
    """One stored observation with what stands around it."""

    row: Observation
    name: Message
    unit: UnitRow
    value: Message | None
    source: SourceView
    document: DocumentView
    revisions: tuple[Observation, ...]
    sample: bool
    note: Message
    by: Message
    period: Message

    @property
    def superseded(self) -> bool:
        """A later revision exists."""
        return any(other.revision > self.row.revision for other in self.revisions)


def observation_page(pk: int, *, sample: bool) -> ObservationPage:
    """The observation `pk`; sample rows exist only while sample data is shown."""
    row = Observation.objects.filter(pk=pk).first()
    if row is None:
        raise _absent()
    source = facts.get_source(row.source_id)
    if source.sample and not sample:
        raise _absent()
    same = Observation.objects.filter(
        indicator=row.indicator_id,
        unit=row.unit_id,
        period=row.period,
        dims=row.dims,
        source=row.source_id,
        kind=row.kind,
        flow=row.flow,
    ).order_by("revision")
    view = facts.get_indicator(row.indicator_id)
    return ObservationPage(
        row=row,
        name=view.name,
        unit=get_unit(row.unit_id),
        value=None
        if row.value is None
        else wording.value(
            Fraction(row.value),
            view.measure,
            sign=row.sign,
            word=row.sign_word,
            decimals=wording.published_decimals(row.value, view),
            universe=row.universe,
        ),
        source=source,
        document=get_document(row.document_id),
        revisions=tuple(same),
        sample=source.sample,
        note=wording.note(row.note),
        by=wording.recorded_by(row.recorded_by),
        period=wording.period_label(row.period),
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """An indicator or unit with how many rows of a document speak of it."""

    code: str
    name: Message
    rows: int


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A document and what cites it."""

    document: DocumentView
    indicators: tuple[Counted, ...]
    targets: tuple[TargetView, ...]
    editions: tuple[Edition, ...]
    events: tuple[UnitEvent, ...]
    event_count: int
    observation_count: int


def document_page(code: str, *, sample: bool) -> DocumentPage:
    """The document `code` with everything that cites it; long lists are cut and counted."""
    document = find_document(code)
    if document is None:
        raise _absent()
    rows = Observation.objects.filter(document=code)
    if not sample:
        rows = rows.filter(source__sample=False)
    counted = rows.order_by("indicator").values_list("indicator").annotate(n=Count("id"))
    events = UnitEvent.objects.filter(document=code)
    indicators = tuple(
        Counted(indicator, facts.get_indicator(indicator).name, count) for indicator, count in counted
    )
    return DocumentPage(
        document=document,
        indicators=indicators,
        targets=tuple(facts.targets_of_document(code)),
        editions=tuple(Edition.objects.filter(document=code)),
        events=tuple(events[:MOST_LISTED]),
        event_count=events.count(),
        observation_count=sum(item.rows for item in indicators),
    )


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One arrow of an event, with the names its units had."""

    source: str
    source_name: Message
    source_inside: Message
    target: str
    target_name: Message
    target_inside: Message
    share: str
    share_source: str


@dataclass(frozen=True, slots=True)
class EventPage:
    """An event of units: what went where, by which act."""

    event: UnitEvent
    document: DocumentView | None
    links: tuple[LinkRow, ...]

    @property
    def title(self) -> Message:
        """ "Sáp nhập A, B thành C", "Chia tách A": few names in full, many counted."""
        kind = word(EVENT_KINDS, self.event.kind)
        old = list(dict.fromkeys(link.source_inside for link in self.links if link.source))
        new = list(dict.fromkeys(link.target_inside for link in self.links if link.target))
        if self.event.kind == "rename" and self.event.note:
            en = f"{_named(old).en} → {_named(new).en}" if old and new else self.event.note
            return Message(f"{kind.vi}: {self.event.note}", f"{kind.en}: {en}")
        names = _named(old or new)
        if self.event.kind in INTO and len(new) == 1:
            into = INTO[self.event.kind]
            names = Message(f"{names.vi} {into.vi} {new[0].vi}", f"{names.en} {into.en} {new[0].en}")
        return Message(f"{kind.vi} {names.vi}", f"{kind.en}: {names.en}")

    @property
    def act(self) -> Message:
        """The legal act, or that it is not known."""
        return legal_act(self.event.legal_act)

    @property
    def note(self) -> Message:
        """The note of the event."""
        return wording.note(self.event.note)

    @property
    def act_known(self) -> bool:
        """The legal act is recorded."""
        return self.event.legal_act != "unknown"


MOST_NAMES = 4
INTO = {"merge": Message("thành", "into")}


def _named(names: list[Message]) -> Message:
    if len(names) > MOST_NAMES:
        return Message(f"{len(names)} đơn vị", f"{len(names)} units")
    return Message(", ".join(name.vi for name in names), ", ".join(name.en for name in names))


def unit_names(unit_ids: set[str]) -> dict[str, Message]:
    """The last name with its type of each unit, in one query."""
    rows = (
        UnitVersion.objects.filter(unit__in=unit_ids)
        .order_by("from_date")
        .values_list("unit_id", "type_vi", "name_vi")
    )
    return {unit: called(kind, name) for unit, kind, name in rows}


def event_page(code: str) -> EventPage:
    """The event `code` with its arrows."""
    event = UnitEvent.objects.filter(code=code).first()
    if event is None:
        raise _absent()
    links = list(
        UnitLink.objects.filter(event=event).select_related("event").order_by("to_unit", "from_unit")
    )
    document = find_document(event.document_id) if event.document_id else None
    return EventPage(event, document, _link_rows(links))


def level_events(level: str) -> tuple[EventPage, ...]:
    """Events that made or renamed units of a level, the newest first. Two queries."""
    links = list(
        UnitLink.objects.filter(to_unit__level=level)
        .select_related("event")
        .order_by("-event__date", "to_unit", "from_unit")
    )
    by_event: dict[str, list[LinkRow]] = {}
    for link, row in zip(links, _link_rows(links), strict=True):
        by_event.setdefault(link.event_id, []).append(row)
    events = {link.event_id: link.event for link in links}
    return tuple(EventPage(events[code], None, tuple(rows)) for code, rows in by_event.items())


def _link_rows(links: Sequence[UnitLink]) -> tuple[LinkRow, ...]:
    """The arrows with the names their units had: the old ones the day before the event, the new ones on it."""
    ids = {unit for link in links for unit in (link.from_unit_id, link.to_unit_id) if unit}
    versions: dict[str, list[tuple[date, tuple[Message, Message]]]] = {}
    found = UnitVersion.objects.filter(unit__in=ids).order_by("from_date")
    for unit, start, kind, name in found.values_list("unit_id", "from_date", "type_vi", "name_vi"):
        versions.setdefault(unit, []).append((start, (called(kind, name), inside(kind, name))))

    def names_on(unit: str | None, day: date) -> tuple[Message, Message]:
        """The name on a day, alone and inside a sentence; the first one where the unit is younger."""
        known = versions.get(unit or "", [])
        first = known[0][1] if known else (Message("", ""), Message("", ""))
        return next((names for start, names in reversed(known) if start <= day), first)

    def row(link: UnitLink) -> LinkRow:
        source = names_on(link.from_unit_id, link.event.date - timedelta(days=1))
        target = names_on(link.to_unit_id, link.event.date)
        return LinkRow(
            source=link.from_unit_id or "",
            source_name=source[0],
            source_inside=source[1],
            target=link.to_unit_id or "",
            target_name=target[0],
            target_inside=target[1],
            share=link.share,
            share_source=link.share_source,
        )

    return tuple(map(row, links))


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A source of figures and which indicators it feeds."""

    source: SourceView
    indicators: tuple[Counted, ...]
    newest: date | None


def source_page(code: str, *, sample: bool) -> SourcePage:
    """The source `code`; sample sources exist only while sample data is shown."""
    source = facts.get_source(code)
    if source.sample and not sample:
        raise _absent()
    rows = Observation.objects.filter(source=code)
    counted = rows.order_by("indicator").values_list("indicator").annotate(n=Count("id"))
    newest = rows.order_by("-period_end").values_list("period_end", flat=True).first()
    return SourcePage(
        source=source,
        indicators=tuple(Counted(name, facts.get_indicator(name).name, count) for name, count in counted),
        newest=newest,
    )


@dataclass(frozen=True, slots=True)
class PackPage:
    """An installed pack and how many records of each kind it brought."""

    pack: InstalledPack
    kinds: tuple[tuple[str, int], ...]


def pack_page(name: str) -> PackPage:
    """The pack `name` (a version after "@" is the one installed last, and ignored)."""
    pack = InstalledPack.objects.filter(name=name.partition("@")[0]).first()
    if pack is None:
        raise _absent()
    kinds = PackRecord.objects.filter(pack=pack).order_by("kind").values_list("kind").annotate(n=Count("id"))
    return PackPage(pack=pack, kinds=tuple(kinds))


@dataclass(frozen=True, slots=True)
class EditionPage:
    """An index edition: the decision, its years, its tree with what is known and what is not."""

    edition: Edition
    document: DocumentView
    years: tuple[int, ...]
    nodes: tuple[tuple[int, EditionNode], ...]  # depth, node


def edition_page(code: str) -> EditionPage:
    """The edition `code` in the order of its document."""
    edition = Edition.objects.filter(code=code).first()
    if edition is None:
        raise _absent()
    nodes = list(EditionNode.objects.filter(edition=edition).order_by("position"))
    parents = {node.pk: node.parent_id for node in nodes}

    def depth(pk: int | None) -> int:
        steps = 0
        while pk is not None and (pk := parents.get(pk)) is not None:
            steps += 1
        return steps

    years = edition.years.order_by("year").values_list("year", flat=True)
    return EditionPage(
        edition,
        get_document(edition.document_id),
        tuple(years),
        tuple((depth(node.pk), node) for node in nodes),
    )
