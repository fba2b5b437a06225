"""/people/: who holds what, granting and ending posts, lending them, re-homing them, and why something is allowed.

Every operation is one query or one service call. What the caller may not see answers like what does not exist.
"""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Status

from tamdao.kit.web.params import Described, SearchText, Text, Whole
from tamdao.kit.web.rest import PageParams, lang
from tamdao.kit.web.routes import actor_of, operation

from .. import access, explain, files, queries, relations
from ..models import Delegation, Person, RoleHolding
from ..policy import Role
from ..services import delegations, persons, posts, rehoming
from . import schemas

router = Router(tags=["people"])

MOST_KEY = 2**63 - 1
Key = Annotated[Whole, Described("Number of the row.", (1,))]
PairText = Annotated[Text, Described("`resource.action` as on the page /access/.", ("person.view",))]
UnitId = Annotated[Text, Described("Id of a unit; empty asks about any.", ("25@2025-07-01",))]


def post_out(post: RoleHolding) -> schemas.PostOut:
    """A post as the API shows it."""
    return schemas.PostOut(
        id=post.pk,
        role=post.role,
        unit=post.unit_id,
        capacity=post.capacity,
        from_date=post.from_date,
        end_date=post.end_date,
    )


def delegation_out(given: Delegation) -> schemas.DelegationOut:
    """A delegation as the API shows it."""
    return schemas.DelegationOut(
        id=given.pk,
        post=given.holding_id,
        receiver=given.receiver_id,
        capacity=given.capacity,
        pairs=given.pairs.split(),
        from_date=given.from_date,
        end_date=given.end_date,
        revoked=given.revoked_at is not None,
    )


def people_out(people: list[Person]) -> list[schemas.PersonOut]:
    """People with their posts of today, in two queries."""
    held = queries.posts_by_person(people, at=timezone.localdate())
    return [
        schemas.PersonOut(
            id=person.pk,
            username=person.username,
            name=person.display_name,
            active=person.is_active,
            posts=[post_out(post) for post in held[person.pk]],
        )
        for person in people
    ]


def _person(request: HttpRequest, key: int, action: str) -> Person:
    return access.get_visible(actor_of(request), Person.objects.all(), "person", action, pk=_row(key))


def _row(key: int) -> int:
    """A number no column can hold names nothing."""
    if not 0 < key <= MOST_KEY:
        raise access.absent()
    return key


def _receiver(request: HttpRequest, username: str) -> Person:
    found = access.visible(actor_of(request), Person.objects.filter(username=username), "person", "choose")
    person = found.first()
    if person is None:
        raise access.absent()
    return person


@router.get("", response=schemas.PersonPage, summary="People you may see", operation_id="list_people")
@operation("person", "view")
def list_people(request: HttpRequest, page: Query[PageParams], q: SearchText = "") -> dict[str, Any]:
    """People whom the caller may see, by name without diacritics."""
    found = queries.search_people(actor_of(request), text=q, at=timezone.localdate())
    part = list(found[page.offset : page.offset + page.limit])
    return {"count": found.count(), "items": people_out(part)}


@router.post("", response={201: schemas.PersonOut}, summary="Create a person", operation_id="create_person")
@operation("person", "create")
def create_person(request: HttpRequest, body: schemas.PersonIn) -> Status[schemas.PersonOut]:
    """A person with a first post. The account can sign in once it has a password."""
    made = persons.create(
        username=body.username,
        display_name=body.name,
        role=body.role,
        unit_id=body.unit,
        from_date=body.from_date,
        end_date=body.end_date,
        capacity=body.capacity,
        by=actor_of(request),
        at=timezone.now(),
        reason=body.reason,
    )
    return Status(201, people_out([made])[0])


@router.get(
    "holders", response=list[schemas.HolderRow], summary="Who holds what", operation_id="list_holders"
)
@operation("person", "export")
def list_holders(request: HttpRequest) -> list[dict[str, Any]]:
    """Every post of today, as far as the caller may take it away."""
    found = queries.exported_posts(actor_of(request), at=timezone.localdate())
    return [files.post_row(post) | {"end_date": post.end_date} for post in found]


@router.get(
    "rehomings", response=list[schemas.RehomingOut], summary="Posts that wait", operation_id="list_rehomings"
)
@operation("rehoming", "view")
def list_rehomings(request: HttpRequest) -> list[schemas.RehomingOut]:
    """Posts that ended with their unit and wait for a decision."""
    today = timezone.localdate()
    found = access.visible(actor_of(request), queries.waiting_rehomings(at=today), "rehoming", "view")
    return [
        schemas.RehomingOut(
            post=post_out(post),
            person=post.person_id,
            name=post.person.display_name,
            heirs=relations.heirs(post.unit_id, at=today),
        )
        for post in found
    ]


@router.post(
    "rehomings/{post}",
    response=schemas.RehomingIn,
    summary="Decide a re-homing",
    operation_id="decide_rehoming",
)
@operation("rehoming", "decide")
def decide_rehoming(request: HttpRequest, post: Path[Key], body: schemas.RehomingIn) -> schemas.RehomingIn:
    """The post goes on at one of its heirs, from today, or nowhere."""
    waiting = queries.waiting_rehomings(at=timezone.localdate())
    found = access.get_visible(actor_of(request), waiting, "rehoming", "decide", pk=_row(post))
    rehoming.decide(
        holding=found, to_unit_id=body.unit, by=actor_of(request), at=timezone.now(), reason=body.reason
    )
    return body


@router.get(
    "me/access", response=schemas.AnswerOut, summary="May I, and why", operation_id="explain_own_access"
)
@operation("access", "view")
def explain_own(request: HttpRequest, pair: PairText, unit: UnitId = "") -> schemas.AnswerOut:
    """Whether the caller may do something, and why or why not."""
    return _answer(request, actor_of(request), pair, unit)


@router.get("{person}", response=schemas.PersonOut, summary="One person", operation_id="get_person")
@operation("person", "view")
def get_person(request: HttpRequest, person: Path[Key]) -> schemas.PersonOut:
    """A person with the posts of today."""
    return people_out([_person(request, person, "view")])[0]


@router.get(
    "{person}/access", response=schemas.AnswerOut, summary="May they, and why", operation_id="explain_access"
)
@operation("person", "explain")
def explain_access(
    request: HttpRequest, person: Path[Key], pair: PairText, unit: UnitId = ""
) -> schemas.AnswerOut:
    """Whether a person may do something, and why or why not."""
    return _answer(request, _person(request, person, "explain"), pair, unit)


def _answer(request: HttpRequest, actor: Any, pair: str, unit: str) -> schemas.AnswerOut:
    resource, _, action = pair.partition(".")
    found = explain.explain(actor, resource, action, unit_id=unit, at=timezone.localdate())
    return schemas.AnswerOut(
        allowed=found.allowed,
        sentence=found.sentence.text(lang(request)),
        sentence_en=found.sentence.en,
        grounds=[ground.text(lang(request)) for ground in found.grounds],
    )


@router.post("{person}/switch-off", response=schemas.PersonOut, operation_id="switch_off_person")
@operation("person", "switch")
def switch_off(request: HttpRequest, person: Path[Key], body: schemas.ReasonIn) -> schemas.PersonOut:
    """The account can't sign in and holds nothing."""
    found = _person(request, person, "switch")
    changed = persons.switch_off(person=found, by=actor_of(request), at=timezone.now(), reason=body.reason)
    return people_out([changed])[0]


@router.post("{person}/switch-on", response=schemas.PersonOut, operation_id="switch_on_person")
@operation("person", "switch")
def switch_on(request: HttpRequest, person: Path[Key], body: schemas.ReasonIn) -> schemas.PersonOut:
    """The account may sign in again and holds the posts that still run."""
    found = _person(request, person, "switch")
    changed = persons.switch_on(person=found, by=actor_of(request), at=timezone.now(), reason=body.reason)
    return people_out([changed])[0]


@router.post("{person}/posts", response={201: schemas.PostOut}, operation_id="grant_post")
@operation("post", "grant")
def grant(request: HttpRequest, person: Path[Key], body: schemas.PostIn) -> Status[schemas.PostOut]:
    """A post for a person from a day on."""
    made = posts.grant(
        person=_person(request, person, "choose"),
        role=Role(body.role),
        unit_id=body.unit,
        from_date=body.from_date,
        end_date=body.end_date,
        capacity=body.capacity,
        by=actor_of(request),
        at=timezone.now(),
        reason=body.reason,
    )
    return Status(201, post_out(made))


@router.post("posts/{post}/end", response=schemas.PostOut, operation_id="end_post")
@operation("post", "end")
def end(request: HttpRequest, post: Path[Key], body: schemas.EndIn) -> schemas.PostOut:
    """The post is no longer held from a day on."""
    found = access.get_visible(actor_of(request), RoleHolding.objects.all(), "post", "end", pk=_row(post))
    ended = posts.end(holding=found, on=body.on, by=actor_of(request), at=timezone.now(), reason=body.reason)
    return post_out(ended)


@router.post("posts/{post}/delegations", response={201: schemas.DelegationOut}, operation_id="delegate_post")
@operation("delegation", "give")
def delegate(
    request: HttpRequest, post: Path[Key], body: schemas.DelegationIn
) -> Status[schemas.DelegationOut]:
    """The holder lends a post, or parts of it (TUQ, TL)."""
    holdings = RoleHolding.objects.all()
    found = access.get_visible(actor_of(request), holdings, "delegation", "give", pk=_row(post))
    made = delegations.delegate(
        holding=found,
        receiver=_receiver(request, body.receiver),
        capacity=body.capacity,
        pairs=body.pairs,
        from_date=body.from_date,
        end_date=body.end_date,
        document=body.document,
        by=actor_of(request),
        at=timezone.now(),
        reason=body.reason,
    )
    return Status(201, delegation_out(made))


@router.post(
    "posts/{post}/substitutes", response={201: schemas.DelegationOut}, operation_id="name_substitute"
)
@operation("substitute", "name")
def substitute(
    request: HttpRequest, post: Path[Key], body: schemas.SubstituteIn
) -> Status[schemas.DelegationOut]:
    """Somebody of the same unit signs in place of the holder (KT)."""
    holdings = RoleHolding.objects.all()
    found = access.get_visible(actor_of(request), holdings, "substitute", "name", pk=_row(post))
    made = delegations.substitute(
        holding=found,
        receiver=_receiver(request, body.receiver),
        from_date=body.from_date,
        end_date=body.end_date,
        by=actor_of(request),
        at=timezone.now(),
        reason=body.reason,
    )
    return Status(201, delegation_out(made))


@router.post(
    "delegations/{delegation}/revoke", response=schemas.DelegationOut, operation_id="revoke_delegation"
)
@operation("delegation", "revoke")
def revoke(request: HttpRequest, delegation: Path[Key], body: schemas.ReasonIn) -> schemas.DelegationOut:
    """What was lent ends at once."""
    found = access.get_visible(
        actor_of(request), Delegation.objects.all(), "delegation", "revoke", pk=_row(delegation)
    )
    ended = delegations.revoke(delegation=found, by=actor_of(request), at=timezone.now(), reason=body.reason)
    return delegation_out(ended)
