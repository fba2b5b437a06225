"""The components as HTML, and the page frame's switches. No database."""

from __future__ import annotations

import re
from datetime import date
from http.cookies import SimpleCookie

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from tamdao.kit.components import FigureView, TargetRow, ThreadNode
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tamdao.kit.styleguide import views
from tamdao.kit.styleguide.samples import samples
from tamdao.kit.web.preferences import read_preferences, read_preferences_or_default

FACTORY = RequestFactory()


def render(source: str, **context: object) -> str:
    return Template("{% load kit %}" + source).render(Context(context))


def test_a_figure_has_sign_word_unit_and_the_way_to_its_explanation() -> None:
    html = render(
        "{% figure f %}", f=FigureView("1234.5", "%", sign_word=Message("gần", "nearly"), href="/x/")
    )
    assert "1.234,5" in html
    assert "gần" in html
    assert '<a class="v" href="/x/" data-explain>' in html
    with translation.override("en"):
        assert "1,234.5" in render("{% figure f %}", f=FigureView("1234.5"))


def test_a_missing_figure_is_never_zero() -> None:
    html = render("{% figure f %}", f=FigureView(None, "%"))
    assert "–" in html
    assert not re.search(r"\b0\b", html)
    assert "%" not in html


def test_zero_is_a_figure() -> None:
    assert '<span class="v">0</span>' in render("{% figure f %}", f=FigureView("0"))


def test_sample_data_says_so() -> None:
    html = render("{% figure f %}", f=FigureView("42", sample=True))
    assert "sample" in html
    assert "dữ liệu mẫu" in html


def test_a_target_row_shows_state_in_shape_and_word() -> None:
    row = TargetRow("Tên <b>", "/t/", "behind", FigureView("61.4", "%"), "chỉ tiêu > 75 %", target="75")
    html = render('{% include "kit/parts/target_row.html" %}', row=row)
    assert "<svg" in html
    assert "Chậm" in html
    assert "&lt;b&gt;" in html
    assert 'x2="61.4%"' in html


def test_the_thread_opens_every_record() -> None:
    nodes = [
        ThreadNode("input", "a", "1", href="/r/", children=[ThreadNode("document", "b", "c", href="/d/")])
    ]
    html = render('{% include "kit/parts/thread.html" %}', nodes=nodes)
    assert html.count("<ol") == 2
    assert 'href="/r/"' in html
    assert 'href="/d/"' in html


def test_nothing_in_the_style_guide_needs_an_inline_style_or_script() -> None:
    context = samples()
    html = "".join(
        render(source, **context)
        for source in (
            "{% for card in pillars %}{% include 'kit/parts/pillar_card.html' %}{% endfor %}",
            "{% for tile in tiles %}{% include 'kit/parts/tile.html' %}{% endfor %}",
            "{% trend points reverse=True band=band %}{% include 'kit/parts/attention.html' %}",
            "{% include 'kit/parts/thread.html' %}{% include 'kit/parts/crumbs.html' %}",
        )
    )
    assert "style=" not in html
    assert "<script" not in html
    assert not re.search(r"\son\w+=", html)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ '1234567.891'|number:2 }}", "1.234.567,89"),
        ("{{ None|number }}", ""),
        ("{{ '-3'|signed:'bậc' }}", "−3 bậc"),
        ("{{ day|date_vn }}", "01/07/2025"),
        ("{{ '2024-Q3'|period }}", "Quý III/2024"),
        ("{{ day|age:later }}", "3 ngày trước"),
        ("{{ 'tong.hop'|initials }}", "TH"),
    ],
)
def test_filters(source: str, expected: str) -> None:
    assert render(source, day=date(2025, 7, 1), later=date(2025, 7, 4)) == expected


def test_the_address_wins_over_the_cookie() -> None:
    request = FACTORY.get("/?map=2025-07-01&sample=0")
    request.COOKIES.update(tamdao_map="2024-01-01", tamdao_sample="1", tamdao_theme="dark")
    found = read_preferences(request)
    assert (found.map_date, found.sample, found.theme) == (date(2025, 7, 1), False, "dark")


def test_a_bad_date_is_refused_in_the_address_and_ignored_in_a_cookie() -> None:
    with pytest.raises(DomainError):
        read_preferences(FACTORY.get("/?map=31/02/2025"))
    assert read_preferences_or_default(FACTORY.get("/?map=31/02/2025")).map_date is None
    stale = FACTORY.get("/")
    stale.COOKIES.update(tamdao_map="nonsense", tamdao_theme="sepia")
    assert read_preferences(stale).map_date is None
    assert read_preferences(stale).theme == "auto"


def cookies(response: HttpResponse) -> SimpleCookie:
    return response.cookies


def test_choosing_a_map_goes_back_with_the_date_in_the_address() -> None:
    response = views.choose_map(
        FACTORY.get("/kit/map/", {"map": "1/7/2025", "next": "/dti/?year=2024&map=2020-01-01"})
    )
    assert response["Location"] == "/dti/?year=2024&map=2025-07-01"
    assert cookies(response)["tamdao_map"].value == "2025-07-01"


def test_switches_never_lead_to_another_house() -> None:
    for view, data in ((views.switch_sample, {"sample": "1"}), (views.choose_theme, {"theme": "dark"})):
        response = view(FACTORY.post("/", {**data, "next": "https://elsewhere.example/x"}))
        assert response["Location"] == "/"


def test_the_default_leaves_no_cookie() -> None:
    response = views.choose_theme(FACTORY.post("/", {"theme": "auto", "next": "/"}))
    assert cookies(response)["tamdao_theme"].value == ""


def test_the_frame_takes_the_theme_from_the_cookie_before_the_first_byte() -> None:
    request = FACTORY.get("/")
    request.COOKIES["tamdao_theme"] = "dark"
    request.user = AnonymousUser()
    # what a page calls its own values must not change the frame
    html = render_to_string("kit/error.html", {"view": object()}, request)
    assert 'data-theme="dark"' in html
    assert "style=" not in html
    assert "<script>" not in html
