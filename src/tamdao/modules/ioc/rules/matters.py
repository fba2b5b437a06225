"""What a leader must look at: at most five matters, each with who answers for it, a deadline and one button."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tamdao.facts.types import TargetResult
from tamdao.kit.messages import Message

from .sentences import Link, Piece, Sentence, Standing, awaiting_sentence, number, targets_link, words
from .words import NOBODY, day

MOST = 5
# In the last quarter of the table a rank is a matter of its own.
LAST_PART = 0.75

REVIEW = Message("Rà soát", "Review")
SEE_SOURCES = Message("Xem nguồn", "See the sources")
SEE_POINTS = Message("Xem điểm", "See the points")


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter. `unit_id` is where the responsible person is looked up; `owner` is the agency the target names."""

    state: str  # a target state, for shape and colour
    title: Sentence
    detail: Message
    unit_id: str
    action: Message
    link: Link
    owner: Message | None = None
    deadline: date | None = None
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Targets of one unit, as the page groups them; `ended` is the day on which that unit ended, if it did."""

    unit_id: str
    name: str
    ended: date | None
    results: tuple[TargetResult, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two official values of one figure from two sources, already worded with their numbers."""

    name: Message
    values: Message
    link: Link
    unit_id: str


@dataclass(frozen=True, slots=True)
class Weakest:
    """The main index in which the unit stands worst."""

    name: Message
    rank: int


def overdue(deadline: date, at: date) -> Message | None:
    """ "quá hạn 326 ngày" once the deadline has passed; None before."""
    late = (at - deadline).days
    return Message(f"quá hạn {late} ngày", f"{late} days past") if late > 0 else None


def _first_owner(results: Sequence[TargetResult]) -> Message | None:
    owners = {result.owner for result in results if result.owner}
    return owners.pop() if len(owners) == 1 else None


def _awaiting(group: Group, home: str) -> Iterable[Matter]:
    waiting = [result for result in group.results if result.state == "awaiting_decision"]
    if not waiting:
        return
    since = group.ended or min(result.deadline for result in waiting)
    first = min(result.deadline for result in waiting)
    last = max(result.deadline for result in waiting)
    on = day(first)
    until = day(last)
    span = (
        Message(f"đều có hạn {on.vi}", f"all due {on.en}")
        if first == last
        else Message(f"hạn từ {on.vi} đến {until.vi}", f"due from {on.en} to {until.en}")
    )
    yield Matter(
        state="awaiting_decision",
        title=awaiting_sentence(group.unit_id, group.name, len(waiting), since),
        detail=Message(
            f"Chưa ghi nhận văn bản giữ, gộp, bỏ hay đặt lại; {span.vi}.",
            f"No document on record that keeps, merges, drops or restates them; {span.en}.",
        ),
        unit_id=home,
        owner=_first_owner(waiting),
        deadline=first,
        action=REVIEW,
        link=targets_link(group.unit_id, "awaiting_decision"),
        sample=any(result.sample for result in waiting),
    )


def _single(result: TargetResult, home: str) -> Matter:
    return Matter(
        state=result.state,
        title=(Piece(result.name, Link("target", (result.code,)), result.state),),
        detail=result.reason,
        unit_id=home,
        owner=result.owner,
        deadline=result.deadline,
        action=REVIEW,
        link=Link("target", (result.code,)),
        sample=result.sample,
    )


def _silent(
    group: Group, home: str, state: str, sentence: tuple[str, str], detail: Message
) -> Iterable[Matter]:
    results = [result for result in group.results if result.state == state]
    if not results:
        return
    yield Matter(
        state=state,
        title=(number(len(results), targets_link(group.unit_id, state), state), words(*sentence)),
        detail=detail,
        unit_id=home,
        owner=_first_owner(results),
        deadline=min(result.deadline for result in results),
        action=REVIEW,
        link=targets_link(group.unit_id, state),
    )


def _standing(standing: Standing | None, weakest: Weakest | None) -> Iterable[Matter]:
    if standing is None or standing.rank is None or standing.universe == 0:
        return
    fell = standing.gained is not None and standing.gained <= -MOST
    if not fell and standing.rank / standing.universe < LAST_PART:
        return
    detail = (
        Message(
            f"Yếu nhất: {weakest.name.vi}, hạng {weakest.rank}.",
            f"Weakest: {weakest.name.en}, rank {weakest.rank}.",
        )
        if weakest
        else Message("Chưa công bố hạng từng chỉ số chính.", "Ranks of the main indices are not published.")
    )
    link = Link("score", (str(standing.year), standing.unit_id, "DTI"))
    yield Matter(
        state="behind",
        title=(
            words(f"Hạng DTI {standing.year}: ", f"DTI rank {standing.year}: "),
            number(standing.rank, link, "behind"),
            words(f" trong {standing.universe}", f" of {standing.universe}"),
        ),
        detail=detail,
        unit_id=standing.unit_id,
        action=SEE_POINTS,
        link=link,
    )


def _late_result(standing: Standing | None, at: date) -> Iterable[Matter]:
    """The year after the newest published one has ended and nothing was published for it."""
    if standing is None or at.year - 1 <= standing.year:
        return
    year = standing.year + 1
    ended = date(year, 12, 31)
    yield Matter(
        state="no_result_yet",
        title=(
            words(
                f"Chưa có kết quả DTI năm {year} của cấp tỉnh",
                f"No provincial DTI result for {year} yet",
            ),
        ),
        detail=Message(
            f"Năm đánh giá đã kết thúc {(at - ended).days} ngày; chưa nạp kết quả công bố nào.",
            f"The assessment year ended {(at - ended).days} days ago; no published result is loaded.",
        ),
        unit_id=standing.unit_id,
        action=SEE_SOURCES,
        link=Link("indicator", ("dti",), (("unit", standing.unit_id),)),
    )


def _disagreeing(disagreement: Disagreement) -> Matter:
    return Matter(
        state="no_result_yet",
        title=(Piece(disagreement.name, disagreement.link),),
        detail=disagreement.values,
        unit_id=disagreement.unit_id,
        action=SEE_SOURCES,
        link=disagreement.link,
    )


def _unmeasured(group: Group, home: str) -> Iterable[Matter]:
    """Targets whose deadline year has no result, then those without any data."""
    yield from _silent(
        group,
        home,
        "no_result_yet",
        (
            f" chỉ tiêu của {group.name} chưa có kết quả của năm hạn",
            f" targets of {group.name} lack the result of their deadline year",
        ),
        Message(
            "Hạn đã qua, số của năm hạn chưa công bố.", "The deadline is past, its year's figure is not out."
        ),
    )
    yield from _silent(
        group,
        home,
        "no_data",
        (f" chỉ tiêu của {group.name} chưa có số", f" targets of {group.name} have no data"),
        Message(
            "Chưa có chỉ số nào được gắn để đo; giao cơ quan chủ trì báo cáo số thực hiện.",
            "No indicator is linked to measure them; their owners have to report.",
        ),
    )


def list_matters(
    *,
    home: str,
    groups: Sequence[Group],
    standing: Standing | None,
    weakest: Weakest | None,
    disagreements: Sequence[Disagreement],
    at: date,
) -> list[Matter]:
    """Every matter of the unit `home`, the most pressing first; a page shows the first `MOST`.

    Order: what only the leader can decide, what was missed, what is behind (widest gap first is not comparable across
    measures, so by deadline), the rank, results that are late, sources that disagree, targets nobody measures.
    """
    found: list[Matter] = []
    for group in groups:
        found.extend(_awaiting(group, home))
    for state in ("missed", "behind"):
        results = [result for group in groups for result in group.results if result.state == state]
        found.extend(_single(result, home) for result in sorted(results, key=lambda r: (r.deadline, r.code)))
    found.extend(_standing(standing, weakest))
    found.extend(_late_result(standing, at))
    found.extend(_disagreeing(disagreement) for disagreement in disagreements)
    for group in groups:
        found.extend(_unmeasured(group, home))
    return found


def responsible(matter: Matter, directors: Mapping[str, str]) -> Message:
    """Who answers for a matter: the agency its target names, else whoever directs at the unit, else nobody yet."""
    holder = directors.get(matter.unit_id)
    if holder:
        return Message(holder, holder)
    return matter.owner or NOBODY
