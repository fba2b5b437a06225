"""Whether what was filled in is right: one verdict, the same on the server and in the page.

Saving is never refused for a fault: a clerk may leave half a form. Submitting needs a verdict without errors and
without open questions. Every fault has a code; frontend/islands/form-check.ts gives the same ones.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from tamdao.analytics.expr import InputValue, Verdict, holds
from tamdao.kit.dates import parse_date
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tamdao.kit.numbers import canonical, parse_decimal, to_decimal

from .forms import COUNT, LAST, NUMERIC, ROWS, STAR, Cell, CellKind, Form

YES, NO = "có", "không"
LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in a cell, as it was typed; `none` says on purpose that there is no figure (never zero)."""

    text: str = ""
    none: bool = False
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing about one cell. `asks`: an explanation settles it; otherwise the cell must change."""

    key: str
    code: str
    message: Message
    asks: bool = False


@dataclass(slots=True)
class Judged:
    """The verdict on a whole form: canonical values by key, faults in the order of the form, cells not asked for."""

    values: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    not_asked: set[str] = field(default_factory=set)

    @property
    def may_submit(self) -> bool:
        """Whether nothing is wrong and nothing lacks an explanation."""
        return not self.faults


def judge(form: Form, entries: Mapping[str, Entry], last: Mapping[str, str]) -> Judged:
    """The verdict on `entries`; `last` are the approved figures of the period before, canonical text by key."""
    found = Judged()
    known: dict[str, Cell] = {}
    for key, entry in entries.items():
        cell = form.cell(key)
        if cell is None:
            found.faults.append(Fault(key, "unknown_cell", _UNKNOWN))
        else:
            known[key] = cell
            _read(found, key, cell, entry)
    numbers = _numbers(form, known, found.values, last)
    keys = [*(key for key in form.cells if STAR not in key), *_added_rows(form, known)]
    for key in keys:
        _asked(found, key, form.cell(key) or form.cells[key], entries.get(key, Entry()), numbers)
    _check(found, form, entries, numbers)
    places = {key: place for place, key in enumerate(keys)}
    found.faults.sort(key=lambda fault: (places.get(fault.key, len(places)), fault.key, fault.code))
    return found


_UNKNOWN = Message("Biểu không có ô này.", "The form has no such cell.")


def read_value(cell: Cell, text: str) -> str:
    """The canonical text of what was typed in a cell; raises `DomainError` with the reason where it is none.

    Numbers are read in the Vietnamese way ("1.234,5") and never rounded.
    """
    plain = unicodedata.normalize("NFC", text).strip()
    match cell.kind:
        case CellKind.NUMBER | CellKind.WHOLE:
            number = parse_decimal(plain, style="vi")
            places = 0 if cell.kind is CellKind.WHOLE else cell.decimals
            if places is not None and _places(number) > places:
                raise _places_refused(places)
            return canonical(number)
        case CellKind.DATE:
            return parse_date(plain).isoformat()
        case CellKind.CHOICE:
            if plain not in cell.choices:
                raise _refused(
                    "not_a_choice",
                    f"Chọn một trong: {'; '.join(cell.choices)}.",
                    f"Choose one of: {'; '.join(cell.choices)}.",
                )
            return plain
        case CellKind.YES_NO:
            if plain.lower() not in {YES, NO}:
                raise _refused("not_yes_or_no", "Ghi có hoặc không.", "Write có (yes) or không (no).")
            return plain.lower()
    if len(plain) > LONGEST_TEXT:
        raise _refused(
            "text_too_long",
            f"Dài quá {LONGEST_TEXT} ký tự.",
            f"Longer than {LONGEST_TEXT} characters.",
        )
    return plain


def _read(found: Judged, key: str, cell: Cell, entry: Entry) -> None:
    if not entry.text.strip():
        return
    if entry.none:
        found.faults.append(
            Fault(
                key,
                "none_with_value",
                Message(
                    "Ô vừa có giá trị vừa đánh dấu không có số liệu; giữ một.",
                    "The cell has a value and says that there is none; keep one.",
                ),
            )
        )
        return
    try:
        found.values[key] = read_value(cell, entry.text)
    except DomainError as error:
        found.faults.append(Fault(key, error.code, error.message))


def _asked(found: Judged, key: str, cell: Cell, entry: Entry, numbers: Mapping[str, InputValue]) -> None:
    """Whether the cell is asked for at all, and whether it lacks."""
    if cell.when is not None:
        needed = holds(cell.when, numbers).value
        if needed is False:
            found.not_asked.add(key)
            if key in found.values:
                found.faults.append(
                    Fault(
                        key,
                        "not_asked",
                        Message(
                            "Ô này không phải nhập theo các ô khác; xóa giá trị.",
                            "Other cells say that this one is not asked for; clear it.",
                        ),
                    )
                )
        if not needed:
            # what can't be decided yet does not ask, nor hide
            return
    if cell.required and not entry.text.strip():
        if not entry.none:
            found.faults.append(
                Fault(key, "required", Message("Chưa nhập.", "Not filled in."))
            )  # fmt: skip
        elif not entry.explanation.strip():
            found.faults.append(
                Fault(
                    key,
                    "none_unexplained",
                    Message("Không có số liệu: ghi lý do.", "No figure: say why."),
                    asks=True,
                )
            )


def _check(
    found: Judged, form: Form, entries: Mapping[str, Entry], numbers: Mapping[str, InputValue]
) -> None:
    for check in form.checks:
        verdict: Verdict = holds(check.rule, numbers)
        if verdict.value is not False:
            continue
        explained = any(entries.get(key, Entry()).explanation.strip() for key in check.cells)
        if check.hard or not explained:
            found.faults += [
                Fault(key, f"check:{check.code}", check.message, asks=not check.hard) for key in check.cells
            ]


def _numbers(
    form: Form, known: Mapping[str, Cell], values: Mapping[str, str], last: Mapping[str, str]
) -> dict[str, InputValue]:
    """What expressions may read: numbers of cells, of the period before, totals over added rows."""
    found: dict[str, InputValue] = {
        key: to_decimal(values[key]) for key, cell in known.items() if cell.numeric and key in values
    }
    found |= {f"{LAST}{key}": to_decimal(text) for key, text in last.items()}
    totals: dict[str, Fraction] = defaultdict(Fraction)
    rows: dict[str, set[str]] = defaultdict(set)
    for key, cell in known.items():
        if STAR not in cell.key or key not in values:
            continue
        section, row, column = key.split(".", 2)
        rows[section].add(row)
        if cell.kind in NUMERIC:
            totals[f"{ROWS}{section}.{column}"] += Fraction(values[key])
    found |= totals
    found |= {f"{COUNT}{one.code}": len(rows[one.code]) for one in form.sections if one.most_rows}
    return found


def _added_rows(form: Form, known: Mapping[str, Cell]) -> Iterable[str]:
    """Keys of the rows that were begun: each asks for all its cells."""
    begun = sorted({tuple(key.split(".", 2)[:2]) for key, cell in known.items() if STAR in cell.key},
                   key=lambda pair: (pair[0], int(pair[1])))  # fmt: skip
    for section, row in begun:
        for key in form.cells:
            if key.startswith(f"{section}.{STAR}."):
                yield key.replace(STAR, row, 1)


def _places(number: Decimal) -> int:
    return max(0, -int(number.as_tuple().exponent))


def _places_refused(places: int) -> DomainError:
    if places == 0:
        return _refused("not_whole", "Ghi số nguyên, không có phần thập phân.", "Write a whole number.")
    return _refused(
        "too_many_places",
        f"Nhiều nhất {places} chữ số sau dấu phẩy.",
        f"At most {places} decimals.",
    )


def _refused(code: str, vi: str, en: str) -> DomainError:
    return DomainError(Message(vi, en), code=code, status=422)
