"""What the doctor finds, what it looks at, and how its checks are run."""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tamdao.config import env, failures
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

_LOCAL = {"localhost", "127.0.0.1", "[::1]", "::1"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: what, where, and the command (or the one sentence) that mends it.

    `wrong` False is advice: the instance works, and somebody should know.
    """

    name: str
    what: Message
    where: str
    mend: str
    wrong: bool = True


@dataclass(frozen=True, slots=True)
class Look:
    """What the checks are told of: the folder, the environment, the time, the port that is served."""

    home: Path
    environ: Mapping[str, str]
    now: datetime
    port: int = 8000

    def setting(self, name: str) -> str:
        """A declared variable, its default when unset."""
        return env.read(name, self.environ)

    def flag(self, name: str) -> bool:
        """A declared switch; one that can't be read counts as off here, `check_settings` names it."""
        with contextlib.suppress(DomainError):
            return env.read_bool(name, self.environ)
        return False

    @property
    def hosts(self) -> list[str]:
        """Host names the instance answers to."""
        return env.read_list("TAMDAO_ALLOWED_HOSTS", self.environ)

    @property
    def in_production(self) -> bool:
        """Whether others than this machine's own user reach the instance: it answers to a name of the network."""
        return any(host not in _LOCAL for host in self.hosts)

    def quoted(self, path: Path) -> str:
        """A path for a command line."""
        return shlex.quote(str(path))


Check = Callable[[Look], Iterable[Fault]]


def examine(look: Look, checks: Iterable[Check]) -> Iterator[Fault]:
    """Run the checks one after the other; one that fails itself is a fault too, and the others still run."""
    for check in checks:
        try:
            yield from list(check(look))
        except DomainError as error:
            yield Fault("check", error.message, check.__name__, "tamdao doctor")
        except OSError as error:
            told = failures.explained(error)
            what = told.message if told else Message(str(error), str(error))
            yield Fault("check", what, check.__name__, "tamdao doctor")
        except Exception as error:
            # the doctor looks at broken things: whatever one check meets is told
            yield Fault(
                "check",
                Message(f"không kiểm tra được: {error!r}", f"could not be checked: {error!r}"),
                check.__name__,
                "tamdao doctor",
            )
