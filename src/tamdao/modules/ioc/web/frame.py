"""What every page of this module reads from the request: unit, day, map of units, sample switch, post.

All of it stands in the address, so a page can be sent to someone else: `unit`, `at` (judged on that day), `map` (địa
giới), `sample`. Only the sample switch and the units to compare with are also remembered in a cookie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation

from tamdao.core.people import access
from tamdao.core.people.models import Person
from tamdao.core.people.queries import Post, list_posts
from tamdao.core.people.web.views import SESSION_KEY
from tamdao.core.units.api import UnitRow, first_map_date, get_unit
from tamdao.facts.types import Ref
from tamdao.kit.dates import parse_date
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tamdao.kit.web.preferences import read_preferences

from ..rules.sentences import Link

COMPARE_COOKIE = "tamdao_compare"
MOST_COMPARED = 4

# Record kinds of the explain tree and the page that opens each of them.
RECORD_PAGES = {
    "observation": "observation",
    "document": "document",
    "indicator": "indicator",
    "unit_event": "event",
    "unit": "unit",
    "source": "source",
    "target": "target",
    "pack": "pack",
    "edition": "edition",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """The request as the queries need it. Dates are days in the time zone of the house."""

    today: date
    at: date
    map_date: date
    at_given: bool
    # A map was asked for, in the address or by the reader's last choice.
    map_given: bool
    map_in_address: bool
    sample: bool
    sample_given: bool
    lang: str
    unit: UnitRow | None = None
    unit_given: bool = False
    person: Person | None = None
    post: Post | None = None
    posts: tuple[Post, ...] = ()
    compare: tuple[str, ...] = ()

    @property
    def on(self) -> date | None:
        """The map that was asked for, None when each figure may be shown on its own map."""
        return self.map_date if self.map_given else None

    def carried(self) -> list[tuple[str, str]]:
        """Query items that every link of the page keeps."""
        kept: list[tuple[str, str]] = []
        if self.at_given:
            kept.append(("at", self.at.isoformat()))
        if self.map_in_address:
            kept.append(("map", self.map_date.isoformat()))
        if self.sample_given:
            kept.append(("sample", "1" if self.sample else "0"))
        return kept

    def url(self, link: Link | None) -> str:
        """Address of a link, keeping day, map and sample switch; "" for no link."""
        if link is None:
            return ""
        query = {**dict(self.carried()), **dict(link.query)}
        address = reverse(link.page, args=link.args)
        asked = f"?{urlencode(query)}" if query else ""
        return f"{address}{asked}{'#' + link.anchor if link.anchor else ''}"

    def page(self, name: str, *args: str, **query: str) -> str:
        """Address of a page by name; empty query values are left out."""
        return self.url(Link(name, args, tuple((key, value) for key, value in query.items() if value)))

    def figure(self, indicator: str, unit_id: str, period: str) -> str:
        """Address of the explanation of one figure."""
        return self.page("figure", indicator, unit_id, period)

    def record(self, ref: Ref | None) -> str:
        """Address of a stored record; "" when there is none, or when it is not for this reader."""
        if ref is not None and ref.kind == "ledger":
            return self.ledger(*ref.id.split("/", 1))
        return self.page(RECORD_PAGES[ref.kind], ref.id) if ref else ""

    def ledger(self, kind: str, pk: str) -> str:
        """Address of who wrote and changed a record; "" for readers who may not see the ledger."""
        sees = access.can(self.person, "ledger", "view")
        return reverse("ledger_object", kwargs={"kind": kind, "pk": pk}) if sees else ""


def _day(request: HttpRequest, name: str) -> date | None:
    """A date of the address; DomainError when it is none."""
    text = request.GET.get(name, "").strip()
    return parse_date(text) if text else None


def find_shown_unit(text: str, *, on: date) -> UnitRow:
    """The unit a reader named. An id is looked up on its own map, so that an ended unit still opens."""
    return get_unit(text) if "@" in text else get_unit(text, on=on)


def read_frame(request: HttpRequest) -> Frame:
    """The frame of a request. Raises `DomainError` for a bad date, a map before the first one, an unknown unit."""
    today = timezone.localdate()
    chosen_view = read_preferences(request)
    at = _day(request, "at")
    asked = chosen_view.map_date
    map_in_address = bool(request.GET.get("map", "").strip())
    earliest = first_map_date()
    # refused where it stands in the address; a remembered one would bar the reader from every page for a year
    if asked is not None and asked < earliest and not map_in_address:
        asked = None
    for value in (at, asked):
        if value is not None and value < earliest:
            raise DomainError(
                Message(
                    f"Hệ thống có địa giới từ ngày {earliest:%d/%m/%Y}; không có địa giới ngày {value:%d/%m/%Y}.",
                    f"Maps of units begin on {earliest:%d/%m/%Y}; there is none for {value:%d/%m/%Y}.",
                ),
                code="map_before_first",
                status=404,
            )
    person = request.user if isinstance(request.user, Person) or request.user.is_authenticated else None
    posts: Sequence[Post] = list_posts(person=person, at=today) if person else ()
    chosen = request.session.get(SESSION_KEY, "") if person else ""
    post = next((item for item in posts if item.key == chosen), posts[0] if posts else None)
    map_date = asked or at or today
    named = request.GET.get("unit", "").strip()
    if named:
        unit: UnitRow | None = find_shown_unit(named, on=map_date)
    elif post is not None and post.unit_id != "":
        unit = get_unit(post.unit_id)
    else:
        unit = None
    compared = request.COOKIES.get(COMPARE_COOKIE, "")
    return Frame(
        today=today,
        at=at or today,
        map_date=map_date,
        at_given=at is not None,
        map_given=asked is not None,
        map_in_address=map_in_address,
        sample=chosen_view.sample,
        sample_given="sample" in request.GET,
        lang=translation.get_language() or settings.LANGUAGE_CODE,
        unit=unit,
        unit_given=bool(named),
        person=person,
        post=post,
        posts=tuple(posts),
        compare=tuple(part for part in compared.split("|") if "@" in part)[:MOST_COMPARED],
    )


def messages_in(lang: str, value: Any) -> Any:
    """`Message` values of a nested structure in one language, for JSON scripts and CSV."""
    if isinstance(value, Message):
        return value.text(lang)
    if isinstance(value, dict):
        return {key: messages_in(lang, item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [messages_in(lang, item) for item in value]
    return value
