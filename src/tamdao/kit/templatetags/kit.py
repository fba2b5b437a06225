"""`{% load kit %}`: filters for numbers, dates and words, and the components that draw figures."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tamdao.kit import dates, icons, numbers, svgchart
from tamdao.kit.messages import Message
from tamdao.kit.periods import Period
from tamdao.kit.web import routes

register = template.Library()


def _lang() -> str:
    return (translation.get_language() or "vi")[:2]


def _decimal(value: Any) -> Decimal | Fraction | None:
    """A number from canonical text, Decimal, Fraction or int; None stays None."""
    if value is None or value == "":
        return None
    if isinstance(value, (Decimal, Fraction)):
        return value
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


# --- filters -----------------------------------------------------------------------------------------------


@register.filter
def words(value: Any) -> str:
    """A `Message` in the reader's language; anything else as it is."""
    return value.text(_lang()) if isinstance(value, Message) else ("" if value is None else str(value))


@register.filter
def number(value: Any, decimals: int | str | None = None) -> str:
    """1234.5 → "1.234,5" (English "1,234.5"); nothing for a value that is not there."""
    found = _decimal(value)
    if found is None:
        return ""
    places = None if decimals in (None, "") else int(decimals)
    return numbers.format_number(found, lang=_lang(), decimals=places)


@register.filter
def signed(value: Any, symbol: Any = "") -> str:
    """A change with its sign: "+1,2 điểm phần trăm"."""
    found = _decimal(value)
    return "" if found is None else numbers.format_change(found, symbol=words(symbol), lang=_lang())


@register.filter
def date_vn(value: date | None) -> str:
    """dd/mm/yyyy."""
    return dates.format_date(value) if value else ""


@register.filter
def datetime_vn(value: datetime | None) -> str:
    """dd/mm/yyyy HH:MM in the time zone of the house."""
    if value is None:
        return ""
    return dates.format_datetime(timezone.localtime(value) if timezone.is_aware(value) else value)


@register.filter
def period(value: Any) -> str:
    """A period key or `Period` in words: "Quý III/2024"."""
    if value in (None, ""):
        return ""
    return (value if isinstance(value, Period) else Period.parse(str(value))).label(_lang())


@register.filter
def age(value: date | datetime | None, now: date | datetime | None = None) -> str:
    """How long ago, in words; `now` defaults to the present moment (or day)."""
    if value is None:
        return ""
    if now is None:
        now = timezone.localtime() if isinstance(value, datetime) else timezone.localdate()
    return dates.format_age(value, now=now, lang=_lang())


@register.filter
def initials(person: Any) -> str:
    """Up to two letters for the round account mark."""
    name = (person.get_full_name() if hasattr(person, "get_full_name") else "") or str(person)
    parts = [part for part in name.replace(".", " ").split() if part[0].isalnum()]
    return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()


_MESSAGE_STATES = {"success": "met", "warning": "behind", "error": "missed"}


@register.filter
def message_state(level_tag: str) -> str:
    """Django's message level as the state whose colour and mark it borrows; "" for plain information."""
    return _MESSAGE_STATES.get(level_tag, "")


@register.filter
def state_word(state: str) -> str:
    """The word of a target state."""
    return icons.STATES[state].word.text(_lang())


# --- small marks -------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def may(context: template.Context, resource: str, action: str) -> bool:
    """`{% may "ledger" "view" as sees %}`: whether the signed-in reader may; nobody is asked about the public."""
    request = context.get("request")
    return bool(request and request.user.is_authenticated and routes.can(request.user, resource, action))


@register.simple_tag
def asset(path: str) -> str:
    """The address of a built file. Before the front end is built this is a dead address, not a crash."""
    name = f"kit/build/{path}"
    try:
        return staticfiles_storage.url(name)
    except ValueError:
        return f"{settings.STATIC_URL}{name}"


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line icon: `{% icon "search" %}`."""
    return mark_safe(icons.line_icon(name))  # noqa: S308  # from the literal table in kit.icons


@register.simple_tag
def state_icon(state: str) -> SafeString:
    """Only the mark of a state, for places where its word stands beside it anyway."""
    return mark_safe(icons.state_icon(state))  # noqa: S308  # from the literal table in kit.icons


@register.simple_tag
def state(state: str, *, soft: bool = False) -> SafeString:
    """The badge of a state: mark and word, `soft=True` on a tinted ground."""
    return format_html(
        '<span class="state {}{}">{}<span>{}</span></span>',
        state,
        " soft" if soft else "",
        mark_safe(icons.state_icon(state)),  # noqa: S308  # from the literal table in kit.icons
        state_word(state),
    )


@register.inclusion_tag("kit/parts/source_kind.html")
def source_kind(kind: str) -> dict[str, Any]:
    """Where a figure comes from: machine, form or document."""
    return {"kind": kind, "icon": kind if kind in ("machine", "form", "document") else ""}


# --- components --------------------------------------------------------------------------------------------


@register.inclusion_tag("kit/parts/figure.html")
def figure(view: Any, *, size: str = "", plain: bool = False) -> dict[str, Any]:
    """A `FigureView` (or anything with its attributes); `size` lg, xl or hero; `plain` leaves the link out."""
    return {"f": view, "size": size, "plain": plain, "empty": view.value in (None, "")}


@register.inclusion_tag("kit/parts/bar.html")
def progress(row: Any) -> dict[str, Any]:
    """The progress bar of a `TargetRow`: value, target mark and base on one scale."""
    values = {name: _decimal(getattr(row, name, None)) for name in ("target", "base", "low", "high")}
    bar = svgchart.bar(
        actual=_as_float(_decimal(row.figure.value)),
        sample=row.figure.sample,
        **{name: _as_float(value) for name, value in values.items()},
    )
    return {"bar": bar, "state": row.state}


def _as_float(value: Decimal | Fraction | None) -> float | None:
    return None if value is None else float(value)


@register.inclusion_tag("kit/parts/segments.html")
def segments(counts: Any, *, legend: bool = True) -> dict[str, Any]:
    """A stacked bar of counts by state with its words below: `{% segments card.counts %}`."""
    parts = svgchart.segments(counts)
    return {"parts": parts, "legend": legend, "total": sum(part.count for part in parts)}


@register.inclusion_tag("kit/parts/trend.html")
def trend(
    points: Any,
    *,
    title: Any = "",
    reverse: bool = False,
    band: Any = None,
    band_label: Any = "",
    goal: Any = None,
    low: Any = None,
    high: Any = None,
) -> dict[str, Any]:
    """A trend of `svgchart.Point`s; `reverse=True` for ranks, `band=(1, 15)` shades a range."""
    drawn = svgchart.trend(list(points), reverse=reverse, band=band, goal=goal, low=low, high=high)
    return {"t": drawn, "title": title, "band_label": band_label}


@register.inclusion_tag("kit/parts/spark.html")
def spark(values: Any, *, sample: bool = False) -> dict[str, Any]:
    """A sparkline of canonical texts; None cuts the line."""
    pieces = svgchart.spark([_as_float(_decimal(value)) for value in values])
    return {"pieces": pieces, "last": pieces[-1].split(" ")[-1] if pieces else "", "sample": sample}


@register.inclusion_tag("kit/parts/map_date.html", takes_context=True)
def map_date(context: dict[str, Any], shown: date) -> dict[str, Any]:
    """The "địa giới" control: the map of units that the page stands on, and the days to choose from."""
    presets = list(context.get("map_presets") or ())
    # a day before the first one on offer still lies on its side of the change
    current = max((day for day, _ in presets if day <= shown), default=presets[0][0] if presets else None)
    return {
        "shown": shown,
        "here": context.get("here", "/"),
        "presets": [(day, label, day == current) for day, label in presets],
    }


@register.inclusion_tag("kit/parts/choropleth.html")
def choropleth(drawing: Any, legend: Any = (), *, title: Any = "", note: Any = "") -> dict[str, Any]:
    """A map made by `kit.svgmap.draw` with its legend (`LegendKey`s)."""
    return {"m": drawing, "legend": legend, "title": title, "note": note}
