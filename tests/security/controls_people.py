"""Controls of rights over objects, fields and units, and of the limits of the office's rules; see `controls`.

Every route, actor and relation: tests/integration/permissions.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tamdao.core.people.access import SystemActor
from tamdao.core.people.models import Person
from tamdao.core.people.policy import Role
from tamdao.core.people.services import posts
from tamdao.kit.errors import DomainError
from tests.integration.permissions.world import COMMUNE, NOW, PROVINCE, TODAY, World, build
from tests.security import controls_accounts as accounts
from tests.security.registry import control


def address(world: World, relation: str, page: str = "") -> str:
    return f"/people/{world.objects['person'][relation]}/{page}"


def target(world: World) -> Person:
    return Person.objects.get(pk=world.objects["person"]["u"])


@control("object-rights")
def object_rights() -> None:
    """A number in an address opens only what is one's own or of one's unit."""
    world = build()
    client = world.client("citizen")
    assert client.get(f"/people/{world.people['citizen'].pk}/").status_code == 200
    assert client.get(address(world, "f")).status_code == 404
    assert client.get(f"/api/v1/people/{world.objects['person']['f']}").status_code == 404


@control("field-rights")
def field_rights() -> None:
    """A leader sees the people of the unit, and not their history."""
    world = build()
    client = world.client("leader")
    assert client.get(address(world, "u")).status_code == 200
    assert client.get(address(world, "u", "history/")).status_code in {403, 404}


@control("other-units")
def other_units() -> None:
    """Who administers one unit sees and changes nobody of another."""
    world = build()
    client = world.client("unit_admin")
    listed = client.get("/api/v1/people/?limit=500").content.decode()
    assert "dich.u" in listed
    assert "dich.f" not in listed
    assert client.get(address(world, "f", "switch/")).status_code == 404


@control("fields-out")
def fields_out() -> None:
    """The API shows the fields of its description, nothing else of a person."""
    items = build().client("admin").get("/api/v1/people/").json()["items"]
    assert items
    assert all(set(item) == {"id", "username", "name", "active", "posts"} for item in items)


@control("limits-of-office")
def limits_of_office() -> None:
    """Who administers a unit appoints nobody to a role above their own."""
    world = build()
    with pytest.raises(DomainError):
        posts.grant(
            person=target(world), role=Role.ADMIN, unit_id=PROVINCE, from_date=TODAY, by=world.actor("unit_admin"),
            at=NOW, reason="thử",
        )  # fmt: skip


@control("combinations")
def combinations() -> None:
    """What is right by itself must fit together: no post at a unit before the unit was there."""
    with pytest.raises(DomainError) as refused:
        posts.grant(
            person=target(build()), role=Role.ANALYST, unit_id=COMMUNE, from_date=date(2021, 1, 1),
            by=SystemActor("system:test"), at=NOW, reason="thử",
        )  # fmt: skip
    assert "unit" in {problem.field for problem in refused.value.problems}


@control("parameters-by-place")
def parameters_by_place() -> None:
    """What belongs into a form is not read from the address."""
    person, client = accounts.somebody(), Client()
    accounts.sign_in(client)
    client.post(f"/account/password/?password={accounts.PASSWORD}&new={accounts.NEW}&again={accounts.NEW}")
    person.refresh_from_db()
    assert person.check_password(accounts.PASSWORD)
