"""Values on another map of units: which old units make up a new one, and the indicator's rule over them.

Units change extent through links p → u that carry a share of p (1 = the whole of p, None = not known).
The value of a unit for a period is

* its own reported value, if there is one: reported values are never overwritten;
* otherwise the rule over its *terms*: the units, found by walking the incoming links back, that did report.
  Chains are composed first (a share of a share), then the rule is applied once.

Only the way from old to new exists. A unit that was not reported and whose successors were reads "not known":
nothing is ever spread over the old map. Values and shares are exact fractions, so a sum over a whole map is
conserved exactly.

Rules, with s = composed share, v = value, w = weight of a term:

    sum            Σ s·v
    mean           plain mean of v; each old unit must enter whole (the ministry's way for merged provinces)
    weighted_mean  Σ s·w·v / Σ s·w
    max            largest v; each old unit must enter whole
    none           not convertible
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, Protocol

from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

Rule = Literal["sum", "mean", "weighted_mean", "max", "none"]
RULES: tuple[Rule, ...] = ("sum", "mean", "weighted_mean", "max", "none")
Fault = Literal["missing", "not_known", "not_convertible", "weight_missing", "weight_zero"]
ConversionState = Literal["reported", "converted", "missing", "not_known", "not_convertible"]

WHOLE = Fraction(1)


class LinkLike(Protocol):
    """What conversion needs of a link; rows of the unit store have this shape too."""

    @property
    def from_id(self) -> str | None: ...
    @property
    def to_id(self) -> str | None: ...
    @property
    def share(self) -> Fraction | None: ...
    @property
    def event(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Link:
    """One arrow of an event. `from_id` None = made of nothing known, `to_id` None = gone, no successor."""

    from_id: str | None
    to_id: str | None
    share: Fraction | None
    event: str = ""


Links = Callable[[str], Iterable[LinkLike]]


@dataclass(frozen=True, slots=True)
class Term:
    """An old unit that enters a value, with the composed share of it (None: not known)."""

    unit: str
    share: Fraction | None


@dataclass(frozen=True, slots=True)
class Converted:
    """Value of a rule over terms, or the fault with the units at fault."""

    value: Fraction | None
    fault: Fault | None = None
    at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversion:
    """Value of one unit on its own map: state, exact value, the terms used and the units at fault."""

    state: ConversionState
    value: Fraction | None
    terms: tuple[Term, ...] = ()
    fault: Fault | None = None
    at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkProblem:
    """A fault of a set of links: stable code, the unit (from side) and a sentence."""

    code: Literal["share_out_of_range", "whole_twice", "above_whole", "below_whole", "cycle"]
    unit: str
    message: Message


def terms(unit: str, has_value: Callable[[str], bool], predecessors: Links) -> list[Term]:
    """The units that make up `unit`, ordered by id; one without value and predecessors stands for itself.

    Shares along a path multiply, paths from the same unit add up, one unknown share makes the sum unknown.
    Raises DomainError `map_cycle` when a unit descends from itself.
    """
    found: dict[str, dict[str, Fraction | None]] = {}
    open_units: set[str] = set()

    def compose(current: str) -> dict[str, Fraction | None]:
        if current in found:
            return found[current]
        if current in open_units:
            raise DomainError(
                Message(
                    f"Đơn vị {current} có nguồn gốc từ chính nó trong chuỗi sự kiện địa giới.",
                    f"Unit {current} descends from itself through map events.",
                ),
                code="map_cycle",
                status=409,
            )
        open_units.add(current)
        parts: dict[str, Fraction | None] = {}
        incoming = [] if has_value(current) else _incoming(current, predecessors)
        for origin, share in incoming:
            for leaf, inner in compose(origin).items():
                part = None if share is None or inner is None else share * inner
                so_far = parts.get(leaf, Fraction(0))
                parts[leaf] = None if part is None or so_far is None else so_far + part
        open_units.discard(current)
        found[current] = parts if incoming else {current: WHOLE}
        return found[current]

    return [Term(leaf, share) for leaf, share in sorted(compose(unit).items())]


def _incoming(unit: str, predecessors: Links) -> list[tuple[str, Fraction | None]]:
    """Origins and shares of `unit`; a rename is an arrow from a unit to itself and brings nothing."""
    links = predecessors(unit)
    return [(link.from_id, link.share) for link in links if link.from_id and link.from_id != unit]


def convert(
    rule: Rule,
    parts: Sequence[Term],
    values: Mapping[str, Fraction],
    weights: Mapping[str, Fraction] | None = None,
) -> Converted:
    """The rule over `parts`. A unit absent from `values` was not reported; it is never counted as zero.

    When nothing at all was reported the fault is `missing`, whatever the rule: entering data is wanted then.
    Otherwise what more data can't mend (`not_convertible`, `not_known`) is said before what it can.
    """
    fault = _fault(rule, parts, values)
    if fault is not None:
        return fault
    shared = [(term.unit, term.share or Fraction(0), values[term.unit]) for term in parts]
    numbers = [value for _, _, value in shared]
    match rule:
        case "sum":
            value = sum((share * number for _, share, number in shared), Fraction(0))
        case "mean":
            value = sum(numbers, Fraction(0)) / len(numbers)
        case "max":
            value = max(numbers)
        case _:
            return _weighted_mean(shared, weights or {})
    return Converted(value)


def _fault(rule: Rule, parts: Sequence[Term], values: Mapping[str, Fraction]) -> Converted | None:
    """Why the rule can't be applied, None when it can."""
    absent = tuple(term.unit for term in parts if term.unit not in values)
    if len(absent) == len(parts):
        return Converted(None, "missing", absent)
    if rule == "none":
        return Converted(None, "not_convertible", tuple(term.unit for term in parts))
    whole = rule in {"mean", "max"}
    unknown = tuple(term.unit for term in parts if term.share is None or (whole and term.share != WHOLE))
    if unknown:
        return Converted(None, "not_known", unknown)
    return Converted(None, "missing", absent) if absent else None


def _weighted_mean(
    shared: list[tuple[str, Fraction, Fraction]], weights: Mapping[str, Fraction]
) -> Converted:
    """Σ s·w·v / Σ s·w. One unit alone is its own mean, whatever it weighs."""
    if len(shared) == 1:
        return Converted(shared[0][2])
    unweighed = tuple(unit for unit, _, _ in shared if unit not in weights)
    if unweighed:
        return Converted(None, "weight_missing", unweighed)
    total = sum((share * weights[unit] for unit, share, _ in shared), Fraction(0))
    # With a negative weight a total above zero would still give a "mean" outside the values.
    if total == 0 or any(weights[unit] < 0 for unit, _, _ in shared):
        return Converted(None, "weight_zero", tuple(unit for unit, _, _ in shared))
    weighed = sum((share * weights[unit] * value for unit, share, value in shared), Fraction(0))
    return Converted(weighed / total)


def value_on_map(
    unit: str,
    rule: Rule,
    values: Mapping[str, Fraction],
    *,
    predecessors: Links,
    successors: Links,
    weights: Mapping[str, Fraction] | None = None,
) -> Conversion:
    """Value of `unit`: reported, else converted from older units, else why not (see the module docstring)."""
    if unit in values:
        return Conversion("reported", values[unit], (Term(unit, WHOLE),))
    parts = terms(unit, values.__contains__, predecessors)
    converted = convert(rule, parts, values, weights)
    if converted.fault is None:
        return Conversion("converted", converted.value, tuple(parts))
    if converted.fault == "missing" and len(converted.at) == len(parts):
        later = reported_later(unit, values.__contains__, successors)
        if later:
            return Conversion("not_known", None, tuple(parts), "not_known", later)
    return Conversion(STATE_OF_FAULT[converted.fault], None, tuple(parts), converted.fault, converted.at)


STATE_OF_FAULT: Mapping[Fault, ConversionState] = {
    "missing": "missing",
    "not_known": "not_known",
    "not_convertible": "not_convertible",
    "weight_missing": "missing",
    "weight_zero": "not_known",
}


def reported_later(unit: str, has_value: Callable[[str], bool], successors: Links) -> tuple[str, ...]:
    """Successors of `unit`, near or far, that have a value: then an old map can't have one."""
    seen: set[str] = {unit}
    waiting = [unit]
    found: list[str] = []
    while waiting:
        for link in successors(waiting.pop()):
            if link.to_id and link.to_id not in seen:
                seen.add(link.to_id)
                waiting.append(link.to_id)
                if has_value(link.to_id):
                    found.append(link.to_id)
    return tuple(sorted(found))


def _id(unit: str) -> Message:
    return Message(unit, unit)


def explain_fault(fault: Fault, at: Sequence[str], name: Callable[[str], Message] = _id) -> Message:
    """A sentence for the reader; `name` turns a unit id into the name shown."""
    names, cut = [name(unit) for unit in at[:5]], " …" if len(at) > 5 else ""
    vi, en = ", ".join(one.vi for one in names) + cut, ", ".join(one.en for one in names) + cut
    said: Mapping[Fault, Message] = {
        "missing": Message(f"Chưa có số liệu của {vi}.", f"No data for {en}."),
        "not_known": Message(
            f"Không xác định được trên địa giới này: không rõ phần giá trị tương ứng của {vi}.",
            f"Not known on this map: the corresponding part of {en} is not known.",
        ),
        "not_convertible": Message(
            "Chỉ số này không quy đổi được sang địa giới khác.",
            "This indicator can't be converted to another map.",
        ),
        "weight_missing": Message(f"Chưa có trọng số của {vi}.", f"No weight for {en}."),
        "weight_zero": Message(
            f"Trọng số của {vi} không dùng được: tổng bằng 0 hoặc có giá trị âm.",
            f"The weights of {en} can't be used: they total zero or one is negative.",
        ),
    }
    return said[fault]


@dataclass(slots=True)
class _Outgoing:
    """What leaves one unit."""

    known: Fraction = Fraction(0)
    wholes: int = 0
    unknown: int = 0
    targets: set[str] = field(default_factory=set)


def check_links(links: Iterable[LinkLike]) -> list[LinkProblem]:
    """Every fault at once: shares outside ]0, 1], a unit given away twice, shares that total above or below
    the whole, a unit that descends from itself. No problems means that sums over the whole map are conserved
    wherever shares are known.
    """
    problems: list[LinkProblem] = []
    leaving: dict[str, _Outgoing] = {}
    for link in links:
        if link.from_id is None or link.from_id == link.to_id:
            continue
        outgoing = leaving.setdefault(link.from_id, _Outgoing())
        if link.to_id is not None:
            outgoing.targets.add(link.to_id)
        if link.share is None:
            outgoing.unknown += 1
            continue
        if not 0 < link.share <= 1:
            problems.append(
                _problem(
                    "share_out_of_range",
                    link.from_id,
                    f"tỷ lệ {link.share} nằm ngoài khoảng (0; 1]",
                    f"share {link.share} is outside ]0, 1]",
                )
            )
        outgoing.known += link.share
        outgoing.wholes += link.share == 1
    for unit, outgoing in sorted(leaving.items()):
        problems += _share_problems(unit, outgoing)
    return problems + _cycles({unit: outgoing.targets for unit, outgoing in leaving.items()})


def _problem(
    code: Literal["share_out_of_range", "whole_twice", "above_whole", "below_whole", "cycle"],
    unit: str,
    vi: str,
    en: str,
) -> LinkProblem:
    return LinkProblem(code, unit, Message(f"Đơn vị {unit}: {vi}.", f"Unit {unit}: {en}."))


def _share_problems(unit: str, outgoing: _Outgoing) -> list[LinkProblem]:
    """At most one problem about the total of the shares that leave one unit."""
    total = outgoing.known
    if outgoing.wholes > 1:
        vi, en = "nhập toàn bộ vào hơn một đơn vị", "goes wholly into more than one unit"
        return [_problem("whole_twice", unit, vi, en)]
    # With a part of unknown size left over, the known parts must leave room for it.
    if total > 1 or (outgoing.unknown and total == 1):
        vi, en = f"tổng tỷ lệ chuyển đi {total} vượt toàn bộ", f"shares leaving total {total}, above 1"
        return [_problem("above_whole", unit, vi, en)]
    if not outgoing.unknown and total < 1:
        vi, en = f"tổng tỷ lệ chuyển đi chỉ là {total}", f"shares leaving total only {total}"
        return [_problem("below_whole", unit, vi, en)]
    return []


def _cycles(targets: Mapping[str, set[str]]) -> list[LinkProblem]:
    """One problem per unit of a loop or leading into one: what is left when all ends are peeled off."""
    remaining = {unit: set(outgoing) for unit, outgoing in targets.items()}
    while True:
        ends = [unit for unit, outgoing in remaining.items() if not outgoing & remaining.keys()]
        if not ends:
            break
        for unit in ends:
            del remaining[unit]
    vi, en = (
        "nằm trong hoặc dẫn tới một vòng sự kiện địa giới",
        "is part of a loop of map events or leads into one",
    )
    return [_problem("cycle", unit, vi, en) for unit in sorted(remaining)]
