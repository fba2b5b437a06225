"""Stories of signing in, in a real browser with a passkey device of its own, on the demo instance."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_stories import DESKTOP, PHONE, opened, sign_in

pytestmark = pytest.mark.browser


class AtLocalhost:
    """The same instance by a name: browsers give passkeys to names, never to bare addresses."""

    def __init__(self, instance: Any) -> None:
        self.url = instance.url.replace("127.0.0.1", "localhost")
        self.passwords = instance.passwords


@pytest.fixture
def instance(demo_instance: Any) -> AtLocalhost:
    return AtLocalhost(demo_instance)


def give_device(page: Page) -> None:
    """A device that keeps passkeys and always recognises its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def prove(page: Page, instance: AtLocalhost, username: str) -> None:
    page.locator("[name=password]").fill(instance.passwords[username])
    page.locator("main form button").first.click()


def code_of(secret: str, steps: int = 0) -> str:
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))
    return code


def sign_out(page: Page) -> None:
    page.locator(".top details.menu summary").click()
    page.locator(".menu-links button", has_text="Đăng xuất").click()


def test_password_and_app(browser: Browser, instance: AtLocalhost) -> None:
    """The analyst opens her account from the menu, switches the app on, puts the recovery codes away, signs out, and
    signs in with password and code. A code used before is refused. She switches the app off again.
    """
    with opened(browser, instance, DESKTOP) as page:
        sign_in(page, instance, "tonghop")
        page.locator(".top details.menu summary").click()
        page.locator(".menu-links a", has_text="Tài khoản của tôi").click()
        expect(page.locator("h1")).to_contain_text("chỉ có mật khẩu")
        page.locator("a", has_text="Bật lớp thứ hai").click()
        page.locator("a", has_text="Bật ứng dụng xác thực").click()
        prove(page, instance, "tonghop")
        secret = page.locator("code.secret").inner_text().replace(" ", "")
        assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 0
        page.locator("[name=code]").fill(code_of(secret))
        page.locator("main form button").click()
        expect(page.locator(".code-list li")).to_have_count(10)
        recovery = page.locator(".code-list code").first.inner_text()
        with page.expect_download() as download:
            page.locator("a[download]").click()
        assert recovery in download.value.path().read_text(encoding="utf-8")
        page.locator("a", has_text="Đã cất").click()
        sign_out(page)
        sign_in(page, instance, "tonghop")
        page.locator("[name=code]").fill(code_of(secret))
        page.locator("main form button.primary").click()
        expect(page.locator(".error")).to_contain_text("đã dùng")
        page.locator("[name=code]").fill(code_of(secret, 1))
        page.locator("main form button.primary").click()
        expect(page.locator(".top .avatar")).to_be_visible()
        page.goto("/account/factors/app/off/")
        prove(page, instance, "tonghop")
        page.locator("main form button.primary").click()
        expect(page.locator("h1")).to_contain_text("Chưa có lớp xác thực thứ hai")


def test_a_passkey_in_the_place_of_everything(browser: Browser, instance: AtLocalhost) -> None:
    """The officer adds the fingerprint of his telephone as a passkey, gives it a name, signs out and signs in by it
    without typing anything. Then he renames and removes it.
    """
    with opened(browser, instance, PHONE) as page:
        give_device(page)
        sign_in(page, instance, "congchuc")
        page.goto("/account/factors/passkeys/add/")
        prove(page, instance, "congchuc")
        page.locator("[name=name]").fill("Điện thoại cơ quan")
        page.locator("main form button").click()
        expect(page.locator(".code-list li")).to_have_count(10)
        page.locator("a", has_text="Đã cất").click()
        expect(page.locator("main")).to_contain_text("Điện thoại cơ quan")
        sign_out(page)
        page.goto("/accounts/login/?next=/account/")
        page.locator("button[form=with-passkey]").click()
        page.wait_for_url(re.compile(r"/account/$"))
        expect(page.locator("main")).to_contain_text("khóa truy cập")
        # as the second factor after a password, too
        sign_out(page)
        sign_in(page, instance, "congchuc")
        page.locator("form[data-passkey] button").click()
        expect(page.locator(".top .avatar")).to_be_visible()
        page.goto("/account/factors/")
        page.locator("summary", has_text="Đổi tên").click()
        page.locator("[name=name]").fill("Máy cũ")
        page.locator("button", has_text="Lưu tên").click()
        prove(page, instance, "congchuc")
        page.locator("summary", has_text="Đổi tên").click()
        page.locator("[name=name]").fill("Máy cũ")
        page.locator("button", has_text="Lưu tên").click()
        expect(page.locator("main")).to_contain_text("Máy cũ")
        page.locator("main button", has_text="Gỡ").click()
        expect(page.locator("h1")).to_contain_text("Chưa có lớp xác thực thứ hai")


def test_a_device_without_the_passkey_says_so(browser: Browser, instance: AtLocalhost) -> None:
    """Somebody presses the passkey button on a device that has none: a sentence says what is wrong, nothing breaks."""
    with opened(browser, instance, DESKTOP) as page:
        give_device(page)
        page.goto("/accounts/login/")
        page.locator("button[form=with-passkey]").click()
        expect(page.locator("[data-passkey-unknown]")).to_be_visible()
        expect(page.locator("button[form=with-passkey]")).to_be_enabled()


def test_ending_a_session_elsewhere(browser: Browser, instance: AtLocalhost) -> None:
    """The director is signed in on two machines; from one he ends the other, whose next page is the public one."""
    with opened(browser, instance, DESKTOP) as here, opened(browser, instance, PHONE) as there:
        for page in (here, there):
            sign_in(page, instance, "lanhdaoso")
            expect(page.locator(".top .avatar")).to_be_visible()
        here.goto("/account/sessions/")
        expect(here.locator(".session-list > li")).to_have_count(2)
        here.locator(".session-list button", has_text="Kết thúc").click()
        # not without proving oneself; then back on the list
        here.locator("[name=password]").fill(instance.passwords["lanhdaoso"])
        here.locator("main button.primary").click()
        here.locator(".session-list button", has_text="Kết thúc").click()
        expect(here.locator(".session-list > li")).to_have_count(1)
        there.goto("/account/")
        there.wait_for_url(re.compile(r"/accounts/login/"))
