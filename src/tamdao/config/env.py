"""What an instance reads from its environment: one declaration per variable, read once, refused with a sentence.

`VARIABLES` is the whole list; docs/reference/settings.md carries the same one and a test compares them.
No Django here, so that the command line can use it before anything heavy is imported.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

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
        "TAMDAO_CLAMD", "", "socket or host:port of clamd, which scans files that come in; empty: not scanned"
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
        raise DomainError(
            Message(
                f"Không tạo được thư mục phiên bản {folder}: {error.strerror}. Kiểm tra TAMDAO_HOME.",
                f"The instance folder {folder} can't be made: {error.strerror}. Check TAMDAO_HOME.",
            ),
            code="config.home",
        ) from error
    return folder


def write_private(path: Path, text: str, *, replace: bool = True) -> None:
    """Write `text` so that only the owner can read it; with replace=False an existing file raises FileExistsError."""
    write_private_bytes(path, text.encode(), replace=replace)


def write_private_bytes(path: Path, content: bytes, *, replace: bool = True) -> None:
    """The same for content that is no text."""
    flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if replace else os.O_EXCL)
    descriptor = os.open(path, flags, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(descriptor, "wb") as file:
        # a file that existed with wider rights is narrowed before anything is written
        os.fchmod(file.fileno(), stat.S_IRUSR | stat.S_IWUSR)
        file.write(content)


def secret_key(environ: Mapping[str, str] | None = None) -> str:
    """Signing key from the environment, else from the instance, where it is made once (mode 0600)."""
    named = read("TAMDAO_SECRET_KEY", environ)
    if named:
        return named
    path = private_folder(home(environ)) / "secret-key"
    if not path.exists():
        # two processes may start at once: the file appears complete under its name, and the first one wins
        draft = path.with_name(f"secret-key.{os.getpid()}")
        write_private(draft, secrets.token_urlsafe(64))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
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
