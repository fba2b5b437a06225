"""Finding and running pg_dump and pg_restore: not older than the server, and as near to it as possible.

An older pg_dump refuses a newer server; a newer pg_restore may say things that an older server does not know.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from tamdao.config import env
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

# where Debian puts every version beside the others
_USUAL = Path("/usr/lib/postgresql")
_LAST_LINES = 5


def find(name: str, *, server: int) -> Path:
    """The program `name` of the lowest major version from `server` on. DomainError says how to get one."""
    versions: dict[int, Path] = {}
    for path in _candidates(name):
        version = _major(path)
        if version is not None and version >= server:
            versions.setdefault(version, path)
    if not versions:
        raise DomainError(
            Message(
                f"Thiếu chương trình {name} từ phiên bản {server} (máy chủ PostgreSQL là {server}). "
                f"Cài: apt-get install postgresql-client-{server}, hoặc đặt TAMDAO_POSTGRES_PROGRAMS.",
                f"{name} of version {server} or newer is missing (the PostgreSQL server is {server}). "
                f"Get it: apt-get install postgresql-client-{server}, or set TAMDAO_POSTGRES_PROGRAMS.",
            ),
            code="operations.postgres_programs",
        )
    return versions[min(versions)]


def _candidates(name: str) -> Iterator[Path]:
    named = env.read("TAMDAO_POSTGRES_PROGRAMS")
    if named:
        yield Path(named) / name
        return
    found = shutil.which(name)
    if found:
        yield Path(found)
    yield from sorted(_USUAL.glob(f"*/bin/{name}"))


def _major(path: Path) -> int | None:
    try:
        told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", told)
    return int(found.group(1)) if found else None


def run(program: Path, *arguments: str, connection: Mapping[str, str]) -> None:
    """Run a program on a database; the password goes through the environment, never on the command line.

    DomainError with the program's last words when it fails.
    """
    done = subprocess.run(
        [program, *arguments],
        env=env.process_environment(**connection, LC_ALL="C.UTF-8"),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = " ".join(done.stderr.strip().splitlines()[-_LAST_LINES:])
        raise DomainError(
            Message(f"{program.name} không làm được: {last}", f"{program.name} failed: {last}"),
            code="operations.postgres_failed",
        )
