"""GET /units/ and /units/{id}: the map of any day."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from tamdao.core.units import api as units
from tamdao.kit.web.params import Described, LevelCode, MapDay, SearchText, Text, UnitText
from tamdao.kit.web.rest import PageParams, page_of
from tamdao.kit.web.routes import operation

from .schemas import LinkOut, UnitDetail, UnitOut, UnitPage

router = Router(tags=["units"])

ParentText = Annotated[Text, Described("Only what belongs to this unit (id, code or name).", ("01",))]


def unit_out(row: units.UnitRow) -> UnitOut:
    """A row of the map as the API shows it."""
    return UnitOut(
        id=row.id,
        code=row.code,
        name=row.name_vi,
        full_name=row.full_name,
        level=row.level,
        parent_id=row.parent_id,
        first_date=row.first_date,
        end_date=row.end_date,
        from_known=row.from_known,
    )


@router.get("", response=UnitPage, summary="Units on the map of a day", operation_id="list_units")
@operation("unit", "view")
def list_units(
    request: HttpRequest,
    page: Query[PageParams],
    map: MapDay = None,
    level: LevelCode = "province",
    parent: ParentText = "",
    q: SearchText = "",
) -> dict[str, Any]:
    """Units of a level on the map of `map` (default today), those of one parent, or those whose name holds `q`."""
    day = map or timezone.localdate()
    units.check_map_date(day)
    if q:
        # all of them, so that `count` is the number of hits and not of those on this page
        found = units.search_units(q, on=day, limit=sys.maxsize)
    elif parent:
        found = list(units.unit_map(day).children(units.get_unit(parent, on=day).id))
    else:
        found = list(units.unit_map(day).units(level))
    return page_of([unit_out(row) for row in found], page)


@router.get("{unit}", response=UnitDetail, summary="One unit with its events", operation_id="get_unit")
@operation("unit", "view")
def get_unit(request: HttpRequest, unit: UnitText, map: MapDay = None) -> UnitDetail:
    """A unit by id, or by code or name on the map of `map`."""
    row = units.get_unit(unit, on=map)
    events = [LinkOut(**asdict(link)) for link in units.events_of(row.id)]
    return UnitDetail(**unit_out(row).model_dump(), events=events)
