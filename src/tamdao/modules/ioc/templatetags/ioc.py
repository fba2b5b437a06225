"""Tags of the pages: sentences with doors, addresses that keep day and map, words of the tables."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tamdao.facts.queries.records import legal_act
from tamdao.facts.types import Ref
from tamdao.kit.messages import Message

from ..rules import words
from ..rules.sentences import Link, Piece

register = template.Library()

# Pages that open in the drawer beside the page they were opened from.
DRAWER_PAGES = frozenset({"figure", "score"})


@register.filter
def word(key: str, table: str) -> str:
    """`{{ kind|word:"EVENT_KINDS" }}`: the words of a key in a table of rules.words."""
    return words.word(getattr(words, table), key).text(get_language() or "vi")


@register.filter
def act(text: str) -> Message:
    """The legal act of an event in both languages."""
    return legal_act(text)


@register.simple_tag(takes_context=True)
def sentence(context: dict[str, Any], pieces: tuple[Piece, ...]) -> SafeString:
    """A sentence of rules.sentences as HTML; what a tone colours keeps its words, so colour is never alone."""
    frame = context["frame"]
    lang = get_language() or "vi"
    out: list[tuple[SafeString]] = []
    for piece in pieces:
        text = piece.text.text(lang)
        if piece.link is not None:
            drawer = SafeString(" data-explain") if piece.link.page in DRAWER_PAGES else ""
            out.append((format_html('<a href="{}"{}>{}</a>', frame.url(piece.link), drawer, text),))
        else:
            out.append((format_html("{}", text),))
    return format_html_join("", "{}", out)


@register.simple_tag(takes_context=True)
def go(context: dict[str, Any], link: Link | None) -> str:
    """Address of a link of rules.sentences."""
    return str(context["frame"].url(link))


@register.simple_tag(takes_context=True)
def page_url(context: dict[str, Any], name: str, *args: Any, **query: Any) -> str:
    """`{% page_url "target" code %}`: like `url`, keeping day, map and sample switch."""
    return str(
        context["frame"].page(name, *(str(arg) for arg in args), **{k: str(v) for k, v in query.items() if v})
    )


@register.simple_tag(takes_context=True)
def record_url(context: dict[str, Any], kind: str, key: Any) -> str:
    """Address of the page of a stored record."""
    return str(context["frame"].record(Ref(kind, str(key))))
