"""From a score down to its records: points won / assessed → main indices → observations → documents.

One tree of `facts.types.Node` for page, API and command line. Every leaf points at a stored record: published figures
open through `facts.explain`, what is not known points at its indicator or at the decision that names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tamdao.core.units.api import UnitRow, get_unit, held, unit_map
from tamdao.facts import api as facts
from tamdao.facts.types import HAS_VALUE, Node, Ref
from tamdao.kit.messages import Message
from tamdao.kit.numbers import format_number

from . import errors, rules
from .editions import EditionView, IndexView, NodeView, edition_for
from .queries import Cell, DtiTable, dti_table

_POINT_DECIMALS = 2


def explain_score(
    unit_id: str, year: int, index: str = rules.TOTAL_KEY, *, on: date | None = None, sample: bool = False
) -> Node:
    """The tree of a score on a map (default: the unit's own at the end of the year, its first day at the earliest).

    Raises edition_unknown, index_unknown, unit_unknown, unit_not_in_table, map_before_first.
    """
    with held():
        unit = get_unit(unit_id)
        # first, because no calendar has a last day for every number
        edition_for(year, unit.level)
        day = on or max(date(year, 12, 31), unit.first_date)
        table = dti_table(year, on=day, level=unit.level, sample=sample)
        view = table.edition.index(index)
        if unit.id not in table.rows:
            raise errors.not_ranked(unit.called, year)
        # under the name it has on the map of the table
        unit = unit_map(day).get(unit.id) or unit
        trees = facts.explain_many(_needed(table, unit, view), unit.id, str(year), sample=sample)
        return _Drawing(table, unit, trees).index(view)


def _needed(table: DtiTable, unit: UnitRow, view: IndexView) -> list[str]:
    """Indicators whose own trees a drawing of `view` may open: its rank, and every figure that is published."""
    cells = table.rows[unit.id]
    figures = [one for one in table.indices if one is view or _is_published(cells[one.key])]
    codes = [view.rank_indicator, *(one.indicator for one in figures)]
    return [code for code in codes if code]


def _is_published(cell: Cell) -> bool:
    return cell.state in HAS_VALUE - {"computed"}


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Draws the tree of one unit's scores; `trees` holds those of its published figures."""

    table: DtiTable
    unit: UnitRow
    trees: Mapping[str, Node]

    @property
    def edition(self) -> EditionView:
        return self.table.edition

    def cell(self, key: str) -> Cell:
        return self.table.rows[self.unit.id][key]

    def index(self, index: IndexView) -> Node:
        """Root: the score, its rank, how it comes about, the edition."""
        cell = self.cell(index.key)
        pillar = next((one for one in rules.PILLARS if rules.index_key(one) == index.key), None)
        if index.role == "total":
            parts = self._total(index)
        elif pillar is not None and cell.state == "computed":
            parts = self._pillar(pillar)
        else:
            parts = [self._figure(index)]
        year = self.table.year
        return Node(
            kind="points",
            title=Message(
                f"{index.name.vi} {year}, {self.unit.called.vi}",
                f"{index.name.en} {year}, {self.unit.called.en}",
            ),
            value=_score(cell.exact),
            detail=_join(cell.reason, _out_of(cell)),
            ref=None if index.indicator is None else Ref("indicator", index.indicator),
            figure=self._key(index) if cell.state in {"reported", "converted"} else None,
            children=(*self._rank(index, cell), *parts, self._edition()),
        )

    def _total(self, index: IndexView) -> list[Node]:
        """The published total and what each main index puts into it; of 2020 the pillars, which were its parts."""
        mains = [one for one in self.edition.indices if one.role == "main"]
        if not mains:
            mains = [one for one in self.edition.indices if one.role == "pillar"]
        own = [self._figure(index)] if self._published(index) else []
        return [*own, *(self._points(one) for one in mains)]

    def _pillar(self, pillar: rules.Pillar) -> list[Node]:
        """Foundation and own activity."""
        scheme = self.edition.scheme
        activity = scheme.activity(pillar)
        own = [self._points(self.edition.index(activity.key))] if activity else []
        return [self._foundation(), *own]

    def _foundation(self) -> Node:
        """Foundation points: added up, or derived as total points minus the activities' points."""
        scheme = self.edition.scheme
        scores = {
            key: cell.exact for key, cell in self.table.rows[self.unit.id].items() if cell.exact is not None
        }
        published = {key: score for key, score in scores.items() if not key.startswith("pillar:")}
        points = rules.foundation_points(scheme, published)
        mains = [self.edition.index(main.key) for main in scheme.foundation]
        if points is not None and points.derived:
            used = [self.edition.index(rules.TOTAL_KEY)]
            used += [self.edition.index(main.key) for main in scheme.activities]
            detail = Message(
                "Suy ra: điểm tổng trừ điểm ba chỉ số hoạt động, vì chưa công bố đủ các chỉ số nền tảng.",
                "Derived: total points minus the three activities' points; not all foundation indices are published.",
            )
        else:
            used = mains
            detail = Message("Cộng điểm các chỉ số nền tảng.", "Points of the foundation indices added up.")
        return Node(
            kind="points",
            title=Message("Điểm nền tảng", "Foundation points"),
            value=None if points is None else _of(points.won, points.maximum),
            detail=detail,
            children=tuple(self._points(one) for one in used),
        )

    def _points(self, index: IndexView) -> Node:
        """Score × points assessed = points won, over the published figure; a note where nothing is published."""
        cell = self.cell(index.key)
        if cell.exact is None or not self._published(index):
            return self._unknown(index, cell)
        value = None if cell.points is None or cell.points_max is None else _of(cell.points, cell.points_max)
        return Node(
            kind="points",
            title=index.name,
            value=value or _score(cell.exact),
            detail=_join(_product(cell), _status(index.node)),
            children=(self._figure(index),),
        )

    def _unknown(self, index: IndexView, cell: Cell) -> Node:
        ref = Ref("indicator", index.indicator) if index.indicator else self._edition().ref
        return Node(kind="note", title=index.name, detail=_join(cell.reason, _status(index.node)), ref=ref)

    def _figure(self, index: IndexView) -> Node:
        """The published figure with everything under it."""
        if index.indicator is None:
            return self._unknown(index, self.cell(index.key))
        return self.trees[index.indicator]

    def _published(self, index: IndexView) -> bool:
        return _is_published(self.cell(index.key))

    def _key(self, index: IndexView) -> tuple[str, str, str] | None:
        return (index.indicator, self.unit.id, str(self.table.year)) if index.indicator else None

    def _rank(self, index: IndexView, cell: Cell) -> list[Node]:
        """How the rank comes about; none where there is no rank."""
        if cell.rank is None:
            return []
        universe = self.table.universe
        title = Message(f"Hạng {cell.rank} trong {universe}", f"Rank {cell.rank} of {universe}")
        if cell.rank_published and index.rank_indicator:
            detail = Message("Thứ hạng đã công bố.", "The published rank.")
            return [Node("rank", title, detail=detail, children=(self.trees[index.rank_indicator],))]
        detail = Message(
            f"Tính trên đủ {universe} đơn vị theo điểm 4 chữ số thập phân; bằng điểm thì cùng hạng, hạng sau bỏ trống.",
            f"Over all {universe} units by the score of 4 decimals; equal scores share a rank, the next is skipped.",
        )
        differs = cell.rank_note is not None and index.rank_indicator is not None
        below = (self.trees[index.rank_indicator],) if differs and index.rank_indicator else ()
        return [
            Node("rank", title, detail=_join(detail, cell.rank_note), ref=self._edition().ref, children=below)
        ]

    def _edition(self) -> Node:
        """The decision that names the edition."""
        years = ", ".join(str(year) for year in self.edition.years)
        return Node(
            kind="document",
            title=self.edition.name,
            detail=Message(f"Áp dụng cho năm đánh giá {years}.", f"Applied to the assessment years {years}."),
            ref=Ref("document", self.edition.document),
        )


def _score(score: Fraction | None) -> Message | None:
    if score is None:
        return None
    shown = rules.displayed(score)
    return Message(format_number(shown), format_number(shown, lang="en"))


def _points_text(value: Fraction, lang: str) -> str:
    """Points for people: at most two decimals."""
    text = format_number(value, lang=lang, decimals=_POINT_DECIMALS)
    return text[: -_POINT_DECIMALS - 1] if text.endswith((",00", ".00")) else text


def _of(won: Fraction, maximum: Fraction) -> Message:
    return Message(
        f"{_points_text(won, 'vi')} / {_points_text(maximum, 'vi')} điểm",
        f"{_points_text(won, 'en')} / {_points_text(maximum, 'en')} points",
    )


def _out_of(cell: Cell) -> Message | None:
    """Points won of points assessed as a sentence."""
    if cell.points is None or cell.points_max is None:
        return None
    of = _of(cell.points, cell.points_max)
    return Message(f"Đạt {of.vi}.", f"Won {of.en}.")


def _product(cell: Cell) -> Message | None:
    """ "0,8211 × 140 điểm được đánh giá"."""
    if cell.exact is None or cell.points_max is None:
        return None
    score = _score(cell.exact)
    maximum = cell.points_max
    return score and Message(
        f"{score.vi} × {_points_text(maximum, 'vi')} điểm được đánh giá.",
        f"{score.en} × {_points_text(maximum, 'en')} points assessed.",
    )


_STATUS = {
    "derived": Message(
        "Điểm tối đa suy ra từ kết quả công bố.", "Points assessed follow from published results."
    ),
    "hypothesis": Message("Điểm tối đa là giả thuyết.", "The maximum is a hypothesis."),
    "unknown": Message("Điểm tối đa chưa biết.", "The maximum is not known."),
}


def _status(node: NodeView) -> Message | None:
    """How the points of a node are known, where that is not plain."""
    return _STATUS.get(node.status)


def _join(*parts: Message | None) -> Message | None:
    """Sentences one after the other; None when there is none."""
    said: Iterable[Message] = [part for part in parts if part is not None]
    vi, en = " ".join(part.vi for part in said), " ".join(part.en for part in said)
    return Message(vi, en) if vi else None
