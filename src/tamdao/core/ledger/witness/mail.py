"""The witness that is a mailbox: one letter a day, and its keeper need not do anything."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from email.message import EmailMessage

from django.conf import settings

from tamdao.core.ledger import notes
from tamdao.kit.mail import connected, server_of
from tamdao.kit.messages import Message

from .folders import SUFFIX
from .places import Failed, Last


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Gets the first checkpoint of each day."""

    to: tuple[str, ...]
    name: str = "mail"
    pause: float = 60.0
    keeps: str = "all"

    @property
    def title(self) -> Message:
        """As people read it."""
        return Message("thư hằng ngày", "the daily letter")

    def wants(self, note: notes.Note, last: Last) -> bool:
        """One a day."""
        return note.at[:10] != last.at[:10]

    def deliver(self, text: str, note: notes.Note, last: Last) -> str:
        """Hand the letter to the server of TAMDAO_SMTP_URL."""
        day = note.at[:10]
        letter = EmailMessage()
        letter["Subject"] = f"Điểm chốt nhật ký đối chứng {day} · ledger checkpoint"
        letter["From"] = server_of(settings.TAMDAO_SMTP_URL).sender
        letter["To"] = ", ".join(self.to)
        letter.set_content(
            "Giữ thư này: nó chứng minh nội dung nhật ký đối chứng đến thời điểm ghi bên dưới.\n"
            "Keep this letter: it proves what the ledger held at the time below.\n\n"
            "tamdao-verify EXPORT --key ledger.pub --checkpoint FILE\n"
        )
        # bytes, not text: a mail program that guesses an alphabet would change the mark before the signature
        letter.add_attachment(
            text.encode(), maintype="application", subtype="octet-stream", filename=f"{day}{SUFFIX}"
        )
        try:
            with connected(server_of(settings.TAMDAO_SMTP_URL)) as smtp:
                smtp.send_message(letter)
        except (OSError, smtplib.SMTPException) as error:
            raise Failed(
                Message(
                    f"không gửi được thư điểm chốt: {error}", f"the checkpoint could not be mailed: {error}"
                )
            ) from error
        return ""

    def check(self, receipt: str, text: str) -> None:
        """A mailbox gives none."""
        raise ValueError(receipt)
