"""The reader's own posts, choosing in which of them to work, and who may do what."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from tamdao.kit.errors import DomainError

from .. import access, explain, words
from ..models import Delegation, Person
from ..policy import HELD, Relation, Role, rules
from .choosing import find_unit_id, offered_units
from .present import lent_rows, post_rows

SESSION_KEY = "post"


@require_POST
def switch_role(request: HttpRequest) -> HttpResponse:
    """Keeps the chosen post in the session; a post that is not held is ignored wherever it is read."""
    request.session[SESSION_KEY] = request.POST.get("post", "")[:80]
    following = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()}):
        following = "/"
    return redirect(following)


@require_safe
def own_posts(request: HttpRequest) -> HttpResponse:
    """What the reader holds, has lent and was lent."""
    person = access.resolved(request.user)
    if not isinstance(person, Person):
        raise access.absent()
    today = timezone.localdate()
    given = Delegation.objects.filter(holding__person=person).select_related(
        "holding__person", "holding__unit", "receiver"
    )
    received = access.list_received(person=person, at=today)
    posts = post_rows(person, access.list_holdings(person=person, at=today), request.user, at=today)
    context = {
        "held": posts,
        "given": lent_rows(list(given.order_by("-pk")), request.user, at=today),
        "received": lent_rows(received, request.user, at=today),
        "count": len(posts),
        "lent_count": len(received),
    }
    return private(render(request, "people/own.html", context))


@require_safe
def who_may(request: HttpRequest) -> HttpResponse:
    """The policy table in words; and, asked about one action, why the reader may do it or not."""
    context = {"parts": table_parts(), **asked(request, request.user)}
    return private(render(request, "people/access.html", context))


def table_parts() -> list[dict[str, Any]]:
    """The policy table by part, each action with who may do it; what is public is a part that stands folded."""
    cells: dict[str, dict[Role, list[Relation]]] = {}
    for rule in rules():
        cells.setdefault(rule.pair, {}).setdefault(rule.role, []).extend(rule.relations)
    parts: dict[str, list[dict[str, Any]]] = {key: [] for key in words.PARTS}
    for pair, by_role in cells.items():
        resource, action = pair.split(".")
        # a resource without a part stands with those of the system rather than nowhere
        part = parts[words.PART_OF.get(resource, "system")]
        part.append({"pair": pair, "doing": words.doing(resource, action), "who": _who(by_role)})
    return [
        {"key": key, "name": words.PARTS[key], "rows": rows, "folded": key == "public"}
        for key, rows in parts.items()
    ]


def _who(by_role: dict[Role, list[Relation]]) -> list[dict[str, Any]]:
    """Roles with the same reach stand in one line; a reach of everything needs no words when nobody's is less."""
    lines: dict[tuple[Relation, ...], list[Role]] = {}
    for role in (Role.PUBLIC, Role.PERSON, *HELD):
        if role in by_role:
            reach = tuple(dict.fromkeys(by_role[role]))
            # whoever reaches everything reaches what is one's own too
            lines.setdefault((Relation.EVERY,) if Relation.EVERY in reach else reach, []).append(role)
    plain = set(lines) == {(Relation.EVERY,)}
    return [
        {
            "roles": [words.ROLES[role] for role in roles],
            "reach": [] if plain else [words.RELATIONS[relation] for relation in reach],
        }
        for reach, roles in lines.items()
    ]


def asked(request: HttpRequest, person: Any) -> dict[str, Any]:
    """The question of the address (`pair`, `unit`) and its answer about `person`; a wrong unit is said beside it."""
    pair, unit = request.GET.get("pair", ""), request.GET.get("unit", "").strip()[:80]
    today = timezone.localdate()
    pairs = [(known, words.doing(*known.split("."))) for known in explain.known_pairs()]
    found: dict[str, Any] = {
        "pairs": pairs,
        "pair": pair,
        "unit": unit,
        "answer": None,
        "problem": None,
        "offered": offered_units(request.user, "unit", "view", at=today),
    }
    if pair not in explain.known_pairs():
        return found
    try:
        unit_id = find_unit_id(unit) if unit else ""
    except DomainError as error:
        return found | {"problem": error.message}
    return found | {"answer": explain.explain(person, *pair.split("."), unit_id=unit_id, at=today)}


def private(response: HttpResponse) -> HttpResponse:
    """Pages about people are kept by no cache."""
    response.headers["Cache-Control"] = "private, no-store"
    return response
