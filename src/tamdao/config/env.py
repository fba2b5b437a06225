"""What an instance reads from its environment: one declaration per variable, read once, refused with a sentence.

`VARIABLES` is the whole list; docs/reference/settings.md carries the same one and a test compares them.
No Django here, so that the command line can use it before anything heavy is imported.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from tamdao.config import failures
from tamdao.kit import durable
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

REPOSITORY = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: its name, its default as text ("" = derived, see `purpose`) and what it is for."""

    name: str
    default: str
    purpose: str


VARIABLES = (
    Variable(
        "TAMDAO_HOME", "./var", "folder of the instance: database, secret key, static files, demo accounts"
    ),
    Variable("TAMDAO_DATABASE_URL", "", "sqlite:///path or postgres://user:password@host:port/name"),
    Variable(
        "TAMDAO_SECRET_KEY", "", "signing key; empty: kept in $TAMDAO_HOME/secret-key, made at first start"
    ),
    Variable(
        "TAMDAO_DEBUG", "0", "1 shows error details and serves static files from source; never in production"
    ),
    Variable("TAMDAO_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]", "host names this instance answers to"),
    Variable("TAMDAO_TRUSTED_ORIGINS", "", "origins (https://…) whose forms are accepted behind a proxy"),
    Variable(
        "TAMDAO_HTTPS", "0", "1 when served over TLS: secure cookies, redirect, strict transport security"
    ),
    Variable(
        "TAMDAO_PACKS", "", "folder with the packs that `tamdao demo` installs; empty: packs/ of the source"
    ),
    Variable(
        "TAMDAO_CLAMD", "", "socket or local host:port of clamd, which scans files that come in; empty: none"
    ),
    Variable("TAMDAO_WORKERS", "2", "web processes started by `tamdao serve`"),
    Variable(
        "TAMDAO_SEALING_HOURS",
        "4",
        "hours of running time without a seal after which approvals and exchange wait",
    ),
    Variable(
        "TAMDAO_WITNESS_DIR",
        "",
        "second folder for signed checkpoints of the ledger: another disk or machine",
    ),
    Variable(
        "TAMDAO_WITNESS_EMAIL", "", "addresses that get a signed checkpoint a day, with commas between them"
    ),
    Variable(
        "TAMDAO_WITNESS_HOSTS",
        "",
        "witnesses on other machines, as tamdao-witness prints them: https://host:port#name+id+key, with commas",
    ),
    Variable(
        "TAMDAO_WITNESS_CA",
        "",
        "certificates (PEM) that those machines are trusted by; empty: the public ones",
    ),
    Variable("TAMDAO_WITNESS_TSA", "", "address of a time-stamp authority (RFC 3161); empty: none"),
    Variable("TAMDAO_WITNESS_TSA_CA", "", "certificates (PEM) that its time-stamps are trusted by"),
    Variable(
        "TAMDAO_SECOND_FACTOR_ROLES",
        "admin,leader",
        "roles that must have a second factor; none: nobody must",
    ),
    Variable("TAMDAO_SESSION_IDLE_MINUTES", "60", "an unused session ends after this time"),
    Variable("TAMDAO_SESSION_HOURS", "12", "every session ends after this time"),
    Variable("TAMDAO_OIDC_ISSUER", "", "address of an OpenID Connect provider; empty: none"),
    Variable("TAMDAO_OIDC_CLIENT_ID", "", "name of this instance at that provider"),
    Variable("TAMDAO_OIDC_CLIENT_SECRET", "", "secret of this instance at that provider"),
    Variable(
        "TAMDAO_OIDC_CA", "", "file of the authority that certified that provider; empty: the public ones"
    ),
    Variable("TAMDAO_OIDC_LABEL", "OpenID Connect", "words on the button that leads to that provider"),
    Variable("TAMDAO_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR"),
    Variable("TAMDAO_LOCK_WAIT", "30", "seconds a writer waits for another one; web processes wait 10"),
    Variable("TAMDAO_SMTP_URL", "", "mail server: smtp[s]://user:password@host:port/?from=address"),
    Variable("TAMDAO_OUTBOX_TRIES", "15", "attempts before a message is put aside"),
    Variable("TAMDAO_OUTBOX_DAYS", "90", "days that sent messages are kept"),
    Variable("TAMDAO_KEYS_HOURS", "24", "hours that a command is answered the same way under its key"),
    Variable("TAMDAO_PROXY_COUNT", "0", "proxies in front; 0: X-Forwarded-For is ignored"),
    Variable("TAMDAO_BACKUPS", "", "folder of the backups, for `tamdao doctor` and `tamdao upgrade`"),
    Variable(
        "TAMDAO_POSTGRES_PROGRAMS", "", "folder with pg_dump, pg_restore and psql; empty: the usual places"
    ),
    Variable(
        "TAMDAO_TLS_CERTIFICATE", "", "certificate file (PEM) whose expiry and host names the doctor reads"
    ),
)
_DEFAULTS = {variable.name: variable.default for variable in VARIABLES}


# an address may carry a password
_SECRET = ("_KEY", "_SECRET", "_PASSWORD", "_URL")


def is_secret(name: str) -> bool:
    """Whether the value of a variable is a secret or may carry one: it enters a backup in its sealed part only."""
    return name.endswith(_SECRET)


def read(name: str, environ: Mapping[str, str] | None = None) -> str:
    """Text of a declared variable, its default when unset or empty. KeyError for an undeclared name."""
    default = _DEFAULTS[name]
    value = (os.environ if environ is None else environ).get(name, "").strip()
    return value or default


def read_bool(name: str, environ: Mapping[str, str] | None = None) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off; anything else is refused."""
    value = read(name, environ).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise _refusal(name, value, Message("phải là 0 hoặc 1", "must be 0 or 1"))


def read_int(name: str, environ: Mapping[str, str] | None = None, *, least: int = 1) -> int:
    """A whole number of at least `least`."""
    value = read(name, environ)
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise _refusal(
            name, value, Message(f"phải là số nguyên từ {least}", f"must be a whole number from {least}")
        )
    return int(value)


def read_list(name: str, environ: Mapping[str, str] | None = None) -> list[str]:
    """Comma-separated parts, without blanks."""
    return [part.strip() for part in read(name, environ).split(",") if part.strip()]


def read_path(name: str, environ: Mapping[str, str] | None = None) -> Path | None:
    """An absolute path, None when the variable is unset."""
    named = read(name, environ)
    return Path(named).expanduser().absolute() if named else None


def stated(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The declared variables that are set, name → value."""
    source = os.environ if environ is None else environ
    return {name: source[name] for name in _DEFAULTS if source.get(name, "").strip()}


def process_environment(**changes: str) -> dict[str, str]:
    """The environment for a process started from here: this one's, with `changes`."""
    return {**os.environ, **changes}


def user_id() -> int:
    """Number of the user this process runs as."""
    return os.geteuid()


def home(environ: Mapping[str, str] | None = None) -> Path:
    """Absolute folder of the instance (not created here)."""
    return Path(read("TAMDAO_HOME", environ)).expanduser().absolute()


def packs_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Absolute folder with the packs shipped beside the source, or the one named by TAMDAO_PACKS."""
    named = read("TAMDAO_PACKS", environ)
    return Path(named).expanduser().absolute() if named else REPOSITORY / "packs"


def private_folder(folder: Path) -> Path:
    """Create `folder` for its owner alone and return it; DomainError when that is impossible."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        why = failures.reason(error)
        raise DomainError(
            Message(
                f"Không tạo được thư mục {folder}: {why.vi}. Kiểm tra đường dẫn (của phiên bản: TAMDAO_HOME).",
                f"The folder {folder} can't be made: {why.en}. Check the path (of the instance: TAMDAO_HOME).",
            ),
            code="config.home",
        ) from error
    return folder


def secret_key(environ: Mapping[str, str] | None = None) -> str:
    """Signing key from the environment, else from the instance, where it is made once (mode 0600)."""
    named = read("TAMDAO_SECRET_KEY", environ)
    if named:
        return named
    path = private_folder(home(environ)) / "secret-key"
    if not path.exists():
        # two processes may start at once: the file appears complete under its name, and the first one wins
        with contextlib.suppress(FileExistsError):
            durable.write_new(path, secrets.token_urlsafe(64))
    return path.read_text(encoding="utf-8").strip()


def database(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Django's description of the database: SQLite in the instance by default, PostgreSQL by URL."""
    url = read("TAMDAO_DATABASE_URL", environ) or f"sqlite:///{home(environ) / 'tamdao.sqlite3'}"
    parts = urlsplit(url)
    wait = read_int("TAMDAO_LOCK_WAIT", environ)
    if parts.scheme == "sqlite":
        # sqlite:///relative and sqlite:////absolute, as usual for such URLs
        path = Path(unquote(parts.path.removeprefix("/")))
        return _sqlite(path if path.is_absolute() else Path.cwd() / path, wait=wait)
    if parts.scheme in {"postgres", "postgresql"}:
        _check_protected(parts, os.environ if environ is None else environ)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": _postgres_options(parts.query, wait=wait),
        }
    raise _refusal(
        "TAMDAO_DATABASE_URL",
        f"{parts.scheme}:…",
        Message("phải bắt đầu bằng sqlite:/// hoặc postgres://", "must begin with sqlite:/// or postgres://"),
    )


def is_local(host: str) -> bool:
    """Whether a host is this machine: its socket (a path or nothing) or its loopback addresses."""
    if host in {"", "localhost"} or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _check_protected(parts: SplitResult, environ: Mapping[str, str]) -> None:
    """Refuse PostgreSQL on another machine unless its certificate and name are checked; else anybody between reads."""
    options = dict(parse_qsl(parts.query))
    named = unquote(parts.hostname or "") or options.get("host") or environ.get("PGHOST", "")
    hosts = {*named.split(","), *options.get("hostaddr", "").split(",")}
    checked = options.get("sslmode") or environ.get("PGSSLMODE", "")
    away = sorted(host for host in hosts if not is_local(host))
    if "service" in options or (away and checked != "verify-full"):
        raise _refusal(
            "TAMDAO_DATABASE_URL",
            f"{parts.scheme}://…{away[0] if away else ''}…",
            Message(
                "PostgreSQL ở máy khác phải qua TLS có kiểm tra chứng thư: thêm "
                "?sslmode=verify-full&sslrootcert=/đường/dẫn/ca.pem (hoặc sslrootcert=system)",
                "PostgreSQL on another machine needs TLS with its certificate checked: add "
                "?sslmode=verify-full&sslrootcert=/path/ca.pem (or sslrootcert=system)",
            ),
        )


def clamd(environ: Mapping[str, str] | None = None) -> str:
    """Where the virus scanner listens, "" when none is named; refused on another machine: it speaks no TLS."""
    address = read("TAMDAO_CLAMD", environ)
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit() and not is_local(host):
        raise _refusal(
            "TAMDAO_CLAMD",
            address,
            Message(
                "clamd không mã hóa: chạy trên máy này, hoặc dẫn tới nó qua một đường hầm ở 127.0.0.1",
                "clamd speaks no TLS: run it on this machine, or lead to it through a tunnel at 127.0.0.1",
            ),
        )
    return address


def _postgres_options(query: str, *, wait: int) -> dict[str, str]:
    """What follows `?` in the URL goes to the driver; a writer waits for a lock as long as on SQLite."""
    options = dict(parse_qsl(query))
    options["options"] = f"{options.get('options', '')} -c lock_timeout={wait}s".strip()
    return options


def _sqlite(path: Path, *, wait: int) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # the write lock is taken when the transaction begins: waiting instead of "database is locked" half-way.
            # ATOMIC_REQUESTS stays False, or every read would queue behind it.
            "transaction_mode": "IMMEDIATE",
            "timeout": wait,
            "init_command": (
                "PRAGMA journal_mode=WAL;"
                "PRAGMA synchronous=FULL;"
                "PRAGMA foreign_keys=ON;"
                "PRAGMA temp_store=MEMORY;"
                "PRAGMA cache_size=-65536;"
                "PRAGMA mmap_size=268435456;"
            ),
        },
    }


def smtp_url(environ: Mapping[str, str] | None = None) -> str:
    """The mail server, "" when none is named; refused when it is no such URL."""
    url = read("TAMDAO_SMTP_URL", environ)
    parts = urlsplit(url)
    if url and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
        raise _refusal(
            "TAMDAO_SMTP_URL",
            f"{parts.scheme}:…",
            Message(
                "phải có dạng smtp://máy-chủ hoặc smtps://máy-chủ",
                "must look like smtp://host or smtps://host",
            ),
        )
    return url


def _refusal(name: str, value: str, need: Message) -> DomainError:
    return DomainError(
        Message(
            f"Biến môi trường {name}={value!r}: {need.vi}.",
            f"Environment variable {name}={value!r}: {need.en}.",
        ),
        code="config.variable",
    )
