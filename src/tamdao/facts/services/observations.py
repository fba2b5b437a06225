"""Publishing values: the one way in.

Everything is checked before anything is written, and everything found wrong is said at once. A value that is already
the newest revision is not written again, so publishing the same twice changes nothing. Revisions are numbered here,
inside the transaction that holds the lock of the change list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from tamdao.core.files.models import SourceDocument
from tamdao.core.ledger.api import acting, check_can_approve, current
from tamdao.core.units.models import Unit
from tamdao.facts.models import Observation
from tamdao.facts.queries import rows
from tamdao.facts.queries.catalogue import Catalogue, catalogue
from tamdao.facts.queries.rows import ObservationView
from tamdao.facts.queries.units import level_inside
from tamdao.kit.dates import format_date
from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message
from tamdao.kit.numbers import to_decimal
from tamdao.kit.periods import Period

from .changes import hold_lock, record_change

_DIM = re.compile(r"[a-z][a-z0-9_]*=[^;=]+")
_Identity = tuple[str, str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class NewObservation:
    """A value to publish. `value` is canonical decimal text, None unless `status` is "value"."""

    indicator: str
    unit: str
    period: str
    source: str
    value: str | None = None
    status: str = "value"
    sign: str = "="
    sign_word: str = ""
    kind: str = "official"
    flow: str = "in_period"
    dims: str = ""
    universe: str = ""
    document: str = ""  # "" takes the document given to `publish`
    locator: str = ""
    published_date: date | None = None
    note: str = ""
    where: str = ""  # place in the input, for the errors: "file:line" or a cell

    @property
    def identity(self) -> _Identity:
        """What makes two values revisions of one another."""
        return (self.indicator, self.unit, self.period, self.dims, self.source, self.kind, self.flow)


@dataclass(frozen=True, slots=True)
class Published:
    """What `publish` did: values new altogether, later revisions, and those that said nothing new."""

    added: int
    revised: int
    unchanged: int
    change: int | None  # number of the row in the change list; None when nothing changed


def publish(
    observations: Iterable[NewObservation],
    *,
    by: str,
    at: datetime,
    document: str = "",
    summary: Message | None = None,
) -> Published:
    """Append values as observations, all or none. `by` is the person or system actor, `at` the recording moment.

    Raises observations_invalid with a problem for every value that can't be taken.
    """
    given = [
        replace(one, document=one.document or document, dims=canonical_dims(one.dims)) for one in observations
    ]
    check_can_approve()
    # what is published together is one entry of the ledger; within a pack it is part of the pack's
    bundle = current().bundle or f"publish:{uuid4()}"
    with acting(event="facts.observation.published", bundle=bundle), transaction.atomic():
        problems = _check(given, catalogue())
        if problems:
            raise DomainError(
                Message(
                    f"Có {len(problems)} chỗ chưa đúng; chưa ghi gì.",
                    f"{len(problems)} faults; nothing written.",
                ),
                code="observations_invalid",
                status=422,
                problems=problems,
            )
        return _append(given, by=by, at=at, summary=summary)


def canonical_dims(dims: str) -> str:
    """Dimensions "k=v;k=v" sorted by key."""
    return ";".join(sorted(part.strip() for part in dims.split(";") if part.strip()))


def _append(given: Sequence[NewObservation], *, by: str, at: datetime, summary: Message | None) -> Published:
    # before the revisions are read, so that two writers can't number alike
    hold_lock()
    newest = _newest(given) if given else {}
    new, revised = [], 0
    for one in given:
        before = newest.get(one.identity)
        if before is not None and _same(one, before):
            continue
        revised += before is not None
        new.append(_row(one, 1 if before is None else before.revision + 1, by=by, at=at))
    if not new:
        return Published(0, 0, len(given), None)
    words = summary or Message(f"{len(new)} số liệu mới hoặc điều chỉnh", f"{len(new)} new or revised values")
    key = _one_or_count([row.indicator_id for row in new])
    change = record_change(kind="observation", key=key, rows=len(new), by=by, at=at, summary=words)
    Observation.objects.bulk_create(new, batch_size=500)
    return Published(len(new) - revised, revised, len(given) - len(new), change.id)


def _newest(given: Sequence[NewObservation]) -> dict[_Identity, ObservationView]:
    found = rows.load(
        {one.indicator for one in given}, {one.unit for one in given}, {one.period for one in given},
        as_of=None, dims=None,
    )  # fmt: skip
    every = [row for group in found.values() for row in group]
    return {
        (row.indicator, row.unit_id, row.period, row.dims, row.source, row.kind, row.flow): row
        for row in rows.newest_revisions(every)
    }


def _same(one: NewObservation, row: ObservationView) -> bool:
    """Whether a value says nothing that the newest revision does not say already."""
    return (one.value, one.status, one.sign, one.sign_word, one.universe, one.document, one.locator,
            one.published_date, one.note) == (
        row.text, row.status, row.sign, row.sign_word, row.universe, row.document, row.locator,
        row.published_date, row.note,
    )  # fmt: skip


def _row(one: NewObservation, revision: int, *, by: str, at: datetime) -> Observation:
    period = Period.parse(one.period)
    return Observation(
        indicator_id=one.indicator, unit_id=one.unit, period=period.key, period_start=period.start,
        period_end=period.end, dims=one.dims, source_id=one.source, kind=one.kind, flow=one.flow, status=one.status,
        value=one.value, sign=one.sign, sign_word=one.sign_word, universe=one.universe, revision=revision,
        document_id=one.document, locator=one.locator, published_date=one.published_date, note=one.note,
        recorded_at=at, recorded_by=by,
    )  # fmt: skip


def _one_or_count(codes: Sequence[str]) -> str:
    names = sorted(set(codes))
    return names[0] if len(names) == 1 else f"{names[0]} +{len(names) - 1}"


# --- checks --------------------------------------------------------------------------------------------------------


def _check(given: Sequence[NewObservation], known: Catalogue) -> list[Problem]:
    """Every fault of every value."""
    found_units = {row.id: row for row in Unit.objects.filter(pk__in={one.unit for one in given})}
    documents = set(
        SourceDocument.objects.filter(pk__in={one.document for one in given}).values_list("pk", flat=True)
    )
    problems: list[Problem] = []
    seen: set[_Identity] = set()
    for one in given:
        found = [
            *_check_keys(one, known, documents),
            *_check_unit(one, known, found_units.get(one.unit)),
            *_check_value(one),
        ]
        if one.identity in seen:
            found.append(
                _problem(one, "", "hai giá trị cho cùng một số liệu", "two values for the same figure")
            )
        seen.add(one.identity)
        problems += found
    return problems


def _check_keys(one: NewObservation, known: Catalogue, documents: set[str]) -> Iterable[Problem]:
    if one.indicator not in known.indicators:
        yield _problem(
            one, "indicator", f"không có chỉ số “{one.indicator}”", f"no indicator “{one.indicator}”"
        )
    if one.source not in known.sources:
        yield _problem(one, "source", f"không có nguồn “{one.source}”", f"no source “{one.source}”")
    if not one.document:
        yield _problem(one, "document", "thiếu văn bản nguồn", "the source document is missing")
    elif one.document not in documents:
        yield _problem(one, "document", f"không có văn bản “{one.document}”", f"no document “{one.document}”")
    if one.kind not in Observation.Kind.values:
        yield _problem(one, "kind", f"không có loại “{one.kind}”", f"no kind “{one.kind}”")
    if one.flow not in Observation.Flow.values:
        yield _problem(one, "flow", f"không có cách tính kỳ “{one.flow}”", f"no flow “{one.flow}”")
    if any(not _DIM.fullmatch(part) for part in one.dims.split(";") if part):
        yield _problem(
            one, "dims", "chiều phân tổ ghi theo dạng khóa=giá trị", "dimensions are written key=value"
        )


def _check_unit(one: NewObservation, known: Catalogue, unit: Unit | None) -> Iterable[Problem]:
    try:
        period = Period.parse(one.period)
    except DomainError as error:
        yield Problem(error.message, one.where, "period")
        period = None
    if unit is None:
        yield _problem(one, "unit", f"không có đơn vị “{one.unit}”", f"no unit “{one.unit}”")
        return
    indicator = known.indicators.get(one.indicator)
    if indicator is not None and unit.level_id not in indicator.levels:
        level = level_inside(unit.level_id)
        yield _problem(
            one,
            "unit",
            f"chỉ số không tính ở {level.vi}",
            f"not an indicator of the level {level.en}",
        )
    if period is not None and unit.end_date is not None and period.start >= unit.end_date:
        day = format_date(unit.end_date)
        yield _problem(one, "period", f"đơn vị đã kết thúc ngày {day}", f"the unit ended on {day}")


def _check_value(one: NewObservation) -> Iterable[Problem]:
    if one.status not in Observation.Status.values:
        yield _problem(one, "status", f"không có trạng thái “{one.status}”", f"no status “{one.status}”")
    elif (one.status == Observation.Status.VALUE) != (one.value is not None):
        yield _problem(
            one,
            "value",
            "có giá trị khi và chỉ khi trạng thái là “value”",
            "a value exactly where status is “value”",
        )
    if one.value is not None:
        try:
            to_decimal(one.value)
        except DomainError as error:
            yield Problem(error.message, one.where, "value")
    if one.sign not in Observation.SIGNS:
        yield _problem(one, "sign", f"không có dấu “{one.sign}”", f"no sign “{one.sign}”")


def _problem(one: NewObservation, field: str, vi: str, en: str) -> Problem:
    where = one.where or f"{one.indicator} {one.unit} {one.period}"
    return Problem(Message(f"{vi[:1].upper()}{vi[1:]}.", f"{en[:1].upper()}{en[1:]}."), where, field)
