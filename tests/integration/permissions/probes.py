"""Questions put to the system as each actor; each function yields the differences to the specification."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from pydantic import BaseModel

from tamdao.core.people import access, explain, queries
from tamdao.core.people.models import Delegation, Group, Person, RoleHolding
from tamdao.core.people.policy import Capacity, Role
from tamdao.core.people.rest import schemas
from tamdao.core.people.services import delegations, persons, posts, rehoming
from tamdao.kit.errors import DomainError

from .expected import EXPECTED
from .routes import Route, ask, every, outcome
from .world import ACTORS, COMMUNE, FOREIGN, NOW, PROVINCE, RELATIONS, TODAY, UNIT_OF, World

# what each operation takes; a field too many is refused before anybody asks who sent it
TAKES: dict[str, type[BaseModel]] = {
    "create_person": schemas.PersonIn,
    "decide_rehoming": schemas.RehomingIn,
    "switch_off_person": schemas.ReasonIn,
    "switch_on_person": schemas.ReasonIn,
    "grant_post": schemas.PostIn,
    "end_post": schemas.EndIn,
    "delegate_post": schemas.DelegationIn,
    "name_substitute": schemas.SubstituteIn,
    "revoke_delegation": schemas.ReasonIn,
}
KIND_OF = {
    "person.view": "person",
    "person.choose": "person",
    "person.history": "person",
    "person.explain": "person",
    "person.switch": "person",
    "post.end": "post",
    "delegation.give": "post",
    "substitute.name": "post",
    "delegation.revoke": "delegation",
    "rehoming.view": "rehoming",
    "rehoming.decide": "rehoming",
    "group.manage": "group",
}


def opens(pair: str, actor: str, relation: str) -> bool:
    """Whether the specification lets the actor at the object."""
    return relation in EXPECTED[pair][actor]


def doors(world: World) -> Iterator[str]:
    """May this actor do this at all?"""
    for actor in ACTORS:
        who = world.actor(actor)
        for pair, row in EXPECTED.items():
            may = access.can(who, *pair.split("."))
            if may is not (row[actor] != "-"):
                yield f"can({actor}, {pair}) is {may}"


def _rows(kind: str) -> models.QuerySet[Any]:
    if kind == "rehoming":
        return queries.waiting_rehomings(at=TODAY)
    found = {"person": Person, "post": RoleHolding, "delegation": Delegation, "group": Group}[kind]
    return found._default_manager.all()


def filters(world: World) -> Iterator[str]:
    """Which of the objects does the filter leave to this actor?"""
    for actor in ACTORS:
        who = world.actor(actor)
        for pair, kind in KIND_OF.items():
            keys = {relation: world.find(kind, relation, actor) for relation in RELATIONS}
            rows = _rows(kind).filter(pk__in=[key for key in keys.values() if key is not None])
            seen = set(access.visible(who, rows, *pair.split("."), at=TODAY).values_list("pk", flat=True))
            for relation, key in keys.items():
                if key is not None and (key in seen) is not opens(pair, actor, relation):
                    yield f"visible({actor}, {pair}) {'shows' if key in seen else 'hides'} {relation}"


def _text(response: Any) -> str:
    """The answer as a reader sees it: JSON may write letters as numbers."""
    text: str = response.content.decode()
    if response.headers["Content-Type"].startswith("application/json"):
        return json.dumps(json.loads(text), ensure_ascii=False)
    return text


def _targets(text: str) -> str:
    """Which targets a text names."""
    return "".join(
        relation for relation in UNIT_OF if f"Đích {relation} của" in text or f"dich.{relation}" in text
    )


def _spec(pair: str, actor: str) -> str:
    return "".join(relation for relation in UNIT_OF if opens(pair, actor, relation))


# list, search, autocomplete, counts, exports, in both interfaces: address, pair
LISTS = (
    ("/people/", "person.view"),
    ("/people/?q=dich", "person.view"),
    ("/people/?role=officer", "person.view"),
    ("/people/suggest/?q=dich", "person.view"),
    ("/people/posts.csv", "person.export"),
    ("/people/posts.json", "person.export"),
    ("/api/v1/people/", "person.view"),
    ("/api/v1/people/?q=dich", "person.view"),
    ("/api/v1/people/holders", "person.export"),
)


def lists(world: World, actors: tuple[str, ...] = ACTORS) -> Iterator[str]:
    """Names in lists, searches, autocompletes and exports; and the counts beside them."""
    for actor in actors:
        client = world.client(actor)
        for address, pair in LISTS:
            response = client.get(address)
            if EXPECTED[pair][actor] == "-":
                if outcome(response) != "refused":
                    yield f"{actor} gets {response.status_code} from {address}"
                continue
            seen = _targets(_text(response))
            if seen != _spec(pair, actor):
                yield f"{actor} sees {seen or 'nobody'} in {address}, {_spec(pair, actor) or 'nobody'} expected"
            if address == "/api/v1/people/?q=dich":
                count = json.loads(response.content)["count"]
                if count != len(_spec(pair, actor)):
                    yield f"{actor} counts {count} in {address}"
        yield from _waiting(world, client, actor)


def _waiting(world: World, client: Any, actor: str) -> Iterator[str]:
    for address in ("/people/rehomings/", "/api/v1/people/rehomings"):
        response = client.get(address)
        wanted = _spec("rehoming.view", actor)
        seen = (
            "".join(key for key in UNIT_OF if f"Người cũ {key}" in _text(response))
            if response.status_code == 200
            else ""
        )
        if seen != wanted:
            yield f"{actor} sees {seen or 'nothing'} in {address}"


def body_of(route: Route, username: str) -> bytes:
    """A well-formed command whose reason is empty, so that no service carries it out."""
    body = {
        "reason": " ", "role": "officer", "unit": PROVINCE, "from_date": TODAY.isoformat(), "receiver": username,
        "capacity": "" if route.name in {"grant_post", "create_person"} else "TL", "username": "nguoi.moi",
        "name": "Người mới",
    }  # fmt: skip
    takes = TAKES.get(route.name)
    return json.dumps(
        {name: body[name] for name in body if takes is None or name in takes.model_fields}
    ).encode()


def objects(world: World, actors: tuple[str, ...] = ACTORS) -> Iterator[str]:
    """Every route about an object of people: asked for an object of each relation, told to change one that opens and
    one that doesn't."""
    found = [route for route in every() if route.kind]
    for actor in actors:
        client = world.client(actor)
        username = getattr(world.people[actor], "username", "") or "ai.do"
        for route in found:
            keys = {relation: world.find(str(route.kind), relation, actor) for relation in RELATIONS}
            there = [relation for relation, key in keys.items() if key is not None]
            some = {opens(route.pair, actor, relation): relation for relation in there}
            for method in sorted({"GET", "POST"} & set(route.methods)):
                only_command = "GET" not in route.methods
                for relation in there if method == "GET" or only_command else some.values():
                    body = body_of(route, username)
                    got = outcome(ask(client, route, method, key=keys[relation], body=body))
                    wanted = _wanted(route.pair, actor, relation)
                    if got not in {wanted, "no method"}:
                        yield f"{actor} {method} {route.name} {relation}: {got}, {wanted} expected"


def _wanted(pair: str, actor: str, relation: str) -> str:
    if EXPECTED[pair][actor] == "-":
        return "refused"
    return "entered" if opens(pair, actor, relation) else "absent"


def attempts(world: World) -> Iterator[str]:
    """Commands that must be refused, tried on the services themselves."""
    for name, call in _forbidden(world).items():
        with transaction.atomic():
            mark = transaction.savepoint()
            try:
                call()
            except DomainError:
                continue
            finally:
                transaction.savepoint_rollback(mark)
            yield f"allowed: {name}"


def _forbidden(world: World) -> dict[str, Callable[[], object]]:
    by, at, reason = world.actor, NOW, "thử"
    target = {relation: Person.objects.get(pk=world.objects["person"][relation]) for relation in UNIT_OF}
    post = {relation: RoleHolding.objects.get(pk=world.objects["post"][relation]) for relation in UNIT_OF}
    waits = {
        relation: RoleHolding.objects.get(pk=world.objects["rehoming"][relation]) for relation in UNIT_OF
    }
    leader_post = RoleHolding.objects.get(pk=world.own["leader"]["post"])
    month = TODAY + timedelta(days=30)

    def grant(actor: str, person: Person, role: Role, unit: str, *, days: int = 0) -> Callable[[], object]:
        return lambda: posts.grant(
            person=person, role=role, unit_id=unit, from_date=TODAY + timedelta(days=days), by=by(actor), at=at,
            reason=reason,
        )  # fmt: skip

    def end(actor: str, holding: RoleHolding) -> Callable[[], object]:
        return lambda: posts.end(holding=holding, by=by(actor), at=at, reason=reason)

    def lend(
        actor: str, holding: RoleHolding, receiver: Person, *pairs: str, end: Any = month, paper: str = "số 1"
    ) -> Callable[[], object]:
        return lambda: delegations.delegate(
            holding=holding, receiver=receiver, capacity=Capacity.TUQ, pairs=pairs, from_date=TODAY, end_date=end,
            document=paper, by=by(actor), at=at, reason=reason,
        )  # fmt: skip

    def stand_in(actor: str, receiver: Person) -> Callable[[], object]:
        return lambda: delegations.substitute(
            holding=leader_post, receiver=receiver, from_date=TODAY, end_date=month, by=by(actor), at=at,
            reason=reason,
        )  # fmt: skip

    def rehome(actor: str, relation: str, unit: str) -> Callable[[], object]:
        return lambda: rehoming.decide(
            holding=waits[relation], to_unit_id=unit, by=by(actor), at=at, reason=reason
        )

    own_admin = RoleHolding.objects.get(pk=world.own["admin"]["post"])
    return {
        "the leader grants": grant("leader", target["u"], Role.ANALYST, PROVINCE),
        "the unit administrator grants in a foreign unit": grant("unit_admin", target["u"], Role.ANALYST, FOREIGN),
        "the unit administrator grants system administration": grant(
            "unit_admin", target["u"], Role.ADMIN, PROVINCE
        ),
        "the unit administrator grants to a stranger": grant("unit_admin", target["f"], Role.ANALYST, PROVINCE),
        "the unit administrator becomes leader": grant(
            "unit_admin", by("unit_admin"), Role.LEADER, PROVINCE
        ),
        "the administrator becomes auditor": grant("admin", by("admin"), Role.AUDITOR, PROVINCE),
        "a grant in the past": grant("admin", target["u"], Role.ANALYST, PROVINCE, days=-1),
        "a former administrator grants": grant("former", target["u"], Role.ANALYST, PROVINCE),
        "a switched-off administrator grants": grant("switched_off", target["u"], Role.ANALYST, PROVINCE),
        "nobody grants": lambda: posts.grant(
            person=target["u"], role=Role.ANALYST, unit_id=PROVINCE, from_date=TODAY, by=None, at=at, reason=reason
        ),
        "no reason": lambda: posts.grant(
            person=target["u"], role=Role.ANALYST, unit_id=PROVINCE, from_date=TODAY, by=by("admin"), at=at,
            reason=" ",
        ),
        "the unit administrator ends a foreign post": end("unit_admin", post["f"]),
        "the unit administrator ends the auditor's post": end(
            "unit_admin", RoleHolding.objects.get(pk=world.own["auditor"]["post"])
        ),
        "the last administrator goes": end("admin", own_admin),
        "the unit administrator locks the auditor out": lambda: persons.switch_off(
            person=by("auditor"), by=by("unit_admin"), at=at, reason=reason
        ),
        "the leader lends a colleague's post": lend("leader", post["u"], target["u"]),
        "the borrower lends what was lent": lend(
            "borrower", Delegation.objects.get(pk=world.own["borrower"]["delegation"]).holding, target["u"]
        ),
        "the leader lends more than the post may do": lend("leader", leader_post, target["u"], "post.grant"),
        "an authorisation without end": lend("leader", leader_post, target["u"], end=None),
        "an authorisation without paper": lend("leader", leader_post, target["u"], paper=""),
        "the leader lends to somebody unseen": lend("leader", leader_post, target["f"]),
        "the administrator lends administration": lend("admin", own_admin, target["u"]),
        "the unit administrator signs for the leader": stand_in("unit_admin", by("unit_admin")),
        "a stranger to the unit signs for the leader": stand_in("leader", target["c"]),
        "the unit administrator moves a foreign post": rehome("unit_admin", "f", FOREIGN),
        "a post moves to a unit that is no heir": rehome("admin", "u", COMMUNE),
    }  # fmt: skip


def explained(world: World) -> Iterator[str]:
    """What the page says agrees with what is allowed."""
    for actor in ACTORS:
        who = world.actor(actor)
        for pair, row in EXPECTED.items():
            answer = explain.explain(who, *pair.split("."), at=TODAY)
            if answer.allowed is not (row[actor] != "-"):
                yield f"explain({actor}, {pair}) says {answer.allowed}"
