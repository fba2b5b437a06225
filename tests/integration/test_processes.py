"""A whole instance as an office runs it: prepared, served, asked, prepared again, stopped."""

from __future__ import annotations

import os
import stat
import time
import urllib.request

import pytest

from tamdao.core.people import demo
from tests.support import DemoInstance

pytestmark = pytest.mark.skipif(
    os.environ.get("TAMDAO_TEST_DATABASE") == "postgres", reason="the embedded instance is SQLite"
)


def test_preparing_again_is_quick_and_changes_nothing(demo_instance: DemoInstance) -> None:
    accounts = (demo_instance.home / "demo-accounts.txt").read_bytes()
    begun = time.monotonic()
    again = demo_instance.run("demo", "--no-serve")
    assert again.returncode == 0, again.stderr
    assert time.monotonic() - begun < 10
    assert (demo_instance.home / "demo-accounts.txt").read_bytes() == accounts
    packs = [line for line in again.stdout.splitlines() if line.startswith("  Gói ")]
    assert packs
    assert all("không đổi" in line for line in packs)


def test_what_is_private_is_readable_by_its_owner_alone(demo_instance: DemoInstance) -> None:
    for name in ("demo-accounts.txt", "secret-key", "tamdao.sqlite3", "prepared.json"):
        assert stat.S_IMODE((demo_instance.home / name).stat().st_mode) == 0o600, name


def test_every_account_has_a_password(demo_instance: DemoInstance) -> None:
    assert set(demo_instance.passwords) == {account.username for account in demo.ACCOUNTS}
    assert len(set(demo_instance.passwords.values())) == len(demo.ACCOUNTS)


def test_static_files_are_hashed_and_kept_by_browsers(demo_instance: DemoInstance) -> None:
    with urllib.request.urlopen(f"{demo_instance.url}/", timeout=20) as answer:
        html = answer.read().decode()
    link = html.split('rel="stylesheet" href="')[1].split('"')[0]
    with urllib.request.urlopen(f"{demo_instance.url}{link}", timeout=20) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


def test_port_that_is_taken_is_refused_with_a_sentence(demo_instance: DemoInstance) -> None:
    second = demo_instance.run("serve", "--port", str(demo_instance.port))
    assert second.returncode == 1
    assert str(demo_instance.port) in second.stderr
    assert "--port" in second.stderr


def test_unprepared_instance_is_refused_with_a_sentence(demo_instance: DemoInstance) -> None:
    fresh = DemoInstance(demo_instance.home / "fresh")
    served = fresh.run("serve", "--port", str(fresh.port))
    assert served.returncode == 1
    assert "tamdao migrate" in served.stderr
    asked = fresh.run("client", "list")
    assert asked.returncode == 1
    assert "tamdao migrate" in asked.stderr


def test_keys_are_given_listed_and_taken_back(demo_instance: DemoInstance) -> None:
    made = demo_instance.run("client", "create", "kho-thu")
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("td_")
    assert demo_instance.run("client", "create", "kho-thu").returncode == 1
    assert made.stdout.strip() not in demo_instance.run("client", "list", "--format", "json").stdout
    assert demo_instance.run("client", "revoke", "kho-thu").returncode == 0
    assert demo_instance.run("client", "revoke", "nobody").returncode == 1


def test_migrations_are_all_applied(demo_instance: DemoInstance) -> None:
    checked = demo_instance.run("migrate", "--check")
    assert (checked.returncode, checked.stdout) == (0, "")
