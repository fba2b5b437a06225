"""The list of people, one person, their history, why they may do something; create, switch off and on, export."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_safe

from tamdao.core.ledger.words import actor_name
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tamdao.kit.web.downloads import Form, table_response

from .. import access, explain, files, queries, words
from ..models import Person
from ..models.group import member
from ..policy import HELD, Capacity, Role
from ..services import persons
from .asking import answered
from .choosing import find_unit_id, offered_units
from .people_forms import HouseForm, PersonForm
from .present import lent_rows, post_rows
from .views import asked, private

PER_PAGE = 50
MOST_SUGGESTED = 8


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """People whom the reader may see, searched without diacritics, by role and unit."""
    today = timezone.localdate()
    text = request.GET.get("q", "").strip()[:100]
    role = Role(request.GET["role"]) if request.GET.get("role") in HELD else None
    unit = request.GET.get("unit", "").strip()[:120]
    problem = None
    try:
        unit_id = find_unit_id(unit) if unit else ""
    except DomainError as error:
        unit_id, problem = "", error.message
    found = queries.search_people(request.user, text=text, role=role, unit_id=unit_id, at=today)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    people = list(page.object_list)
    posts = queries.posts_by_person(people, at=today)
    query = urlencode([(k, v) for k, v in (("q", text), ("role", role or ""), ("unit", unit)) if v])
    context = {
        "page_obj": page,
        "total": page.paginator.count,
        "query_string": f"{query}&" if query else "",
        "people": [
            (person, [explain.post_name(post.role, post.unit_id) for post in posts[person.pk]])
            for person in people
        ],
        "text": text,
        "role": role,
        "unit": unit,
        "problem": problem,
        "roles": [(key.value, words.ROLES[key]) for key in HELD],
        "may_create": access.can(request.user, "person", "create"),
        "may_export": access.can(request.user, "person", "export"),
        "may_group": access.can(request.user, "group", "manage"),
        "may_rehome": access.can(request.user, "rehoming", "view"),
        "waiting": access.visible(
            request.user, queries.waiting_rehomings(at=today), "rehoming", "decide", at=today
        ).count(),
        "offered": offered_units(request.user, "person", "view", at=today),
    }
    return private(render(request, "people/list.html", context))


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The first people that match, for the search box."""
    text = request.GET.get("q", "").strip()[:100]
    found = queries.search_people(request.user, text=text, at=timezone.localdate()) if text else ()
    return private(render(request, "people/suggest.html", {"people": found[:MOST_SUGGESTED], "text": text}))


def shown(request: HttpRequest, pk: int, action: str) -> Person:
    """The person, when the reader may do `action`; NotFound otherwise."""
    return access.get_visible(request.user, Person.objects.all(), "person", action, pk=pk)


def _may(request: HttpRequest, pk: int, actions: Iterable[str]) -> dict[str, bool]:
    """Which of `actions` the reader may do with this person; rights that reach alike are asked about once."""
    answers: dict[object, bool] = {}
    found = {}
    for action in actions:
        reach = access.reach(request.user, "person", action, at=timezone.localdate())
        alike = (reach.everything, reach.units(), frozenset(ground.relation for ground in reach.grounds))
        if alike not in answers:
            shown = access.visible(request.user, Person.objects.filter(pk=pk), "person", action)
            answers[alike] = reach.everything or shown.exists()
        found[action] = answers[alike]
    return found


def after(request: HttpRequest, pk: int) -> HttpResponse:
    """To the person; to the list when the reader, by what was just done, no longer sees them."""
    # the reader anew: what the request remembers of their rights is from before
    reader = Person.objects.get(pk=access.resolved(request.user).pk)
    seen = access.visible(reader, Person.objects.filter(pk=pk), "person", "view").exists()
    return redirect("person", pk=pk) if seen else redirect("people")


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A person with the posts of today and what is lent."""
    person = shown(request, pk, "view")
    today = timezone.localdate()
    grants = access.can(request.user, "post", "grant") and pk != request.user.pk
    may = _may(request, pk, ("history", "explain", "switch", *(["choose"] if grants else [])))
    posts = access.list_holdings(person=person, at=today)
    context = {
        "person": person,
        "held": post_rows(person, posts, request.user, at=today),
        # what is lent is part of a person's history, not of what colleagues and fellow members see
        **(_lent(person, request.user, at=today) if may["history"] else {}),
        "groups": [one.group for one in person.memberships.filter(member(today)).select_related("group")],
        "needs_code": person.is_active and not person.has_usable_password(),
        "may": may,
        "may_grant": grants and may["choose"],
    }
    return private(render(request, "people/one.html", context))


def _lent(person: Person, actor: Any, *, at: date) -> dict[str, Any]:
    """What the person has lent and was lent, in force today."""
    given, received = queries.lent_by_and_to(person, at=at)
    return {"given": lent_rows(given, actor, at=at), "received": lent_rows(received, actor, at=at)}


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened to the posts of a person."""
    person = shown(request, pk, "history")
    events = explain.history(person)
    # few hands touch the posts of one person: each is asked for once
    names = {by: actor_name(by) if by else Message("", "") for by in {event.by for event in events}}
    context = {"person": person, "events": [(event, names[event.by]) for event in events]}
    return private(render(request, "people/history.html", context))


@require_safe
def access_of(request: HttpRequest, pk: int) -> HttpResponse:
    """Why a person may do something, or not."""
    person = shown(request, pk, "explain")
    today = timezone.localdate()
    rows = [(pair, explain.explain(person, *pair.split("."), at=today)) for pair in _not_public()]
    context = {
        "person": person,
        "allowed": [(pair, answer) for pair, answer in rows if answer.allowed],
        "refused": [(pair, answer) for pair, answer in rows if not answer.allowed],
        **asked(request, person),
    }
    return private(render(request, "people/person_access.html", context))


def _not_public() -> list[str]:
    """What everybody may do needs no reason for one person."""
    return [pair for pair in explain.known_pairs() if words.PART_OF.get(pair.split(".")[0]) != "public"]


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new person with a first post."""
    actor = access.resolved(request.user)
    form = PersonForm(request.POST or None, actor=actor, initial={"from_date": timezone.localdate()})
    made: list[Person] = []

    def call(values: dict[str, Any]) -> None:
        made.append(
            persons.create(
                username=values["username"],
                display_name=values["display_name"],
                role=Role(values["role"]),
                unit_id=values["unit"],
                from_date=values["from_date"],
                end_date=values["end_date"],
                capacity=Capacity(values["capacity"]),
                by=actor,
                at=timezone.now(),
                reason=values["reason"],
            )
        )

    return answered(
        request,
        form,
        call,
        done=gettext("Đã tạo người dùng. Bước tiếp theo: cấp mã để đặt mật khẩu."),
        to=lambda: redirect("person", pk=made[0].pk),
        back=reverse("people"),
        title=gettext("Thêm người dùng"),
        action=gettext("Tạo người dùng"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch the account off, or on again, with a reason."""
    person = shown(request, pk, "switch")
    change = persons.switch_off if person.is_active else persons.switch_on
    form = HouseForm(request.POST or None)

    def call(values: dict[str, Any]) -> None:
        change(person=person, by=access.resolved(request.user), at=timezone.now(), reason=values["reason"])

    title = gettext("Khóa tài khoản") if person.is_active else gettext("Mở lại tài khoản")
    note = (
        gettext(
            "Người này bị đăng xuất ngay và không đăng nhập được; chức vụ vẫn ghi lại, mở lại là dùng tiếp."
        )
        if person.is_active
        else gettext("Người này đăng nhập lại được và dùng những chức vụ còn hiệu lực.")
    )
    return answered(
        request,
        form,
        call,
        done=gettext("Đã khóa tài khoản.") if person.is_active else gettext("Đã mở lại tài khoản."),
        to=lambda: after(request, pk),
        back=reverse("person", args=[pk]),
        person=person,
        title=title,
        note=note,
        action=title,
    )


@require_safe
def export(request: HttpRequest, *, form: Form) -> HttpResponse:
    """Who holds what today, for a spreadsheet."""
    today = timezone.localdate()
    posts = queries.exported_posts(request.user, at=today)
    table = files.posts_table(posts, page=request.build_absolute_uri(), at=today)
    stem = f"chuc-vu-{today.isoformat()}"
    return private(table_response(table, form=form, stem=stem, lang=get_language() or "vi"))


@require_safe
def export_json(request: HttpRequest) -> HttpResponse:
    """Who holds what today, for programs."""
    today = timezone.localdate()
    rows = [files.post_row(post) for post in queries.exported_posts(request.user, at=today)]
    text = json.dumps(rows, ensure_ascii=False, indent=1)
    response = private(HttpResponse(text, content_type="application/json"))
    response.headers["Content-Disposition"] = f'attachment; filename="chuc-vu-{today.isoformat()}.json"'
    return response
