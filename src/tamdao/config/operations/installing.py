"""The files of an installed instance: settings, systemd units, proxy, command; written so that local edits survive.

What was written is remembered by its hash. A file that still has it is ours and follows the release; one that somebody
edited stays as it is, and the new text is laid beside it as `.new`. Settings are never overwritten: only variables that
are given or missing are set.
"""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import ipaddress
import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from tamdao.config import env
from tamdao.kit import durable
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

TEMPLATES = Path(__file__).parent / "files"
ENVIRONMENT = "etc/tamdao/tamdao.env"
REMEMBERED = "etc/tamdao/installed.json"
HOME = "/var/lib/tamdao"
BACKUPS = "/var/backups/tamdao"
UNITS = (
    "tamdao.service",
    "tamdao-backup.service",
    "tamdao-backup.timer",
    "tamdao-doctor.service",
    "tamdao-doctor.timer",
)
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)
_LINE = re.compile(r"^(TAMDAO_\w+)=(.*)$")
# what a unit, a shell script and the settings of nginx can't all hold, however it is quoted
_UNFIT = re.compile(r"[\"'\\$\x00-\x1f\x7f]")

_HEAD = "# Settings of the instance: docs/reference/settings.md. One per line, in single quotes."

State = Literal["new", "same", "changed", "kept"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to be: its path below the root, its text, its mode."""

    path: str
    text: str
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one file: made, left, replaced, or kept because somebody edited it; with the difference."""

    wanted: Wanted
    state: State
    difference: str


def variables(*, host: str, certificate: str, workers: int, given: Mapping[str, str]) -> dict[str, str]:
    """Settings of an instance behind the proxy; `given` adds to them or replaces some. Empty ones are left out."""
    _check_host(host)
    found = {
        "TAMDAO_HOME": HOME,
        "TAMDAO_BACKUPS": BACKUPS,
        # the doctor and the balancer of loads ask by the second name
        "TAMDAO_ALLOWED_HOSTS": f"{host},localhost",
        "TAMDAO_TRUSTED_ORIGINS": f"https://{host}",
        "TAMDAO_HTTPS": "1",
        "TAMDAO_PROXY_COUNT": "1",
        "TAMDAO_TLS_CERTIFICATE": certificate,
        "TAMDAO_WORKERS": str(workers),
        **given,
    }
    for name, value in found.items():
        if "'" in value or "\n" in value:
            raise _refusal(f"{name} có dấu nháy hoặc xuống dòng", f"{name} holds a quote or a line break")
    return {name: value for name, value in found.items() if value}


def _check_host(host: str) -> None:
    if not _HOST.fullmatch(host):
        raise _refusal(f"tên máy “{host}” không đúng", f"“{host}” is no host name")


def with_settings(text: str, wanted: Mapping[str, str], *, replace: Mapping[str, str]) -> str:
    """The settings file with what is missing added and what is given replaced; every other line stays as it is."""
    lines = text.splitlines() or [_HEAD]
    present = set()
    for number, line in enumerate(lines):
        found = _LINE.match(line)
        if found:
            name = found.group(1)
            present.add(name)
            if name in replace:
                lines[number] = f"{name}='{replace[name]}'"
    lines += [f"{name}='{value}'" for name, value in wanted.items() if name not in present]
    return "\n".join(lines) + "\n"


def named(settings: str) -> dict[str, str]:
    """Variables that a settings file sets, as systemd and the shell read them: the last line counts."""
    found = {}
    for line in settings.splitlines():
        stated = _LINE.match(line)
        if stated:
            with contextlib.suppress(ValueError):
                # the first word: a comment after it is another one, a # inside (the key of a witness) belongs to it
                word = "".join(shlex.split(stated.group(2))[:1])
                found[stated.group(1)] = "" if word.startswith("#") else word
    return found


def folders(settings: str) -> tuple[str, str]:
    """Folder of the instance and of its backups."""
    found = named(settings)
    return found.get("TAMDAO_HOME") or HOME, found.get("TAMDAO_BACKUPS") or BACKUPS


def files(
    *, host: str, current: Path, certificate: str, certificate_key: str, settings: str, log_host: str = ""
) -> Iterator[Wanted]:
    """Every file of the installation; `settings` is the text of the settings file, whose folders the units let write.

    With `log_host` the log goes to that machine too. DomainError for a path that is not absolute or that the files
    can't hold.
    """
    _check_host(log_host or host)
    home, backups = folders(settings)
    witness = named(settings).get("TAMDAO_WITNESS_DIR", "")
    program = f"{current}/.venv/bin/tamdao"
    for path in (home, backups, program, certificate, certificate_key, witness or "/"):
        if not path.startswith("/") or _UNFIT.search(path):
            raise _refusal(
                f"“{path}” phải là đường dẫn tuyệt đối, không có dấu nháy, \\, $ hay ký tự điều khiển",
                f"“{path}” must be an absolute path without quotes, \\, $ and control characters",
            )
    words = {
        "host": host,
        "program": _for_unit(program),
        "home": _for_unit(home),
        "backups": _for_unit(backups),
        # a disk that is not there must not keep the unit from starting and saying so
        "backups_if_there": _for_unit(f"-{backups}"),
        # the sealer writes its checkpoints there
        "witness": f" {_for_unit(f'-{witness}')}" if witness else "",
        "certificate": _for_nginx(certificate),
        "certificate_key": _for_nginx(certificate_key),
        "shell_program": shlex.quote(program),
        "shell_home": shlex.quote(home),
        "log_host": log_host,
        "calls": _calls(named(settings)),
    }

    def text(name: str) -> str:
        return Template((TEMPLATES / name).read_text(encoding="utf-8")).substitute(words)

    yield Wanted(ENVIRONMENT, settings, 0o640)
    for unit in UNITS:
        yield Wanted(f"etc/systemd/system/{unit}", text(unit))
    yield Wanted("etc/nginx/sites-available/tamdao.conf", text("nginx.conf"))
    yield Wanted("usr/local/bin/tamdao", text("tamdao.sh"), 0o755)
    if log_host:
        yield Wanted("etc/rsyslog.d/40-tamdao.conf", text("rsyslog.conf"))


def _calls(found: Mapping[str, str]) -> str:
    """Which machines the units may exchange packets with: this one and the configured services.

    systemd takes addresses and no names. A name that were resolved here would cut the service off when the mail server
    moves, so one name among the services leaves the list out, and the unit says so.
    """
    clamd, colon, _port = found.get("TAMDAO_CLAMD", "").rpartition(":")
    hosts = [clamd] if colon else []
    called = ("TAMDAO_DATABASE_URL", "TAMDAO_SMTP_URL", "TAMDAO_OIDC_ISSUER", "TAMDAO_WITNESS_TSA")
    addresses_of = [found.get(name, "") for name in called]
    for address in (*addresses_of, *found.get("TAMDAO_WITNESS_HOSTS", "").split(",")):
        parts = urlsplit(address.strip())
        hosts += [parts.hostname or "", *parse_qs(parts.query).get("host", [])]
    away = sorted({host for host in hosts if not env.is_local(host)})
    try:
        addresses = [str(ipaddress.ip_address(host)) for host in away]
    except ValueError:
        return f"# Calls are not limited to addresses: {', '.join(away).replace('%', '')} is no address but a name."
    return "\n".join(("IPAddressDeny=any", " ".join(("IPAddressAllow=localhost", *addresses))))


def _for_unit(word: str) -> str:
    """A word in a unit of systemd: % begins a specifier there, blanks end a word."""
    word = word.replace("%", "%%")
    return f'"{word}"' if re.search(r"\s", word) else word


def _for_nginx(path: str) -> str:
    return f'"{path}"' if re.search(r"[\s;{}#]", path) else path


def plan(root: Path, wanted: list[Wanted]) -> list[Step]:
    """What would happen to each file, without touching any."""
    known = _remembered(root)
    steps = []
    for file in wanted:
        place = root / file.path
        before = place.read_text(encoding="utf-8") if place.exists() else ""
        difference = "".join(
            difflib.unified_diff(
                before.splitlines(keepends=True),
                file.text.splitlines(keepends=True),
                f"a/{file.path}",
                f"b/{file.path}",
            )
        )
        state: State = "changed"
        if not place.exists():
            state = "new"
        elif before == file.text:
            state = "same"
        elif file.path != ENVIRONMENT and known.get(file.path) != _hash(before):
            state = "kept"
        steps.append(Step(file, state, difference))
    return steps


def write(root: Path, steps: list[Step], *, make: Iterable[str]) -> None:
    """Carry a plan out; `make` are folders for their owner alone."""
    known = _remembered(root)
    for step in steps:
        place = root / step.wanted.path
        if step.state == "kept":
            place = place.with_name(f"{place.name}.new")
        else:
            known[step.wanted.path] = _hash(step.wanted.text)
        if step.state != "same":
            place.parent.mkdir(parents=True, exist_ok=True)
            durable.write(place, step.wanted.text, mode=step.wanted.mode)
    durable.write(root / REMEMBERED, json.dumps(known, indent=1, sort_keys=True) + "\n", mode=0o644)
    enabled = root / "etc/nginx/sites-enabled/tamdao.conf"
    enabled.parent.mkdir(parents=True, exist_ok=True)
    if not enabled.is_symlink():
        enabled.symlink_to("../sites-available/tamdao.conf")
    for folder in make:
        below(root, folder).mkdir(mode=0o700, parents=True, exist_ok=True)


def below(root: Path, folder: str) -> Path:
    """Where an absolute path of the machine stands when everything is written below `root`."""
    return root / folder.lstrip("/")


def _remembered(root: Path) -> dict[str, str]:
    try:
        found = json.loads((root / REMEMBERED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _refusal(vi: str, en: str) -> DomainError:
    return DomainError(Message(f"Không cài: {vi}.", f"Not installed: {en}."), code="install.refused")
