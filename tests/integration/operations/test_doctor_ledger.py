"""What the doctor says of the ledger: triggers that are gone, sealing that fails or is late, no witness."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from tamdao.config.operations import trust
from tamdao.config.operations.doctor.faults import Fault
from tamdao.core.ledger.models import SealingState
from tamdao.core.people.models import Person

pytestmark = pytest.mark.django_db


def found(at: datetime | None = None) -> dict[str, Fault]:
    return {fault.name: fault for fault in trust.state_faults(at or datetime.now(UTC))}


def test_without_a_witness_there_is_advice_and_no_fault() -> None:
    told = found()
    assert set(told) == {"witness"}
    assert not told["witness"].wrong
    assert "TAMDAO_WITNESS_DIR=" in told["witness"].mend


def test_trigger_that_is_gone_comes_back_by_the_command_named() -> None:
    where = "" if connection.vendor == "sqlite" else " ON people_person"
    name = "ledger_people_person_insert" if connection.vendor == "sqlite" else "ledger_insert"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'people_person' AND name LIKE 'ledger%'"
            )
            name = cursor.fetchone()[0]
        cursor.execute(f'DROP TRIGGER "{name}"{where}')
    assert found()["ledger-triggers"].mend == "tamdao migrate"
    assert "people_person" in found()["ledger-triggers"].where


def test_rows_that_wait_too_long_and_sealing_that_fails() -> None:
    Person.objects.create_person(username="a", display_name="Văn phòng")
    late = found(datetime.now(UTC) + timedelta(hours=1))
    assert late["sealer"].wrong
    assert late["sealer"].mend == "systemctl restart tamdao"
    SealingState.objects.create(pk=1, failing_seconds=7200, error="mất khóa ký")
    assert "2.0 giờ: mất khóa ký" in found()["sealing"].what.vi
    assert found()["sealing"].mend == "tamdao ledger status"


def test_a_database_still_to_be_upgraded_is_sealed_and_checked() -> None:
    Person.objects.create_person(username="a", display_name="Văn phòng")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("ledger_witnessstate", "ledger_receipt"):
            cursor.execute(f"DROP TABLE {table}")
    assert trust.seal()["size"] > 1
    assert trust.faults() == []
