"""The first sentence of each page, written from the data.

A sentence is a row of pieces; a number in it carries a link to what explains it. Links name a page and its arguments,
never an address: the web layer knows addresses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tamdao.kit.messages import Message

from .words import STATE_COUNTS, STATES, day


@dataclass(frozen=True, slots=True)
class Link:
    """A page by name with its path arguments and query."""

    page: str
    args: tuple[str, ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence; `link` makes it a door, `tone` names the state whose colour it carries."""

    text: Message
    link: Link | None = None
    tone: str = ""


Sentence = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a unit stands in an index in one year."""

    unit_id: str
    year: int
    rank: int | None
    universe: int
    score: str | None = None
    previous_year: int | None = None
    # Places won against `previous_year` (positive is better); None where the two years are not comparable.
    gained: int | None = None
    not_comparable: Message | None = None


def words(vi: str, en: str) -> Piece:
    """A piece of plain words."""
    return Piece(Message(vi, en))


def text_of(sentence: Sequence[Piece], lang: str = "vi") -> str:
    """The sentence without its doors."""
    return "".join(piece.text.text(lang) for piece in sentence)


def number(value: int, link: Link | None, tone: str = "") -> Piece:
    """A count as a door."""
    return Piece(Message(str(value), str(value)), link, tone)


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many


def targets_link(unit_id: str, state: str = "", pillar: str = "") -> Link:
    """The list of a unit's targets, narrowed to a state and a pillar."""
    query = [("unit", unit_id)]
    query += [("state", state)] if state else []
    query += [("pillar", pillar)] if pillar else []
    return Link("targets", (), tuple(query))


def tally(states: Sequence[str]) -> dict[str, int]:
    """How many targets are in each state, in the order of STATES, empty states left out."""
    return {state: states.count(state) for state in STATES if state in states}


def targets_sentence(unit_id: str, counts: Mapping[str, int]) -> Sentence:
    """ "18 chỉ tiêu: 1 chậm, 17 chưa có số." Each number opens its list. No target at all gives an empty sentence."""
    total = sum(counts.values())
    if not total:
        return ()
    noun = _plural(total, "target", "targets")
    head = number(total, targets_link(unit_id))
    if set(counts) == {"no_data"}:
        return (
            head,
            words(
                " chỉ tiêu, chưa chỉ tiêu nào có số để đánh giá.",
                f" {noun}, none with data to judge it by yet.",
            ),
        )
    pieces: list[Piece] = [head, words(" chỉ tiêu: ", f" {noun}: ")]
    for position, (state, count) in enumerate(counts.items()):
        if position:
            pieces.append(words(", ", ", "))
        pieces.append(number(count, targets_link(unit_id, state), state))
        pieces.append(Piece(Message(f" {STATE_COUNTS[state].vi}", f" {STATE_COUNTS[state].en}")))
    return (*pieces, words(".", "."))


def awaiting_sentence(unit_id: str, name: str, count: int, since: date) -> Sentence:
    """ "18 chỉ tiêu của Vĩnh Phúc chờ quyết định từ 01/07/2025." """
    on = day(since)
    return (
        number(count, targets_link(unit_id, "awaiting_decision"), "awaiting_decision"),
        words(
            f" chỉ tiêu của {name} chờ quyết định từ {on.vi}.",
            f" {_plural(count, 'target', 'targets')} of {name} "
            f"{_plural(count, 'has', 'have')} awaited a decision since {on.en}.",
        ),
    )


def places(gained: int) -> Message:
    """ "tăng 24 bậc"; a better rank is a smaller number, so direction is said in words."""
    if gained == 0:
        return Message("giữ nguyên hạng", "unchanged")
    count = abs(gained)
    noun = _plural(count, "place", "places")
    if gained > 0:
        return Message(f"tăng {count} bậc", f"up {count} {noun}")
    return Message(f"giảm {count} bậc", f"down {count} {noun}")


def standing_sentence(standing: Standing | None, *, index: str = "DTI") -> Sentence:
    """ "Hạng DTI năm 2024: 20 trong 34 tỉnh, thành phố, tăng 2 bậc so với năm 2023." """
    if standing is None or standing.rank is None:
        return ()
    pieces = [
        words(f"Hạng {index} năm {standing.year}: ", f"{index} rank {standing.year}: "),
        number(standing.rank, Link("score", (str(standing.year), standing.unit_id, "DTI"))),
        words(
            f" trong {standing.universe} tỉnh, thành phố",
            f" of {standing.universe} provinces and cities",
        ),
    ]
    if standing.gained is not None and standing.previous_year is not None:
        change = places(standing.gained)
        pieces.append(
            words(
                f", {change.vi} so với năm {standing.previous_year}",
                f", {change.en} on {standing.previous_year}",
            )
        )
    return (*pieces, words(".", "."))


def promise_sentence(unit_id: str, name: Message, counts: Mapping[str, int]) -> Sentence:
    """For the public: what the province promised and how much of it can be judged."""
    total = sum(counts.values())
    if not total:
        return (
            words(
                f"Chưa có văn bản nào về chỉ tiêu chuyển đổi số của {name.vi} được nạp vào hệ thống.",
                f"No document with digital-transformation targets of {name.en} has been loaded yet.",
            ),
        )
    judged = sum(counts.get(state, 0) for state in ("met", "on_course", "behind", "missed"))
    pieces = [
        words(f"{name.vi} đã cam kết ", f"{name.en} promised "),
        number(total, targets_link(unit_id)),
        words(
            " chỉ tiêu chuyển đổi số; ", f" digital-transformation {_plural(total, 'target', 'targets')}; "
        ),
    ]
    waiting = counts.get("awaiting_decision", 0)
    if waiting == total:
        pieces.append(
            words(
                "tất cả chờ quyết định giữ, gộp, bỏ hay đặt lại sau khi sắp xếp đơn vị hành chính.",
                "all await a decision whether to keep, merge, drop or restate them after the reorganisation.",
            )
        )
        return tuple(pieces)
    if judged == 0:
        pieces.append(words("chưa chỉ tiêu nào có số để đánh giá.", "none has data to judge it by yet."))
        return tuple(pieces)
    met = counts.get("met", 0)
    return (
        *pieces,
        number(judged, targets_link(unit_id)),
        words(" chỉ tiêu có số để đánh giá, trong đó ", " can be judged, of which "),
        number(met, targets_link(unit_id, "met"), "met"),
        words(" đã đạt.", f" {_plural(met, 'is', 'are')} met."),
    )


def join(*sentences: Sentence) -> Sentence:
    """Several sentences as one line."""
    out: list[Piece] = []
    for sentence in sentences:
        if sentence and out:
            out.append(words(" ", " "))
        out.extend(sentence)
    return tuple(out)


def quality_sentence(*, total: int, silent: int, disagreements: int, late: int = 0) -> Sentence:
    """For the analyst: targets that nothing measures, figures that are overdue, figures that have two values."""
    if not total and not disagreements and not late:
        return (words("Chưa nạp chỉ tiêu hay số liệu nào.", "No targets or figures are loaded yet."),)
    return (
        number(silent, Link("home", anchor="silent"), "no_data"),
        words(f" trong {total} chỉ tiêu chưa có số thực hiện; ", f" of {total} targets have no actual; "),
        number(late, Link("home", anchor="late"), "no_result_yet"),
        words(
            " số liệu chưa có kỳ mới; ",
            f" {_plural(late, 'figure has', 'figures have')} no new period; ",
        ),
        number(disagreements, Link("home", anchor="conflicts"), "behind"),
        words(
            " số liệu có hai nguồn không khớp.",
            f" {_plural(disagreements, 'figure has', 'figures have')} two sources that disagree.",
        ),
    )


def staff_sentence(name: Message, matters: int, *, director: bool) -> Sentence:
    """For those who enter and approve: what waits for them today."""
    if matters:
        return (
            number(matters, Link("home", anchor="matters"), "behind"),
            words(
                f" việc của {name.vi} do ông/bà phụ trách; chưa có biểu nào chờ duyệt.",
                f" {_plural(matters, 'matter', 'matters')} of {name.en} in your charge; no form waits for approval.",
            ),
        )
    if director:
        return (
            words(
                f"{name.vi}: chưa có biểu nào chờ ông/bà duyệt.",
                f"{name.en}: no form waits for your approval.",
            ),
        )
    return (
        words(f"{name.vi}: hôm nay chưa có biểu nào phải nhập.", f"{name.en}: no form to fill in today."),
    )


def index_sentence(
    *,
    name: Message,
    year: int,
    universe: int,
    ranked: Sequence[tuple[Message, str, int | None]],
    me: str | None,
    key: str,
) -> Sentence:
    """ "DTI 2024: Hà Nội đứng đầu 34 tỉnh, thành phố; Phú Thọ hạng 20." `ranked`: (name, unit id, rank) in order."""
    first = [(title, unit_id) for title, unit_id, rank in ranked if rank == 1]
    mine = next(((title, unit_id, rank) for title, unit_id, rank in ranked if unit_id == me and rank), None)
    if not first and mine is None:
        return (
            words(
                f"{name.vi} {year}: chưa đủ kết quả công bố để xếp hạng {universe} tỉnh, thành phố.",
                f"{name.en} {year}: not enough published results to rank {universe} provinces and cities.",
            ),
        )
    pieces: list[Piece] = [words(f"{name.vi} {year}: ", f"{name.en} {year}: ")]
    if first:
        for place, (title, unit_id) in enumerate(first):
            if place:
                pieces.append(words(", ", ", "))
            pieces.append(Piece(title, Link("score", (str(year), unit_id, key))))
        pieces.append(
            words(
                f" đứng đầu {universe} tỉnh, thành phố",
                f" {_plural(len(first), 'leads', 'lead')} {universe} provinces",
            )
        )
    if mine is not None and mine[2] != 1:
        pieces.append(words("; " if first else "", "; " if first else ""))
        pieces.append(words(f"{mine[0].vi} hạng ", f"{mine[0].en} ranks "))
        pieces.append(number(mine[2] or 0, Link("score", (str(year), mine[1], key))))
        if not first:
            pieces.append(words(f" trong {universe}", f" of {universe}"))
    return (*pieces, words(".", "."))


# More units than this are counted instead of named.
MOST_NAMED = 4


def _named(units: Sequence[tuple[str, Message]]) -> list[Piece]:
    pieces: list[Piece] = []
    for place, (unit_id, name) in enumerate(units):
        if place:
            pieces.append(words(", ", ", "))
        pieces.append(Piece(name, Link("unit", (unit_id,))))
    return pieces


def unit_sentence(
    *,
    name: Message,
    first: date | None,
    end: date | None,
    before: Sequence[tuple[str, Message]],
    after: Sequence[tuple[str, Message]],
) -> Sentence:
    """What a unit is in time: what it was made of and when, or what became of it."""
    pieces: list[Piece] = [Piece(name)]
    if end is not None:
        on = day(end)
        pieces.append(words(f" kết thúc ngày {on.vi}", f" ended on {on.en}"))
        if 0 < len(after) <= MOST_NAMED:
            pieces.append(words(", nay thuộc ", ", now part of "))
            pieces += _named(after)
        elif after:
            pieces.append(words(f", nay thuộc {len(after)} đơn vị", f", now in {len(after)} units"))
        return (*pieces, words(".", "."))
    if first is not None and before:
        on = day(first)
        pieces.append(words(f" thành lập ngày {on.vi} từ ", f" was formed on {on.en} from "))
        if len(before) <= MOST_NAMED:
            pieces += _named(before)
        else:
            pieces.append(words(f"{len(before)} đơn vị", f"{len(before)} units"))
        return (*pieces, words(".", "."))
    pieces.append(
        words(
            " đang hoạt động, phạm vi không đổi trên bản đồ.", " exists, with an unchanged extent on the map."
        )
    )
    return tuple(pieces)


def text_message(sentence: Sentence) -> Message:
    """The sentence as plain words in both languages."""
    return Message(text_of(sentence, "vi"), text_of(sentence, "en"))


def promises_sentence(promises: Sequence[tuple[str, Mapping[str, int]]]) -> Sentence:
    """For the public without a province chosen: how much was promised in all and how much can be judged."""
    total = sum(sum(counts.values()) for _, counts in promises)
    if not total:
        return (words("Chưa nạp cam kết của tỉnh nào.", "No province's targets are loaded yet."),)
    waiting = sum(counts.get("awaiting_decision", 0) for _, counts in promises)
    judged = sum(
        counts.get(state, 0) for _, counts in promises for state in ("met", "on_course", "behind", "missed")
    )
    pieces = [
        words(
            f"{len(promises)} tỉnh đã cam kết ",
            f"{len(promises)} {_plural(len(promises), 'province', 'provinces')} promised ",
        ),
        number(total, Link("targets")),
        words(" chỉ tiêu chuyển đổi số: ", " digital-transformation targets: "),
    ]
    parts: list[tuple[int, str, Message]] = [
        (judged, "", Message("có số để đánh giá", "can be judged")),
        (
            waiting,
            "awaiting_decision",
            Message("chờ quyết định sau sắp xếp đơn vị", "await a decision after the mergers"),
        ),
        (total - judged - waiting, "", Message("chưa có số", "without data")),
    ]
    told = [part for part in parts if part[0]]
    if len(told) == 1:
        text = told[0][2]
        return (*pieces, words(f"tất cả {text.vi}.", f"all {text.en}."))
    for place, (count, state, text) in enumerate(told):
        if place:
            pieces.append(words(", ", ", "))
        query = (("state", state),) if state else ()
        pieces += [
            number(count, Link("targets", (), query), state),
            Piece(Message(f" {text.vi}", f" {text.en}")),
        ]
    return (*pieces, words(".", "."))
