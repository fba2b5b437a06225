"""The HTTP API on the real packs: figures, tables, targets, pages of lists, refusals, ETags, keys."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tamdao.core.people import api_clients
from tamdao.core.people.policy import Role

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
