"""Who may do what: one literal table, role × resource → actions.

Every route names a resource and an action; a pair that stands in no row is refused. `PUBLIC` is what anyone may do,
signed in or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Role(StrEnum):
    """The roles of the house. `PUBLIC` is the reader who did not sign in."""

    PUBLIC = "public"
    OFFICER = "officer"  # công chức
    DIRECTOR = "director"  # lãnh đạo Sở
    ANALYST = "analyst"  # chuyên viên tổng hợp
    LEADER = "leader"  # Chủ tịch
    ADMIN = "admin"  # quản trị hệ thống


READ = frozenset({"view"})
# reading who changed what, and taking the evidence away
LEDGER = frozenset({"view", "export"})

# Published figures, targets and units are public: a province promised them in public documents.
_PUBLIC: dict[str, frozenset[str]] = {
    "home": READ,
    "figure": READ,
    "indicator": READ,
    "target": READ,
    "dti": READ,
    "unit": READ,
    "search": READ,
    "document": READ,
    "session": frozenset({"view", "start", "end"}),
    "preference": frozenset({"change"}),
    "health": READ,
    "api": READ,
}
_STAFF: dict[str, frozenset[str]] = {"own_home": READ}

POLICY: Mapping[Role, Mapping[str, frozenset[str]]] = {
    Role.PUBLIC: _PUBLIC,
    Role.OFFICER: _PUBLIC | _STAFF,
    Role.DIRECTOR: _PUBLIC | _STAFF,
    Role.ANALYST: _PUBLIC | _STAFF | {"data_quality": READ, "ledger": LEDGER},
    Role.LEADER: _PUBLIC | _STAFF | {"matters": READ},
    Role.ADMIN: _PUBLIC
    | _STAFF
    | {"data_quality": READ, "matters": READ, "styleguide": READ, "ledger": LEDGER},
}


def allowed(roles: Iterable[Role], resource: str, action: str) -> bool:
    """Whether any of `roles`, or the public, may do `action` on `resource`. Unknown pairs are refused."""
    return any(action in POLICY[role].get(resource, frozenset()) for role in {Role.PUBLIC, *roles})
