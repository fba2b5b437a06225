"""People, the posts they hold, what they lend to each other, the groups they belong to, programs with keys."""

from .client import ApiClient
from .delegation import Delegation
from .group import Group, GroupMember
from .person import PageVisit, Person
from .post import RehomingDecision, RoleHolding

__all__ = [
    "ApiClient",
    "Delegation",
    "Group",
    "GroupMember",
    "PageVisit",
    "Person",
    "RehomingDecision",
    "RoleHolding",
]
