"""Sessions: listed, ended from elsewhere, ended by age and disuse, given a new key when rights change, and free of cost."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tamdao.core.accounts import marks
from tamdao.core.accounts.models import OpenSession
from tamdao.core.accounts.services import sessions
from tamdao.core.people.access import SystemActor
from tamdao.core.people.models import Delegation, Person, RoleHolding
from tamdao.core.people.services import common, persons
from tests.support import give_role

pytestmark = pytest.mark.django_db
PASSWORD = "bốn con trâu đi cày"
CHROME = "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36"


@pytest.fixture
def person() -> Person:
    made = Person.objects.create_person(username="vanthu", display_name="Văn thư (thử)", password=PASSWORD)
    give_role(made, "officer")
    return made


def browser() -> Client:
    client = Client(headers={"user-agent": CHROME})
    assert client.post("/accounts/login/", {"username": "vanthu", "password": PASSWORD}).status_code == 302
    return client


def confirmed() -> Client:
    """A browser whose reader proved themselves again."""
    client = browser()
    client.post("/account/again/password/", {"password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return bool(client.get("/account/").status_code == 200)


def test_the_page_lists_them_and_marks_this_one(person: Person) -> None:
    browser()
    page = browser().get("/account/sessions/").content.decode()
    assert page.count("Chrome · Windows") == 2
    assert page.count("phiên này") == 1
    assert "127.0.0.1" in page


def test_ending_one_works_at_once_and_leaves_the_rest(person: Person) -> None:
    here, there, third = confirmed(), browser(), browser()
    row = OpenSession.objects.get(key_sha256=sessions.digest(str(there.session.session_key)))
    here.post("/account/sessions/end/", {"id": row.pk})
    assert [is_in(one) for one in (here, there, third)] == [True, False, True]
    assert OpenSession.objects.count() == 2


def test_ending_all_others_keeps_this_one(person: Person) -> None:
    here, there, third = confirmed(), browser(), browser()
    here.post("/account/sessions/end/", {"id": "others"})
    assert [is_in(one) for one in (here, there, third)] == [True, False, False]


def test_ending_asks_to_prove_oneself(person: Person) -> None:
    """ASVS 5.0, V7.5.2. Afterwards the list opens again, where the button stands."""
    here, there = browser(), browser()
    answer = here.post("/account/sessions/end/", {"id": "others", "next": "/account/sessions/"})
    assert answer.headers["Location"] == "/account/again/?next=%2Faccount%2Fsessions%2F"
    assert is_in(there)


@pytest.mark.parametrize("named", ["", "x", "²", "-1", "999999"])
def test_nonsense_ends_nothing(person: Person, named: str) -> None:
    here = confirmed()
    page = here.post("/account/sessions/end/", {"id": named}, follow=True).content.decode()
    assert "Không có phiên nào như vậy" in page
    assert is_in(here)


def test_the_session_of_somebody_else_is_out_of_reach(person: Person) -> None:
    other = Person.objects.create_person(username="khac", display_name="Khác (thử)", password=PASSWORD)
    theirs = Client()
    theirs.force_login(other)
    row = OpenSession.objects.get(person=other)
    confirmed().post("/account/sessions/end/", {"id": row.pk})
    assert OpenSession.objects.filter(pk=row.pk).exists()
    assert Session.objects.filter(session_key=theirs.session.session_key).exists()


def test_signing_out_ends_it_on_the_server(person: Person) -> None:
    client = browser()
    cookie = client.cookies["sessionid"].value
    answer = client.post("/accounts/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not OpenSession.objects.exists()
    client.cookies["sessionid"] = cookie
    assert not is_in(client)


@pytest.mark.parametrize(
    ("mark", "ago", "over"),
    [
        ("td_used", 3601 + 300, True),
        ("td_used", 3500, False),
        ("td_started", 43200, True),
        ("td_started", 43000, False),
    ],
)
def test_age_and_disuse_end_it(person: Person, mark: str, ago: int, over: bool) -> None:
    client = browser()
    session = client.session
    session[mark] = time.time() - ago
    session.save()
    assert is_in(client) is not over
    assert OpenSession.objects.exists() is not over


def test_use_is_noted_every_five_minutes_and_not_before(person: Person) -> None:
    client = browser()
    client.get("/account/sessions/")
    OpenSession.objects.update(last_used_at=timezone.now() - timedelta(hours=1))
    before = OpenSession.objects.get().last_used_at
    with CaptureQueriesContext(connection) as asked:
        client.get("/account/factors/")
    assert not [query for query in asked if not query["sql"].startswith("SELECT")]
    assert OpenSession.objects.get().last_used_at == before
    session = client.session
    session["td_used"] = time.time() - 301
    session.save()
    client.get("/account/factors/")
    assert OpenSession.objects.get().last_used_at > before


def test_a_page_costs_no_question_more_than_session_person_posts_and_delegations(person: Person) -> None:
    client = browser()
    # the first page notes in the session with which rights it began
    client.get("/account/password/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/account/password/")
    assert len(asked) == 4
    with CaptureQueriesContext(connection) as asked:
        Client().get("/accounts/login/")
    assert len(asked) == 0


def keys(client: Client) -> tuple[str, list[str]]:
    """The key of a browser's session, and those of the list."""
    listed = list(OpenSession.objects.values_list("key_sha256", flat=True))
    return str(client.session.session_key), listed


SAID = "Quyền của ông/bà vừa thay đổi"


def lend(person: Person) -> Delegation:
    """Somebody lends the person a post as leader."""
    chief = Person.objects.create_person(username="truong", display_name="Trưởng (thử)")
    give_role(chief, "leader")
    return Delegation.objects.create(
        holding=chief.holdings.get(), receiver=person, capacity="TL", from_date=timezone.localdate(),
        reason="đi công tác", given_by=f"person:{chief.pk}", given_at=timezone.now(),
    )  # fmt: skip


@pytest.mark.parametrize("how", ["written", "dated", "lent", "taken back"])
def test_a_change_of_rights_gives_the_session_one_new_key(
    person: Person, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However it changed: by a grant, by a date that passed, by what was lent. Once, and the reader is told."""
    given = lend(person) if how == "taken back" else None
    client = browser()
    before, _ = keys(client)
    assert is_in(client)
    assert keys(client)[0] == before
    made: list[str] = []
    real = SessionBase.cycle_key

    def cycle(self: SessionBase) -> None:
        made.append(str(self.session_key))
        real(self)

    monkeypatch.setattr(SessionBase, "cycle_key", cycle)
    if how == "written":
        common.note_rights_changed([person.pk])
    elif how == "dated":
        RoleHolding.objects.filter(person=person).update(from_date=timezone.localdate() + timedelta(days=1))
    elif how == "lent":
        lend(person)
    else:
        assert given is not None
        Delegation.objects.filter(pk=given.pk).update(revoked_at=timezone.now())
    page = client.get("/account/")
    assert SAID in page.content.decode()
    after, listed = keys(client)
    assert after != before
    assert listed == [sessions.digest(after)]
    assert not Session.objects.filter(session_key=before).exists()
    assert SAID not in client.get("/account/").content.decode()
    assert keys(client)[0] == after
    assert len(made) == 1


def test_a_role_that_comes_is_not_let_in_by_a_factor_that_went(person: Person, settings: Any) -> None:
    """The session remembers that a factor is there; another one took it away since."""
    factor = Authenticator.objects.create(user=person, type="webauthn", data={"name": "cũ", "credential": {}})
    client = Client()
    client.force_login(person)
    assert is_in(client)
    factor.delete()
    settings.SECOND_FACTOR_ROLES = ["leader"]
    lend(person)
    assert client.get("/access/").headers["Location"] == "/account/factors/"


def test_a_session_of_an_older_release_is_not_told_of_a_change(person: Person) -> None:
    client = browser()
    session = client.session
    del session[marks.RIGHTS]
    session.save()
    before, _ = keys(client)
    assert SAID not in client.get("/account/").content.decode()
    assert keys(client)[0] == before


def test_an_account_that_is_switched_off_is_signed_out_at_once_and_for_good(person: Person) -> None:
    """Rows and all: switched on again, no old cookie opens it."""
    client, other = browser(), Client()
    stranger = Person.objects.create_person(username="khac", display_name="Khác (thử)")
    other.force_login(stranger)
    key = client.session.session_key
    house = SystemActor("system:test")
    persons.switch_off(person=person, by=house, at=timezone.now(), reason="nghỉ việc")
    assert not OpenSession.objects.filter(person=person).exists()
    assert not Session.objects.filter(session_key=key).exists()
    assert not is_in(client)
    persons.switch_on(person=person, by=house, at=timezone.now(), reason="trở lại")
    assert not is_in(client)
    assert OpenSession.objects.filter(person=stranger).exists()


def test_a_new_password_ends_all_others_and_rotates_this_one(person: Person) -> None:
    here, there = browser(), browser()
    before = here.session.session_key
    new = "năm con gà gáy sáng"
    here.post("/account/password/", {"password": PASSWORD, "new": new, "again": new})
    assert (is_in(here), is_in(there)) == (True, False)
    assert here.session.session_key != before
    assert OpenSession.objects.get().key_sha256 == sessions.digest(str(here.session.session_key))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"password": "sai"}, "Mật khẩu không đúng."),
        ({"new": "ngắn", "again": "ngắn"}, "12"),
        ({"again": "khác"}, "không giống nhau"),
        ({"new": "matkhau123456", "again": "matkhau123456"}, "quá dễ đoán"),
    ],
)
def test_a_new_password_that_does_not_fit_is_refused(
    person: Person, fields: dict[str, str], words: str
) -> None:
    good = {"password": PASSWORD, "new": "năm con gà gáy sáng", "again": "năm con gà gáy sáng"}
    page = browser().post("/account/password/", good | fields).content.decode()
    assert words in page
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_sessions_that_ended_unnoticed_leave_the_list_at_the_next_sign_in(person: Person) -> None:
    for _ in range(2):
        browser()
    old = timezone.now() - timedelta(hours=13)
    first, second = OpenSession.objects.order_by("pk")
    OpenSession.objects.filter(pk=first.pk).update(started_at=old)
    OpenSession.objects.filter(pk=second.pk).update(last_used_at=old)
    browser()
    assert OpenSession.objects.count() == 1


def test_a_session_from_before_this_list_joins_it(person: Person) -> None:
    client = browser()
    OpenSession.objects.all().delete()
    session = client.session
    del session["td_started"]
    session.save()
    assert is_in(client)
    assert OpenSession.objects.count() == 1
