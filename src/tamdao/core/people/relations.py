"""How the rows of a model stand to people and units. Every model that is filtered by permission is declared here or by
the module that owns it (`declare`)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Model, Q

from tamdao.core.units import api as units
from tamdao.kit.errors import DomainError

from .models import Delegation, Group, GroupMember, Person, RoleHolding
from .models.group import member
from .models.post import running

Ids = Collection[str]
InUnits = Callable[[Ids, date], Q]


@dataclass(frozen=True, slots=True)
class Relates:
    """`people`: ways to the people a row belongs to; `in_units`: which rows belong to units (on a day)."""

    people: tuple[str, ...] = ()
    in_units: InUnits | None = None


def by_path(path: str) -> InUnits:
    """Rows whose column `path` names the unit."""

    def condition(ids: Ids, at: date) -> Q:
        return Q(**{f"{path}__in": list(ids)})

    return condition


def _people_in(ids: Ids, at: date) -> Q:
    """A person belongs to the units at which a post runs that day."""
    posts = RoleHolding.objects.filter(running(at), unit__in=list(ids))
    return Q(pk__in=posts.values("person"))


def _heirs_in(ids: Ids, at: date) -> Q:
    """A post whose unit came to an end belongs to the units that came out of it."""
    return Q(unit__in=sorted(ended_into(ids)))


_declared: dict[tuple[type[Model], str], Relates] = {}


def declare(model: type[Model], resource: str, relates: Relates) -> None:
    """State how rows of `model` relate when they are asked for as `resource`."""
    _declared[model, resource] = relates


declare(Person, "person", Relates(people=("pk",), in_units=_people_in))
declare(RoleHolding, "person", Relates(people=("person",), in_units=by_path("unit")))
declare(RoleHolding, "post", Relates(people=("person",), in_units=by_path("unit")))
declare(RoleHolding, "delegation", Relates(people=("person",), in_units=by_path("unit")))
declare(RoleHolding, "substitute", Relates(people=("person",), in_units=by_path("unit")))
declare(RoleHolding, "rehoming", Relates(in_units=_heirs_in))
declare(
    Delegation,
    "delegation",
    Relates(people=("holding__person", "receiver"), in_units=by_path("holding__unit")),
)
declare(Group, "group", Relates(in_units=by_path("unit")))
declare(GroupMember, "group", Relates(in_units=by_path("group__unit")))


def condition(
    model: type[Model], resource: str, *, own: int | None, units: Ids, group_of: int | None, at: date
) -> Q:
    """Rows that belong to the person `own`, to one of `units`, or to fellow members of the groups of `group_of`."""
    relates = _declared[model, resource]
    found = Q(pk__in=[])
    if own is not None:
        for path in relates.people:
            found |= Q(**{path: own})
    if units and relates.in_units is not None:
        found |= relates.in_units(units, at)
    if group_of is not None:
        groups = GroupMember.objects.filter(member(at), person=group_of).values("group")
        fellows = GroupMember.objects.filter(member(at), group__in=groups).values("person")
        for path in relates.people:
            found |= Q(**{f"{path}__in": fellows})
    return found


def units_below(unit_ids: Ids, *, at: date) -> frozenset[str]:
    """Units below any of `unit_ids` on the map of `at`, at any depth; without a map there are none."""
    if not unit_ids:
        return frozenset()
    try:
        on = units.unit_map(at)
    except DomainError:
        return frozenset()
    found: set[str] = set()
    waiting = list(unit_ids)
    while waiting:
        below = {row.id for row in on.children(waiting.pop())} - found
        found |= below
        waiting += below
    return frozenset(found)


def heirs(unit_id: str, *, at: date) -> list[str]:
    """Units of the map of `at` that came out of an ended one, through every later change; in order of their ids."""
    source = units.lineage()
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [unit_id]
    while waiting:
        current = waiting.pop()
        seen.add(current)
        row = units.find_row(current)
        if current != unit_id and row is not None and (row.end_date is None or at < row.end_date):
            found.add(current)
            continue
        waiting += [
            link.to_id for link in source.successors(current) if link.to_id and link.to_id not in seen
        ]
    return sorted(found)


def ended_into(unit_ids: Ids) -> frozenset[str]:
    """Every unit out of which one of `unit_ids` came, through every earlier change."""
    source = units.lineage()
    found: set[str] = set()
    waiting = list(unit_ids)
    while waiting:
        before = {link.from_id for link in source.predecessors(waiting.pop()) if link.from_id} - found
        found |= before
        waiting += before
    return frozenset(found)
