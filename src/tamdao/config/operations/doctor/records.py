"""Checks of the database and what stands in it: version, durability, migrations, triggers, clock, accounts, outbox."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.db.models import Max
from django.db.utils import DatabaseError, OperationalError

from tamdao.config.failures import unreachable
from tamdao.config.instance import assets_built, half_moved, missing_migrations
from tamdao.config.operations import postgres_programs, trust
from tamdao.core.people import rows
from tamdao.core.people.models import Person
from tamdao.facts import append_only
from tamdao.facts.models import FactChange
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

from .faults import Fault, Look

LEAST_POSTGRES = 14
LEAST_SQLITE = (3, 37, 0)
MOST_SKEW = timedelta(minutes=2)
OUTBOX = "jobs_outboxmessage"
OLDEST_WAITING = timedelta(hours=1)
# what a commit that was answered needs to survive a power cut
_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


def check_database(look: Look) -> Iterator[Fault]:
    """It answers, is new enough, speaks UTF-8 and keeps what it acknowledged; pg_dump is at hand for the backup."""
    where = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        if not Path(where).exists():
            yield Fault(
                "database", Message("chưa có cơ sở dữ liệu", "there is no database"), where, "tamdao migrate"
            )
            return
        yield from _sqlite(where)
        return
    try:
        connection.ensure_connection()
    except OperationalError as error:
        yield Fault("database", unreachable(error).message, where, "systemctl status postgresql")
        return
    yield from _postgresql(where)


def _sqlite(where: str) -> Iterator[Fault]:
    if sqlite3.sqlite_version_info < LEAST_SQLITE:
        yield Fault(
            "database-version",
            Message(f"SQLite {sqlite3.sqlite_version} quá cũ", f"SQLite {sqlite3.sqlite_version} is too old"),
            where,
            "apt-get install libsqlite3-0",
        )
    try:
        # asked without the settings of the instance, which would switch it on for this connection
        with contextlib.closing(sqlite3.connect(f"file:{where}?mode=ro", uri=True)) as database:
            mode = database.execute("PRAGMA journal_mode").fetchone()[0]
    except sqlite3.DatabaseError as error:
        yield Fault(
            "database",
            Message(f"không đọc được cơ sở dữ liệu: {error}", f"the database can't be read: {error}"),
            where,
            "tamdao restore BACKUP",
        )
        return
    if mode != "wal":
        yield Fault(
            "journal-mode",
            Message(
                f"chế độ ghi là {mode}, không phải WAL: người đọc chặn người ghi",
                f"the journal mode is {mode}, not WAL: readers block writers",
            ),
            where,
            f"sqlite3 {where} 'PRAGMA journal_mode=WAL'",
        )
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        if cursor.fetchone()[0] < 2:
            yield Fault(
                "synchronous",
                Message("mất điện có thể mất việc đã báo xong", "a power cut may lose what was acknowledged"),
                where,
                "PRAGMA synchronous=FULL (src/tamdao/config/env.py)",
            )


def _postgresql(where: str) -> Iterator[Fault]:
    version = connection.pg_version // 10000  # type: ignore[attr-defined]  # of Django's PostgreSQL backend
    if version < LEAST_POSTGRES:
        yield Fault(
            "database-version",
            Message(f"PostgreSQL {version} quá cũ", f"PostgreSQL {version} is too old"),
            where,
            "pg_upgradecluster",
        )
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        encoding = cursor.fetchone()[0]
        off = []
        for setting in _DURABLE:
            cursor.execute(f"SHOW {setting}")
            if cursor.fetchone()[0] == "off":
                off.append(setting)
    if encoding != "UTF8":
        yield Fault(
            "encoding",
            Message(f"mã hóa ký tự là {encoding}", f"the encoding is {encoding}"),
            where,
            "createdb --encoding=UTF8 --template=template0 tamdao",
        )
    if off:
        yield Fault(
            "synchronous",
            Message(
                f"mất điện có thể mất việc đã báo xong: {', '.join(off)} = off",
                f"a power cut may lose what was acknowledged: {', '.join(off)} = off",
            ),
            where,
            "; ".join(f"psql -c 'ALTER SYSTEM RESET {name}'" for name in off)
            + "; psql -c 'SELECT pg_reload_conf()'",
        )
    try:
        postgres_programs.find("pg_dump", server=version)
    except DomainError as error:
        yield Fault("pg_dump", error.message, where, f"apt-get install postgresql-client-{version}")


def check_tables(look: Look) -> Iterator[Fault]:
    """Migrations are applied, the triggers that guard records are there, pages have their static files."""
    where = str(connection.settings_dict["NAME"])
    if half_moved():
        yield Fault(
            "move",
            Message(
                "việc chuyển sang PostgreSQL bị cắt giữa chừng", "a move to PostgreSQL was cut before its end"
            ),
            where,
            "TAMDAO_DATABASE_URL=; tamdao move-to-postgres URL",
        )
        return
    missing = missing_migrations()
    if missing:
        yield Fault(
            "migrations",
            Message(
                f"thiếu {len(missing)} bước: {missing[0]}",
                f"{len(missing)} migrations are missing: {missing[0]}",
            ),
            where,
            "tamdao upgrade" if len(missing) < 20 else "tamdao migrate",
        )
    else:
        lacking = append_only.missing(connection)
        if lacking:
            yield Fault(
                "triggers",
                Message(
                    f"mất bẫy chống sửa số liệu gốc: {', '.join(lacking)}",
                    f"triggers that keep observations from being changed are gone: {', '.join(lacking)}",
                ),
                where,
                "tamdao migrate",
            )
        yield from trust.state_faults(look.now)
        yield from _rows(where)
    if not assets_built():
        yield Fault(
            "static",
            Message("chưa gom tệp tĩnh", "static files are not collected"),
            str(look.home / "static"),
            "tamdao assets",
        )


def _rows(where: str) -> Iterator[Fault]:
    """PostgreSQL keeps rows of personal data, and for the role we come as."""
    for problem in rows.check(connection):
        yield Fault("row-security", problem.message, f"{where}: {problem.where}", "tamdao migrate")
    role = rows.find_void_role(connection)
    if role is not None:
        yield Fault(
            "row-security",
            Message(
                f"vai trò {role} đứng trên mọi quy tắc giữ dòng dữ liệu cá nhân (row-level security)",
                f"the role {role} stands above all policies that keep personal rows (row-level security)",
            ),
            where,
            f"psql -c 'ALTER ROLE \"{role}\" NOSUPERUSER NOBYPASSRLS'",
            wrong=False,
        )


def check_clock(look: Look) -> Iterator[Fault]:
    """No row is younger than now, and the database server reads the same time."""
    times = []
    with contextlib.suppress(DatabaseError):
        times.append(("facts_factchange", FactChange.objects.aggregate(newest=Max("at"))["newest"]))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            times.append(("clock_timestamp()", cursor.fetchone()[0]))
    for where, newest in times:
        if newest is not None and newest - look.now > MOST_SKEW:
            yield Fault(
                "clock",
                Message(
                    f"đồng hồ máy chậm hơn bản ghi mới nhất ({newest:%d/%m/%Y %H:%M})",
                    f"the clock of this machine is behind the newest record ({newest:%Y-%m-%d %H:%M})",
                ),
                where,
                "timedatectl set-ntp true",
            )


def check_accounts(look: Look) -> Iterator[Fault]:
    """Accounts to try things out have no place where others come in."""
    if not look.in_production:
        return
    with contextlib.suppress(DatabaseError):
        names = list(Person.objects.filter(demo=True, is_active=True).values_list("username", flat=True))
        if names:
            yield Fault(
                "demo-accounts",
                Message(
                    f"{len(names)} tài khoản thử còn dùng được: {', '.join(names)}",
                    f"{len(names)} demo accounts can sign in: {', '.join(names)}",
                ),
                "people_person",
                "tamdao demo --close-accounts",
            )


def check_outbox(look: Look) -> Iterator[Fault]:
    """Messages leave; what can't be sent waits for a decision."""
    if OUTBOX not in connection.introspection.table_names():
        return
    # asked of the table: jobs keeps its models to itself
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {OUTBOX} WHERE state = 'dead'")  # noqa: S608  (a name of ours)
        dead = cursor.fetchone()[0]
        cursor.execute(
            f"SELECT count(*) FROM {OUTBOX} WHERE state = 'waiting' AND created_at < %s",  # noqa: S608  (a name of ours)
            [look.now - OLDEST_WAITING],
        )
        late = cursor.fetchone()[0]
    if dead:
        yield Fault(
            "outbox",
            Message(f"{dead} thông điệp không gửi được", f"{dead} messages could not be sent"),
            OUTBOX,
            "tamdao outbox list --state dead",
        )
    if late:
        yield Fault(
            "outbox",
            Message(f"{late} thông điệp chờ gửi quá 1 giờ", f"{late} messages have waited for over an hour"),
            OUTBOX,
            "systemctl status tamdao",
        )


CHECKS = (check_database, check_tables, check_clock, check_accounts, check_outbox)
