"""Editions of the index as plain values: chosen by assessment year and level, with their tree and their scheme."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tamdao.core.units.api import find_level, per_stamp
from tamdao.kit.messages import Message

from . import errors, rules
from .models import Edition, EditionNode, EditionYear


@dataclass(frozen=True, slots=True)
class NodeView:
    """A node of the tree. Points are decimal text, "" where not known; status says how they are known."""

    code: str
    parent: str | None
    name: Message
    role: str
    max_points: str
    assessed_points: str
    scored: bool
    indicator: str | None
    rank_indicator: str | None
    pillar: str
    group: str
    status: str
    note: Message
    document: str | None

    @property
    def points(self) -> Fraction | None:
        """Points assessed; where that is not said, all points count."""
        text = self.assessed_points or self.max_points
        return Fraction(text) if text else None


@dataclass(frozen=True, slots=True)
class IndexView:
    """An index that a table shows: the total, a main index or a pillar."""

    key: str
    name: Message
    role: str
    node: NodeView
    points: Fraction | None

    @property
    def indicator(self) -> str | None:
        """Indicator of the published score."""
        return self.node.indicator

    @property
    def rank_indicator(self) -> str | None:
        """Indicator of the published rank."""
        return self.node.rank_indicator


@dataclass(frozen=True, slots=True)
class EditionView:
    """An edition with its nodes in order, its assessment years and the document that named it."""

    code: str
    name: Message
    document: str
    level: str
    years: tuple[int, ...]
    total_points: str
    nodes: tuple[NodeView, ...]
    scheme: rules.Scheme
    indices: tuple[IndexView, ...]

    def index(self, key: str) -> IndexView:
        """The index with this key. Raises index_unknown."""
        for one in self.indices:
            if one.key == key:
                return one
        raise errors.no_index(key, [one.key for one in self.indices])

    def node(self, code: str) -> NodeView | None:
        """The node with this code, or None."""
        return next((node for node in self.nodes if node.code == code), None)

    def children(self, code: str) -> tuple[NodeView, ...]:
        """Nodes directly below."""
        return tuple(node for node in self.nodes if node.parent == code)


def edition_years(level: str = "province") -> tuple[int, ...]:
    """Assessment years that have an edition, oldest first."""
    return tuple(sorted(year for one_level, year in _by_year() if one_level == level))


def edition_for(year: int, level: str = "province") -> EditionView:
    """The edition of an assessment year. Raises edition_unknown with the years that have one, level_unknown."""
    found = _by_year().get((level, year))
    if found is None:
        if _by_year() and find_level(level) is None:
            raise errors.no_level(level)
        raise errors.no_edition(year, level, edition_years(level), edition_levels())
    return found


def edition_levels() -> tuple[str, ...]:
    """Levels that have an edition, by code."""
    return tuple(sorted({level for level, _ in _by_year()}))


def list_editions() -> tuple[EditionView, ...]:
    """All editions, by level and first year."""
    views = {view.code: view for view in _by_year().values()}
    return tuple(sorted(views.values(), key=lambda view: (view.level, view.years)))


@per_stamp()
def _by_year() -> dict[tuple[str, int], EditionView]:
    """Every edition, in three queries."""
    nodes: dict[str, list[EditionNode]] = {}
    for node in EditionNode.objects.select_related("parent").order_by("edition", "position"):
        nodes.setdefault(node.edition_id, []).append(node)
    years: dict[str, list[int]] = {}
    for row in EditionYear.objects.order_by("year"):
        years.setdefault(row.edition_id, []).append(row.year)
    views = {
        edition.code: _view(edition, tuple(years.get(edition.code, ())), nodes.get(edition.code, []))
        for edition in Edition.objects.all()
    }
    return {(view.level, year): view for view in views.values() for year in view.years}


def _view(edition: Edition, years: tuple[int, ...], rows: list[EditionNode]) -> EditionView:
    nodes = tuple(_node(row) for row in rows)
    scheme = _scheme(nodes)
    return EditionView(
        code=edition.code,
        name=Message(edition.name_vi, edition.name_en),
        document=edition.document_id,
        level=edition.level_id,
        years=years,
        total_points=edition.total_points,
        nodes=nodes,
        scheme=scheme,
        indices=_indices(nodes),
    )


def _node(row: EditionNode) -> NodeView:
    return NodeView(
        code=row.code,
        parent=row.parent.code if row.parent else None,
        name=Message(row.name_vi, row.name_en),
        role=row.role,
        max_points=row.max_points,
        assessed_points=row.assessed_points,
        scored=row.scored,
        indicator=row.indicator_id,
        rank_indicator=row.rank_indicator_id,
        pillar=row.pillar,
        group=row.group,
        status=row.status,
        note=Message(row.note_vi, row.note_en),
        document=row.document_id,
    )


def _mains(nodes: tuple[NodeView, ...]) -> list[NodeView]:
    """Scored main indices that something is known of; names without an indicator stay in the tree only."""
    return [node for node in nodes if node.role == "main" and node.scored and node.indicator]


def _scheme(nodes: tuple[NodeView, ...]) -> rules.Scheme:
    total = next((node for node in nodes if node.role == "total"), None)
    mains = tuple(
        rules.Main(f"main:{node.name.vi}", node.points, _activity_of(node)) for node in _mains(nodes)
    )
    return rules.Scheme(mains, total.points if total else None)


def _activity_of(node: NodeView) -> rules.Pillar | None:
    """The pillar an activity index belongs to; None for the foundation."""
    if node.group != "activity":
        return None
    return next((pillar for pillar in rules.PILLARS if pillar == node.pillar), None)


def _indices(nodes: tuple[NodeView, ...]) -> tuple[IndexView, ...]:
    """Total, main indices, pillars, in this order."""
    totals = [
        IndexView(rules.TOTAL_KEY, node.name, "total", node, node.points)
        for node in nodes
        if node.role == "total"
    ]
    mains = [
        IndexView(f"main:{node.name.vi}", node.name, "main", node, node.points) for node in _mains(nodes)
    ]
    pillars = [
        IndexView(rules.index_key(pillar), name, "pillar", node, node.points)
        for pillar, name in rules.PILLARS.items()
        for node in nodes
        if node.role == "pillar" and node.pillar == pillar
    ]
    return (*totals, *mains, *pillars)
