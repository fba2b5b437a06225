"""The catalogue of indicators, measures and sources, kept whole between two changes (four queries, then none)."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from tamdao.analytics.mapconv import Rule
from tamdao.core.units.models import Level
from tamdao.facts import errors
from tamdao.facts.models import Indicator, Measure, Source
from tamdao.kit.messages import Message
from tamdao.kit.text import fold

from .memo import Memo
from .stamp import Stamp, reading, stamp


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A unit of measure; `scale` is to the base of its dimension (percent 0.01)."""

    code: str
    name: Message
    symbol: str
    dimension: tuple[tuple[str, int], ...]
    scale: Decimal
    decimals: int
    ordinal: bool
    symbol_en: str = ""

    @property
    def shown(self) -> Message:
        """The symbol after a number; English has the same where it has none of its own."""
        return Message(self.symbol, self.symbol_en or self.symbol)

    @property
    def is_percent(self) -> bool:
        """Differences of percentages, growth rates among them, are percentage points."""
        return self.scale == Decimal("0.01") and self.symbol.startswith("%")


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source of figures; lower `priority` is more official."""

    code: str
    name: Message
    kind: str
    priority: int
    sample: bool


@dataclass(frozen=True, slots=True)
class IndicatorView:
    """An indicator with everything a page or formula needs; names and definitions in both languages."""

    code: str
    name: Message
    definition: Message
    pillar: str
    measure: MeasureView
    direction: str
    frequency: str
    window: str
    levels: tuple[str, ...]
    owner: Message | None
    rule: Rule
    rule_weight: str | None
    formula: str
    convert_result: bool
    decimals: int
    source_order: tuple[str, ...]
    folded: str = field(repr=False, default="")
    # `decimals` was set for this very indicator: its published values are shown with at least that many
    decimals_set: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All indicators, measures, sources and levels by code, as of one stamp."""

    stamp: Stamp
    indicators: dict[str, IndicatorView]
    measures: dict[str, MeasureView]
    sources: dict[str, SourceView]
    levels: dict[str, Message]


_kept: Memo[str, Catalogue] = Memo(1)


def catalogue(now: Stamp | None = None) -> Catalogue:
    """The catalogue at the present stamp; callers that already know the stamp pass it on."""
    now = stamp() if now is None else now
    kept = _kept.get(now, "all")
    if kept is None:
        kept = _load(now)
        _kept.put(now, "all", kept)
    return kept


def _load(now: Stamp) -> Catalogue:
    measures = {row.code: _measure(row) for row in Measure.objects.all()}
    sources = {
        row.code: SourceView(row.code, Message(row.name_vi, row.name_en), row.kind, row.priority, row.sample)
        for row in Source.objects.all()
    }
    indicators = {row.code: _indicator(row, measures[row.measure_id]) for row in Indicator.objects.all()}
    levels = {row.code: Message(row.name_vi, row.name_en) for row in Level.objects.all()}
    return Catalogue(now, indicators, measures, sources, levels)


def _measure(row: Measure) -> MeasureView:
    dimension = tuple(sorted((str(base), int(power)) for base, power in dict(row.dimension).items()))
    return MeasureView(
        code=row.code,
        name=Message(row.name_vi, row.name_en),
        symbol=row.symbol,
        dimension=dimension,
        scale=Decimal(row.scale),
        decimals=row.decimals,
        ordinal=row.ordinal,
        symbol_en=row.symbol_en,
    )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value)


def _indicator(row: Indicator, measure: MeasureView) -> IndicatorView:
    owner = Message(row.owner_vi, row.owner_en or row.owner_vi) if row.owner_vi else None
    return IndicatorView(
        code=row.code,
        name=Message(row.name_vi, row.name_en),
        definition=Message(row.definition_vi, row.definition_en),
        pillar=row.pillar,
        measure=measure,
        direction=row.direction,
        frequency=row.frequency,
        window=row.window_vi,
        levels=_texts(row.levels),
        owner=owner,
        # the choices of the column are the rules of mapconv
        rule=cast(Rule, row.rule),
        rule_weight=row.rule_weight_id,
        formula=row.formula,
        convert_result=row.convert_result,
        decimals=measure.decimals if row.decimals is None else row.decimals,
        source_order=_texts(row.source_order),
        folded=row.folded,
        decimals_set=row.decimals is not None,
    )


@reading
def get_indicator(code: str) -> IndicatorView:
    """The indicator with this code. Raises indicator_unknown with the nearest codes."""
    known = catalogue().indicators
    if code in known:
        return known[code]
    raise errors.indicator_unknown(code, nearest_codes(code, known))


def nearest_codes(text: str, codes: Collection[str]) -> list[str]:
    """At most five codes that look like `text`: those that contain it first, then the similar ones."""
    wanted = fold(text).replace(" ", "_")
    within = sorted(code for code in codes if wanted and wanted in code)
    similar = difflib.get_close_matches(wanted, list(codes), n=5, cutoff=0.6)
    return list(dict.fromkeys([*within, *similar]))[:5]


@reading
def list_indicators(
    *, pillar: str = "", level: str = "", codes: Collection[str] | None = None
) -> list[IndicatorView]:
    """Indicators by code, narrowed by pillar, level or a set of codes."""
    return [
        view
        for code, view in sorted(catalogue().indicators.items())
        if (not pillar or view.pillar == pillar)
        and (not level or level in view.levels)
        and (codes is None or code in codes)
    ]


@reading
def search_indicators(text: str, *, limit: int = 20) -> list[IndicatorView]:
    """Indicators whose code, name or definition has every word of `text`, diacritics ignored; names first."""
    words = fold(text).split()
    if not words:
        return []
    found = [
        view for view in catalogue().indicators.values() if all(word in _haystack(view) for word in words)
    ]
    found.sort(key=lambda view: (not all(word in fold(view.name.vi) for word in words), view.code))
    return found[:limit]


def _haystack(view: IndicatorView) -> str:
    return f"{view.code} {view.folded}"


@reading
def get_source(code: str) -> SourceView:
    """The source with this code. Raises record_unknown."""
    known = catalogue().sources
    if code not in known:
        raise errors.record_unknown("source", code)
    return known[code]
