"""From a figure back down to its records: one tree for page, API and command line.

The tree is drawn from the same `Derivation` the figure was made from: figure → formula → inputs (figures again) →
conversion (rule, every old unit, the event with its legal act) → observation → document and ledger → other sources →
older revisions. Every leaf points at a stored record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from tamdao.core.files.api import DocumentView, get_documents
from tamdao.core.ledger.api import Seal, newest_seals
from tamdao.core.units.models import UnitEvent
from tamdao.kit.dates import format_date, format_datetime
from tamdao.kit.messages import Message
from tamdao.kit.numbers import format_number

from .dates import ZONE
from .ledger_end import LEDGER_KIND, ledger_end
from .queries import units, wording
from .queries.catalogue import Catalogue, IndicatorView, SourceView, catalogue
from .queries.derive import Asked, Derivation, TermUsed
from .queries.figures import Request, derivation, derive_all
from .queries.figures import resolve as resolve_request
from .queries.records import EVENT_KINDS, legal_act
from .queries.rows import ObservationView
from .queries.stamp import reading
from .types import HAS_VALUE, Figure, Node, Ref

_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")
_PERCENT = re.compile(r"percent\(\s*([a-z0-9_.]+)\s*,\s*([a-z0-9_.]+)\s*\)")


@reading
def explain(
    indicator: str,
    unit: str,
    period: str,
    *,
    on: Any = None,
    as_of: datetime | None = None,
    sample: bool = False,
    dims: str = "",
    source: str | None = None,
    flow: str | None = None,
) -> Node:
    """The tree of one figure; arguments and refusals are those of `figure`."""
    request = resolve_request(
        indicator, unit, period, on=on, as_of=as_of, sample=sample, dims=dims, source=source, flow=flow
    )  # fmt: skip
    return explain_request(request)


def explain_request(request: Request) -> Node:
    """The tree of a resolved request."""
    return explain_derivations([derivation(request)])[0]


@reading
def explain_many(
    indicators: Iterable[str], unit: str, period: str, *, sample: bool = False
) -> dict[str, Node]:
    """Trees of several indicators of one unit and period, by indicator: as many queries as for one of them."""
    requests = [resolve_request(one, unit, period, sample=sample) for one in dict.fromkeys(indicators)]
    keys = [(one.indicator.code, one.unit.id, one.period.key) for one in requests]
    made = derive_all(keys, Asked(sample=sample))
    trees = explain_derivations([made[key] for key in keys])
    return {key[0]: tree for key, tree in zip(keys, trees, strict=True)}


@reading
def explain_derivations(made: Sequence[Derivation]) -> list[Node]:
    """Trees of several figures; three queries (documents, seals, events) for all of them."""
    rows = {row.id: row for one in made for row in _rows_of(one)}
    documents = get_documents({row.document for row in rows.values()})
    seals = newest_seals(LEDGER_KIND, [str(pk) for pk in rows])
    drawing = _Drawing(catalogue(), documents, seals, _events_of(made))
    return [drawing.figure(one) for one in made]


def _rows_of(made: Derivation) -> Iterable[ObservationView]:
    choice = made.choice
    yield from (row for row in (choice.official, *choice.others, *choice.superseded) if row is not None)
    below = [
        *made.inputs,
        *(term.derivation for term in made.terms),
        *(t.weight for t in made.terms if t.weight),
    ]
    for one in [*below, *([made.computed] if made.computed else [])]:
        yield from _rows_of(one)


def _events_of(made: Iterable[Derivation]) -> dict[str, UnitEvent]:
    """Events on the ways from old units to those asked for."""
    codes: set[str] = set()
    todo = list(made)
    while todo:
        one = todo.pop()
        for term in one.terms:
            codes |= set(_way(term.derivation.figure.unit_id, one.figure.unit_id))
            todo += [term.derivation, *([term.weight] if term.weight else [])]
        todo += [*one.inputs, *([one.computed] if one.computed else [])]
    return {event.code: event for event in UnitEvent.objects.filter(pk__in=codes)} if codes else {}


def _way(old: str, new: str) -> list[str]:
    """Codes of the events that lead from an old unit to a new one, oldest unit first."""
    between = units.predecessors([new])
    found: list[str] = []
    todo, seen = [old], {old}
    while todo:
        current = todo.pop()
        for link in units.links_out(current):
            if link.to_id and link.to_id in between:
                found.append(link.event)
                if link.to_id not in seen:
                    seen.add(link.to_id)
                    todo.append(link.to_id)
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Draws trees with the records they need at hand."""

    known: Catalogue
    documents: dict[str, DocumentView]
    seals: dict[str, Seal]
    events: dict[str, UnitEvent]

    def figure(self, made: Derivation, *, kind: str = "figure") -> Node:
        """The node of a figure and everything under it."""
        figure = made.figure
        indicator = self.known.indicators[figure.indicator]
        children: list[Node] = []
        if made.formula:
            children.append(self._formula(made, indicator))
        if made.terms:
            children.append(self._conversion(made, indicator))
        children += self._choice(made, indicator)
        if made.computed is not None:
            children.append(self._beside(made, made.computed, indicator))
        if not children:
            children.append(self._catalogue_entry(indicator))
        name = units.named(figure.unit_id, figure.map_date)
        period = wording.period_label(figure.period)
        return Node(
            kind="input" if kind == "input" else "figure",
            title=Message(
                f"{indicator.name.vi} – {name.vi}, {period.vi}",
                f"{indicator.name.en} – {name.en}, {period.en}",
            ),
            value=wording.figure_value(figure, indicator),
            # how a value came about is what the thread below says; only a missing one is explained here
            detail=None if figure.state in HAS_VALUE else figure.reason,
            ref=Ref("indicator", figure.indicator),
            figure=(figure.indicator, figure.unit_id, figure.period),
            children=tuple(children),
            sample=figure.sample,
        )

    def _catalogue_entry(self, indicator: IndicatorView) -> Node:
        """Where nothing is stored the thread ends at the definition: what would be counted, and by whom."""
        owner = indicator.owner or Message("chưa nêu cơ quan chủ trì", "no owner stated")
        return Node(
            "note",
            Message(f"Định nghĩa: {indicator.definition.vi}", f"Definition: {indicator.definition.en}"),
            detail=Message(f"Cơ quan chủ trì: {owner.vi}.", f"Owner: {owner.en}."),
            ref=Ref("indicator", indicator.code),
        )

    # --- formula and conversion ------------------------------------------------------------------------------------

    def _formula(self, made: Derivation, indicator: IndicatorView) -> Node:
        return Node(
            "formula",
            self._formula_words(made.formula),
            value=wording.figure_value(made.figure, indicator),
            detail=Message(
                "Số liệu đầu vào được quy đổi theo địa giới trước rồi mới tính."
                if not indicator.convert_result
                else "Tính trên từng đơn vị trước rồi mới quy đổi kết quả.",
                "Inputs are converted to the map first, then the formula is computed."
                if not indicator.convert_result
                else "Computed on each unit first, then the result is converted.",
            ),
            ref=Ref("indicator", indicator.code),
            children=tuple(self.figure(one, kind="input") for one in made.inputs),
            sample=made.figure.sample,
        )

    def _formula_words(self, formula: str) -> Message:
        """The formula with the names of its inputs instead of their codes."""
        share = _PERCENT.fullmatch(formula)
        plain = f"{share[1]} ÷ {share[2]} × 100%" if share else formula
        known = self.known.indicators

        def named(lang: str) -> str:
            return _NAME.sub(
                lambda found: f"“{known[found[0]].name.text(lang)}”" if found[0] in known else found[0], plain
            )

        return Message(f"Công thức: {named('vi')}", f"Formula: {named('en')}")

    def _conversion(self, made: Derivation, indicator: IndicatorView) -> Node:
        title = Message("Quy đổi theo địa giới", "Conversion to the map")
        if made.rule != "none":
            rule = wording.RULES[made.rule]
            title = Message(f"{title.vi}: {rule.vi}", f"{title.en}: {rule.en}")
        return Node(
            "conversion",
            title,
            value=wording.figure_value(made.figure, indicator),
            detail=made.figure.reason,
            ref=Ref("indicator", indicator.code),
            children=tuple(self._term(term, made.figure.unit_id) for term in made.terms),
            sample=made.figure.sample,
        )

    def _term(self, term: TermUsed, new_unit: str) -> Node:
        """An old unit with its share: its figure below, its weight, and how it came into the new one."""
        below = self.figure(term.derivation, kind="input")
        weight = (self.figure(term.weight, kind="input"),) if term.weight else ()
        events = tuple(
            self._event(self.events[code])
            for code in _way(term.derivation.figure.unit_id, new_unit)
            if code in self.events
        )
        share = _share_text(term.share)
        return Node(
            "input",
            below.title,
            value=below.value,
            detail=Message(f"{share.vi} {below.detail.vi}", f"{share.en} {below.detail.en}")
            if below.detail
            else share,
            ref=Ref("unit", term.derivation.figure.unit_id),
            figure=below.figure,
            children=(*below.children, *weight, *events),
            sample=below.sample,
        )

    def _event(self, event: UnitEvent) -> Node:
        kind = EVENT_KINDS.get(event.kind, Message(event.kind, event.kind))
        act = legal_act(event.legal_act)
        day = format_date(event.date)
        return Node(
            "unit_event",
            Message(f"{kind.vi} từ ngày {day}", f"{kind.en} from {day}"),
            detail=Message(f"Căn cứ: {act.vi}.", f"Legal act: {act.en}."),
            ref=Ref("unit_event", event.code),
        )

    # --- observations ----------------------------------------------------------------------------------------------

    def _choice(self, made: Derivation, indicator: IndicatorView) -> list[Node]:
        choice = made.choice
        nodes: list[Node] = []
        if choice.official is not None:
            nodes.append(self._observation(choice.official, indicator))
        nodes += [self._other(row, made.figure, indicator) for row in choice.others]
        nodes += [self._revision(row, indicator) for row in choice.superseded]
        return nodes

    def _observation(self, row: ObservationView, indicator: IndicatorView) -> Node:
        source = self.known.sources[row.source]
        return Node(
            "observation",
            Message(f"Nguồn: {source.name.vi}", f"Source: {source.name.en}"),
            value=wording.written(row, indicator),
            detail=_provenance(row, source),
            ref=Ref("observation", str(row.id)),
            children=(self._document(row), ledger_end(row, self.seals)),
            sample=source.sample,
        )

    def _other(self, row: ObservationView, figure: Figure, indicator: IndicatorView) -> Node:
        """Another source, with the difference to the official value."""
        source = self.known.sources[row.source]
        detail = _provenance(row, source)
        if row.text is not None and figure.exact is not None:
            detail = _joined(_difference(Fraction(row.text) - figure.exact, indicator), detail)
        return Node(
            "other_source",
            Message(f"Nguồn khác: {source.name.vi}", f"Another source: {source.name.en}"),
            value=wording.written(row, indicator),
            detail=detail,
            ref=Ref("observation", str(row.id)),
            children=(self._document(row), ledger_end(row, self.seals)),
            sample=source.sample,
        )

    def _beside(self, made: Derivation, computed: Derivation, indicator: IndicatorView) -> Node:
        """The formula's own result beside a reported value."""
        detail = computed.figure.reason
        if computed.figure.exact is not None and made.figure.exact is not None:
            detail = _joined(_difference(computed.figure.exact - made.figure.exact, indicator), detail)
        return Node(
            "other_source",
            Message("Kết quả tính theo công thức", "Result of the formula"),
            value=wording.figure_value(computed.figure, indicator),
            detail=detail,
            ref=Ref("indicator", indicator.code),
            children=(self._formula(computed, indicator),),
        )

    def _revision(self, row: ObservationView, indicator: IndicatorView) -> Node:
        source = self.known.sources[row.source]
        kind = Message("mẫu", "sample") if source.sample else wording.KINDS[row.kind]
        return Node(
            "revision",
            Message(
                f"Lần trước: số {kind.vi}, lần {row.revision}", f"Earlier: {kind.en}, revision {row.revision}"
            ),
            value=wording.written(row, indicator),
            detail=_provenance(row, source),
            ref=Ref("observation", str(row.id)),
            children=(self._document(row), ledger_end(row, self.seals)),
            sample=source.sample,
        )

    def _document(self, row: ObservationView) -> Node:
        document = self.documents[row.document]
        parts = [
            Message(f"Vị trí: {row.locator}.", f"Place: {row.locator}.") if row.locator else None,
            _dated(document),
            _read(document),
        ]
        return Node(
            "document",
            document.label,
            detail=_joined(*(part for part in parts if part is not None)),
            ref=Ref("document", document.code),
            url=document.url,
        )


def _share_text(share: Fraction | None) -> Message:
    if share is None:
        return Message("Không rõ tỷ lệ nhập vào.", "The share that went in is not known.")
    if share == 1:
        return Message("Nhập toàn bộ.", "Went in whole.")
    vi, en = format_number(share * 100, lang="vi"), format_number(share * 100, lang="en")
    return Message(f"Nhập {vi}%.", f"{en}% went in.")


def _provenance(row: ObservationView, source: SourceView) -> Message:
    """Kind, flow and revision where they are not the plain ones, published when, recorded when and by whom, note."""
    kind, flow = wording.KINDS[row.kind], wording.FLOWS[row.flow]
    # a sample is not "official", whatever kind it plays
    vi, en = ("Số mẫu", "Sample") if source.sample else (f"Số {kind.vi}", kind.en.capitalize())
    if row.flow != "in_period":
        vi, en = f"{vi}, {flow.vi}", f"{en}, {flow.en}"
    if row.revision > 1:
        vi, en = f"{vi}, lần ghi {row.revision}", f"{en}, revision {row.revision}"
    if row.published_date:
        published = format_date(row.published_date)
        vi, en = f"{vi}, công bố {published}", f"{en}, published {published}"
    recorded = format_datetime(row.recorded_at.astimezone(ZONE))
    by = wording.recorded_by(row.recorded_by)
    note = Message("", "") if row.note == source.name.vi else wording.note(row.note)
    return Message(
        f"{vi}. Ghi nhận {recorded}, {by.vi}. {note.vi}".strip(),
        f"{en}. Recorded {recorded}, {by.en}. {note.en}".strip(),
    )


def _difference(difference: Fraction, indicator: IndicatorView) -> Message:
    if difference == 0:
        return Message("Bằng số chính thức.", "Equal to the official figure.")
    symbol = wording.difference_symbol(indicator.measure)
    vi, en = wording.signed(difference, symbol.vi, "vi"), wording.signed(difference, symbol.en, "en")
    return Message(f"Chênh {vi} so với số chính thức.", f"Differs by {en} from the official figure.")


def _read(document: DocumentView) -> Message | None:
    """Whether the text was read; a program has none."""
    if document.kind == "software":
        return None
    if document.text_read:
        return Message("Đã đọc toàn văn.", "Read in full.")
    return Message("Chưa đọc toàn văn.", "Not read in full.")


def _dated(document: DocumentView) -> Message | None:
    parts = [document.issuer, format_date(document.date) if document.date else ""]
    text = ", ".join(part for part in parts if part)
    return Message(f"{text}.", f"{text}.") if text else None


def _joined(*messages: Message) -> Message:
    return Message(" ".join(one.vi for one in messages), " ".join(one.en for one in messages))
