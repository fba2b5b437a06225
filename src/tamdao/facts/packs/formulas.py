"""Checking the formulas of indicators: syntax, names, units of measure, circles, division by nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from tamdao.analytics import expr as language
from tamdao.analytics.expr import Expr, Measure
from tamdao.core.packs.api import Checking
from tamdao.core.packs.graphs import find_circles
from tamdao.core.packs.records import Data, Record
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

from .words import PER

Cell = tuple[str, str]


def check(checking: Checking) -> None:
    """Report everything found wrong with the formulas of this pack."""
    indicators = checking.everything("indicators")
    own = [record for record in checking.records("indicators") if record.data.get("formula")]
    if not own:
        return
    measures = {code: _measure(data) for code, data in checking.everything("measures").items()}
    env = {
        code: measures[data["measure"]] for code, data in indicators.items() if data["measure"] in measures
    }
    sound: dict[str, Expr] = {}
    for record in own:
        tree = _parsed(checking, record)
        if tree is None or record.data["measure"] not in measures:
            continue
        if (language.inputs(tree) - indicators.keys()) & set(checking.names("indicators")):
            continue  # an input has a fault of its own, which is said there
        problems = language.check(tree, env, measures[record.data["measure"]])
        for problem in problems:
            checking.findings.at(record, "formula", problem.message)
        _check_frequency(checking, record, tree, indicators)
        if not problems:
            sound[record.key] = tree
    _check_circles(checking, own, indicators)
    _check_divisors(checking, own, sound)


def _measure(data: Data) -> Measure:
    name_vi, name_en = str(data["name_vi"]), str(data["name_en"])
    # inside a sentence
    name = Message(name_vi[:1].lower() + name_vi[1:], name_en[:1].lower() + name_en[1:])
    return Measure(
        data["code"], data.get("dimension") or {}, Decimal(data["scale"]), data["ordinal"], name=name
    )


def _parsed(checking: Checking, record: Record) -> Expr | None:
    try:
        return language.parse(record.data["formula"])
    except DomainError as error:
        for message in [problem.message for problem in error.problems] or [error.message]:
            checking.findings.at(record, "formula", message)
    return None


def _check_frequency(checking: Checking, record: Record, tree: Expr, indicators: Mapping[str, Data]) -> None:
    """A formula is computed within one period: its inputs need figures for periods of that length."""
    for name in sorted(language.inputs(tree)):
        other = indicators.get(name)
        if other and other["frequency"] != record.data["frequency"]:
            theirs, mine = PER[other["frequency"]], PER[record.data["frequency"]]
            message = Message(
                f"“{name}” có số liệu theo {theirs.vi}, còn chỉ số này theo {mine.vi}.",
                f"“{name}” has one figure per {theirs.en}, this indicator one per {mine.en}.",
            )
            checking.findings.at(record, "formula", message)


def _check_circles(checking: Checking, own: Iterable[Record], indicators: Mapping[str, Data]) -> None:
    graph: dict[str, Iterable[str]] = {}
    for code, data in indicators.items():
        if data.get("formula"):
            try:
                graph[code] = language.inputs(language.parse(data["formula"]))
            except DomainError:
                continue  # said at its own place
    records = {record.key: record for record in own}
    for circle in find_circles(graph):
        first = next((records[code] for code in circle if code in records), None)
        if first is not None:
            shown = " → ".join(circle)
            message = Message(
                f"Các công thức gọi nhau theo vòng: {shown}.", f"Formulas run in a circle: {shown}."
            )
            checking.findings.at(first, "formula", message)


# --- division by nothing -----------------------------------------------------------------------------------
def divisors(tree: Expr) -> frozenset[str]:
    """Names of the inputs that something is divided by."""
    found: set[str] = set()
    for node, _depth in language.walk(tree):
        if isinstance(node, language.Arithmetic) and node.operator == "/":
            found |= language.inputs(node.right)
        if isinstance(node, language.Call) and node.function in {"percent", "per"}:
            found |= language.inputs(node.arguments[1])
    return frozenset(found)


def _check_divisors(checking: Checking, own: Iterable[Record], sound: Mapping[str, Expr]) -> None:
    """Where numerators are delivered, what they are divided by must be delivered too, and not be zero.

    Read from the observations this pack brings: a value that is expressly empty, or zero, is a fault at its row; a
    divisor that has no value anywhere is a fault of the formula. A divisor that lacks in single cells is none: figures
    arrive one after the other, and until then the computed figure is missing.
    """
    rows = _cells(checking)
    for record in own:
        tree = sound.get(record.key)
        if tree is None or not (below := divisors(tree)):
            continue
        names = language.inputs(tree)
        cells = sorted({cell for name in names for cell in rows.get(name, {})})
        for cell in cells:
            _check_cell(checking, record, tree, below, {name: rows.get(name, {}).get(cell) for name in names})
        if cells:
            _check_never(checking, record, sorted(below), rows)


def _cells(checking: Checking) -> dict[str, dict[Cell, Record]]:
    """Own observations by indicator and (unit, period); of several sources the first with a value."""
    found: dict[str, dict[Cell, Record]] = defaultdict(dict)
    for row in checking.records("observations"):
        data = row.data
        if data["kind"] == "plan" or data.get("dims"):
            continue
        cell = (data["unit"], data["period"])
        known = found[data["indicator"]].get(cell)
        if known is None or ("value" in data and "value" not in known.data):
            found[data["indicator"]][cell] = row
    return found


def _check_cell(
    checking: Checking, record: Record, tree: Expr, below: frozenset[str], rows: Mapping[str, Record | None]
) -> None:
    values = {name: Decimal(row.data["value"]) for name, row in rows.items() if row and "value" in row.data}
    result = language.evaluate(tree, values)
    empty = [row for name in sorted(below & result.missing) if (row := rows[name]) is not None]
    others_known = result.missing <= below
    for row in empty if others_known else []:
        message = Message(
            f"Công thức của {record.key} chia cho giá trị trống này.",
            f"The formula of {record.key} divides by this empty value.",
        )
        checking.findings.at(row, "value", message)
    if result.state is language.State.DIVISION_BY_ZERO:
        zero = next((row for name in sorted(below) if (row := rows[name]) is not None), None)
        message = Message(
            f"Công thức của {record.key} chia cho 0 ở đây.",
            f"The formula of {record.key} divides by zero here.",
        )
        checking.findings.at(zero or record, "value" if zero else "formula", message)


def _check_never(
    checking: Checking, record: Record, below: Iterable[str], rows: Mapping[str, Mapping[Cell, Record]]
) -> None:
    """A divisor for which neither this pack nor anything before it brings a value or a formula."""
    indicators = checking.everything("indicators")
    for name in below:
        delivered = rows.get(name, {}).values()
        if (
            indicators[name].get("formula")
            or any("value" in row.data for row in delivered)
            or list(delivered)
        ):
            continue
        elsewhere = (data for data in checking.others("observations").values() if data["indicator"] == name)
        if not any(data.get("value") for data in elsewhere):
            message = Message(
                f"Chia cho “{name}”, chưa có giá trị nào.",
                f"It divides by “{name}”, which has no value at all.",
            )
            checking.findings.at(record, "formula", message)
