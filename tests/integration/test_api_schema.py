"""The API against its own committed document: whatever is asked, the answer is one the document promises.

Two attackers: one derives requests from the document (well-formed, malformed, other methods), the other puts values
of this house — units, days, periods that exist — beside odd ones, so that the depths behind the first look-up are
reached too. Both come as the public and with the key of an administrator. `make test-soak` runs the same with full
counts and as an officer too; the first attacker, who looks at the shape of answers, needs one database only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import ignored_auth

from tamdao.config.wsgi import application
from tamdao.core.people import api_clients
from tamdao.core.people.policy import Role
from tools.openapi import PATH

pytestmark = pytest.mark.usefixtures("demo_db")

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
POSTGRES = os.environ.get("TAMDAO_TEST_DATABASE") == "postgres"
SLOWEST = 5.0  # seconds; far above every measured answer, low enough to notice one that grows with its input


def uncompressed(environ: dict[str, Any], start_response: Any) -> Any:
    """The application for a client that reads what it gets as it is."""
    environ.pop("HTTP_ACCEPT_ENCODING", None)
    return application(environ, start_response)


schema = schemathesis.openapi.from_path(PATH)
schema.app = uncompressed
# a map date before the first map and an unreadable moment are texts of the right form, refused for what they say
# and what only some may do is refused to the public, who asks here
schema.config.checks.positive_data_acceptance.expected_statuses += ["400", "422", "403"]
OPERATIONS = {
    found.ok().definition.raw["operationId"]: found.ok()
    for found in schema.get_all_operations()
    if isinstance(found, Ok)
}

attack = settings(
    max_examples=400 if SOAK else 3,
    derandomize=not SOAK,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def _keep_connection() -> Iterator[None]:
    """The request must see the transaction of the test; Django's own test client does the same."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


ROLES = {"public": None, "admin": Role.ADMIN} | ({"officer": Role.OFFICER} if SOAK else {})
as_each_role = pytest.mark.parametrize("role", ROLES.values(), ids=ROLES.keys())


@pytest.fixture
def sent(role: Role | None) -> dict[str, str]:
    """What a client with a key of this role sends; the public sends nothing."""
    if role is None:
        return {}
    _, key = api_clients.create(name=f"schema.{role}", role=role, at=timezone.now())
    return {"Authorization": f"Bearer {key}"}


def answer(case: Case[Any], headers: dict[str, str]) -> Any:
    # a key is never needed here, the public reads too; tests/security asks that a wrong one is refused
    response = case.call_and_validate(headers=headers, excluded_checks=[ignored_auth] if headers else [])
    assert response.elapsed < SLOWEST, f"{response.elapsed:.1f} s for {case.as_curl_command()}"
    return response


@pytest.mark.skipif(POSTGRES and not SOAK, reason="the shape of answers does not depend on the database")
@as_each_role
@schema.parametrize()
@attack
def test_the_document_is_kept(case: Case[Any], role: Role | None, sent: dict[str, str]) -> None:
    answer(case, sent)


ODD = [
    "", " ", "\x00", "a\x00b", "\ud7ff", "\U0001f600", "%", "%00", "..", "../..", "'", '"', "' OR 1=1 --", "<b>", "\\",
    "null", "None", "NaN", "-0", "-1", "0", "1e309", "9" * 19, "9" * 400, "x" * 5000, "ạ" * 150, "A\u0323\u0302", "\u202e",
    "１２", "26@", "@2020-01-01", "26@9999-99-99", "true", "[]", "{}", "a,b", "a;b", "a\r\nb", "a/b", "a?b#c",
]  # fmt: skip
DAYS = [
    "0001-01-01", "1900-02-29", "1999-12-31", "2019-12-31", "2020-01-01", "2024-02-29", "2024-12-31", "2025-06-30",
    "2025-07-01", "2026-11-22", "9999-12-31", "2025-13-01", "01/07/2025", "20250701", "2025-W27-2", "2025-07-01T00:00:00",
]  # fmt: skip
KNOWN = {
    "unit": ["VN@2020-01-01", "26@2020-01-01", "33@2025-07-01", "25@2025-07-01", "Vĩnh Phúc", "hung yen", "Hưng Yên", "01"],
    "parent": ["VN@2020-01-01", "01", "26", "Hưng Yên"],
    "indicator": ["dti", "dti_rank", "dti_main.awareness", "dti_mean", "dti_national", "dti_pillar.government"],
    "code": ["dti", "dti_rank", "F001", "F016", "F020"],
    "period": ["2020", "2021", "2024", "2024-H1", "2024-Q4", "2024-10", "2024-02-30", "1900", "2199", "9999", "2024-Q5"],
    "year": ["2020", "2024", "2021", "1", "9999", "10000", "-2024", "0"],
    "id": ["1", "2", "100", "0", "-1", "9223372036854775807", "9223372036854775808"],
    "person": ["1", "2", "0", "-1", "9223372036854775807"],
    "post": ["1", "0", "9223372036854775808"],
    "delegation": ["1", "0", "9223372036854775808"],
    "pair": ["person.view", "post.grant", "nothing", "."],
    "limit": ["1", "2", "500", "501", "0", "1.0", "1_0", " 5"],
    "offset": ["0", "1", "33", "1000000", "999999999999999999", "-1"],
    "level": ["province", "district", "commune", "country", "nation"],
    "pillar": ["government", "economy", "society"],
    "index": ["DTI", "awareness", "dti_main.awareness", "nothing"],
    "q": ["vinh", "hà", "dịch vụ", "a"],
    "sample": ["true", "false", "1", "0", "yes"],
    "map": DAYS,
    "at": DAYS,
    "as_of": [*DAYS, "2026-11-01T08:00:00+07:00", "2026-11-01T08:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"],
    "If-None-Match": ["*", 'W/""', '"a", W/"b"'],
    "Accept-Language": ["en", "vi", "fr, en;q=0.1", "*", "x" * 600],
}  # fmt: skip


@st.composite
def requests(draw: st.DrawFn, operation: APIOperation[Any, Any, Any, Any]) -> dict[str, Any]:
    """Values for the parameters of an operation: mostly such that exist, now and then odd ones or several."""
    path: dict[str, Any] = {}
    query: dict[str, Any] = {}
    headers: dict[str, Any] = {}
    for parameter in operation.iter_parameters():
        known = st.sampled_from(KNOWN[parameter.name])
        where = str(parameter.location.value)
        if where == "header":
            if draw(st.integers(0, 3)) == 0:
                headers[parameter.name] = draw(known)
            continue
        # an empty segment is another address
        odd = ODD[1:] if where == "path" else ODD
        value = draw(known if draw(st.integers(0, 4)) else st.sampled_from(odd))
        if where == "path":
            path[parameter.name] = quote(value, safe="")
        elif parameter.is_required or draw(st.booleans()):
            query[parameter.name] = [value, draw(known)] if draw(st.integers(0, 9)) == 0 else value
    return {"path_parameters": path, "query": query, "headers": headers}


@as_each_role
@pytest.mark.parametrize("name", OPERATIONS)
@given(data=st.data())
@settings(attack, max_examples=1000 if SOAK else 10)
def test_values_of_the_house_beside_odd_ones(
    name: str, role: Role | None, sent: dict[str, str], data: st.DataObject
) -> None:
    operation = OPERATIONS[name]
    answer(operation.Case(**data.draw(requests(operation))), sent)
