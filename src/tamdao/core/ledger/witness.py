"""Witnesses: signed checkpoints in places that whoever writes the database cannot write.

A signature alone can't show that the tail of the ledger was cut or that all was signed anew with a stolen key; a
checkpoint that lies elsewhere can. Default places are a second folder (another disk, a share of another machine) and
one letter a day by e-mail. A missing witness warns and blocks nothing.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.db import connection

from tamdao.kit import durable
from tamdao.kit.errors import Problem
from tamdao.kit.mail import connected, server_of
from tamdao.kit.messages import Message

from . import keys, notes

LATEST = "latest.checkpoint"
_SUFFIX = ".checkpoint"


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint that a witness kept; `note` is None where the file can't be read as one."""

    name: str
    note: notes.Note | None
    signatures: dict[bytes, bytes]


def folder() -> Path | None:
    """The second folder, if one is set."""
    named: Path | None = settings.TAMDAO_WITNESS_DIR
    return named


def kept() -> Iterator[Kept]:
    """What lies in the second folder."""
    place = folder()
    if place is None or not place.is_dir():
        return
    for path in sorted(place.glob(f"*{_SUFFIX}")):
        try:
            note, signatures = notes.read(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            yield Kept(path.name, None, {})
        else:
            yield Kept(path.name, note, signatures)


def deliver(text: str) -> list[Problem]:
    """Take a new checkpoint to the witnesses; what did not work comes back as warnings."""
    warnings = []
    if folder() is None and not settings.TAMDAO_WITNESS_EMAIL:
        warnings.append(NONE)
    place = folder()
    if place is not None:
        warnings += _to_folder(place, text)
    if settings.TAMDAO_WITNESS_EMAIL:
        warnings += _by_mail(text)
    return warnings


NONE = Problem(
    Message(
        "Chưa có nơi thứ hai giữ dấu của nhật ký: ai cắt bỏ phần cuối thì không có gì để đối chiếu. "
        "Quản trị máy chủ đặt TAMDAO_WITNESS_DIR hoặc TAMDAO_WITNESS_EMAIL.",
        "No second place keeps the marks of the ledger: if its end were cut off, nothing would show it. "
        "Set TAMDAO_WITNESS_DIR or TAMDAO_WITNESS_EMAIL on the server.",
    ),
    where="witness",
)


def _to_folder(place: Path, text: str) -> list[Problem]:
    note, _signatures = notes.read(text)
    latest = next((one for one in kept() if one.name == LATEST), None)
    if latest is not None and not _is_ours(latest.note):
        # evidence against this database: never written over
        return [contradiction(LATEST)]
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name in (LATEST, f"{note.at[:10]}{_SUFFIX}"):
            durable.write(place / name, text, mode=0o644)
    except OSError as error:
        sentence = Message(
            f"không ghi được điểm chốt vào {place}: {error.strerror}",
            f"the checkpoint can't be written to {place}: {error.strerror}",
        )
        return [Problem(sentence, where="witness")]
    return []


def _is_ours(note: notes.Note | None) -> bool:
    """Whether this database has the same checkpoint."""
    if note is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT root FROM ledger_checkpoint WHERE size = %s", [note.size])
        found = cursor.fetchone()
    return found is not None and found[0] == note.root.hex()


def contradiction(name: str) -> Problem:
    """What is said when a witness knows something else than the database."""
    return Problem(
        Message(
            "nhân chứng giữ điểm chốt mà cơ sở dữ liệu này không nối tiếp: sổ bị cắt, bị ký lại hoặc bản cũ được "
            "khôi phục",
            "the witness kept a checkpoint that this database does not extend: the ledger was cut or signed anew, or "
            "an old copy was restored",
        ),
        where=name,
    )


def _mailed_path() -> Path:
    return keys.folder() / "mailed"


def _by_mail(text: str) -> list[Problem]:
    """One letter a day; the day of the last one stands in the folder of the keys."""
    day = notes.read(text)[0].at[:10]
    marker = _mailed_path()
    if marker.exists() and marker.read_text(encoding="utf-8").strip() == day:
        return []
    letter = EmailMessage()
    letter["Subject"] = f"Điểm chốt nhật ký đối chứng {day} · ledger checkpoint"
    to = settings.TAMDAO_WITNESS_EMAIL
    letter["From"] = server_of(settings.TAMDAO_SMTP_URL).sender
    letter["To"] = ", ".join(to)
    letter.set_content(
        "Giữ thư này: nó chứng minh nội dung nhật ký đối chứng đến thời điểm ghi bên dưới.\n"
        "Keep this letter: it proves what the ledger held at the time below.\n\n"
        "tamdao-verify EXPORT --key ledger.pub --checkpoint FILE\n"
    )
    # bytes, not text: a mail program that guesses an alphabet would change the mark before the signature
    letter.add_attachment(
        text.encode(), maintype="application", subtype="octet-stream", filename=f"{day}{_SUFFIX}"
    )
    try:
        send(letter)
    except (OSError, smtplib.SMTPException) as error:
        sentence = Message(
            f"không gửi được thư điểm chốt: {error}", f"the checkpoint could not be mailed: {error}"
        )
        return [Problem(sentence, where="witness")]
    marker.write_text(day, encoding="utf-8")
    return []


def send(letter: EmailMessage) -> None:
    """Hand a letter to the server of TAMDAO_SMTP_URL. OSError or SMTPException when it does not take it."""
    with connected(server_of(settings.TAMDAO_SMTP_URL)) as smtp:
        smtp.send_message(letter)
