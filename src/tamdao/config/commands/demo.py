"""`tamdao demo`: from nothing to a served instance with real figures; safe to repeat, and then quick."""

from __future__ import annotations

import hashlib
import secrets
import time
from pathlib import Path
from typing import Any

import click
import yaml

from tamdao.config import env
from tamdao.config.operations.progress import step
from tamdao.kit import durable
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

ACCOUNTS_FILE = "demo-accounts.txt"


def ordered_packs(folder: Path) -> list[Path]:
    """Pack folders of `folder`, each after the packs it requires. DomainError when they require each other."""
    needs: dict[str, set[str]] = {}
    places: dict[str, Path] = {}
    for manifest in sorted(folder.glob("*/pack.yaml")):
        content = yaml.safe_load(manifest.read_text(encoding="utf-8"))
        places[content["name"]] = manifest.parent
        needs[content["name"]] = {required["name"] for required in content.get("requires") or ()}
    order: list[Path] = []
    while needs:
        # a pack required from elsewhere is the installer's business, which says what is missing
        ready = [name for name, required in needs.items() if not required & needs.keys()]
        if not ready:
            names = ", ".join(sorted(needs))
            raise DomainError(
                Message(f"Các gói phụ thuộc lẫn nhau: {names}.", f"These packs require each other: {names}."),
                code="pack.cycle",
            )
        for name in ready:
            order.append(places[name])
            del needs[name]
    return order


def fingerprint(folder: Path) -> str:
    """sha256 over the paths and contents of the files of a folder."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"\n{path.relative_to(folder)} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def static_fingerprint() -> str:
    """sha256 over name, size and time of every static file: enough to see that a build has run."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _tables() -> None:
    from tamdao.config.commands.migrate import bring_up_to_date

    with step("Cơ sở dữ liệu", "database") as note:
        applied = bring_up_to_date()
        note(f"{len(applied)} migrations" if applied else "đã mới nhất")


def _packs(done: dict[str, Any], folder: Path) -> bool:
    """Install what changed since last time; True when anything was installed."""
    from django.utils import timezone

    from tamdao.core.packs import api
    from tamdao.core.packs.models import InstalledPack

    found = ordered_packs(folder)
    if not found:
        raise DomainError(
            Message(
                f"Không có gói nào trong {folder}; đặt TAMDAO_PACKS.",
                f"No packs in {folder}; set TAMDAO_PACKS.",
            ),
            code="config.no_packs",
        )
    # the notes speak of a database that may have been replaced since; what it says itself counts
    installed = set(InstalledPack.objects.values_list("name", flat=True))
    kept: dict[str, str] = done.setdefault("packs", {})
    changed = False
    for pack in found:
        with step(f"Gói {pack.name}", "pack") as note:
            content = fingerprint(pack)
            if pack.name in installed and kept.get(pack.name) == content:
                note("không đổi")
                continue
            api.install(pack, by="tamdao demo", at=timezone.now())
            kept[pack.name] = content
            changed = True
    return changed


def _accounts() -> dict[str, str]:
    """Make the accounts; their passwords stay in a private file of the instance and survive a new database."""
    from django.conf import settings

    from tamdao.core.people import demo as people

    path = Path(settings.TAMDAO_HOME) / ACCOUNTS_FILE
    with step("Tài khoản thử", "demo accounts") as note:
        passwords = _read_accounts(path)
        known = all(account.username in passwords for account in people.ACCOUNTS)
        if known and not people.missing():
            note("không đổi")
            return passwords
        for account in people.ACCOUNTS:
            passwords.setdefault(account.username, secrets.token_urlsafe(9))
        people.prepare(passwords=passwords)
        lines = ["# Tài khoản dùng thử của riêng phiên bản này · demo accounts of this instance only"]
        lines += [
            f"{account.username}\t{passwords[account.username]}\t{account.title}"
            for account in people.ACCOUNTS
        ]
        durable.write(path, "\n".join(lines) + "\n")
        note(f"{len(people.ACCOUNTS)}")
    return passwords


def _read_accounts(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {row[0]: row[1] for row in rows if len(row) >= 2}


def _assets(done: dict[str, Any]) -> None:
    from tamdao.config.commands import assets
    from tamdao.config.instance import assets_built

    with step("Câu chữ và tệp tĩnh", "words and static files") as note:
        assets.compile_words()
        content = static_fingerprint()
        if assets_built() and done.get("static") == content:
            note("không đổi")
            return
        assets.collect()
        done["static"] = content


def _statistics() -> None:
    """Let the database look at its new tables, so that it chooses good query plans."""
    from django.db import connection

    with step("Thống kê bảng", "table statistics"), connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def prepare() -> dict[str, str]:
    """All steps in order; returns user name → password of the demo accounts."""
    from tamdao.config.instance import preparing
    from tamdao.config.lazy import set_up_django

    with step("Thư mục phiên bản", "instance folder") as note:
        folder = env.private_folder(env.home())
        note(str(folder))
        set_up_django()
    from tamdao.core.ledger.api import acting

    with preparing(folder, waiting=_say_waiting), acting(by="system:demo"):
        return _prepare()


def _say_waiting() -> None:
    click.echo("  Đang có lần chuẩn bị khác, chờ cho xong · another preparation is running, waiting for it …")


def _prepare() -> dict[str, str]:
    from tamdao.config.instance import read_done, write_done

    done = read_done()
    _tables()
    changed = _packs(done, env.packs_folder())
    passwords = _accounts()
    _assets(done)
    if changed:
        _statistics()
    write_done(done)
    return passwords


def _close_accounts() -> int:
    from tamdao.config.lazy import set_up_django

    set_up_django()
    from tamdao.core.people import demo as people

    closed = people.close()
    (env.home() / ACCOUNTS_FILE).unlink(missing_ok=True)
    click.echo(f"Đã khóa · closed: {', '.join(closed) or '–'}")
    return 0


@click.command(epilog="Ví dụ · example: TAMDAO_HOME=/tmp/thu tamdao demo --no-serve")
@click.option(
    "--serve/--no-serve", "serving", default=True, help="Chạy luôn sau khi chuẩn bị · serve when prepared."
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Địa chỉ lắng nghe · address to listen on."
)
@click.option(
    "--close-accounts",
    is_flag=True,
    help="Chỉ khóa các tài khoản thử · only keep demo accounts from signing in.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Cổng · port.")
def demo(*, serving: bool, close_accounts: bool, host: str, port: int) -> int:
    """Chuẩn bị bản dùng thử (dữ liệu thật trong packs/, tài khoản thử) rồi chạy.

    Prepare the demo instance with the real data of packs/ and demo accounts, then serve. Safe to repeat.
    """
    if close_accounts:
        return _close_accounts()
    begun = time.perf_counter()
    passwords = prepare()
    click.echo(f"Xong sau {time.perf_counter() - begun:.1f} giây · prepared.")
    click.echo(f"Tài khoản thử · demo accounts ({env.home() / ACCOUNTS_FILE}):")
    for username, password in passwords.items():
        click.echo(f"  {username:<18} {password}")
    if not serving:
        click.echo("Chạy · serve: tamdao serve --port 8000")
        return 0
    from tamdao.config.commands.serve import run

    return run(host=host, port=port)
