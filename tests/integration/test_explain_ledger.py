"""The thread of a figure ends in the ledger: sealed or waiting, on page, API and command line; its door asks who reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tamdao.core.ledger import api as ledger
from tamdao.core.people import demo
from tamdao.core.people.models import Person
from tamdao.facts import api as facts
from tamdao.facts.types import Node, Ref
from tamdao.kit.errors import NotFound

VINH_PHUC = "26@2020-01-01"
ADDRESS = f"/figures/dti/{VINH_PHUC}/2023/"
DOOR = "Ai đã sửa số liệu này"

pytestmark = pytest.mark.usefixtures("demo_db")


def ends() -> list[Node]:
    return [node for node in facts.walk(facts.explain("dti", VINH_PHUC, "2023")) if node.kind == "ledger"]


def test_a_thread_waits_for_its_seal_and_then_names_the_entry() -> None:
    figure = facts.figure("dti", VINH_PHUC, "2023")
    assert "chờ niêm phong" in ends()[0].title.vi
    ledger.seal_pending()
    end = ends()[0]
    line = ledger.list_history("facts.Observation", str(figure.observation_id))[0]
    assert end.title.vi == f"Nhật ký đối chứng: đã niêm phong, bút toán {line.entry}"
    assert end.detail is not None
    assert "Niêm phong lúc" in end.detail.vi
    assert "gói dữ liệu" in end.detail.vi
    assert end.ref == Ref("ledger", f"facts.Observation/{figure.observation_id}")
    assert facts.open_record(end.ref).route == "ledger_object"
    assert f"[ledger facts.Observation/{figure.observation_id}]" in "\n".join(
        facts.node_lines(facts.explain("dti", VINH_PHUC, "2023"))
    )


@pytest.mark.parametrize("address", ["explain/dti", "figures/dti"])
def test_an_answer_that_tells_the_seal_is_new_once_it_is_sealed(client: Client, address: str) -> None:
    path = f"/api/v1/{address}/{VINH_PHUC}/2023"
    waiting = client.get(path)
    assert client.get(path, headers={"If-None-Match": waiting["ETag"]}).status_code == 304
    ledger.seal_pending()
    sealed = client.get(path, headers={"If-None-Match": waiting["ETag"]})
    assert sealed.status_code == 200
    assert "đã niêm phong" in json.dumps(sealed.json(), ensure_ascii=False)


def test_every_stored_row_of_a_thread_has_its_end_for_one_query() -> None:
    with CaptureQueriesContext(connection) as seen:
        tree = facts.explain("dti", "25@2025-07-01", "2024")
    stored = [n for n in facts.walk(tree) if n.kind in {"observation", "other_source", "revision"} and n.ref]
    rows = [node for node in stored if node.ref and node.ref.kind == "observation"]
    assert rows
    assert all(any(child.kind == "ledger" for child in node.children) for node in rows)
    assert sum("ledger_sealedrow" in query["sql"] for query in seen.captured_queries) == 1


def test_lists_ask_the_ledger_nothing(client: Client) -> None:
    with CaptureQueriesContext(connection) as seen:
        assert client.get("/indicators/").status_code == 200
        assert client.get("/").status_code == 200
    assert not any("ledger_sealedrow" in query["sql"] for query in seen.captured_queries)


def test_only_those_who_may_see_the_ledger_are_shown_its_door(client: Client) -> None:
    pk = facts.figure("dti", VINH_PHUC, "2023").observation_id
    demo.prepare(passwords={one.username: "mật khẩu thử đủ dài" for one in demo.ACCOUNTS})
    door = f'href="/ledger/facts.Observation/{pk}/"'
    for reader, sees in (
        (None, False),
        ("congchuc", False),
        ("tonghop", True),
        ("kiemtra", True),
        ("quantri", True),
    ):
        client.logout()
        if reader:
            client.force_login(Person.objects.get(username=reader))
        for address in (ADDRESS, f"{ADDRESS}?fragment=1"):
            page = client.get(address).content.decode()
            assert "Nhật ký đối chứng: " in page
            assert (door in page) is sees, (reader, address)
            assert (DOOR in page) is sees, (reader, address)
    assert client.get(f"/ledger/facts.Observation/{pk}/").status_code == 200


def test_the_api_names_the_record_of_the_ledger(client: Client) -> None:
    answer: Any = client.get(f"/api/v1/explain/dti/{VINH_PHUC}/2023").json()
    found = [answer]
    for node in found:
        found += node["children"]
    assert any(node["kind"] == "ledger" and node["record"]["kind"] == "ledger" for node in found)


def test_a_row_the_ledger_never_saw_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tamdao.facts.explain.newest_seals", lambda kind, ids: {})
    end = ends()[0]
    assert end.title.en == "Not in the ledger"
    assert end.ref is not None
    assert facts.open_record(end.ref).title.vi


def test_other_kinds_are_not_opened_through_figures() -> None:
    for key in ("people.Person/1", "facts.Observation/0", "x"):
        with pytest.raises(NotFound):
            facts.open_record(Ref("ledger", key))


def test_nothing_asked_is_nothing_found() -> None:
    assert ledger.newest_seals("facts.Observation", []) == {}
