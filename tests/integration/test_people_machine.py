"""Random histories of posts and delegations beside a model of fifty lines: who may exercise which role where, today.

The model knows dates and nothing of the database. `make test-soak` runs at least 5,000 steps.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tamdao.core.people import access, relations
from tamdao.core.people.access import SystemActor
from tamdao.core.people.models import Delegation, Person, RoleHolding
from tamdao.core.people.policy import Capacity, Role
from tamdao.core.people.queries import waiting_rehomings
from tamdao.core.people.services import delegations, posts, rehoming
from tamdao.core.units.models import Unit, UnitEvent, UnitLink, UnitVersion
from tamdao.kit.errors import DomainError
from tests.integration.permissions.world import make_unit
from tests.support import forget

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
START = date(2026, 1, 1)
ROLES = (Role.OFFICER, Role.LEADER, Role.UNIT_ADMIN)
BY = SystemActor("system:test")
PEOPLE = 4


@dataclass
class Post:
    """A post of the model."""

    person: int
    role: Role
    unit: str
    start: date
    end: date | None
    decided: bool = False


@dataclass
class Lent:
    """A delegation of the model."""

    post: Post
    to: int
    start: date
    end: date | None
    pairs: frozenset[str] | None
    revoked: bool = False


@dataclass
class Model:
    """Who may do what, by dates alone."""

    today: date = START
    posts: list[Post] = field(default_factory=list)
    lent: list[Lent] = field(default_factory=list)
    gone: dict[str, date] = field(default_factory=dict)

    def runs(self, post: Post) -> bool:
        """From its first day to before its last one and that of its unit."""
        ends = [day for day in (post.end, self.gone.get(post.unit)) if day is not None]
        return post.start <= self.today and all(self.today < day for day in ends)

    def waits(self, post: Post) -> bool:
        """Its unit ended and nothing else has ended it."""
        gone = self.gone.get(post.unit)
        if gone is None or self.today < gone or post.decided:
            return False
        return post.end is None or post.end > max(self.today, post.start)

    def rights(self, person: int) -> set[tuple[Role, str, frozenset[str] | None]]:
        """Held in person, and lent."""
        held = {
            (post.role, post.unit, None) for post in self.posts if post.person == person and self.runs(post)
        }
        borrowed = {
            (one.post.role, one.post.unit, one.pairs)
            for one in self.lent
            if one.to == person and not one.revoked and one.start <= self.today
            and (one.end is None or self.today < one.end) and self.runs(one.post)
        }  # fmt: skip
        return held | borrowed


class Machine(RuleBasedStateMachine):
    """The services and the model, told the same."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        forget()
        self.model = Model()
        self.rows: list[RoleHolding] = []
        self.given: list[Delegation] = []
        self.units = ["1@2020-01-01"]
        make_unit(self.units[0], "province", "Một", parent=None)
        for number in range(2, 4):
            self.units.append(f"{number}@2020-01-01")
            make_unit(self.units[-1], "province", f"Đơn vị {number}", parent=None)
        self.people = [
            Person.objects.create_person(username=f"nguoi.{number}", display_name=f"Người {number}")
            for number in range(PEOPLE)
        ]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        forget()

    @property
    def now(self) -> datetime:
        """Nine o'clock of the model's day."""
        return datetime.combine(self.model.today, time(9), tzinfo=timezone.get_default_timezone())

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.model.today += timedelta(days=days)

    @rule(
        person=st.integers(0, PEOPLE - 1), role=st.sampled_from(ROLES), unit=st.integers(0, 9), wait=st.integers(0, 9),
        days=st.none() | st.integers(1, 60),
    )  # fmt: skip
    def grant(self, person: int, role: Role, unit: int, wait: int, days: int | None) -> None:
        start = self.model.today + timedelta(days=wait)
        end = start + timedelta(days=days) if days else None
        unit_id = self.units[unit % len(self.units)]
        if self._clashes(person, role, unit_id, start, end):
            with pytest.raises(DomainError), transaction.atomic():
                self._grant(person, role, unit_id, start, end)
            return
        self.rows.append(self._grant(person, role, unit_id, start, end))
        self.model.posts.append(Post(person, role, unit_id, start, end))

    def _grant(self, person: int, role: Role, unit: str, start: date, end: date | None) -> RoleHolding:
        return posts.grant(
            person=self.people[person], role=role, unit_id=unit, from_date=start, end_date=end, by=BY, at=self.now,
            reason="thử",
        )  # fmt: skip

    def _clashes(self, person: int, role: Role, unit: str, start: date, end: date | None) -> bool:
        gone = self.model.gone.get(unit)
        if gone is not None and gone <= start:
            return True
        return any(
            (post.person, post.role, post.unit) == (person, role, unit)
            and (post.end is None or max(start, post.start) < post.end)
            and (end is None or max(start, post.start) < end)
            for post in self.model.posts
        )

    @precondition(lambda self: self.model.posts)
    @rule(which=st.integers(0, 99), wait=st.integers(0, 20))
    def end(self, which: int, wait: int) -> None:
        post, row = self._pick(which)
        last = max(self.model.today + timedelta(days=wait), post.start)
        gone = self.model.gone.get(post.unit)
        over = post.end is not None and post.end <= last
        if over or (gone is not None and gone <= self.model.today):
            with pytest.raises(DomainError), transaction.atomic():
                posts.end(
                    holding=row, on=self.model.today + timedelta(days=wait), by=BY, at=self.now, reason="thử"
                )
            return
        posts.end(holding=row, on=self.model.today + timedelta(days=wait), by=BY, at=self.now, reason="thử")
        post.end = last

    def _pick(self, which: int) -> tuple[Post, RoleHolding]:
        place = which % len(self.rows)
        return self.model.posts[place], self.rows[place]

    @precondition(lambda self: self.model.posts)
    @rule(
        which=st.integers(0, 99), to=st.integers(0, PEOPLE - 1), days=st.integers(1, 60), part=st.booleans(),
        kind=st.sampled_from((Capacity.TUQ, Capacity.KT)),
    )  # fmt: skip
    def lend(self, which: int, to: int, days: int, part: bool, kind: Capacity) -> None:
        post, row = self._pick(which)
        end = self.model.today + timedelta(days=days)
        pairs = ["person.view"] if part and kind is Capacity.TUQ else []
        common: dict[str, Any] = {
            "holding": row, "receiver": self.people[to], "from_date": self.model.today, "end_date": end,
            "at": self.now, "reason": "thử",
        }  # fmt: skip
        try:
            with transaction.atomic():
                if kind is Capacity.KT:
                    made = delegations.substitute(**common, by=BY)
                else:
                    made = delegations.delegate(
                        **common, by=self.people[post.person], pairs=pairs, capacity=kind, document="số 1"
                    )
        except DomainError:
            assert not self._may_lend(post, to, end, kind)
            return
        assert self._may_lend(post, to, end, kind)
        self.given.append(made)
        self.model.lent.append(Lent(post, to, self.model.today, end, frozenset(pairs) or None))

    def _may_lend(self, post: Post, to: int, end: date, kind: Capacity) -> bool:
        ends = [day for day in (post.end, self.model.gone.get(post.unit)) if day is not None]
        if to == post.person or not self.model.runs(post) or any(end > day for day in ends):
            return False
        twice = any(
            one.post is post and one.to == to and not one.revoked and self.model.today < (one.end or end)
            and Capacity(row.capacity) is kind
            for one, row in zip(self.model.lent, self.given, strict=True)
        )  # fmt: skip
        held = {other.unit for other in self.model.posts if other.person == to and self.model.runs(other)}
        if kind is Capacity.KT:
            return not twice and post.unit in held
        # the giver chooses among colleagues of the unit (and of units at which rights were lent to them in whole)
        seen = {
            unit
            for _, unit, pairs in self.model.rights(post.person)
            if pairs is None or "person.choose" in pairs
        }
        return not twice and bool(seen & held)

    @precondition(lambda self: self.given)
    @rule(which=st.integers(0, 99))
    def revoke(self, which: int) -> None:
        place = which % len(self.given)
        one = self.model.lent[place]
        try:
            with transaction.atomic():
                delegations.revoke(delegation=self.given[place], by=BY, at=self.now, reason="thử")
        except DomainError:
            assert one.revoked or (one.end is not None and one.end <= self.model.today)
            return
        one.revoked = True

    @precondition(lambda self: len(set(self.units) - set(self.model.gone)) > 1)
    @rule(which=st.integers(0, 99))
    def merge(self, which: int) -> None:
        """Two units become a new one the next day: a unit stands for at least a day."""
        self.model.today += timedelta(days=1)
        alive = [unit for unit in self.units if unit not in self.model.gone]
        old = [alive[which % len(alive)], alive[(which + 1) % len(alive)]]
        today = self.model.today
        new = f"{len(self.units) + 1}@{today}"
        make_unit(new, "province", f"Đơn vị {len(self.units) + 1}", parent=None)
        event = UnitEvent.objects.create(code=new, date=today, kind="merge", legal_act="unknown")
        for unit in old:
            Unit.objects.filter(pk=unit).update(end_date=today)
            UnitVersion.objects.filter(unit=unit).update(end_date=today)
            UnitLink.objects.create(event=event, from_unit_id=unit, to_unit_id=new, share="1")
            self.model.gone[unit] = today
        self.units.append(new)
        forget()

    @precondition(lambda self: any(map(self.model.waits, self.model.posts)))
    @rule(which=st.integers(0, 99), move=st.booleans())
    def rehome(self, which: int, move: bool) -> None:
        waiting = [place for place, post in enumerate(self.model.posts) if self.model.waits(post)]
        place = waiting[which % len(waiting)]
        post = self.model.posts[place]
        heirs = relations.heirs(post.unit, at=self.model.today)
        target = heirs[0] if move else None
        clash = target and self._clashes(post.person, post.role, target, self.model.today, post.end)
        try:
            with transaction.atomic():
                made = rehoming.decide(
                    holding=self.rows[place], to_unit_id=target, by=BY, at=self.now, reason="thử"
                )
        except DomainError:
            assert target
            assert clash
            return
        assert not target or not clash
        post.decided = True
        if made.to_holding is not None and target:
            self.rows.append(made.to_holding)
            self.model.posts.append(Post(post.person, post.role, target, self.model.today, post.end))

    @invariant()
    def rights_agree(self) -> None:
        today = self.model.today
        for number, person in enumerate(self.people):
            fresh = Person.objects.get(pk=person.pk)
            found = {
                (right.role, right.unit_id, right.pairs)
                for right in access.rights_of(fresh, at=today)
                if right.unit_id is not None
            }
            assert found == self.model.rights(number)
            assert access.roles_of(fresh, at=today) == {
                post.role for post in self.model.posts if post.person == number and self.model.runs(post)
            }
        waiting = set(waiting_rehomings(at=today).values_list("pk", flat=True))
        assert waiting == {
            row.pk for row, post in zip(self.rows, self.model.posts, strict=True) if self.model.waits(post)
        }


@pytest.mark.django_db
def test_random_histories_agree_with_the_model() -> None:
    """170 × 30 steps in the soak, 8 × 20 in `make test`."""
    from tamdao.core.units.models import Level

    Level.objects.create(code="province", depth=1, name_vi="Tỉnh", name_en="Province")
    assert connection.in_atomic_block
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=170 if SOAK else 8,
            stateful_step_count=30 if SOAK else 20,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
