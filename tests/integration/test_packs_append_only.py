"""The database refuses to change or delete observations and the change list, whichever way it is asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from tamdao.core.packs import api
from tamdao.facts import append_only
from tamdao.facts.models import FactChange, Observation
from tests.integration.pack_samples import SMALL, write
from tests.support import INSTALLED_AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path) -> None:
    api.install(write(tmp_path / "small", SMALL), by="test", at=INSTALLED_AT)


def _sql(statement: str) -> Callable[[], object]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def _bulk() -> object:
    rows = list(Observation.objects.all())
    for row in rows:
        row.note = "changed"
    return Observation.objects.bulk_update(rows, ["note"])


def _save() -> None:
    row = Observation.objects.earliest("id")
    row.value = "1"
    row.save()


ATTEMPTS: dict[str, Callable[[], object]] = {
    "queryset update": lambda: Observation.objects.update(value="1"),
    "queryset delete": lambda: Observation.objects.all().delete(),
    "save": _save,
    "bulk update": _bulk,
    "delete": lambda: Observation.objects.earliest("id").delete(),
    "raw update": _sql("UPDATE facts_observation SET note = 'x'"),
    "raw delete": _sql("DELETE FROM facts_observation"),
    "change update": lambda: FactChange.objects.update(rows=0),
    "change delete": lambda: FactChange.objects.all().delete(),
    "raw change delete": _sql("DELETE FROM facts_factchange"),
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_no_way_to_change_the_past(attempt: str) -> None:
    before = list(Observation.objects.order_by("id").values()), list(FactChange.objects.values())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ATTEMPTS[attempt]()
    assert (list(Observation.objects.order_by("id").values()), list(FactChange.objects.values())) == before


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize("table", append_only.TABLES)
def test_truncate_is_refused(table: str) -> None:
    _sql("SET CONSTRAINTS ALL IMMEDIATE")()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        _sql(f"TRUNCATE {table} CASCADE")()


def test_triggers_come_back_after_a_migrate() -> None:
    append_only.remove(connection)
    call_command("migrate", verbosity=0)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Observation.objects.update(value="1")


def test_a_trigger_that_refuses_nothing_is_missing_and_comes_back() -> None:
    assert append_only.missing(connection) == []
    if connection.vendor == "sqlite":
        _sql("DROP TRIGGER facts_observation_no_update")()
        _sql(
            "CREATE TRIGGER facts_observation_no_update BEFORE UPDATE ON facts_observation BEGIN SELECT 1; END"
        )()
        told = ["facts_observation_no_update"]
    else:
        _sql("SET CONSTRAINTS ALL IMMEDIATE")()
        nothing = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
        _sql(f"CREATE OR REPLACE FUNCTION facts_observation_append_only() {nothing}")()
        _sql("DROP TRIGGER facts_factchange_no_change ON facts_factchange")()
        _sql(
            "CREATE TRIGGER facts_factchange_no_change BEFORE UPDATE OR DELETE ON facts_factchange FOR EACH ROW "
            "WHEN (false) EXECUTE FUNCTION facts_factchange_append_only()"
        )()
        told = ["facts_observation_no_change", "facts_observation_no_truncate", "facts_factchange_no_change"]
    assert append_only.missing(connection) == told
    append_only.ensure(connection)
    assert append_only.missing(connection) == []
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        _sql("UPDATE facts_observation SET note = 'x'")()
