"""Truth tables of the rules of signing in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tamdao.core.accounts import rules
from tamdao.core.accounts.passwords import ObviousPasswordValidator

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("failures", "ago", "left"),
    [(0, None, None), (4, 1, None), (5, None, None), (5, 0, 15), (5, 14, 1), (5, 15, None), (9, 1, 14)],
)
def test_a_lock_begins_at_the_limit_and_ends_by_time(
    failures: int, ago: int | None, left: int | None
) -> None:
    count = rules.Count(failures, None if ago is None else NOW - ago * MINUTE)
    end = rules.locked_until(count, limit=5, at=NOW)
    assert (end and rules.minutes_left(end, at=NOW)) == left
    assert (rules.after_attempt(count, limit=5, at=NOW) is None) is (left is not None)


def test_old_attempts_are_forgotten_and_new_ones_add_up() -> None:
    assert rules.after_attempt(rules.Count(0, None), limit=5, at=NOW) == rules.Count(1, NOW)
    assert rules.after_attempt(rules.Count(3, NOW - MINUTE), limit=5, at=NOW) == rules.Count(4, NOW)
    assert rules.after_attempt(rules.Count(5, NOW - 15 * MINUTE), limit=5, at=NOW) == rules.Count(1, NOW)


def test_minutes_are_rounded_up_and_never_none() -> None:
    assert rules.minutes_left(NOW + timedelta(seconds=61), at=NOW) == 2
    assert rules.minutes_left(NOW, at=NOW) == 1


@pytest.mark.parametrize(
    ("forwarded", "proxies", "found"),
    [
        ("", 0, "10.0.0.1"),
        ("6.6.6.6", 0, "10.0.0.1"),
        ("6.6.6.6", 1, "6.6.6.6"),
        ("6.6.6.6, 203.0.113.7", 1, "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7, 10.0.0.2", 2, "203.0.113.7"),
        # fewer entries than proxies: somebody went round them
        ("6.6.6.6", 2, "10.0.0.1"),
        ("", 1, "10.0.0.1"),
        ("nonsense", 1, ""),
        ("::ffff:203.0.113.7", 1, "203.0.113.7"),
        ("2001:db8::0:1", 1, "2001:db8::1"),
    ],
)
def test_the_client_is_who_the_nearest_trusted_proxy_saw(forwarded: str, proxies: int, found: str) -> None:
    assert rules.client_address("10.0.0.1", forwarded, proxies=proxies) == found


@given(st.text(alphabet="0123456789.,: abcdef", max_size=80))
def test_without_proxies_the_header_gains_nothing(header: str) -> None:
    assert rules.client_address("10.0.0.1", header, proxies=0) == "10.0.0.1"


@given(st.lists(st.ip_addresses().map(str), max_size=5))
def test_behind_one_proxy_only_what_it_appended_counts(spoofed: list[str]) -> None:
    header = ", ".join([*spoofed, "203.0.113.7"])
    assert rules.client_address("10.0.0.1", header, proxies=1) == "203.0.113.7"


@pytest.mark.parametrize(
    ("address", "place"),
    [("203.0.113.7", "203.0.113.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("", "")],
)
def test_one_subscriber_is_one_place(address: str, place: str) -> None:
    assert rules.network(address) == place


@pytest.mark.parametrize(
    ("started", "used", "over"),
    [
        (0, 0, False),
        (3599 + 300, 3599 + 300, True),
        (0, 3600 + 299, False),
        (0, 3900, True),
        (43200, 0, True),
    ],
)
def test_a_session_ends_by_age_and_by_disuse(started: int, used: int, over: bool) -> None:
    now = 1_000_000.0
    found = rules.session_over(started_at=now - started, used_at=now - used, now=now, idle=3600, longest=3899)
    assert found is over


def test_a_code_is_accepted_once_and_only_near_its_time() -> None:
    def ask(code: str, after: int = 0) -> int | None:
        return rules.matching_counter(code, now=3000, tolerance=1, value=lambda step: f"c{step}", after=after)

    assert [ask(f"c{step}") for step in (98, 99, 100, 101, 102)] == [None, 99, 100, 101, None]
    assert ask("c100", after=100) is None
    assert ask("c99", after=100) is None
    assert ask("c101", after=100) == 101
    assert rules.matching_counter("same", now=3000, tolerance=1, value=lambda step: "same", after=0) == 101


@pytest.mark.parametrize(
    ("roles", "demo", "needed"),
    [
        (["admin"], False, True),
        (["officer", "leader"], False, True),
        (["officer"], False, False),
        (["admin"], True, False),
        ([], False, False),
    ],
)
def test_who_must_have_a_second_factor(roles: list[str], demo: bool, needed: bool) -> None:
    assert rules.needs_second_factor(roles, required={"admin", "leader"}, demo=demo) is needed


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge · Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0", "Firefox · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/120.0 Chrome/114.0", "Cốc Cốc · Windows"),
        ("curl/8.0", ""),
    ],
)
def test_a_device_in_words(agent: str, words: str) -> None:
    assert rules.device(agent) == words


@pytest.mark.parametrize(
    "password",
    [
        "MậtKhẩu@2026",
        "matkhau123456",
        "quantri@12345",
        "Vĩnh Phúc 2026!!",
        "phutho-phutho-1",
        "UBND ubnd ubnd 1",
    ],
)
def test_an_obvious_password_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        ObviousPasswordValidator().validate(password)


@pytest.mark.parametrize(
    "password", ["bốn con trâu đi cày", "mật khẩu của nhà máy nước", "1234567890123", "phutho-vinhphuc-x"]
)
def test_a_sentence_is_no_obvious_password(password: str) -> None:
    ObviousPasswordValidator().validate(password)
