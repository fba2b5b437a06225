"""Stories of the pages about people, accounts, ledger and background work: how they stand, how they are used."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser.looks import faults
from tests.browser.test_stories import DESKTOP, PHONE, sign_in

pytestmark = pytest.mark.browser

# every page of these floors that the demo instance can show, by reader; numbers are those of a fresh instance
OFFICE = {
    "quantri": [
        "/people/", "/people/?q=khong+co+ai", "/people/new/", "/people/1/", "/people/1/history/", "/people/1/access/",
        "/people/1/grant/", "/people/1/switch/", "/people/posts/2/end/", "/people/posts/2/substitute/",
        "/people/groups/", "/people/groups/new/", "/people/rehomings/", "/people/rehomings/11/", "/access/",
        "/access/?pair=person.view&unit=Phú+Thọ", "/ledger/", "/ledger/?q=khong+co+gi", "/ledger/?since=31/02/2026",
        "/ledger/people.Person/1/", "/ledger/people.RoleHolding/1/", "/outbox/", "/outbox/?state=sent", "/background/",
    ],
    "chutich.phutho": [
        "/", "/people/me/", "/people/posts/1/delegate/", "/people/delegations/1/revoke/", "/account/",
        "/account/sessions/", "/account/factors/", "/account/password/", "/account/again/password/",
    ],
    "": ["/accounts/login/", "/accounts/reset/", "/accounts/login/step/", "/khong-co-trang-nay/"],
}  # fmt: skip


@pytest.fixture(scope="module")
def readers(browser: Browser, demo_instance: Any) -> Iterator[dict[str, BrowserContext]]:
    """One browser profile for each reader, signed in once for all stories."""
    found: dict[str, BrowserContext] = {}
    for name in OFFICE:
        found[name] = browser.new_context(base_url=demo_instance.url, locale="vi-VN")
        if name:
            page = found[name].new_page()
            sign_in(page, demo_instance, name)
            page.close()
    yield found
    for context in found.values():
        context.close()


@contextmanager
def opened(readers: dict[str, BrowserContext], name: str, size: ViewportSize = DESKTOP) -> Iterator[Page]:
    page = readers[name].new_page()
    page.set_default_timeout(15_000)
    page.set_viewport_size(size)
    yield page
    page.close()


def test_every_page_stands_well_on_a_phone_and_on_a_desk_by_day_and_by_night(
    readers: dict[str, BrowserContext],
) -> None:
    """At 360 and 1440 px, light and dark, no page scrolls sideways; everything has a name, a place among the headings and
    enough contrast. Each page is loaded once and looked at four times.
    """
    wrong: dict[str, list[str]] = {}
    for name, addresses in OFFICE.items():
        with opened(readers, name) as page:
            for address in addresses:
                page.goto(address)
                for scheme in ("light", "dark"):
                    page.emulate_media(color_scheme=scheme)
                    for size in (PHONE, DESKTOP):
                        page.set_viewport_size(size)
                        for fault in faults(page):
                            wrong.setdefault(f"{address} {scheme} {size['width']}", []).append(fault)
    assert not wrong


def test_a_form_full_of_faults_stands_well_too(readers: dict[str, BrowserContext]) -> None:
    """The administrator sends an empty form: each field says what it lacks, in the width of a phone."""
    with opened(readers, "quantri", PHONE) as page:
        for address in ("/people/new/", "/people/1/grant/", "/people/groups/new/"):
            page.goto(address)
            page.locator("main form.form button.primary").click()
            expect(page.locator("main .message[role=alert]")).to_contain_text("chỗ cần sửa")
            assert faults(page) == []
            first = page.locator("main form [aria-invalid=true]").first
            described = first.get_attribute("aria-describedby") or ""
            assert page.locator(f"#{described.split()[-1]}").inner_text().startswith("Chưa ")


def test_a_post_is_granted_by_keyboard_alone(readers: dict[str, BrowserContext]) -> None:
    """The administrator opens the form, Tab by Tab fills it in with names as people write them, and Enter grants."""
    with opened(readers, "quantri") as page:
        page.goto("/people/2/grant/")
        page.locator("[name=role]").focus()
        page.keyboard.press("Tab")
        page.keyboard.type("Phường Việt Trì, tỉnh Phú Thọ")
        page.keyboard.press("Escape")
        for _ in range(4):
            page.keyboard.press("Tab")
        page.keyboard.type("Kiêm nhiệm theo quyết định")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".message.met")).to_contain_text("phường Việt Trì")
        page.goto("/people/2/history/")
        expect(page.locator("main")).to_contain_text("Quản trị hệ thống")


def test_evidence_from_the_page_is_verified_by_the_program(
    readers: dict[str, BrowserContext], demo_instance: Any, tmp_path: Path
) -> None:
    """The administrator finds the account of the Chairman in the ledger without diacritics, opens it, downloads the
    evidence, unpacks it, and `tamdao-verify` says that it holds.
    """
    with opened(readers, "quantri") as page:
        page.goto("/ledger/")
        page.locator("#ledger-q").fill("tai khoan chu tich tinh phu tho")
        page.keyboard.press("Enter")
        page.locator("main table a", has_text="tài khoản: Chủ tịch tỉnh Phú Thọ").first.click()
        expect(page.locator("h1")).to_contain_text("Tài khoản: Chủ tịch tỉnh Phú Thọ")
        with page.expect_download() as download:
            page.locator("main button", has_text="Tải bằng chứng").click()
        with zipfile.ZipFile(download.value.path()) as packed:
            packed.extractall(tmp_path / "evidence")
    ran = subprocess.run(
        [sys.executable, "-m", "tamdao.verify.cli", str(tmp_path / "evidence"), "--key", str(demo_instance.home / "ledger" / "ledger.pub")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
