"""Figures: one, many at once, a series, the latest. Derived on read, kept until the next change.

`figures` asks for a whole array with a constant number of queries (the stamp, the rows; the catalogue and the unit
map are kept). Single figures go the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from tamdao.core.units.api import UnitRow
from tamdao.facts.types import HAS_VALUE, Figure
from tamdao.kit.messages import Message
from tamdao.kit.periods import Period

from . import rows, units
from .catalogue import Catalogue, IndicatorView, catalogue, get_indicator
from .derive import Asked, Derivation, Reader
from .formulas import formula
from .memo import Memo
from .rows import Key, ObservationView, PeriodSeen
from .selection import choose, source_rank
from .stamp import Stamp, reading, stamp

_kept: Memo[tuple[Key, Asked], Derivation] = Memo(20_000)
_periods_kept: Memo[tuple[str, str, bool, str | None], tuple[Period, ...]] = Memo(20_000)


@dataclass(frozen=True, slots=True)
class Request:
    """What one figure was asked for, resolved."""

    indicator: IndicatorView
    unit: UnitRow
    period: Period
    map_date: date
    asked: Asked


@reading
def resolve(
    indicator: str,
    unit: str,
    period: str,
    *,
    on: date | None = None,
    as_of: datetime | None = None,
    sample: bool = False,
    dims: str = "",
    source: str | None = None,
    flow: str | None = None,
) -> Request:
    """Indicator, unit and period as records; raises the refusal that says which of them is wrong and how to mend it."""
    view = get_indicator(indicator)
    parsed = Period.parse(period)
    row = units.resolve(unit, view, on=on)
    asked = Asked(sample=sample, dims=dims, as_of=as_of, only_source=source, flow=flow)
    return Request(view, row, parsed, units.map_of(row, parsed.end, on), asked)


@reading
def figure(
    indicator: str,
    unit: str,
    period: str,
    *,
    on: date | None = None,
    as_of: datetime | None = None,
    sample: bool = False,
    dims: str = "",
    source: str | None = None,
    flow: str | None = None,
) -> Figure:
    """The figure of an indicator for a unit and period.

    `unit` is an id, or a code or name (with `on`, the map date, where that is needed to tell which). `as_of` gives
    what was recorded by then; `sample` lets sample data stand in where nothing real exists; `source` and `flow`
    narrow to one source and to in-period or cumulative values. Raises indicator_unknown, unknown_period,
    unit_unknown, unit_ambiguous, unit_not_on_map, map_before_first, level_not_measured.
    """
    request = resolve(
        indicator, unit, period, on=on, as_of=as_of, sample=sample, dims=dims, source=source, flow=flow
    )  # fmt: skip
    return derivation(request).figure


@reading
def derivation(request: Request) -> Derivation:
    """The figure of a resolved request with everything it was made of, read on the request's map.

    Where it has no value and an upper layer computes one, the reason says where that stands.
    """
    key = (request.indicator.code, request.unit.id, request.period.key)
    made = derive_all([key], request.asked)[key]
    figure = replace(made.figure, map_date=request.map_date)
    # what an upper layer computes it computes from everything recorded by now
    if figure.state in {"missing", "not_convertible"} and request.asked.as_of is None:
        place = computed_elsewhere(figure, sample=request.asked.sample)
        if place is not None:
            said, more = figure.reason, place.said
            figure = replace(figure, reason=Message(f"{said.vi} {more.vi}", f"{said.en} {more.en}"))
    return replace(made, figure=figure)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an upper layer computes a value: the value in a sentence, and the command that explains it."""

    said: Message
    command: str


# figure without a value, whether sample data may be used → where a value is computed, or None
ComputedBy = Callable[[Figure, bool], Place | None]

_computing: list[ComputedBy] = []


def register_computed(place: ComputedBy) -> ComputedBy:
    """Let an upper layer say where it computes a value that is not among the facts. Registering twice is once."""
    if place not in _computing:
        _computing.append(place)
    return place


def computed_elsewhere(figure: Figure, *, sample: bool) -> Place | None:
    """The first registered place of a computed value, None where nobody computes one."""
    return next((found for place in _computing if (found := place(figure, sample)) is not None), None)


@reading
def figures(
    indicators: Iterable[str],
    unit_ids: Iterable[str],
    periods: Iterable[str],
    *,
    on: date | None = None,
    as_of: datetime | None = None,
    sample: bool = False,
    dims: str = "",
    source: str | None = None,
    flow: str | None = None,
) -> dict[Key, Figure]:
    """Every combination of indicators, units (ids) and periods, by (indicator, unit id, period)."""
    keys = [
        (indicator, unit, period)
        for indicator in dict.fromkeys(indicators)
        for unit in dict.fromkeys(unit_ids)
        for period in dict.fromkeys(periods)
    ]
    asked = Asked(sample=sample, dims=dims, as_of=as_of, only_source=source, flow=flow)
    made = derive_all(keys, asked)
    return {key: replace(made[key].figure, map_date=on) if on else made[key].figure for key in keys}


def derive_all(keys: Collection[Key], asked: Asked, now: Stamp | None = None) -> dict[Key, Derivation]:
    """Derivations of many keys; what is kept from before the last change is not computed again."""
    now = stamp() if now is None else now
    keep = asked.as_of is None
    done: dict[Key, Derivation] = {}
    if keep:
        for key in keys:
            found = _kept.get(now, (key, asked))
            if found is not None:
                done[key] = found
    todo = [key for key in keys if key not in done]
    if todo:
        reader = _reader(todo, asked, catalogue(now))
        for key in todo:
            done[key] = reader.derive(key)
            if keep:
                _kept.put(now, (key, asked), done[key])
    return done


def _reader(keys: Collection[Key], asked: Asked, known: Catalogue) -> Reader:
    """A reader with every row that could enter the figures of `keys`, loaded in one query."""
    indicators = indicator_closure((key[0] for key in keys), known)
    unit_ids = unit_closure({key[1] for key in keys})
    periods = {key[2] for key in keys}
    found = rows.load(indicators, unit_ids, periods, as_of=asked.as_of, dims=asked.dims)
    return Reader(known, found, asked)


def indicator_closure(codes: Iterable[str], known: Catalogue) -> set[str]:
    """The indicators, the inputs of their formulas and their weights, all the way down. Raises indicator_unknown."""
    found: set[str] = set()
    todo = list(codes)
    while todo:
        code = todo.pop()
        if code in found:
            continue
        if code not in known.indicators:
            get_indicator(code)
        found.add(code)
        view = known.indicators[code]
        todo.extend(formula(view.formula).names if view.formula else ())
        todo.extend([view.rule_weight] if view.rule_weight else ())
    return found


def unit_closure(unit_ids: Collection[str]) -> set[str]:
    """The units, those they came from (values) and those they went into (to say what is known only later)."""
    return units.predecessors(unit_ids) | units.successors(unit_ids)


# --- periods -----------------------------------------------------------------------------------------------------


@reading
def known_periods(
    pairs: Collection[tuple[str, str]],
    *,
    sample: bool = False,
    as_of: datetime | None = None,
    source: str | None = None,
) -> dict[tuple[str, str], tuple[Period, ...]]:
    """Periods that may have a figure, oldest first, for each (indicator, unit id); one query for all of them.

    A period counts when the unit, or one it came from, has something stored for the indicator or its inputs.
    """
    now = stamp()
    found: dict[tuple[str, str], tuple[Period, ...]] = {}
    if as_of is None:
        for pair in pairs:
            kept = _periods_kept.get(now, (*pair, sample, source))
            if kept is not None:
                found[pair] = kept
    todo = [pair for pair in dict.fromkeys(pairs) if pair not in found]
    if not todo:
        return found
    known = catalogue(now)
    seen = rows.periods_seen(
        indicator_closure((pair[0] for pair in todo), known),
        units.predecessors({pair[1] for pair in todo}),
        as_of=as_of,
    )
    by_pair = _group([one for one in seen if (sample or not one.sample) and source in (None, one.source)])
    for pair in todo:
        found[pair] = _periods_of(pair, by_pair, known)
        if as_of is None:
            _periods_kept.put(now, (*pair, sample, source), found[pair])
    return found


def _group(seen: Iterable[PeriodSeen]) -> dict[tuple[str, str], set[str]]:
    groups: dict[tuple[str, str], set[str]] = {}
    for one in seen:
        groups.setdefault((one.indicator, one.unit_id), set()).add(one.period)
    return groups


def _periods_of(
    pair: tuple[str, str], by_pair: dict[tuple[str, str], set[str]], known: Catalogue
) -> tuple[Period, ...]:
    codes = indicator_closure([pair[0]], known) - ({known.indicators[pair[0]].rule_weight} - {None})
    keys: set[str] = set()
    for unit in units.predecessors([pair[1]]):
        for code in codes:
            keys |= by_pair.get((code, unit), set())
    own = known.indicators[pair[0]].frequency
    # of a quarter and a year that end on the same day the one the indicator is counted in is the newer
    return tuple(
        sorted(map(Period.parse, keys), key=lambda period: (period.end, period.kind == own, period.start))
    )


@reading
def series(
    indicator: str,
    unit: str,
    *,
    on: date | None = None,
    as_of: datetime | None = None,
    sample: bool = False,
    frequency: str = "",
    source: str | None = None,
) -> list[Figure]:
    """All figures of an indicator for a unit, oldest first; by default of the indicator's own frequency.

    Where nothing exists in that frequency, whatever is stored is given instead of an empty list.
    """
    row = units.resolve(unit, get_indicator(indicator), on=on)
    pair = (indicator, row.id)
    found = series_all([pair], as_of=as_of, sample=sample, frequency=frequency, source=source)[pair]
    return [replace(one, map_date=on) for one in found] if on else found


@reading
def series_all(
    pairs: Collection[tuple[str, str]],
    *,
    as_of: datetime | None = None,
    sample: bool = False,
    frequency: str = "",
    source: str | None = None,
) -> dict[tuple[str, str], list[Figure]]:
    """`series` for many (indicator, unit id) pairs: two queries, whatever their number."""
    periods = known_periods(pairs, sample=sample, as_of=as_of, source=source)
    known = catalogue().indicators
    keys: dict[tuple[str, str], list[Key]] = {}
    for pair in pairs:
        own = [one for one in periods[pair] if one.kind == (frequency or known[pair[0]].frequency)]
        chosen = own or ([] if frequency else list(periods[pair]))
        keys[pair] = [(*pair, one.key) for one in chosen]
    asked = Asked(sample=sample, as_of=as_of, only_source=source)
    made = derive_all(sorted({key for group in keys.values() for key in group}), asked)
    return {pair: [made[key].figure for key in group] for pair, group in keys.items()}


@reading
def latest(
    indicator: str,
    unit: str,
    at: date,
    *,
    on: date | None = None,
    as_of: datetime | None = None,
    sample: bool = False,
    source: str | None = None,
) -> Figure | None:
    """The figure of the newest period that ended by `at` and has a value; None where there is none."""
    row = units.resolve(unit, get_indicator(indicator), on=on)
    pair = (indicator, row.id)
    return latest_all([pair], at, as_of=as_of, sample=sample, source=source)[pair]


@reading
def latest_all(
    pairs: Collection[tuple[str, str]],
    at: date,
    *,
    as_of: datetime | None = None,
    sample: bool = False,
    source: str | None = None,
) -> dict[tuple[str, str], Figure | None]:
    """`latest` for many (indicator, unit id) pairs: two queries, whatever their number."""
    periods = known_periods(pairs, sample=sample, as_of=as_of, source=source)
    asked = Asked(sample=sample, as_of=as_of, only_source=source)
    keys = {(*pair, period.key) for pair in pairs for period in periods[pair] if period.end <= at}
    made = derive_all(sorted(keys), asked)
    found: dict[tuple[str, str], Figure | None] = {}
    for pair in pairs:
        newest = (made[(*pair, period.key)].figure for period in reversed(periods[pair]) if period.end <= at)
        found[pair] = next((one for one in newest if one.state in HAS_VALUE), None)
    return found


# --- sources -----------------------------------------------------------------------------------------------------


@reading
def sources_side_by_side(
    indicator: str, unit: str, period: str, *, on: date | None = None, sample: bool = False, dims: str = ""
) -> list[ObservationView]:
    """The best row of every source, the official one first; rows that say why there is no value included."""
    request = resolve(indicator, unit, period, on=on, sample=sample, dims=dims)
    found = rows.load([indicator], [request.unit.id], [request.period.key], as_of=None, dims=dims)
    key = (indicator, request.unit.id, request.period.key)
    known = catalogue()
    chosen = choose(found.get(key, ()), request.indicator, known.sources, sample=sample)
    if chosen.official is None:
        return []
    others = sorted(chosen.others, key=lambda row: source_rank(row.source, request.indicator, known.sources))
    return [chosen.official, *others]
