"""The outbox: written with its cause, sent at least once and in order, put aside when it can't be sent, decided upon."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from pytest_django import Settings

from tamdao.core.jobs import channels, queries
from tamdao.core.jobs.channels import Channel, Delivery, NotDelivered, Undeliverable
from tamdao.core.jobs.models import HandledMessage, OutboxDecision, OutboxMessage
from tamdao.core.jobs.relay import LEASE, Relay, due
from tamdao.core.jobs.services import outbox
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 11, 26, 8, tzinfo=UTC)
State = OutboxMessage.State


class Post:
    """A channel under the test's hand: what it got, and what it does next."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.ids: list[UUID] = []
        self.fail: list[Exception | None] = []

    def deliver(self, delivery: Delivery) -> None:
        failure = self.fail.pop(0) if self.fail else None
        if failure is not None:
            raise failure
        self.got.append(delivery.payload["n"])
        self.ids.append(delivery.id)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = BEGIN

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


@pytest.fixture
def post() -> Iterator[Post]:
    made = Post()
    channels.register_channel(Channel("test", Message("thử", "test"), made.deliver, lambda payload: None))
    yield made
    channels.unregister_channel("test")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def relay(clock: Clock) -> Relay:
    return Relay(now=clock.now, spread=lambda: 0.5, monotonic=clock.monotonic)


def put(n: object, *, ordering: str = "", channel: str = "test") -> OutboxMessage:
    return outbox.enqueue(channel=channel, payload={"n": n}, at=BEGIN, ordering=ordering)


def away(sentence: str = "không trả lời") -> NotDelivered:
    return NotDelivered(Message(sentence, "no answer"), away=True)


def busy() -> NotDelivered:
    return NotDelivered(Message("đang bận", "busy"))


def test_a_message_is_sent_once_and_marked(post: Post, relay: Relay) -> None:
    message = put(1)
    assert relay.step().sent == 1
    assert relay.step().sent == 0
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.attempts) == (State.SENT, BEGIN, 1)
    assert post.ids == [message.id]


def test_a_message_commits_with_its_cause_or_not_at_all(post: Post, relay: Relay) -> None:
    with transaction.atomic():
        put(1)
        transaction.set_rollback(True)
    assert relay.step().sent == 0
    assert post.got == []


def test_what_the_channel_does_not_take_is_refused_before_it_is_written(post: Post) -> None:
    with pytest.raises(DomainError, match="subject"):
        outbox.enqueue(channel="email", payload={"to": "no list"}, at=BEGIN)
    with pytest.raises(KeyError):
        outbox.enqueue(channel="none", payload={}, at=BEGIN)
    assert not OutboxMessage.objects.exists()


def test_pauses_grow_and_the_reason_is_kept(post: Post, relay: Relay, clock: Clock) -> None:
    message = put(1)
    post.fail = [busy(), busy()]
    for seconds in (10, 20):
        assert relay.step().postponed == 1
        message.refresh_from_db()
        assert message.next_at == clock.at + timedelta(seconds=seconds)
        assert (message.problem_vi, message.problem_en) == ("đang bận", "busy")
        clock.at = message.next_at - timedelta(seconds=1)
        assert relay.step().postponed == relay.step().sent == 0
        clock.at = message.next_at
    assert relay.step().sent == 1
    message.refresh_from_db()
    assert (message.attempts, message.problem_vi) == (3, "")


def test_after_the_last_attempt_it_is_put_aside(
    post: Post, relay: Relay, clock: Clock, settings: Settings
) -> None:
    settings.TAMDAO_OUTBOX_TRIES = 3
    message = put(1)
    post.fail = [busy()] * 3
    for _ in range(3):
        clock.at += timedelta(hours=2)
        counts = relay.step()
    assert counts.dead == 1
    message.refresh_from_db()
    assert (message.state, message.problem_vi) == (State.DEAD, "đang bận")
    assert queries.count_messages() == {"waiting": 0, "sent": 0, "dead": 1, "discarded": 0}


def test_a_final_refusal_is_put_aside_at_once(post: Post, relay: Relay) -> None:
    put(1)
    post.fail = [Undeliverable(Message("không có hộp thư", "no such box"))]
    assert relay.step().dead == 1


def test_a_channel_that_is_gone_or_breaks_harms_no_other_message(post: Post, relay: Relay) -> None:
    gone = put(1)
    OutboxMessage.objects.filter(pk=gone.pk).update(channel="gone")
    broken, good = put(2), put(3)
    post.fail = [ZeroDivisionError("secret")]
    counts = relay.step()
    assert (counts.dead, counts.postponed, counts.sent) == (1, 1, 1)
    for message in (gone, broken, good):
        message.refresh_from_db()
    assert "Kênh gửi này không còn" in gone.problem_vi
    assert "ZeroDivisionError" in broken.problem_vi
    assert "secret" not in broken.problem_vi
    assert good.state == State.SENT


def test_order_is_kept_within_an_ordering_and_not_across(post: Post, relay: Relay, clock: Clock) -> None:
    for n in (1, 2, 3):
        put(("a", n), ordering="a")
    put(("b", 1), ordering="b")
    post.fail = [busy()]
    relay.step()
    # the first of a failed: nothing of a overtakes it, b goes its way
    assert post.got == [["b", 1]]
    clock.at += timedelta(minutes=1)
    for _ in range(3):
        relay.step()
    assert post.got == [["b", 1], ["a", 1], ["a", 2], ["a", 3]]


def test_a_message_that_is_put_aside_lets_the_others_pass(post: Post, relay: Relay) -> None:
    put(1, ordering="a")
    put(2, ordering="a")
    post.fail = [Undeliverable(Message("sai", "wrong"))]
    relay.step()
    relay.step()
    assert post.got == [2]


def test_a_channel_that_is_away_rests_and_costs_the_other_messages_nothing(
    post: Post, relay: Relay, clock: Clock
) -> None:
    first, second = put(1), put(2)
    post.fail = [away(), away()]
    assert relay.step().postponed == 1
    assert relay.step().postponed == 0
    second.refresh_from_db()
    assert second.attempts == 0
    clock.at += timedelta(seconds=10)
    # both are due again; one attempt finds out that the other side is still away
    assert relay.step().postponed == 1
    clock.at += timedelta(seconds=60)
    assert relay.step().sent == 2
    first.refresh_from_db()
    assert first.state == State.SENT
    assert relay.away == {}


def test_a_step_ends_when_its_time_is_over(post: Post, relay: Relay) -> None:
    put(1)
    assert relay.step(seconds=0).sent == 0
    assert relay.step().sent == 1


def test_of_two_relays_only_one_takes_a_message(post: Post, relay: Relay, clock: Clock) -> None:
    message = put(1)
    (seen,) = due(at=clock.at)
    assert relay._claim(message)
    assert not Relay(now=clock.now)._claim(seen)
    assert not due(at=clock.at).exists()


def test_what_a_dead_relay_had_claimed_is_sent_by_another_one(post: Post, relay: Relay, clock: Clock) -> None:
    message = put(1)
    Relay(now=clock.now)._claim(message)
    assert relay.step().sent == 0
    clock.at += LEASE
    assert relay.step().sent == 1


def test_an_outcome_that_comes_too_late_is_dropped(post: Post, relay: Relay, clock: Clock) -> None:
    message = put(1)

    def slow(delivery: Delivery) -> None:
        clock.at += LEASE
        OutboxMessage.objects.filter(pk=message.pk).update(state=State.SENT, sent_at=clock.at, attempts=2)
        raise busy()

    channels.register_channel(Channel("test", Message("thử", "test"), slow, lambda payload: None))
    relay.step()
    message.refresh_from_db()
    assert message.state == State.SENT


def test_a_message_that_kills_every_relay_is_put_aside(
    post: Post, relay: Relay, clock: Clock, settings: Settings
) -> None:
    settings.TAMDAO_OUTBOX_TRIES = 3
    put(1)
    for _ in range(3):
        (message,) = due(at=clock.at)
        relay._claim(message)
        clock.at += LEASE
    assert relay.step().dead == 1
    assert post.got == []


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_jumps_a_day_neither_loses_nor_holds_a_message(
    post: Post, relay: Relay, clock: Clock, days: int
) -> None:
    put(1)
    claimed = put(2)
    relay._claim(claimed)
    post.fail = [busy()]
    relay.step()
    clock.at += timedelta(days=days)
    relay.step()
    assert sorted(post.got) == [1, 2]


def test_handling_takes_effect_once(post: Post) -> None:
    message = uuid4()
    done = []
    for _ in range(3):
        try:
            with outbox.handling(consumer="test", message=message, at=BEGIN):
                done.append(1)
        except outbox.AlreadyHandled:
            pass
    with outbox.handling(consumer="other", message=message, at=BEGIN):
        done.append(2)
    assert done == [1, 2]


def test_handling_that_fails_may_be_tried_again() -> None:
    message = uuid4()
    with (
        pytest.raises(RuntimeError),
        outbox.handling(consumer="test", message=message, at=BEGIN),
    ):
        raise RuntimeError
    assert not HandledMessage.objects.exists()


def dead(n: object = 1) -> OutboxMessage:
    message = put(n)
    OutboxMessage.objects.filter(pk=message.pk).update(state=State.DEAD, attempts=15)
    return message


def test_retry_sends_again_with_a_fresh_count(post: Post, relay: Relay) -> None:
    message = dead()
    outbox.retry(message=message.id, by="person:1", at=BEGIN, reason="đã sửa địa chỉ")
    assert relay.step().sent == 1
    decision = OutboxDecision.objects.get()
    assert (decision.kind, decision.by, decision.reason) == ("retry", "person:1", "đã sửa địa chỉ")


def test_discard_needs_a_reason_and_is_final(post: Post, relay: Relay) -> None:
    message = dead()
    with pytest.raises(DomainError, match="phải ghi lý do"):
        outbox.discard(message=message.id, reason=" ", by="person:1", at=BEGIN)
    outbox.discard(message=message.id, reason="sai người nhận", by="person:1", at=BEGIN)
    assert relay.step().sent == 0
    with pytest.raises(DomainError, match="không còn nằm trong"):
        outbox.retry(message=message.id, by="person:2", at=BEGIN)
    with pytest.raises(DomainError, match="Không có thông điệp"):
        outbox.retry(message=uuid4(), by="person:2", at=BEGIN)


def run_through(post: Post, relay: Relay, clock: Clock, *, count: int) -> None:
    """`count` messages on 50 orderings, 5 % of the attempts fail, some after the receiver had taken the message."""
    chance = random.Random(20261126)
    seen: dict[UUID, int] = {}
    order: dict[str, list[int]] = {}

    def deliver(delivery: Delivery) -> None:
        fate = chance.random()
        if fate < 0.03:
            raise busy()
        if delivery.id not in seen:
            order.setdefault(delivery.payload["key"], []).append(delivery.payload["n"])
        seen[delivery.id] = seen.get(delivery.id, 0) + 1
        if fate < 0.05:
            raise busy()

    channels.register_channel(Channel("test", Message("thử", "test"), deliver, lambda payload: None))
    OutboxMessage.objects.bulk_create(
        (
            OutboxMessage(
                channel="test",
                ordering=f"k{n % 50}",
                payload={"n": n, "key": f"k{n % 50}"},
                created_at=BEGIN,
                next_at=BEGIN,
            )
            for n in range(count)
        ),
        batch_size=5000,
    )
    steps = 0
    while OutboxMessage.objects.filter(state=State.WAITING).exists():
        counts = relay.step()
        steps += 1
        if not counts.sent:
            clock.at += timedelta(seconds=5)
        assert steps < count
    assert OutboxMessage.objects.filter(state=State.SENT).count() == len(seen) == count
    assert all(found == sorted(found) for found in order.values())


def test_every_message_arrives_in_order_when_one_in_twenty_attempts_fails(
    post: Post, relay: Relay, clock: Clock
) -> None:
    run_through(post, relay, clock, count=500)


@pytest.mark.soak
def test_a_hundred_thousand_messages_arrive_in_order(post: Post, relay: Relay, clock: Clock) -> None:
    run_through(post, relay, clock, count=100_000)
