"""Every page × every role: the policy table decides, and nothing else. A new route without an example fails."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from tamdao.core.jobs.services import outbox, works
from tamdao.core.people.models import Person, RoleHolding
from tamdao.core.people.policy import Role, allowed
from tamdao.facts.models import Observation
from tamdao.kit.messages import Message
from tamdao.kit.web.routes import contract_of
from tests.meta.test_urls import patterns

pytestmark = pytest.mark.usefixtures("demo_db")
UNIT = "26@2020-01-01"
MAIL = {"to": ["vanphong@example.vn"], "subject": "Thử", "text": ""}
# what stands in the place of the arguments of a route; routes without arguments need no entry
EXAMPLES: dict[str, dict[str, object]] = {
    "target": {"code": "F020"},
    "indicator": {"code": "dti_rank"},
    "figure": {"indicator": "dti_rank", "unit": UNIT, "period": "2021"},
    "edition": {"code": "dti-405-2025"},
    "score": {"year": 2024, "unit": UNIT, "index": "DTI"},
    "unit": {"unit_id": UNIT},
    "unit_children": {"unit_id": UNIT},
    "document": {"code": "vinh-phuc-cmcn4-2022"},
    "source": {"code": "press"},
    "pack": {"name": "vn-dti"},
    "ledger_object": {"kind": "units.Unit", "pk": UNIT},
    "ledger_evidence": {"kind": "units.Unit", "pk": UNIT},
    "event": {"code": "nhap-tinh-25-2025-07-01"},
}
PAGES = {
    str(page.name): page
    for path, page in patterns(get_resolver())
    if not path.startswith("api/") and page.name
}


def arguments(name: str) -> dict[str, object] | None:
    """What stands in the place of the arguments of the route `name`; numbers of rows differ between databases."""
    if name == "observation":
        published = Observation.objects.filter(indicator__code="dti_rank").order_by("pk").first()
        assert published is not None
        return {"pk": published.pk}
    if name.startswith("outbox_"):
        return {"message": outbox.enqueue(channel="email", payload=MAIL, at=timezone.now()).id}
    if name in {"work", "work_cancel"}:
        # only its owner finds it: the reader who was made last
        newest = Person.objects.order_by("-pk").first()
        owner = f"person:{newest.pk if newest else 0}"
        return {"work": works.begin(title=Message("Thử", "Test"), by=owner, at=timezone.now()).pk}
    return EXAMPLES.get(name)


def reader(role: Role) -> Client:
    """A browser in which somebody with this one role has signed in; the public has not."""
    client = Client()
    if role is not Role.PUBLIC:
        person = Person.objects.create_person(username=f"matrix.{role}", display_name="Tài khoản thử")
        RoleHolding.objects.create(
            person=person, role=role.value, unit_id="25@2025-07-01", from_date=date(2025, 7, 1)
        )
        client.force_login(person)
    return client


@pytest.mark.parametrize("role", list(Role))
def test_a_page_opens_for_a_role_exactly_when_the_policy_says_so(role: Role) -> None:
    client = reader(role)
    wrong = []
    for name, page in PAGES.items():
        contract = contract_of(page)
        assert contract is not None
        response = client.get(reverse(name, kwargs=arguments(name)))
        may = allowed([role], contract.resource, contract.action)
        sent_to_sign_in = response.status_code == 302 and "/accounts/login/" in response.headers["Location"]
        refused = response.status_code == 403 or sent_to_sign_in
        # pages that change something answer a GET with "not this way" (405) or lead back (302)
        opened = response.status_code in {200, 302, 405} and not refused
        if opened is not may:
            wrong.append(f"{name}: {response.status_code}, the policy says {may}")
    assert not wrong


def test_absent_and_forbidden_look_alike_to_the_public() -> None:
    client = reader(Role.PUBLIC)
    absent = client.get(reverse("target", kwargs={"code": "none"}))
    unknown = client.get("/no/such/page/")
    assert absent.status_code == unknown.status_code == 404
