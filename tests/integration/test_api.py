"""The HTTP API on the real packs: figures, tables, targets, pages of lists, refusals, ETags, keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tamdao.core.people import api_clients
from tamdao.core.people.models import Person
from tamdao.core.people.policy import Role
from tests.support import forget

pytestmark = pytest.mark.usefixtures("demo_db")
API = "/api/v1"


@pytest.fixture
def client() -> Client:
    return Client()


def get(client: Client, path: str, status: int = 200, **headers: str) -> Any:
    response = client.get(f"{API}{path}", headers=headers)
    assert response.status_code == status, response.content
    return response.json()


def test_a_figure_has_the_keys_of_the_command_line(client: Client) -> None:
    figure = get(client, "/figures/dti_rank/26@2020-01-01/2021")
    assert list(figure) == [
        "indicator", "unit", "period", "map", "as_of", "value", "state", "sign", "unit_of_measure", "source",
        "recorded_at", "explain",
    ]  # fmt: skip
    assert (figure["value"], figure["state"]) == ("12", "reported")
    assert figure["explain"]["children"]


def test_a_converted_figure_opens_to_the_three_old_provinces(client: Client) -> None:
    tree = get(client, "/explain/dti/25@2025-07-01/2024")
    found = set()

    def visit(node: dict[str, Any]) -> None:
        if node["figure"]:
            found.add(node["figure"]["unit"])
        for child in node["children"]:
            visit(child)

    visit(tree)
    assert {"17@2020-01-01", "25@2020-01-01", "26@2020-01-01"} <= found


def test_a_blank_is_null_and_never_zero(client: Client) -> None:
    figure = get(client, "/figures/dti/26@2020-01-01/2020")
    assert (figure["value"], figure["state"]) == (None, "missing")


@pytest.mark.parametrize(("day", "universe"), [("2024-12-31", 63), ("2025-07-01", 34)])
def test_the_table_ranks_its_whole_universe(client: Client, day: str, universe: int) -> None:
    table = get(client, f"/dti/2024?map={day}&index=DTI")
    assert table["universe"] == table["count"] == universe
    assert table["complete"]["DTI"]
    ranks = [row["rank"] for row in table["items"]]
    assert ranks == sorted(ranks)
    assert ranks[0] == 1


def test_the_trend_breaks_where_the_edition_changes(client: Client) -> None:
    points = get(client, "/dti/trend/26@2020-01-01")
    assert [point["rank"] for point in points] == [55, 12, 18, 44, 20]
    assert [point["year"] for point in points if point["break_before"]] == [2021, 2024]


def test_lists_come_in_pages(client: Client) -> None:
    first = get(client, "/units/?limit=10&map=2025-07-01")
    second = get(client, "/units/?limit=10&offset=10&map=2025-07-01")
    assert first["count"] == second["count"] == 34
    assert len(first["items"]) == len(second["items"]) == 10
    assert {u["id"] for u in first["items"]}.isdisjoint(u["id"] for u in second["items"])


def test_targets_are_judged_at_a_date(client: Client) -> None:
    now = get(client, "/targets?unit=26@2020-01-01&at=2026-11-22")
    assert now["count"] == 18
    assert {row["state"] for row in now["items"]} == {"awaiting_decision"}
    before = {row["code"]: row for row in get(client, "/targets?unit=26@2020-01-01&at=2025-06-30")["items"]}
    assert before["F020"]["state"] == "behind"
    assert before["F020"]["actual"]["value"] == "20"
    assert before["F016"]["actual"] is None


def test_a_unit_tells_what_became_of_it(client: Client) -> None:
    unit = get(client, "/units/26@2020-01-01")
    assert unit["end_date"] == "2025-07-01"
    assert {event["to_unit"] for event in unit["events"]} == {"25@2025-07-01"}
    assert all(event["legal_act"] for event in unit["events"])


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/figures/nothing/26@2020-01-01/2021", 404, "indicator_unknown"),
        ("/figures/dti/Hưng Yên/2024", 409, "unit_ambiguous"),
        ("/figures/dti/nowhere/2024", 404, "unit_unknown"),
        ("/figures/dti/26@2020-01-01/year", 422, "unknown_period"),
        ("/figures/dti/Vĩnh Phúc/2024?map=1999-01-01", 400, "map_before_first"),
        ("/units/?map=yesterday", 422, "malformed"),
        ("/units/?limit=100000", 422, "malformed"),
        ("/dti/1999", 404, "edition_unknown"),
        ("/nothing/here", 404, "not_found"),
    ],
)
def test_refusals_are_problem_json_in_both_languages(
    client: Client, path: str, status: int, code: str
) -> None:
    response = client.get(f"{API}{path}", headers={"Accept-Language": "en"})
    assert response.headers["Content-Type"].startswith("application/problem+json"), response.content[:200]
    body = response.json()
    assert (response.status_code, body["code"]) == (status, code)
    assert body["detail"] == body["detail_en"] != ""


def test_unchanged_answers_are_not_sent_again(client: Client) -> None:
    first = client.get(f"{API}/dti/2024")
    again = client.get(f"{API}/dti/2024", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.content
    other = client.get(f"{API}/dti/2023", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_nobody_is_told_that_the_answer_to_somebody_else_is_unchanged(client: Client) -> None:
    public = client.get(f"{API}/dti/2024").headers["ETag"]
    client.force_login(Person.objects.create_person(username="nguoi.khac", display_name="Người khác (thử)"))
    own = client.get(f"{API}/dti/2024", headers={"If-None-Match": public})
    assert own.status_code == 200
    assert client.get(f"{API}/dti/2024", headers={"If-None-Match": own.headers["ETag"]}).status_code == 304


def test_keys_are_checked_and_can_be_revoked(client: Client) -> None:
    now = timezone.now()
    _, key = api_clients.create(name="Cổng dữ liệu", role=Role.PUBLIC, at=now)
    assert get(client, "/indicators?limit=1", Authorization=f"Bearer {key}")["count"] > 50
    tag = client.get(f"{API}/indicators", headers={"Authorization": f"Bearer {key}"}).headers["ETag"]
    api_clients.revoke(name="Cổng dữ liệu", at=now)
    refused = client.get(
        f"{API}/indicators", headers={"Authorization": f"Bearer {key}", "If-None-Match": tag}
    )
    assert refused.status_code == 401
    assert refused.json()["code"] == "key_not_valid"
    get(client, "/indicators", status=401, Authorization="Bearer td_wrong")


LISTS = [
    "/units/?map=2025-07-01",
    "/units/?parent=33@2025-07-01&map=2025-07-01",
    "/units/?q=h&map=2025-07-01",
    "/dti/2024?map=2025-07-01",
    "/figures?indicator=dti_rank&unit=26@2020-01-01",
    "/indicators?q=a",
    "/indicators?pillar=government",
    "/targets?unit=26@2020-01-01&at=2026-11-22",
]
# 15 with nothing in memory; a query for each row would go far beyond
MOST_QUERIES = 18


@pytest.mark.parametrize("path", LISTS)
def test_queries_do_not_grow_with_the_page(
    client: Client, path: str, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    asked, answers = [], []
    for limit in (1, 200):
        forget()
        with django_assert_max_num_queries(MOST_QUERIES) as seen:
            answers.append(get(client, f"{path}&limit={limit}"))
        asked.append(len(seen))
    assert asked[0] == asked[1]
    one, many = answers
    assert one["count"] == many["count"] > 1
    assert (len(one["items"]), len(many["items"])) == (1, min(many["count"], 200))


def test_a_search_counts_all_its_hits_and_keeps_the_other_filters(client: Client) -> None:
    every = get(client, "/indicators?q=a&limit=500")
    assert get(client, "/indicators?q=a&limit=1")["count"] == every["count"] == len(every["items"])
    narrowed = get(client, "/indicators?q=a&pillar=government&limit=500")
    assert {row["pillar"] for row in narrowed["items"]} == {"government"}
    assert 0 < narrowed["count"] < every["count"]


@pytest.mark.parametrize(
    "query",
    ["map=1", "map=20250701", "map=2025-07-01T00:00:00", "limit=1.0", "limit=1_0", "limit=%205", "map="],
)
def test_parameters_mean_what_they_say_or_are_refused(client: Client, query: str) -> None:
    body = get(client, f"/units/?{query}", 422)
    assert [problem["field"] for problem in body["problems"]] == [f"query.{query.split('=', maxsplit=1)[0]}"]


def test_a_year_or_moment_beyond_the_calendar_is_refused(client: Client) -> None:
    assert get(client, "/dti/10000/explain/26@2020-01-01", 404)["code"] == "edition_unknown"
    late = "/figures/dti/26@2020-01-01/2024?as_of=9999-12-31T23:59:59-12:00"
    assert get(client, late, 422)["code"] == "date_unreadable"


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_head_has_the_headers_of_get_and_no_body(client: Client, encoding: str) -> None:
    headers = {"Accept-Encoding": encoding}
    of_get = client.get(f"{API}/dti/2024", headers=headers)
    of_head = client.head(f"{API}/dti/2024", headers=headers)
    assert (of_head.status_code, of_head.content) == (200, b"")
    names = ["Content-Type", "Content-Language", "Vary", "Cache-Control", "ETag"]
    # a compressed answer is padded with a random number of bytes
    names += ["Content-Length"] if encoding == "identity" else ["Content-Encoding"]
    for name in names:
        assert of_head.headers[name] == of_get.headers[name], name
    assert client.head(f"{API}/dti/1999").status_code == 404


def test_other_methods_are_refused_in_the_same_format(client: Client) -> None:
    for refused in (client.post(f"{API}/dti/2024"), client.delete(f"{API}/dti/2024")):
        assert refused.status_code == 405
        assert refused.headers["Allow"] == "GET, HEAD"
        assert refused.json()["code"] == "method_not_allowed"


def test_too_many_parameters_are_refused_in_the_same_format(client: Client) -> None:
    body = get(client, "/units/?" + "&".join(f"p{number}=1" for number in range(1100)), 400)
    assert body["code"] == "bad_request"


def test_a_crash_tells_nothing_but_that_it_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("tamdao.modules.scoring.api.list_editions", crash)
    answer = Client(raise_request_exception=False).get(f"{API}/dti/editions")
    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["code"] == "internal_error"
    assert b"secret" not in answer.content


def test_the_tag_holds_for_compressed_answers_and_for_one_language(client: Client) -> None:
    packed = client.get(f"{API}/dti/2024", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    tag = packed.headers["ETag"]
    # proxies drop the mark of weakness, send several tags, or ask for anything at all
    for sent in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = client.get(f"{API}/dti/2024", headers={"If-None-Match": sent, "Accept-Encoding": "gzip"})
        assert (again.status_code, again.content) == (304, b""), sent
        assert again.headers["ETag"] == tag
        assert "private" in again.headers["Cache-Control"]
    english = client.get(f"{API}/dti/2024", headers={"If-None-Match": tag, "Accept-Language": "en"})
    assert english.status_code == 200
    assert english.headers["ETag"] != tag


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "vi"), ("en", "en"), ("en-GB,en;q=0.8", "en"), ("fr, en;q=0.1", "en"), ("*", "vi"), ("vi, en", "vi"), (";;=", "vi")],
)  # fmt: skip
def test_the_language_is_the_one_asked_for(client: Client, header: str, language: str) -> None:
    answer = client.get(f"{API}/dti/1999", headers={"Accept-Language": header})
    assert answer.headers["Content-Language"] == language
    assert {"Accept-Language", "Cookie"} <= {part.strip() for part in answer.headers["Vary"].split(",")}
    assert (answer.json()["detail"] == answer.json()["detail_en"]) is (language == "en")


def test_other_sites_get_no_permission(client: Client) -> None:
    answer = client.get(f"{API}/dti/2024", headers={"Origin": "https://example.org"})
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_malformed_parameters_are_named_in_both_languages(client: Client) -> None:
    (problem,) = get(client, "/units/?limit=0", 422)["problems"]
    assert problem["detail"] != problem["detail_en"]
    (missing,) = get(client, "/targets", 422)["problems"]
    assert missing["field"] == "query.unit"
