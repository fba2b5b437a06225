"""Several at once on the same object: one does it, the others are told; nothing is lost and nothing happens twice."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from tamdao.core.jobs.models import HandledMessage, OutboxDecision, OutboxMessage, Work
from tamdao.core.jobs.relay import due
from tamdao.core.jobs.services import outbox, works
from tamdao.core.people import api_clients
from tamdao.core.people.models import ApiClient
from tamdao.core.people.policy import Role
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tests.support import at_once

pytestmark = pytest.mark.usefixtures("committed_db")
AT = datetime(2026, 11, 26, 8, tzinfo=UTC)
State = OutboxMessage.State


def refusals(found: Sequence[Any]) -> list[str]:
    """Codes of the refusals; any other exception fails the test."""
    errors = [outcome for outcome in found if isinstance(outcome, Exception)]
    for error in errors:
        if not isinstance(error, DomainError):
            raise error
    return [error.code for error in errors if isinstance(error, DomainError)]


def dead() -> OutboxMessage:
    return OutboxMessage.objects.create(channel="email", payload={}, state="dead", created_at=AT, next_at=AT)


def test_retry_against_discard() -> None:
    for _ in range(10):
        message = dead().id
        found = at_once(
            lambda message=message: outbox.retry(message=message, by="person:1", at=AT),  # type: ignore[misc]
            lambda message=message: outbox.discard(message=message, reason="x", by="person:2", at=AT),  # type: ignore[misc]
        )
        assert refusals(found) == ["message_not_dead"]
        row = OutboxMessage.objects.get(id=message)
        (decision,) = row.decisions.all()
        assert (row.state, decision.kind) in {("waiting", "retry"), ("discarded", "discard")}


def test_two_clients_of_one_name_and_two_who_revoke() -> None:
    for number in range(5):
        name = f"kho-{number}"
        made = at_once(*[lambda name=name: api_clients.create(name=name, role=Role.PUBLIC, at=AT)] * 3)
        assert refusals(made) == ["client_exists"] * 2
        assert refusals(at_once(*[lambda name=name: api_clients.revoke(name=name, at=AT)] * 2)) == []
    assert ApiClient.objects.filter(revoked_at=AT).count() == 5


def test_a_message_that_two_receivers_get_at_once_takes_effect_once() -> None:
    done: list[int] = []
    message = uuid4()

    def handle() -> None:
        with outbox.handling(consumer="test", message=message, at=AT):
            done.append(1)

    found = at_once(*[handle] * 5)
    assert Counter(type(outcome).__name__ for outcome in found) == {"NoneType": 1, "AlreadyHandled": 4}
    assert done == [1]
    assert HandledMessage.objects.count() == 1


def test_end_against_cancel() -> None:
    title = Message("Nạp", "Load")
    for _ in range(5):
        work = works.begin(title=title, by="person:1", at=AT).pk
        works.report(work=work, percent=10, step=title, at=AT)
        at_once(
            lambda work=work: works.ask_to_cancel(work=work, by="person:1", at=AT),  # type: ignore[misc]
            lambda work=work: works.end(work=work, state=works.State.DONE, at=AT, step=title),  # type: ignore[misc]
        )
        # whoever was first, the end stands and no field of the other was lost
        assert Work.objects.get(pk=work).state == "done"
        assert Work.objects.get(pk=work).percent == 100


def crowd(*, clients: int, operations: int) -> None:
    """Random operations of many clients on few messages, against the law that what enters a state must leave it.

    A lost update breaks it: of two decisions that both succeed one would be missing in the count.
    """
    messages = [dead().id for _ in range(5)]
    entered: Counter[Any] = Counter(messages)
    left: Counter[Any] = Counter()
    guard = threading.Lock()
    unexpected: list[Exception] = []

    def client(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(operations):
            message = chance.choice(messages)
            try:
                what = chance.random()
                if what < 0.5:
                    outbox.retry(message=message, by=f"person:{seed}", at=AT)
                    with guard:
                        left[message] += 1
                elif what < 0.9:
                    # what a relay does when the last attempt has failed
                    moved = OutboxMessage.objects.filter(id=message, state=State.WAITING).update(
                        state=State.DEAD
                    )
                    with guard:
                        entered[message] += moved
                elif what < 0.95:
                    outbox.enqueue(
                        channel="email", payload={"to": ["a@b.vn"], "subject": "x", "text": ""}, at=AT
                    )
                else:
                    list(due(at=timezone.now())[:5])
            except DomainError:
                continue
            except Exception as error:
                unexpected.append(error)
                return

    at_once(*[lambda seed=seed: client(seed) for seed in range(clients)])
    assert not unexpected, unexpected[:3]
    for message in messages:
        row = OutboxMessage.objects.get(id=message)
        assert entered[message] == left[message] + (row.state == State.DEAD)
        assert OutboxDecision.objects.filter(message=row).count() == left[message]


def test_a_small_crowd() -> None:
    crowd(clients=4, operations=50)


@pytest.mark.soak
def test_a_crowd(record_property: Any) -> None:
    crowd(clients=20, operations=1000)
    record_property("figure", "20 clients × 1,000 random operations: 0 lost updates, 0 database errors")
