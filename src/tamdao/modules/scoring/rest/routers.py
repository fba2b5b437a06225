"""GET index tables, trends, explanations and editions."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from tamdao.core.units import api as units
from tamdao.facts import api as facts
from tamdao.facts.rest.schemas import NodeOut
from tamdao.kit.web.params import Described, LevelCode, MapDay, Sample, Text, UnitText, Whole
from tamdao.kit.web.rest import PageParams, page_of
from tamdao.kit.web.routes import operation
from tamdao.modules.scoring import api as scoring

from .schemas import CellOut, EditionNodeOut, EditionOut, TableOut, TrendPointOut

router = Router(tags=["dti"])

Year = Annotated[Whole, Described("Assessment year.", (2024,))]
IndexKey = Annotated[
    Text, Described("Key of the total or of a main index; `editions` lists them. Empty: all.", ("DTI",))
]


def _edition(view: scoring.EditionView) -> EditionOut:
    return EditionOut(
        code=view.code,
        name_vi=view.name.vi,
        name_en=view.name.en,
        document=view.document,
        level=view.level,
        years=list(view.years),
        total_points=view.total_points,
        nodes=[
            EditionNodeOut(
                code=node.code,
                parent=node.parent,
                name_vi=node.name.vi,
                name_en=node.name.en,
                role=node.role,
                max_points=node.max_points,
                assessed_points=node.assessed_points,
                scored=node.scored,
                indicator=node.indicator,
                status=node.status,
                note_vi=node.note.vi,
                note_en=node.note.en,
            )
            for node in view.nodes
        ],
    )


@router.get(
    "editions", response=list[EditionOut], operation_id="list_editions", summary="Editions of the index"
)
@operation("dti", "view")
def list_editions(request: HttpRequest) -> list[EditionOut]:
    """Every edition with its tree and the assessment years it applies to."""
    return [_edition(view) for view in scoring.list_editions()]


@router.get("{int:year}", response=TableOut, operation_id="get_table", summary="Scores and ranks of a year")
@operation("dti", "view")
def get_table(
    request: HttpRequest,
    year: Year,
    page: Query[PageParams],
    map: MapDay = None,
    level: LevelCode = "province",
    index: IndexKey = "",
    sample: Sample = False,
) -> dict[str, Any]:
    """Scores and ranks of a year on the map of `map` (default: its last day), by index, then rank."""
    table = scoring.dti_table(year, on=map, level=level, sample=sample)
    wanted = [table.edition.index(index)] if index else list(table.indices)
    cells = [
        CellOut(
            unit=unit.id,
            unit_code=unit.code,
            unit_name=unit.name_vi,
            index=view.key,
            score=None if cell.score is None else format(cell.score, "f"),
            rank=cell.rank,
            rank_published=cell.rank_published,
            derived=cell.derived,
            state=cell.state,
        )
        for view in wanted
        for unit, cell in table.ranked(view.key)
    ]
    return {
        "year": table.year,
        "map": table.on,
        "level": table.level,
        "edition": table.edition.code,
        "document": table.edition.document,
        "universe": table.universe,
        "complete": dict(table.complete),
        **page_of(cells, page),
    }


@router.get(
    "trend/{unit}", response=list[TrendPointOut], operation_id="get_trend", summary="All years of a unit"
)
@operation("dti", "view")
def get_trend(
    request: HttpRequest, unit: UnitText, map: MapDay = None, sample: Sample = False
) -> list[TrendPointOut]:
    """Total and rank of a unit in every assessment year, each on the unit's own map."""
    row = units.get_unit(unit, on=map)
    return [
        TrendPointOut(
            year=point.year,
            rank=point.rank,
            universe=point.universe,
            score=None if point.score is None else format(point.score, "f"),
            edition=point.edition.code,
            break_before=point.break_before,
            converted=point.converted,
            rank_published=point.rank_published,
            map=point.map_date,
        )
        for point in scoring.dti_trend(row.id, sample=sample)
    ]


@router.get(
    "{int:year}/explain/{unit}",
    response=NodeOut,
    operation_id="explain_score",
    summary="Where a score comes from",
)
@operation("dti", "view")
def explain_score(
    request: HttpRequest,
    year: Year,
    unit: UnitText,
    index: IndexKey = scoring.TOTAL_KEY,
    map: MapDay = None,
    sample: Sample = False,
) -> dict[str, Any]:
    """The thread of a score: points won over points assessed, main indices, observations."""
    row = units.get_unit(unit, on=map)
    return facts.node_dict(scoring.explain_score(row.id, year, index, on=map, sample=sample))
