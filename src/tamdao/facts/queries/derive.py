"""How a figure comes about: reported, else computed from its formula, else converted from older units.

One reader works on rows loaded beforehand (`figures` knows which) and never touches the database, so a page of
hundreds of figures costs as many queries as one figure. What it returns, a `Derivation`, is the figure together with
everything it was made of; `explain` draws the same tree, so an explanation can't differ from the number.

Decisions: a value reported on the unit itself always wins; a formula's own result then stands beside it. Formula
indicators convert their inputs first and compute on the unit asked for, unless `convert_result` is set. A stored
"not applicable", "rejected" or "missing" of the unit itself is shown as such and not converted over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from tamdao.analytics import mapconv
from tamdao.facts.types import HAS_VALUE, Figure, FigureState
from tamdao.kit.messages import Message
from tamdao.kit.numbers import canonical, fraction_to_decimal
from tamdao.kit.periods import Period

from . import signs, units, wording
from .catalogue import Catalogue, IndicatorView
from .derivation import Asked, Derivation, TermUsed
from .formulas import formula
from .rows import Key, ObservationView
from .selection import KIND_ORDER, NOTHING, Choice, choose

__all__ = ["Asked", "Derivation", "Reader", "TermUsed"]


class Reader:
    """Derives figures from loaded rows; keeps what it derived for as long as it lives."""

    def __init__(self, known: Catalogue, rows: Mapping[Key, list[ObservationView]], asked: Asked) -> None:
        self._known = known
        self._rows = rows
        self._asked = asked
        # indicators and periods of which anything at all is stored: elsewhere no unit can have a value
        self._stored = {(key[0], key[2]) for key in rows}
        self._choices: dict[Key, Choice] = {}
        self._local: dict[Key, Derivation | None] = {}
        self._derived: dict[Key, Derivation] = {}
        self._maps: dict[tuple[str, str], date | None] = {}
        self._missing: dict[tuple[str, str, str], Message] = {}

    def derive(self, key: Key) -> Derivation:
        """The figure of a key with its making."""
        found = self._derived.get(key)
        if found is None:
            found = self._derived[key] = self._derive(key)
        return found

    def _derive(self, key: Key) -> Derivation:
        indicator = self._known.indicators[key[0]]
        local = self._on_unit(key)
        if local is not None:
            return local
        choice = self._choice(key)
        if indicator.formula and not indicator.convert_result:
            computed = self._compute(key, choice)
            if computed.has_value or choice.official is None:
                return computed
        if choice.official is not None:
            return Derivation(self._status_figure(key, choice.official), choice)
        return self._convert(key, indicator)

    def _choice(self, key: Key) -> Choice:
        if key not in self._rows:
            return NOTHING
        found = self._choices.get(key)
        if found is None:
            found = self._choices[key] = choose(
                self._rows[key],
                self._known.indicators[key[0]],
                self._known.sources,
                sample=self._asked.sample,
                only_source=self._asked.only_source,
                flow=self._asked.flow,
            )
        return found

    def _on_unit(self, key: Key) -> Derivation | None:
        """The value this unit has without looking at other units: reported, or a formula that converts its result."""
        if key not in self._local:
            self._local[key] = self._make_local(key)
        return self._local[key]

    def _make_local(self, key: Key) -> Derivation | None:
        indicator = self._known.indicators[key[0]]
        choice = self._choice(key)
        if choice.official is not None and choice.official.text is not None:
            figure = self._reported_figure(key, choice.official, choice.official.text, choice)
            computed = self._compute(key, NOTHING) if indicator.formula else None
            return Derivation(figure, choice, computed=computed)
        if indicator.formula and indicator.convert_result:
            computed = self._compute(key, choice, local=True)
            return computed if computed.has_value else None
        return None

    # --- reported ------------------------------------------------------------------------------------------------

    def _reported_figure(self, key: Key, row: ObservationView, text: str, choice: Choice) -> Figure:
        source = self._known.sources[row.source]
        return Figure(
            *key,
            state="reported",
            text=text,
            reason=wording.reported(source.name, row.kind, sample=source.sample),
            measure=self._known.indicators[key[0]].measure.code,
            sign=row.sign,
            sign_word=row.sign_word,
            kind=row.kind,
            flow=row.flow,
            source=row.source,
            source_kind=source.kind,
            sample=source.sample,
            universe=row.universe,
            recorded_at=row.recorded_at,
            published_date=row.published_date,
            observation_id=row.id,
            conflicts=tuple(other.id for other in choice.conflicts),
            dims=row.dims,
            map_date=self._map_of(key),
            exact=Fraction(text),
        )

    def _status_figure(self, key: Key, row: ObservationView) -> Figure:
        source = self._known.sources[row.source]
        states: dict[str, FigureState] = {
            "missing": "missing", "not_applicable": "not_applicable", "rejected": "rejected"
        }  # fmt: skip
        return Figure(
            *key,
            state=states[row.status],
            text=None,
            reason=wording.status(row.status, source.name, row.note),
            measure=self._known.indicators[key[0]].measure.code,
            kind=row.kind,
            flow=row.flow,
            source=row.source,
            source_kind=source.kind,
            sample=source.sample,
            recorded_at=row.recorded_at,
            published_date=row.published_date,
            observation_id=row.id,
            dims=row.dims,
            map_date=self._map_of(key),
        )

    # --- formulas ------------------------------------------------------------------------------------------------

    def _compute(self, key: Key, choice: Choice, *, local: bool = False) -> Derivation:
        """The formula on this unit; with `local` only from inputs that this unit itself has."""
        indicator = self._known.indicators[key[0]]
        parsed = formula(indicator.formula)
        inputs: list[Derivation] = []
        for name in parsed.names:
            made = self._on_unit((name, *key[1:])) if local else self.derive((name, *key[1:]))
            inputs.append(
                made or Derivation(self._nothing((name, *key[1:]), "missing", self._missing_reason(key)))
            )
        if len({made.figure.flow for made in inputs if made.has_value} - {""}) > 1:
            figure = self._nothing(key, "missing", wording.mixed_flows())
        else:
            figure = self._formula_figure(key, indicator, inputs)
        return Derivation(figure, choice, formula=indicator.formula, inputs=tuple(inputs))

    def _formula_figure(self, key: Key, indicator: IndicatorView, inputs: list[Derivation]) -> Figure:
        parsed = formula(indicator.formula)
        value, reason = parsed.evaluate({made.figure.indicator: made.figure.exact for made in inputs})
        if value is None:
            return self._without_inputs(key, [made.figure for made in inputs if not made.has_value], reason)
        # an input that is missing can still be skipped by the formula itself (coalesce): only the others count
        used = [made.figure for made in inputs if made.has_value]
        sign = signs.of_formula([figure.sign for figure in used], adds_only=parsed.adds_only)
        if value == 0 and parsed.is_surely_zero(
            {figure.indicator: figure.exact for figure in used if figure.sign == signs.EXACT}
        ):
            sign = signs.EXACT
        return self._made_figure(
            key, "computed", value, sign, Message("Tính theo công thức.", "Computed by formula."), used
        )

    def _without_inputs(self, key: Key, without: list[Figure], reason: Message | None) -> Figure:
        """What a formula comes to whose inputs have no value; not applicable only where none of them is."""
        given = [(self._known.indicators[one.indicator].name, one.state) for one in without]
        if given and all(state == "not_applicable" for _, state in given):
            words = wording.nowhere_applicable([name for name, _ in given], key[2], units=False)
            return self._nothing(key, "not_applicable", words)
        words = wording.input_missing(given, key[2]) if given else reason or self._missing_reason(key)
        return self._nothing(key, "missing", words)

    # --- conversion ----------------------------------------------------------------------------------------------

    def _convert(self, key: Key, indicator: IndicatorView) -> Derivation:
        """The indicator's rule over the older units that have values; each step is in `analytics.mapconv`."""
        name, unit_id, period = key
        if not indicator.formula and (name, period) not in self._stored:
            return Derivation(self._nothing(key, "missing", self._missing_reason(key)))
        parts = mapconv.terms(unit_id, lambda old: self._has_local((name, old, period)), units.links_in)
        if not any(self._has_local((name, part.unit, period)) for part in parts):
            return self._without_older(key, indicator, parts)
        used = tuple(self._term(key, indicator, part) for part in parts)
        if len({made.derivation.figure.flow for made in used if made.derivation.has_value}) > 1:
            return Derivation(
                self._nothing(key, "missing", wording.mixed_flows()), rule=indicator.rule, terms=used
            )
        result = mapconv.convert(
            indicator.rule,
            parts,
            _values(made.derivation for made in used),
            _values(made.weight for made in used if made.weight) if indicator.rule_weight else None,
        )
        if result.value is None:
            figure = self._faulty(key, result.fault or "missing", result.at, used)
        else:
            figure = self._converted_figure(key, indicator, used, result.value)
        return Derivation(figure, rule=indicator.rule, terms=used)

    def _has_local(self, key: Key) -> bool:
        local = self._on_unit(key)
        return local is not None and local.has_value

    def _term(self, key: Key, indicator: IndicatorView, part: mapconv.Term) -> TermUsed:
        old = (key[0], part.unit, key[2])
        made = self._on_unit(old) or self._said_or_missing(old)
        weight = self.derive((indicator.rule_weight, part.unit, key[2])) if indicator.rule_weight else None
        return TermUsed(part.share, made, weight)

    def _said_or_missing(self, key: Key) -> Derivation:
        """A unit without a value: what its source says instead, or that nothing is stored."""
        choice = self._choice(key)
        if choice.official is not None:
            return Derivation(self._status_figure(key, choice.official), choice)
        return Derivation(self._nothing(key, "missing", self._missing_reason(key)))

    def _faulty(
        self, key: Key, fault: mapconv.Fault, at: tuple[str, ...], used: tuple[TermUsed, ...]
    ) -> Figure:
        if fault == "missing":
            return self._nothing(key, "missing", self._incomplete(key, [t.derivation.figure for t in used]))
        if fault == "not_convertible":
            have = [self._named(t.derivation.figure) for t in used if t.derivation.has_value]
            words = wording.not_convertible(self._known.indicators[key[0]].name, have)
        else:
            words = mapconv.explain_fault(fault, at, units.inside)
        return self._nothing(key, mapconv.STATE_OF_FAULT[fault], words)

    def _converted_figure(
        self, key: Key, indicator: IndicatorView, used: tuple[TermUsed, ...], value: Fraction
    ) -> Figure:
        figures = [made.derivation.figure for made in used]
        weights = [made.weight.figure for made in used if made.weight]
        weight = self._known.indicators[indicator.rule_weight].name if indicator.rule_weight else None
        reason = wording.converted(indicator.rule, [self._named(figure) for figure in figures], weight)
        sign = self._converted_sign(indicator.rule, figures, weights, value)
        return self._made_figure(key, "converted", value, sign, reason, figures, weights)

    @staticmethod
    def _converted_sign(rule: str, figures: list[Figure], weights: list[Figure], value: Fraction) -> str:
        given = [figure.sign for figure in figures]
        if rule == "weighted_mean":
            return signs.of_weighted(given, [figure.sign for figure in weights])
        if rule == "max":
            return signs.of_max(given, [figure.exact == value for figure in figures])
        return signs.of_sum(given)

    # --- no value ------------------------------------------------------------------------------------------------

    def _incomplete(self, key: Key, older: Iterable[Figure]) -> Message:
        without = [(self._named(one), one.state) for one in older if one.state not in HAS_VALUE]
        return wording.incomplete(units.inside(key[1], self._map_of(key)), without, key[2])

    def _named(self, figure: Figure) -> Message:
        """The unit of a figure under the name it had on the figure's map."""
        return units.inside(figure.unit_id, figure.map_date)

    def _without_older(self, key: Key, indicator: IndicatorView, parts: Sequence[mapconv.Term]) -> Derivation:
        """Nothing to convert from: missing, not applicable anywhere, or known only for units that came later."""
        name, unit_id, period = key
        if any(self._choice((name, part.unit, period)).official for part in parts):
            used = tuple(self._term(key, indicator, part) for part in parts)
            older = [term.derivation.figure for term in used]
            figure = self._nothing(key, "missing", self._incomplete(key, older))
            if all(one.state == "not_applicable" for one in older):
                words = wording.nowhere_applicable([self._named(one) for one in older], period)
                figure = self._nothing(key, "not_applicable", words)
            return Derivation(figure, rule=indicator.rule, terms=used)
        later = mapconv.reported_later(
            unit_id, lambda unit: self._has_local((name, unit, period)), units.links_out
        )
        if later:
            words = wording.not_known_backwards(units.inside(unit_id), [units.inside(unit) for unit in later])
            return Derivation(self._nothing(key, "not_known", words))
        return Derivation(self._nothing(key, "missing", self._missing_reason(key)))

    def _missing_reason(self, key: Key) -> Message:
        frequency = self._known.indicators[key[0]].frequency
        asked = (key[1], key[2], frequency)
        found = self._missing.get(asked)
        if found is None:
            row = units.find_row(key[1])
            found = self._missing[asked] = wording.missing(
                units.inside(key[1], self._map_of(key)),
                key[2],
                frequency,
                ended=row.end_date if row else None,
                as_of=self._asked.as_of,
            )
        return found

    def _nothing(self, key: Key, state: FigureState, reason: Message) -> Figure:
        return Figure(
            *key,
            state=state,
            text=None,
            reason=reason,
            measure=self._known.indicators[key[0]].measure.code,
            dims=self._asked.dims,
            map_date=self._map_of(key),
        )

    def _map_of(self, key: Key) -> date | None:
        """The map a figure is read on when none is asked for: the last day of the period while the unit exists."""
        place = (key[1], key[2])
        if place not in self._maps:
            row = units.find_row(key[1])
            self._maps[place] = units.map_of(row, Period.parse(key[2]).end, None) if row else None
        return self._maps[place]

    def _made_figure(
        self,
        key: Key,
        state: FigureState,
        value: Fraction,
        sign: str,
        reason: Message,
        used: Iterable[Figure],
        weights: Iterable[Figure] = (),
    ) -> Figure:
        """A converted or computed figure: provenance is what all its inputs have in common, or the weakest of it."""
        main = list(used)
        every = [*main, *weights]
        kinds = sorted(
            {figure.kind for figure in every if figure.kind}, key=lambda kind: KIND_ORDER.get(kind, 9)
        )
        recorded = [figure.recorded_at for figure in every if figure.recorded_at]
        published: list[date] = [figure.published_date for figure in every if figure.published_date]
        return Figure(
            *key,
            state=state,
            text=canonical(fraction_to_decimal(value)),
            reason=reason,
            measure=self._known.indicators[key[0]].measure.code,
            sign=sign,
            sign_word=signs.word(sign, ((figure.sign, figure.sign_word) for figure in every)),
            kind=kinds[-1] if kinds else "",
            flow=_only(figure.flow for figure in main),
            source=_only(figure.source for figure in every),
            source_kind=_only(figure.source_kind for figure in every),
            sample=any(figure.sample for figure in every),
            recorded_at=max(recorded) if recorded else None,
            published_date=max(published) if published else None,
            dims=self._asked.dims,
            map_date=self._map_of(key),
            exact=value,
        )


def _only(values: Iterable[str]) -> str:
    """The one value all have, "" where they differ."""
    found = set(values)
    return found.pop() if len(found) == 1 else ""


def _values(made: Iterable[Derivation]) -> dict[str, Fraction]:
    """Exact values by unit; what has none is left out, never counted as zero."""
    return {one.figure.unit_id: one.figure.exact for one in made if one.figure.exact is not None}
