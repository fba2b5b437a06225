"""The end of an explanation: where the writing of a stored row is sealed in the ledger."""

from __future__ import annotations

from collections.abc import Mapping

from tamdao.core.ledger.api import Seal
from tamdao.kit.dates import format_datetime
from tamdao.kit.messages import Message

from .dates import ZONE
from .queries import wording
from .queries.rows import ObservationView
from .types import Node, Ref

# observations, as the ledger names the kind
LEDGER_KIND = "facts.Observation"


def ledger_end(row: ObservationView, seals: Mapping[str, Seal]) -> Node:
    """Sealed entry and time, or that it waits; who recorded, as the row says: the history is not for everybody."""
    seal = seals.get(str(row.id))
    if seal is None:
        return Node(
            "ledger",
            Message("Chưa có trong nhật ký đối chứng", "Not in the ledger"),
            detail=Message(
                "Dòng này được ghi khi nhật ký chưa theo dõi.",
                "This row was written while the ledger did not watch.",
            ),
            ref=Ref("observation", str(row.id)),
        )
    by, at = wording.recorded_by(row.recorded_by), format_datetime(seal.at.astimezone(ZONE))
    who = Message(f"Người ghi: {by.vi}.", f"Recorded by: {by.en}.")
    if seal.entry is None:
        title = Message("Nhật ký đối chứng: chờ niêm phong", "Ledger: waiting for its seal")
        detail = Message(f"Ghi nhận lúc {at}. {who.vi}", f"Captured {at}. {who.en}")
    else:
        title = Message(
            f"Nhật ký đối chứng: đã niêm phong, bút toán {seal.entry}", f"Ledger: sealed, entry {seal.entry}"
        )
        detail = Message(f"Niêm phong lúc {at}. {who.vi}", f"Sealed {at}. {who.en}")
    return Node("ledger", title, detail=detail, ref=Ref("ledger", f"{LEDGER_KIND}/{row.id}"))
