"""Stories in a real browser on the demo instance: what a person does, step by step, as each docstring tells it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

pytestmark = pytest.mark.browser

PHONE = ViewportSize(width=360, height=800)
DESKTOP = ViewportSize(width=1440, height=900)
PAGES = [
    "/",
    "/?unit=26@2020-01-01&at=2025-06-30",
    "/targets/?unit=26@2020-01-01",
    "/targets/F020/",
    "/indicators/",
    "/indicators/dti_rank/?unit=26@2020-01-01",
    "/figures/dti/25@2025-07-01/2024/",
    "/dti/?map=2025-07-01&unit=25@2025-07-01",
    "/units/",
    "/units/25@2025-07-01/",
    "/search/?q=chuyen doi so",
    "/wall/?unit=25@2025-07-01",
    "/accounts/login/",
]


@contextmanager
def opened(browser: Browser, instance: Any, size: ViewportSize) -> Iterator[Page]:
    """A page of a fresh browser profile; any console error, blocked content or request elsewhere fails the story."""
    context = browser.new_context(viewport=size, base_url=instance.url, locale="vi-VN")
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((instance.url, "data:"))
            else faults.append(f"elsewhere: {request.url}")
        ),
    )
    page.set_default_timeout(15_000)
    yield page
    context.close()
    assert not faults


def sign_in(page: Page, instance: Any, username: str) -> None:
    page.goto("/accounts/login/")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(instance.passwords[username])
    page.locator("main form button").click()
    expect(page.locator("h1")).to_be_visible()


def test_the_chairman_follows_a_number_to_its_document(browser: Browser, demo_instance: Any) -> None:
    """The Chairman of Phú Thọ signs in. The first line says that 18 targets of Vĩnh Phúc wait for a decision. He opens
    the rank 20, a drawer slides in; from there he opens a stored figure, and from it the document. On the way back he
    presses the button of the first matter and sees the 18 targets.
    """
    with opened(browser, demo_instance, DESKTOP) as page:
        sign_in(page, demo_instance, "chutich.phutho")
        expect(page.locator("h1")).to_contain_text("chỉ tiêu của Vĩnh Phúc chờ quyết định từ 01/07/2025")
        page.locator("h1 a", has_text="20").click()
        drawer = page.locator("dialog#drawer")
        expect(drawer).to_be_visible()
        expect(drawer).to_contain_text("0,6973")
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
        page.locator("h1 a", has_text="20").click()
        drawer.locator("summary", has_text="Xem cách ra số này").first.click()
        drawer.locator("a.door[href*='/observations/']").first.click()
        page.wait_for_url(re.compile(r"/observations/\d+/"))
        page.locator("main a[href*='/documents/']").first.click()
        page.wait_for_url(re.compile(r"/documents/"))
        expect(page.locator(".page-head")).to_contain_text("dẫn nguồn này")
        page.goto("/")
        page.locator(".attention .btn").first.click()
        expect(page.locator("main")).to_contain_text("18 trong 18 chỉ tiêu")


def test_the_map_before_and_after_the_mergers(browser: Browser, demo_instance: Any) -> None:
    """A reader opens the index of 2024, sees 34 provinces, switches to the 63 before 1 July 2025 and back; the chart of
    the main indices appears when it comes into view and has a table behind it.
    """
    with opened(browser, demo_instance, DESKTOP) as page:
        page.goto("/dti/?year=2024&map=2025-07-01&unit=25@2025-07-01")
        expect(page.locator("h1")).to_contain_text("34 tỉnh")
        assert page.locator(".map .region").count() == 34
        page.locator(".filters .switch a", has_text="63").click()
        expect(page.locator("h1")).to_contain_text("63 tỉnh")
        assert page.locator(".map .region").count() == 63
        page.locator(".filters .switch a", has_text="34").click()
        expect(page.locator("h1")).to_contain_text("34 tỉnh")
        page.goto("/dti/?year=2024&map=2025-07-01&unit=25@2025-07-01")
        page.locator("td-chart").scroll_into_view_if_needed()
        expect(page.locator("td-chart canvas")).to_be_visible()
        page.locator("td-chart button").first.click()
        expect(page.locator("td-chart table")).to_be_visible()


def test_search_without_diacritics_by_keyboard(browser: Browser, demo_instance: Any) -> None:
    """Ctrl K, "vinh phuc", arrow down, Enter: the unit Vĩnh Phúc opens and says what became of it."""
    with opened(browser, demo_instance, DESKTOP) as page:
        page.goto("/")
        page.keyboard.press("Control+k")
        page.keyboard.type("vinh phuc")
        expect(page.locator(".suggest a").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/units/"))
        expect(page.locator("h1")).to_contain_text("kết thúc ngày 01/07/2025, nay thuộc tỉnh Phú Thọ")


def test_the_tree_opens_its_branches(browser: Browser, demo_instance: Any) -> None:
    """In the tree of units a province opens in place and shows its communes."""
    with opened(browser, demo_instance, DESKTOP) as page:
        page.goto("/units/?map=2025-07-01")
        branch = page.locator(".tree > li", has_text="Tỉnh Phú Thọ")
        branch.locator("summary").click(position={"x": 300, "y": 10})
        expect(branch.locator(".tree .tree-leaf").first).to_be_visible()


def test_sample_data_is_marked_and_goes_away_again(browser: Browser, demo_instance: Any) -> None:
    """A reader shows sample data: every such figure says so; hides it: none is left."""
    with opened(browser, demo_instance, DESKTOP) as page:
        page.goto("/?unit=26@2020-01-01&at=2025-06-30")
        expect(page.locator(".sample-mark")).to_have_count(0)
        page.locator(".top details.menu summary").click()
        page.locator(".top button[name=sample][value='1']").click()
        expect(page.locator(".chip.sample")).to_be_visible()
        assert page.locator(".sample-mark").count() > 3
        page.locator(".top details.menu summary").click()
        page.locator(".top button[name=sample][value='0']").click()
        expect(page.locator(".sample-mark")).to_have_count(0)


def test_a_phone_never_scrolls_sideways(browser: Browser, demo_instance: Any) -> None:
    """On a phone of 360 px every page fits its width; the drawer comes from below and closes by its button."""
    with opened(browser, demo_instance, PHONE) as page:
        for address in PAGES:
            page.goto(address)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= PHONE["width"], address
        page.goto("/?unit=26@2020-01-01&at=2025-06-30")
        page.locator("h1 a[data-explain]").first.click()
        expect(page.locator("dialog#drawer")).to_be_visible()
        page.locator("[data-drawer-close]").click()
        expect(page.locator("dialog#drawer")).to_be_hidden()


def test_every_page_obeys_the_content_security_policy(browser: Browser, demo_instance: Any) -> None:
    """All pages, light and dark: nothing is blocked, nothing is fetched from elsewhere, no script fails."""
    for scheme in ("light", "dark"):
        with opened(browser, demo_instance, DESKTOP) as page:
            page.emulate_media(color_scheme=scheme)
            for address in PAGES:
                answer = page.goto(address)
                assert answer is not None
                assert answer.status == 200, address
                assert "unsafe-inline" not in answer.headers["content-security-policy"]
                assert page.locator("h1, .explain-head").count() >= 1, address


def test_pages_work_without_javascript(browser: Browser, demo_instance: Any) -> None:
    """Without JavaScript a number opens its explanation as a page, the tree opens as a page, search answers, the index
    shows ranking, map and the table of main indices, a form changes the year, the wall shows all its tiles.
    """
    context = browser.new_context(viewport=DESKTOP, base_url=demo_instance.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/?unit=25@2025-07-01")
    page.locator("h1 a[data-explain]").first.click()
    page.wait_for_url(re.compile(r"/dti/2024/"))
    expect(page.locator(".thread").first).to_be_visible()
    page.locator("input#q").fill("hung yen")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search/"))
    expect(page.locator("main")).to_contain_text("Tỉnh Hưng Yên")
    page.goto("/dti/?year=2024&map=2025-07-01&unit=25@2025-07-01")
    expect(page.locator("td-chart table")).to_be_visible()
    assert page.locator(".map .region").count() == 34
    page.locator("#f-year").select_option("2023")
    page.locator("main form.filters button.primary").click()
    expect(page.locator("h1")).to_contain_text("2023")
    page.goto("/wall/?unit=25@2025-07-01")
    assert all(tile.is_visible() for tile in page.locator(".tile").all())
    context.close()


def test_the_wall_fits_its_screen_and_takes_turns(browser: Browser, demo_instance: Any) -> None:
    """On a large screen all eleven tiles stand at once; on a lower one those that don't fit come at the next turn. The
    clock ticks. When the house can't be reached the screen keeps its figures and says since when.
    """
    with opened(browser, demo_instance, DESKTOP) as page:
        page.clock.install()
        page.set_viewport_size({"width": 1920, "height": 1080})
        page.goto("/wall/?unit=25@2025-07-01")
        tiles = page.locator(".tile")
        shown = page.locator(".tile:visible")
        total = tiles.count()
        assert shown.count() == total
        assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight + 1")
        page.set_viewport_size({"width": 1440, "height": 800})
        expect(tiles.last).to_be_hidden()
        assert 4 <= shown.count() < total
        page.clock.run_for(22_000)
        expect(tiles.last).to_be_visible()
        expect(tiles.first).to_be_hidden()
        hour = page.locator("[data-clock] b").inner_text()
        page.clock.run_for(61_000)
        assert page.locator("[data-clock] b").inner_text() != hour


def test_the_wall_says_when_it_lost_the_house(browser: Browser, demo_instance: Any) -> None:
    """The connection breaks: after five minutes the wall still shows its figures and names the hour they are of."""
    context = browser.new_context(viewport=DESKTOP, base_url=demo_instance.url)
    page = context.new_page()
    page.clock.install()
    page.goto("/wall/?unit=25@2025-07-01")
    expect(page.locator("[data-offline]")).to_be_hidden()
    context.set_offline(True)
    page.clock.run_for(301_000)
    expect(page.locator("[data-offline]")).to_be_visible()
    assert page.locator(".tile:visible").count() >= 1
    context.close()


def test_the_keyboard_alone_reaches_the_content(browser: Browser, demo_instance: Any) -> None:
    """The first Tab offers the way past the navigation; from there the next Tab is inside the page, and every stop shows
    where it is.
    """
    with opened(browser, demo_instance, DESKTOP) as page:
        page.goto("/dti/?map=2025-07-01&unit=25@2025-07-01")
        page.keyboard.press("Tab")
        expect(page.locator("a.skip")).to_be_focused()
        page.keyboard.press("Enter")
        for _ in range(6):
            page.keyboard.press("Tab")
            assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
            drawn = "getComputedStyle(document.activeElement).outlineStyle"
            assert page.evaluate(f"{drawn} !== 'none'")
