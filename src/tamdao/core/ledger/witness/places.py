"""What a witness is: a place that keeps signed checkpoints and that whoever writes the database can't write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tamdao.core.ledger import notes
from tamdao.kit.errors import Problem
from tamdao.kit.messages import Message


class Failed(Exception):
    """A witness did not take a checkpoint: the sentence says why, in both languages."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True, slots=True)
class Last:
    """What a witness took last: number of entries and time of that checkpoint; 0 and "" before the first."""

    size: int = 0
    at: str = ""


class Witness(Protocol):
    """One place. `name` is stable and fits 200 letters; `pause` are seconds between two deliveries at least.

    `keeps` says which of its receipts stay: "all", or the newest of each "day".
    """

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> Message: ...

    @property
    def pause(self) -> float: ...

    @property
    def keeps(self) -> str: ...

    def wants(self, note: notes.Note, last: Last) -> bool:
        """Whether it is to get this checkpoint after that last one."""
        ...

    def deliver(self, text: str, note: notes.Note, last: Last) -> str:
        """Hand over a checkpoint; the receipt, "" from a place that gives none. Failed, or OSError."""
        ...

    def check(self, receipt: str, text: str) -> None:
        """ValueError unless the receipt is its own for the checkpoint `text`."""
        ...


@dataclass(frozen=True, slots=True)
class Misnamed:
    """Stands for a setting that names no witness: it warns like one that fails, for nothing may stop the sealer."""

    setting: str
    why: Message
    pause: float = 3600.0
    keeps: str = "all"

    @property
    def name(self) -> str:
        """By what was written."""
        return f"host {self.setting}"[:200]

    @property
    def title(self) -> Message:
        """As people read it."""
        return Message("viết sai", "that is misnamed")

    def wants(self, note: notes.Note, last: Last) -> bool:
        """Always: that is when the sentence is said."""
        return True

    def deliver(self, text: str, note: notes.Note, last: Last) -> str:
        """Never."""
        raise Failed(self.why)

    def check(self, receipt: str, text: str) -> None:
        """It has none."""
        raise ValueError(receipt)


def contradiction(name: str) -> Problem:
    """What is said when a witness knows something else than the database."""
    return Problem(CONTRADICTION, where=name)


CONTRADICTION = Message(
    "nhân chứng giữ điểm chốt mà cơ sở dữ liệu này không nối tiếp: sổ bị cắt, bị ký lại hoặc bản cũ được khôi phục",
    "the witness kept a checkpoint that this database does not extend: the ledger was cut or signed anew, or an old "
    "copy was restored",
)
