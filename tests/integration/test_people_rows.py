"""Row-level security on PostgreSQL: a filter that was forgotten shows nobody's rows; what is not said is refused.

The tests of PostgreSQL run as an ordinary role that owns the database, as an office does: under FORCE, nothing else
would keep its rows. So every other test of pages, signing in and commands is one of this, too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import Error, connection, transaction
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from tamdao.config.cli import run
from tamdao.config.operations import trust
from tamdao.config.operations.doctor import records
from tamdao.core.accounts.models import CodeGuard, Identity, OpenSession, PasswordReset, SignIn
from tamdao.core.people import access, api_clients, queries, rows
from tamdao.core.people.middleware import RowsMiddleware
from tamdao.core.people.models import Delegation, Group, GroupMember, PageVisit, Person, RoleHolding
from tamdao.core.people.policy import Role
from tamdao.core.people.rows import tables, upkeep
from tests.integration.permissions.world import ACTORS, NOW, TODAY, World, build

pytestmark = pytest.mark.django_db
KEEPS_ROWS = connection.vendor == "postgresql"
needs_rows = pytest.mark.skipif(not KEEPS_ROWS, reason="SQLite keeps no rows; make test-postgres runs this")
# tables that name people and are not kept, and why
NOT_KEPT = {
    "people_roleholding": "who holds what is told as far as its person is; the policies read it",
    "people_delegation": "numbers of people and a paper; the policies read it",
    "people_groupmember": "numbers of people; the policies read it",
}


@pytest.fixture
def world(hold_today: Callable[[date], Any], caplog: pytest.LogCaptureFixture) -> World:
    hold_today(TODAY)
    caplog.set_level(logging.CRITICAL, logger="django.request")
    return build()


def test_sqlite_and_postgresql_are_as_they_should_be() -> None:
    assert rows.check(connection) == []
    assert rows.find_void_role(connection) is None, "the tests must not run above the policies"


def test_every_table_that_names_a_person_is_kept_or_says_why_not() -> None:
    named = {
        model._meta.db_table
        for model in apps.get_models()
        if any(field.related_model is Person for field in model._meta.concrete_fields)
    }
    assert named | {"people_person"} == {*tables.tables(), *NOT_KEPT}


# --- pages without their filter ------------------------------------------------------------------------------


def told(client: Client, address: str) -> str:
    response = client.get(address)
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]  # a file
    return str(body.decode(errors="replace"))


def names_in(text: str) -> set[str]:
    return {name for name in "ucgf" if f"Đích {name} của phép thử" in text or f'"dich.{name}"' in text}


@pytest.fixture
def unfiltered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one filter of the house forgotten, in all its forms.

    Everybody of the world was lent something by the foreign one, whose name they may know by that; not here.
    """
    Delegation.objects.all().delete()
    monkeypatch.setattr(access, "visible", lambda actor, queryset, *names, at=None: queryset)
    monkeypatch.setattr(
        access, "get_visible", lambda actor, queryset, *names, pk, at=None: _first(queryset.filter(pk=pk))
    )


def _first(queryset: Any) -> Any:
    found = queryset.first()
    if found is None:
        raise access.absent()
    return found


# by the specification: tests/integration/permissions/expected.py
SEEN = {"citizen": {"g"}, "officer": {"u", "g"}, "leader": {"u", "c", "g"}, "unit_admin": {"u", "c", "g"}}


@needs_rows
@pytest.mark.usefixtures("unfiltered")
@pytest.mark.parametrize("actor", SEEN)
def test_a_forgotten_filter_shows_no_more(world: World, actor: str) -> None:
    client = world.client(actor)
    addresses = ["/people/?q=Đích", "/people/suggest/?q=Đích", "/api/v1/people/?q=Đích"]
    for address in addresses:
        assert names_in(told(client, address)) == SEEN[actor], address
    for relation in "ucgf":
        key = world.objects["person"][relation]
        for address in (f"/people/{key}/", f"/api/v1/people/{key}"):
            found = client.get(address).status_code
            assert found == (200 if relation in SEEN[actor] else 404), (address, found)


@needs_rows
@pytest.mark.usefixtures("unfiltered")
def test_an_export_without_its_filter_holds_no_stranger(world: World) -> None:
    client = world.client("unit_admin")
    for address in ("/people/posts.csv", "/api/v1/people/holders"):
        # who holds a post in a unit, or in one below; a fellow member of a group is seen and not in the way of an export
        assert {"u", "c"} <= names_in(told(client, address)) <= SEEN["unit_admin"], address


@needs_rows
@pytest.mark.usefixtures("unfiltered")
def test_a_key_of_a_program_shows_nobody(world: World) -> None:
    """It holds a role and no unit, so the door is open and no row is reached."""
    _, key = api_clients.create(name="kho-khac", role=Role.OFFICER, at=NOW)
    answer = Client(headers={"authorization": f"Bearer {key}"}).get("/api/v1/people/")
    assert (answer.status_code, answer.json()["count"]) == (200, 0)


# --- what the database shows, beside the filters -------------------------------------------------------------


@pytest.fixture
def reading(world: World) -> Iterator[Callable[[str], Any]]:
    """`reading("officer")`: from then on every statement of the test reads for this actor, who is returned."""

    def read(actor: str) -> Any:
        with rows.house_rows():
            who = world.actor(actor)
        access.read_rows_as(who)
        return who

    with rows.request_rows():
        yield read


def reference(actor: Any) -> set[int]:
    """Whom the filters show an actor, one way after the other."""

    def of(queryset: Any, resource: str, *actions: str) -> Any:
        keys: set[int] = set()
        for action in actions:
            keys |= set(access.visible(actor, queryset, resource, action).values_list("pk", flat=True))
        return queryset.filter(pk__in=keys)

    found = set(of(Person.objects.all(), "person", "view").values_list("pk", flat=True))
    held = RoleHolding.objects.all()
    for resource, action in (("post", "end"), ("substitute", "name"), ("delegation", "give")):
        found |= set(of(held, resource, action).values_list("person", flat=True))
    lent = of(Delegation.objects.all(), "delegation", "revoke")
    found |= set(lent.values_list("receiver", flat=True)) | set(
        lent.values_list("holding__person", flat=True)
    )
    found |= set(of(queries.waiting_rehomings(at=TODAY), "rehoming", "view").values_list("person", flat=True))
    groups = of(Group.objects.all(), "group", "manage")
    return found | set(GroupMember.objects.filter(group__in=groups).values_list("person", flat=True))


@needs_rows
@pytest.mark.parametrize("actor", ACTORS)
def test_the_policies_show_whom_the_filters_show(reading: Callable[[str], Any], actor: str) -> None:
    who = reading(actor)
    with rows.house_rows():
        wanted = reference(who)
    found = set(Person.objects.values_list("pk", flat=True))
    everyone = {"auditor", "admin"}
    assert found == wanted if actor not in everyone else found >= wanted
    with rows.house_rows():
        assert Person.objects.count() > len(found) or actor in everyone


@needs_rows
def test_what_is_ones_own_is_nobody_elses(world: World, reading: Callable[[str], Any]) -> None:
    mine, theirs = reading("officer"), reading("admin")
    rows.widen()
    for number, person in enumerate((mine, theirs)):
        SignIn.objects.create(person=person, at=NOW, outcome="done")
        OpenSession.objects.create(person=person, key_sha256=str(number), started_at=NOW, last_used_at=NOW)
        CodeGuard.objects.create(person=person)
        Identity.objects.create(person=person, issuer="i", subject=str(number), linked_at=NOW)
        PasswordReset.objects.create(person=person, code_sha256=str(number), made_at=NOW, expires_at=NOW)
        PageVisit.objects.create(person=person, page="home", change=1, at=NOW)
        Authenticator.objects.create(user=person, type="totp", data={})
    owners = {SignIn: "person", OpenSession: "person", CodeGuard: "person", Identity: "person", PageVisit: "person",
              Authenticator: "user"}  # fmt: skip
    # an administrator reads the sign-ins of nobody either
    for reader in (reading("admin"), reading("officer")):
        access.read_rows_as(reader)
        for model, owner in owners.items():
            assert list(model._default_manager.values_list(owner, flat=True)) == [reader.pk], model
            assert model._default_manager.exclude(**{owner: reader.pk}).update(**{owner: reader.pk}) == 0
            assert model._default_manager.exclude(**{owner: reader.pk}).delete()[0] == 0
        assert not PasswordReset.objects.exists()
    with pytest.raises(Error, match="row-level security"), transaction.atomic():
        SignIn.objects.create(person=theirs, at=NOW, outcome="done")
    with pytest.raises(Error, match="row-level security"), transaction.atomic():
        Person.objects.create_person(username="moi", display_name="Mới")
    assert Person.objects.filter(pk=theirs.pk).update(display_name="x") == 0
    assert Person.objects.filter(pk=mine.pk).update(display_name="Tôi") == 1
    reading("anonymous")
    assert not Person.objects.exists()
    assert not SignIn.objects.exists()


@needs_rows
def test_a_statement_that_does_not_say_for_whom_is_refused(world: World) -> None:
    """`psql`, another program, a cursor that fetches later: nothing, and not in silence."""
    raw = connection.connection
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="does not say for whom"),
        raw.transaction(),
    ):
        raw.execute("SELECT count(*) FROM people_person")
    with pytest.raises(Error, match="does not say for whom"), transaction.atomic():
        list(Person.objects.iterator())
    mark = transaction.savepoint()
    rows.let_cursors_fetch(connection)
    assert raw.execute("SELECT count(*) FROM people_person").fetchone()[0] == len(
        list(Person.objects.iterator())
    )
    transaction.savepoint_rollback(mark)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), raw.transaction():
        raw.execute("SELECT count(*) FROM people_person")


@needs_rows
def test_what_is_said_can_not_be_said_from_inside(reading: Callable[[str], Any]) -> None:
    """A value, or a piece of SQL that was smuggled in, does not stand at the end of the statement."""
    from tamdao.core.people.rows.scope import HOUSE

    reading("citizen")
    before = Person.objects.count()
    assert Person.objects.exclude(display_name=HOUSE).count() == before
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM people_person {HOUSE}")
        assert cursor.fetchone()[0] == before
        cursor.execute(f"SELECT count(*) FROM people_person {HOUSE} --")
        assert cursor.fetchone()[0] == before


@needs_rows
def test_a_stream_is_made_for_whoever_asked(world: World, rf: RequestFactory) -> None:
    """It is made when the request has ended and the house reads again."""

    def view(request: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(str(Person.objects.count()) for _ in range(2))

    request = rf.get("/")
    request.session = {}  # type: ignore[assignment]  # as one is read
    response = RowsMiddleware(view)(request)
    assert Person.objects.count() > 10
    assert b"".join(response) == b"00"


@needs_rows
def test_a_failure_leaves_nothing_behind(reading: Callable[[str], Any]) -> None:
    """What a session variable would not survive: a savepoint and its rollback between two readers."""
    reading("admin")
    every = Person.objects.count()

    def fail() -> None:
        with transaction.atomic():
            reading("citizen")
            Person.objects.create_person(username="moi", display_name="Mới")

    with pytest.raises(Error):
        fail()
    assert 0 < Person.objects.count() < every


# --- upkeep --------------------------------------------------------------------------------------------------
BREAKS = {
    "ALTER TABLE people_person DISABLE ROW LEVEL SECURITY": "people_person",
    "ALTER TABLE accounts_signin NO FORCE ROW LEVEL SECURITY": "accounts_signin",
    "DROP POLICY tamdao_read ON people_person": "people_person",
    "ALTER POLICY tamdao_own ON accounts_identity USING (true)": "accounts_identity",
    "ALTER POLICY tamdao_read ON people_person TO postgres": "people_person",
    "CREATE POLICY open ON mfa_authenticator USING (true)": "mfa_authenticator",
    "CREATE OR REPLACE FUNCTION tamdao_rows_house() RETURNS boolean LANGUAGE plpgsql STABLE AS 'BEGIN RETURN true; END'":
        "tamdao_rows_house",
}  # fmt: skip


@needs_rows
@pytest.mark.parametrize("broken", BREAKS)
def test_what_was_changed_is_found_and_mended(broken: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(broken)
    assert [problem.where for problem in rows.check(connection)] == [BREAKS[broken]]
    upkeep.after_migrate()
    assert rows.check(connection) == []


@needs_rows
def test_another_table_of_permissions_makes_other_policies(
    reading: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tamdao.core.people import policy
    from tamdao.core.people.policy import Relation

    more = (*policy.TABLE, ((Role.OFFICER,), "person", "view", (Relation.EVERY,)))
    reading("officer")
    before = Person.objects.count()
    monkeypatch.setattr(policy, "TABLE", more)
    assert [problem.where for problem in rows.check(connection)] == ["tamdao_rows_grounds"]
    rows.install(connection)
    assert Person.objects.count() > before


@needs_rows
def test_the_doctor_tells_and_migrate_mends() -> None:
    """`serve` refuses by the same list."""
    with connection.cursor() as cursor:
        cursor.execute("DROP POLICY tamdao_read ON people_person")
    (fault,) = records._rows("db")
    assert (fault.name, fault.mend) == ("row-security", "tamdao migrate")
    assert [problem.where for problem in trust.trigger_faults()] == ["people_person"]
    assert run(["migrate"]) == 0
    assert not list(records._rows("db"))
    assert not trust.trigger_faults()


@needs_rows
def test_a_role_above_the_policies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    other = connection.copy()
    other.settings_dict["USER"] = "postgres"
    monkeypatch.setattr(records, "connection", other)
    try:
        (fault,) = records._rows("db")
    finally:
        other.close()
    assert "postgres" in fault.what.en
    assert not fault.wrong


def test_outside_of_requests_the_house_reads(world: World) -> None:
    rows.widen()
    rows.read_as(me=None, day=timezone.localdate(), rights=[])
    assert Person.objects.count() > 10
