"""What was taken from a document: counts by kind, with the layers above adding theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tamdao.core.files.api import DocumentView, get_document
from tamdao.core.units.models import UnitEvent, UnitVersion
from tamdao.facts.models import Observation, Target, TargetBase
from tamdao.kit.messages import Message

Citer = Callable[[str], int]
_citers: dict[str, tuple[Message, Citer]] = {}


@dataclass(frozen=True, slots=True)
class Citation:
    """How many records of a kind cite the document."""

    kind: str
    name: Message
    count: int


@dataclass(frozen=True, slots=True)
class Citations:
    """A document and everything that cites it."""

    document: DocumentView
    citations: tuple[Citation, ...] = field(default=())

    @property
    def total(self) -> int:
        """Number of citing records."""
        return sum(one.count for one in self.citations)


def register_citer(kind: str, name: Message, citer: Citer) -> None:
    """Let a layer above count its own records that cite a document: code → number."""
    _citers[kind] = (name, citer)


def _own() -> Mapping[str, tuple[Message, Citer]]:
    return {
        "observation": (
            Message("số liệu", "observations"),
            lambda code: Observation.objects.filter(document=code).count(),
        ),
        "target": (Message("chỉ tiêu", "targets"), lambda code: Target.objects.filter(document=code).count()),
        "target_base": (
            Message("giá trị gốc của chỉ tiêu", "bases of targets"),
            lambda code: TargetBase.objects.filter(document=code).count(),
        ),
        "unit": (
            Message("tên, mã đơn vị", "names and codes of units"),
            lambda code: UnitVersion.objects.filter(document=code).count(),
        ),
        "unit_event": (
            Message("thay đổi địa giới", "changes of the map"),
            lambda code: UnitEvent.objects.filter(document=code).count(),
        ),
    }


def cited_by(code: str) -> Citations:
    """The document with what cites it, kinds without any left out. Raises document_unknown."""
    document = get_document(code)
    counted = [Citation(kind, name, citer(code)) for kind, (name, citer) in {**_own(), **_citers}.items()]
    return Citations(document, tuple(one for one in counted if one.count))
