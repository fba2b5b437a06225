"""What stands in the frame round every page: navigation and the doors to search, sign-in and the like.

kit knows no module, so the module that owns the pages registers them when it starts:

    shell.register_nav(NavItem(gettext_lazy("Chỉ tiêu"), "targets", "targets"), ...)
    shell.register_links(home="home", search="search", suggest="search_suggest")

A name that doesn't resolve is left out of the page instead of breaking it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse

from tamdao.kit.messages import Message


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry of the navigation. `key` is compared with the page's `nav_key` and names the icon."""

    label: Any
    url_name: str
    key: str


_nav: list[NavItem] = []
_links: dict[str, str] = {}


def register_nav(*items: NavItem) -> None:
    """Appends entries in the order shown; registering a key again replaces its entry."""
    for item in items:
        places = [place for place, known in enumerate(_nav) if known.key == item.key]
        if places:
            _nav[places[0]] = item
        else:
            _nav.append(item)


def register_links(**url_names: str) -> None:
    """Names the URLs of the frame: home, search, suggest, login, logout, account, own_posts, works, people, access…"""
    _links.update(url_names)


def _reverse(url_name: str) -> str | None:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def nav() -> list[tuple[str, str, str]]:
    """(label, url, key) for every entry whose page exists."""
    found = ((str(item.label), _reverse(item.url_name), item.key) for item in _nav)
    return [(label, url, key) for label, url, key in found if url is not None]


def links() -> dict[str, str]:
    """name → url for every door that exists."""
    found = {name: _reverse(url_name) for name, url_name in _links.items()}
    return {name: url for name, url in found.items() if url is not None}


# The days that the date control offers; the module that knows the maps may replace them.
_map_presets: list[tuple[date, Message]] = []


def register_map_presets(*presets: tuple[date, Message]) -> None:
    """The map dates a reader chooses from by one click, oldest first."""
    _map_presets[:] = presets


def map_presets() -> list[tuple[date, Message]]:
    """The registered days, oldest first."""
    return list(_map_presets)
