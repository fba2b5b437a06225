"""What the templates of people are given: rows with names in words and the actions this reader may take on each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import get_language

from .. import access, explain, words
from ..access import Actor
from ..models import Delegation, Person, RoleHolding
from ..policy import Capacity, Role, own_only, pairs_of


def post_rows(
    person: Person, posts: Iterable[RoleHolding], actor: Actor, *, at: date
) -> list[dict[str, Any]]:
    """Posts with their names and, for each, whether the reader may end or lend it."""
    keys = [post.pk for post in posts]
    may = {
        name: _keys(actor, resource, action, keys, at)
        for name, resource, action in (
            ("end", "post", "end"),
            ("delegate", "delegation", "give"),
            ("substitute", "substitute", "name"),
        )
    }
    return [
        {
            "post": post,
            "name": explain.post_name(post.role, post.unit_id),
            "capacity": words.CAPACITIES[Capacity(post.capacity)] if post.capacity else "",
            "may_end": post.pk in may["end"],
            "may_delegate": post.pk in may["delegate"],
            "may_substitute": post.pk in may["substitute"],
        }
        for post in posts
    ]


def _keys(actor: Actor, resource: str, action: str, keys: Sequence[int], at: date) -> set[int]:
    if not keys or access.reach(actor, resource, action, at=at).everything:
        return set(keys)
    found = access.visible(actor, RoleHolding.objects.filter(pk__in=keys), resource, action, at=at)
    return set(found.values_list("pk", flat=True))


def lent_rows(given: Sequence[Delegation], actor: Actor, *, at: date) -> list[dict[str, Any]]:
    """Delegations in words, with whether they are in force and may be revoked by the reader."""
    queryset = Delegation.objects.filter(pk__in=[one.pk for one in given])
    shown = access.visible(actor, queryset, "delegation", "revoke", at=at)
    may = set(shown.values_list("pk", flat=True)) if given else set()
    return [
        {
            "given": one,
            "post": explain.post_name(one.holding.role, one.holding.unit_id),
            "capacity": words.CAPACITIES[Capacity(one.capacity)],
            "what": [words.doing(*pair.split(".")) for pair in sorted(one.pair_set or ())],
            "runs": runs(one, at),
            "may_revoke": one.pk in may and runs(one, at),
        }
        for one in given
    ]


def runs(one: Delegation, at: date) -> bool:
    """Whether a delegation is in force or still to come, as its own dates say."""
    return one.revoked_at is None and (one.end_date is None or at < one.end_date)


def pair_choices(role: str) -> list[tuple[str, str]]:
    """What may be lent of a role, for a form: key and words. What only concerns one's own posts is no use to others."""
    lang = get_language() or "vi"
    return [
        (pair, words.doing(*pair.split(".")).text(lang))
        for pair in sorted(pairs_of(Role(role)) - own_only(Role(role)))
    ]
