"""Why a person may do something or not, and what became of their posts, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from tamdao.core.units import api as units
from tamdao.kit.dates import format_date
from tamdao.kit.messages import Message

from . import access, words
from .access import Actor, Ground
from .models import Delegation, Person, RoleHolding
from .policy import POLICY, Capacity, Role, rules
from .rows import house_rows

# when something was written down is not known of what was there before this house kept it
_UNKNOWN = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether it is allowed, what was asked ("xem người dùng"), the sentence that says so, each ground (or what
    would be one), and the roles that may."""

    allowed: bool
    doing: Message
    sentence: Message
    grounds: tuple[Message, ...]
    roles: Message


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a person's history: when, what, by whom (as the ledger writes actors) and why."""

    at: datetime | None
    day: date
    what: Message
    by: str
    reason: str


def known_pairs() -> list[str]:
    """Every `resource.action` of the table, in its order."""
    return list(dict.fromkeys(rule.pair for rule in rules()))


def explain(actor: Actor, resource: str, action: str, *, unit_id: str = "", at: date) -> Answer:
    """Whether `actor` may do `action` on `resource` (of the unit, when one is named) on the day `at`, and why."""
    found = access.reach(actor, resource, action, at=at)
    grounds = [ground for ground, alone in found.each() if not unit_id or alone.covers(unit_id)]
    doing = words.doing(resource, action)
    where = _at(unit_id) if unit_id else Message("", "")
    roles = _roles(resource, action)
    if grounds:
        sentence = Message(f"Được {doing.vi}{where.vi}.", f"Allowed to {doing.en}{where.en}.")
        because = tuple(map(_because, grounds))
        return Answer(allowed=True, doing=doing, sentence=sentence, grounds=because, roles=roles)
    sentence = Message(f"Không được {doing.vi}{where.vi}.", f"Not allowed to {doing.en}{where.en}.")
    return Answer(allowed=False, doing=doing, sentence=sentence, grounds=(_who_may(roles),), roles=roles)


def _at(unit_id: str) -> Message:
    name = unit_name(unit_id)
    return Message(f" tại {name.vi}", f" at {name.en}")


def unit_name(unit_id: str) -> Message:
    """The unit inside a sentence; its id where the map does not know it."""
    row = units.find_row(unit_id)
    return row.inside if row is not None else Message(unit_id, unit_id)


def post_name(role: str, unit_id: str) -> Message:
    """A post as a phrase: "Lãnh đạo, tỉnh Phú Thọ"."""
    what, where = words.word(words.ROLES, role), unit_name(unit_id)
    return Message(f"{what.vi}, {where.vi}", f"{what.en}, {where.en}")


def _because(ground: Ground) -> Message:
    """One ground: by which post, lent or held, for which objects."""
    right = ground.right
    reached = words.RELATIONS[ground.relation]
    if right.unit_id is None:
        role = words.ROLES[right.role]
        return Message(f"{role.vi}: {reached.vi}.", f"{role.en}: {reached.en}.")
    post = post_name(right.role, right.unit_id)
    if right.delegation_id is None:
        return Message(f"Giữ chức vụ {post.vi}: {reached.vi}.", f"Holds {post.en}: {reached.en}.")
    with house_rows():
        given = Delegation.objects.select_related("holding__person").get(pk=right.delegation_id)
    how = words.CAPACITIES[Capacity(given.capacity)]
    giver = given.holding.person.display_name
    return Message(
        f"{how.vi} cho {giver} ({post.vi}): {reached.vi}.", f"{how.en} for {giver} ({post.en}): {reached.en}."
    )


def _roles(resource: str, action: str) -> Message:
    roles = [words.ROLES[role] for role in Role if action in POLICY[role].get(resource, frozenset())]
    return Message(", ".join(role.vi for role in roles), ", ".join(role.en for role in roles))


def _who_may(roles: Message) -> Message:
    if not roles.vi:
        return Message("Không vai trò nào có quyền này.", "No role may do that.")
    return Message(f"Vai trò có quyền này: {roles.vi}.", f"Roles that may: {roles.en}.")


def history(person: Person) -> list[Event]:
    """What happened to the posts of a person and to what was lent to or by them, newest first."""
    # whoever may read the history also reads with whom something was lent
    with house_rows():
        events = _events(person)
    return sorted(events, key=lambda event: (event.day, event.at or _UNKNOWN), reverse=True)


def _events(person: Person) -> list[Event]:
    events: list[Event] = []
    for post in person.holdings.select_related("unit", "rehoming"):
        events += _post_events(post)
    for given in Delegation.objects.filter(receiver=person).select_related("holding__person"):
        giver = given.holding.person.display_name
        events += _lent_events(given, Message(f"từ {giver}", f"from {giver}"))
    for given in Delegation.objects.filter(holding__person=person).select_related("holding", "receiver"):
        to = given.receiver.display_name
        events += _lent_events(given, Message(f"cho {to}", f"to {to}"))
    return events


def _post_events(post: RoleHolding) -> list[Event]:
    name = post_name(post.role, post.unit_id)
    found = [
        Event(
            post.granted_at,
            post.from_date,
            Message(f"Giữ chức vụ {name.vi}", f"Post began: {name.en}"),
            post.granted_by,
            post.grant_reason,
        )
    ]
    closed = post.unit.end_date
    if post.end_date is not None and (closed is None or post.end_date <= closed):
        what = Message(f"Thôi giữ chức vụ {name.vi}", f"Post ended: {name.en}")
        found.append(Event(post.ended_at, post.end_date, what, post.ended_by, post.end_reason))
    elif closed is not None:
        what = Message(
            f"Đơn vị kết thúc hoạt động, chức vụ {name.vi} kết thúc theo", f"Ended with its unit: {name.en}"
        )
        found.append(Event(None, closed, what, "", ""))
    decision = getattr(post, "rehoming", None)
    if decision is not None:
        what = (
            Message(f"Sắp xếp lại từ {name.vi}", f"Re-homed from {name.en}")
            if decision.to_holding_id
            else Message(f"Không sắp xếp lại {name.vi}", f"Not re-homed: {name.en}")
        )
        day = decision.decided_at.date()
        found.append(Event(decision.decided_at, day, what, decision.decided_by, decision.reason))
    return found


def _lent_events(given: Delegation, whom: Message) -> list[Event]:
    name = post_name(given.holding.role, given.holding.unit_id)
    how = words.CAPACITIES[Capacity(given.capacity)]
    end = f" – {format_date(given.end_date)}" if given.end_date else ""
    what = Message(f"{how.vi} {whom.vi}: {name.vi}{end}", f"{how.en} {whom.en}: {name.en}{end}")
    found = [Event(given.given_at, given.from_date, what, given.given_by, given.reason)]
    if given.revoked_at is not None:
        what = Message(f"Thu hồi {how.vi} {whom.vi}: {name.vi}", f"Revoked {how.en} {whom.en}: {name.en}")
        day = given.revoked_at.date()
        found.append(Event(given.revoked_at, day, what, given.revoked_by, given.revoke_reason))
    return found
