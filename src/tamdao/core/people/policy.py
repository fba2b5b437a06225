"""Who may do what: one literal table, role × resource × action × relation to the object.

Every route names a resource and an action; a pair that stands in no row is refused. The relation says which objects
the row reaches: a route without an object asks only whether some row exists. From this table come the filter of
querysets and the check of one object (`access`), the page that explains it (`/access/`), docs/security/permissions.md
and half of the tests; the other half is a specification written by hand (tests/integration/permissions/expected.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The roles of the house. `PUBLIC` is the reader who did not sign in, `PERSON` everyone who did."""

    PUBLIC = "public"
    PERSON = "person"  # người đã đăng nhập, also a citizen without any post
    OFFICER = "officer"  # công chức
    DIRECTOR = "director"  # lãnh đạo Sở
    ANALYST = "analyst"  # chuyên viên tổng hợp
    LEADER = "leader"  # Chủ tịch
    UNIT_ADMIN = "unit_admin"  # quản trị đơn vị
    AUDITOR = "auditor"  # người kiểm tra
    ADMIN = "admin"  # quản trị hệ thống


class Relation(StrEnum):
    """How an object stands to the one who asks. A unit below counts at any depth, on the map of today."""

    OWN = "own"  # it is about, or belongs to, the person who asks
    UNIT = "unit"  # it belongs to the unit at which the role is held
    CHILD = "child"  # it belongs to a unit below that one
    GROUP = "group"  # it is about somebody in a named group outside the tree to which the asker belongs too
    EVERY = "every"  # every object, as what is published is for everybody


class Capacity(StrEnum):
    """In which capacity the holder of a post signs.

    Nghị định 30/2020/NĐ-CP, Điều 13 and Phụ lục I, as legal-information sites describe them (the decree itself was
    not read): TM. on behalf of a collective body, KT. a deputy in place of the head, TL. by order of the head, TUQ.
    under a written, time-limited authorisation that can't be passed on. Empty: the head in their own right.
    """

    OWN = ""
    TM = "TM"  # thay mặt
    KT = "KT"  # ký thay
    TL = "TL"  # thừa lệnh
    TUQ = "TUQ"  # thừa ủy quyền


# roles that are held at a unit; the other two are implied
HELD = tuple(role for role in Role if role not in {Role.PUBLIC, Role.PERSON})
_STAFF = (Role.OFFICER, Role.DIRECTOR, Role.ANALYST, Role.LEADER, Role.UNIT_ADMIN, Role.AUDITOR, Role.ADMIN)

_OWN, _UNIT, _CHILD, _GROUP, _EVERY = (
    (Relation.OWN,), (Relation.UNIT,), (Relation.CHILD,), (Relation.GROUP,), (Relation.EVERY,),
)  # fmt: skip
_PUBLIC, _PERSON, _UNIT_ADMIN = (Role.PUBLIC,), (Role.PERSON,), (Role.UNIT_ADMIN,)
_AUDITOR, _ADMIN = (Role.AUDITOR,), (Role.ADMIN,)

Row = tuple[tuple[Role, ...], str, str, tuple[Relation, ...]]

# A new route adds its row here. Roles | resource | actions, separated by spaces | relations to the object.
TABLE: tuple[Row, ...] = (
    # published figures, targets and units are public: a province promised them in public documents
    (_PUBLIC, "home", "view", _EVERY),
    (_PUBLIC, "figure", "view", _EVERY),
    (_PUBLIC, "indicator", "view", _EVERY),
    (_PUBLIC, "target", "view", _EVERY),
    (_PUBLIC, "dti", "view", _EVERY),
    (_PUBLIC, "unit", "view", _EVERY),
    (_PUBLIC, "search", "view", _EVERY),
    (_PUBLIC, "document", "view", _EVERY),
    (_PUBLIC, "session", "view start end", _EVERY),
    (_PUBLIC, "preference", "change", _EVERY),
    (_PUBLIC, "health", "view", _EVERY),
    (_PUBLIC, "api", "view", _EVERY),
    # the first screens
    (_STAFF, "own_home", "view", _EVERY),
    ((Role.ANALYST, Role.ADMIN), "data_quality", "view", _EVERY),
    ((Role.LEADER, Role.ADMIN), "matters", "view", _EVERY),
    (_ADMIN, "styleguide", "view", _EVERY),
    # everyone signed in: the rules of the house, and what is one's own
    (_PERSON, "access", "view", _EVERY),
    (_PERSON, "own_posts", "view", _EVERY),
    (_PERSON, "account", "view change", _OWN),
    (_STAFF, "own_work", "view change", _OWN),
    (_PERSON, "person", "view history explain", _OWN),
    (_PERSON, "person", "view", _GROUP),
    # colleagues see who holds what in their office, those who direct it see the units below too; only out of these,
    # never out of a working group, is somebody chosen to be given a post, a delegation or a place in a group
    (_STAFF, "person", "view choose", _UNIT),
    ((Role.LEADER, Role.ANALYST), "person", "view choose", _CHILD),
    # a post may be lent by whoever holds it, and what was lent may be given back by either side
    (_STAFF, "delegation", "give", _OWN),
    (_STAFF, "substitute", "name", _OWN),
    (_PERSON, "delegation", "revoke", _OWN),
    # the administrators of a unit keep the people of the unit and of those below
    (_UNIT_ADMIN, "person", "view choose history explain create switch export", (*_UNIT, *_CHILD)),
    (_UNIT_ADMIN, "post", "grant end", (*_UNIT, *_CHILD)),
    (_UNIT_ADMIN, "delegation", "revoke", (*_UNIT, *_CHILD)),
    (_UNIT_ADMIN, "substitute", "name", (*_UNIT, *_CHILD)),
    (_UNIT_ADMIN, "rehoming", "view decide", (*_UNIT, *_CHILD)),
    (_UNIT_ADMIN, "group", "manage", _UNIT),
    # who changed what, and the evidence of it to take away
    ((Role.ANALYST, Role.AUDITOR, Role.ADMIN), "ledger", "view export", _EVERY),
    # those who check read everything about people and change nothing
    (_AUDITOR, "person", "view history explain export", _EVERY),
    (_AUDITOR, "rehoming", "view", _EVERY),
    (_ADMIN, "person", "view choose history explain create switch export", _EVERY),
    (_ADMIN, "post", "grant end", _EVERY),
    (_ADMIN, "delegation", "revoke", _EVERY),
    (_ADMIN, "substitute", "name", _EVERY),
    (_ADMIN, "rehoming", "view decide", _EVERY),
    (_ADMIN, "group", "manage", _EVERY),
    (_ADMIN, "outbox", "view change", _EVERY),
)

# Which roles each role may give: those who check are not appointed by those they check.
GRANTABLE: Mapping[Role, tuple[Role, ...]] = {
    Role.UNIT_ADMIN: (Role.OFFICER, Role.DIRECTOR, Role.ANALYST, Role.LEADER, Role.UNIT_ADMIN),
    Role.ADMIN: HELD,
}
# Roles that are held in person only: nobody administers the system or checks it in somebody else's name.
NOT_LENT = (Role.AUDITOR, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table for one role and one pair."""

    role: Role
    resource: str
    action: str
    relations: tuple[Relation, ...]

    @property
    def pair(self) -> str:
        """`resource.action`, the way delegations and commands write it."""
        return f"{self.resource}.{self.action}"


def rules(table: Iterable[Row] | None = None) -> Iterator[Rule]:
    """The table row by row, one rule per role and action."""
    for roles, resource, actions, relations in TABLE if table is None else table:
        for role in roles:
            for action in actions.split():
                yield Rule(role, resource, action, relations)


_Index = dict[tuple[Role, str, str], list[Rule]]
_indexed: list[tuple[tuple[Row, ...], _Index]] = []


def _index() -> _Index:
    """The table by role and pair, made once: every request asks it several times."""
    if not _indexed or _indexed[0][0] is not TABLE:
        found: _Index = {}
        for rule in rules():
            found.setdefault((rule.role, rule.resource, rule.action), []).append(rule)
        _indexed[:] = [(TABLE, found)]
    return _indexed[0][1]


def rules_for(role: Role, resource: str, action: str) -> list[Rule]:
    """The rules by which `role` may do `action` on `resource`; none where the pair stands in no row of the role."""
    return _index().get((role, resource, action), [])


def allowed(roles: Iterable[Role], resource: str, action: str) -> bool:
    """Whether any of `roles`, or the public, may do `action` on some `resource`. Unknown pairs are refused."""
    return any(rules_for(role, resource, action) for role in {Role.PUBLIC, *roles})


def pairs_of(role: Role) -> frozenset[str]:
    """Every `resource.action` that `role` has rows for."""
    return frozenset(rule.pair for rule in rules() if rule.role == role)


def own_only(role: Role) -> frozenset[str]:
    """Pairs of `role` that reach nothing but what belongs to the asker."""
    return frozenset(rule.pair for rule in rules() if rule.role == role and rule.relations == _OWN)


def _by_role() -> Mapping[Role, Mapping[str, frozenset[str]]]:
    found: dict[Role, dict[str, frozenset[str]]] = {role: {} for role in Role}
    for rule in rules():
        actions = found[rule.role]
        actions[rule.resource] = actions.get(rule.resource, frozenset()) | {rule.action}
    return found


# the same, role → resource → actions, for those who ask what exists at all
POLICY: Mapping[Role, Mapping[str, frozenset[str]]] = _by_role()
