"""What keeps pages quick: few questions to the database, whatever is shown; the map kept while only figures change."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.test.client import ClientHandler
from django.test.utils import CaptureQueriesContext

from tamdao.config import warming
from tamdao.core.people.models import Person, RoleHolding
from tamdao.core.people.policy import Role
from tamdao.core.units import api as units
from tamdao.core.units import stamp
from tamdao.facts.models import FactChange
from tamdao.kit.text import sort_key
from tamdao.modules.scoring import api as scoring

PHU_THO, VINH_PHUC, HUNG_YEN = "25@2025-07-01", "26@2020-01-01", "33@2025-07-01"
TODAY = date(2026, 11, 22)


@pytest.fixture
def _demo(demo_db: None, hold_today: Any) -> None:
    hold_today(TODAY)


def asked(call: Callable[[], object]) -> list[str]:
    """Statements of a call."""
    with CaptureQueriesContext(connection) as seen:
        call()
    return [query["sql"] for query in seen.captured_queries]


def change(kind: str) -> FactChange:
    return FactChange.objects.create(at=datetime.now(tz=UTC), kind=kind, key="thử", rows=1, by="test")


# --- questions per page ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_demo")
@pytest.mark.parametrize(
    "address",
    [
        "/",
        f"/?unit={VINH_PHUC}&at=2025-06-30",
        f"/targets/?unit={VINH_PHUC}",
        "/targets/F020/",
        "/indicators/",
        f"/indicators/dti_rank/?unit={VINH_PHUC}",
        f"/figures/dti/{PHU_THO}/2024/",
        "/dti/?year=2024&map=2025-07-01",
        f"/dti/2024/{PHU_THO}/DTI/",
        f"/dti/2023/{HUNG_YEN}/pillar:Kinh tế số/",
        "/units/",
        "/units/?map=2021-01-01",
        f"/units/{PHU_THO}/",
        f"/units/{PHU_THO}/children/",
        "/search/?q=vinh+phuc",
        f"/wall/?unit={PHU_THO}",
        "/api/v1/dti/2024",
    ],
)
def test_a_warm_page_asks_at_most_fifteen_questions(client: Client, address: str) -> None:
    client.get(address)
    assert len(asked(lambda: client.get(address))) <= 15


@pytest.mark.usefixtures("_demo")
def test_the_home_of_a_leader_asks_at_most_fifteen_questions() -> None:
    made = Person.objects.create_person(username="lanhdao.thu", display_name="lãnh đạo (thử)")
    RoleHolding.objects.create(person=made, role=Role.LEADER, unit_id=PHU_THO, from_date=date(2025, 7, 1))
    client = Client()
    client.force_login(made)
    client.get("/")
    assert len(asked(lambda: client.get("/"))) <= 15


@pytest.mark.usefixtures("_demo")
@pytest.mark.parametrize("unit", [PHU_THO, "01@2020-01-01"])
def test_a_score_is_explained_with_as_many_questions_as_one_figure(unit: str) -> None:
    counts = {}
    for index in ("DTI", "main:Nhận thức số", "pillar:Chính quyền số"):
        scoring.explain_score(unit, 2024, index)
        counts[index] = len(asked(lambda key=index: scoring.explain_score(unit, 2024, key)))  # type: ignore[misc]  # mypy can't infer a lambda with a default
    # the stamp, the documents, the ledger, and the events where something was converted
    assert max(counts.values()) <= 4, counts


# --- the map outlives figures ----------------------------------------------------------------------------------


def reads_units(statements: Iterable[str]) -> bool:
    return any("units_unitversion" in sql for sql in statements)


@pytest.mark.usefixtures("_demo")
def test_the_map_is_read_again_after_a_change_of_units_alone() -> None:
    units.forget()
    assert reads_units(asked(lambda: units.unit_map(TODAY)))
    change("observation")
    change("target")
    again = asked(lambda: units.unit_map(TODAY))
    assert not reads_units(again)
    assert len(again) == 2  # the stamp, and whether units changed since the last one
    change("unit")
    change("observation")
    assert reads_units(asked(lambda: units.unit_map(TODAY)))
    assert not reads_units(asked(lambda: units.unit_map(TODAY)))
    units.forget()


@pytest.mark.usefixtures("_demo")
def test_the_map_is_read_again_when_the_last_change_was_undone() -> None:
    units.forget()
    with transaction.atomic():
        undone = change("observation")
        units.unit_map(TODAY)
        transaction.set_rollback(True)
    # as the next writer would, under the number that became free
    FactChange.objects.create(
        id=undone.pk, at=datetime.now(tz=UTC), kind="observation", key="khác", rows=1, by="test"
    )
    assert reads_units(asked(lambda: units.unit_map(TODAY)))
    units.forget()


@pytest.mark.usefixtures("_demo")
def test_units_stand_in_the_order_of_the_alphabet() -> None:
    found = units.unit_map(TODAY)
    for parent in (PHU_THO, HUNG_YEN, "01@2020-01-01"):
        rows = found.children(parent)
        assert list(rows) == sorted(rows, key=lambda row: sort_key(row.name_vi))
        assert found.count_children(parent) == len(rows) > 0
    assert found.count("province") == len(found.units("province")) == 34
    assert found.count_children("00@2020-01-01") == found.count("nothing") == 0


# --- kept values -----------------------------------------------------------------------------------------------


def test_readers_who_come_together_compute_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamp, "_read", lambda: ("db", "name", 1))
    begun, calls = threading.Barrier(4), []

    @units.per_stamp(size=4)
    def slow(number: int) -> int:
        calls.append(number)
        threading.Event().wait(0.1)
        return 2 * number

    found: list[int] = []

    def ask() -> None:
        begun.wait()
        found.append(slow(7))

    readers = [threading.Thread(target=ask) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert found == [14] * 4
    assert calls == [7]


def test_a_failed_computation_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamp, "_read", lambda: ("db", "name", 1))
    calls: list[int] = []

    @units.per_stamp()
    def unsure() -> int:
        calls.append(1)
        if len(calls) == 1:
            raise ValueError("hỏng")
        return 5

    with pytest.raises(ValueError, match="hỏng"):
        unsure()
    assert unsure() == unsure() == 5
    assert len(calls) == 2


# --- start -----------------------------------------------------------------------------------------------------


def test_django_starts_without_what_reads_packs_and_finds_all_kinds_when_asked() -> None:
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'\n"
        "import django; django.setup()\n"
        "print(sorted({'jsonschema', 'yaml', 'tamdao.core.packs.loading'} & set(sys.modules)))\n"
        "from tamdao.core.packs.kinds import list_kinds\n"
        "print(' '.join(kind.name for kind in list_kinds()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    early, kinds = done.stdout.splitlines()
    assert early == "[]"
    assert {"units", "unit_events", "documents", "observations", "targets", "editions"} <= set(kinds.split())


@pytest.fixture
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own connection stays open and its objects stay collectable."""
    monkeypatch.setattr(connections, "close_all", lambda: None)
    monkeypatch.setattr(gc, "freeze", lambda: None)


@pytest.mark.usefixtures("_demo", "_still")
def test_a_warmed_process_answers_its_first_reader_from_memory(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a busy machine would end the warming early, as it should; what a finished one leaves is asked here
    monkeypatch.setattr(warming, "LONGEST", 120.0)
    handler = ClientHandler()

    def application(environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        answer: Any = handler(environ)
        return [answer.content]

    units.forget()
    assert warming.warm(application) > 0
    for address in ("/", "/units/", "/dti/?map=2025-07-01", "/targets/"):
        assert not [sql for sql in asked(lambda page=address: client.get(page)) if "facts_observation" in sql]  # type: ignore[misc]  # mypy can't infer a lambda with a default


@pytest.mark.usefixtures("_demo", "_still")
def test_a_process_that_can_not_be_warmed_starts_all_the_same() -> None:
    def broken(_environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        raise RuntimeError("hỏng")

    assert warming.warm(broken) > 0


@pytest.mark.django_db
@pytest.mark.usefixtures("_still")
def test_an_instance_without_units_is_warmed_without_complaint() -> None:
    opened: list[str] = []

    def application(environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        opened.append(environ["PATH_INFO"])
        return []

    warming.warm(application)
    assert "/" in opened
