"""Takes new checkpoints to the witnesses. Whatever happens there is a warning; sealing never waits for it."""

from __future__ import annotations

import logging
import threading

from django.conf import settings
from django.db import connection

from tamdao.core.ledger import notes
from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message

from . import states
from .folders import Folder, folder
from .mail import Mailbox
from .places import Failed, Misnamed, Witness

_log = logging.getLogger("tamdao.ledger")


def configured() -> list[Witness]:
    """The witnesses that the settings name."""
    found: list[Witness] = []
    place = folder()
    if place is not None:
        found.append(Folder(place))
    if settings.TAMDAO_WITNESS_EMAIL:
        found.append(Mailbox(tuple(settings.TAMDAO_WITNESS_EMAIL)))
    found += [_host(text) for text in settings.TAMDAO_WITNESS_HOSTS]
    if settings.TAMDAO_WITNESS_TSA:
        # only where it is set: the library takes a tenth of a second to load
        from .stamps import Stamps

        found.append(Stamps(settings.TAMDAO_WITNESS_TSA, settings.TAMDAO_WITNESS_TSA_CA))
    return found


def _host(text: str) -> Witness:
    # what calls out is heavy as well
    from .hosts import Host

    try:
        return Host.parse(text)
    except DomainError as error:
        return Misnamed(text, error.message)


def deliver(text: str) -> list[Problem]:
    """Take a checkpoint to every witness that wants it; what one should know of them comes back as warnings."""
    witnesses = configured()
    for one in witnesses:
        bring(one, text)
    return states.warnings(states.states(witnesses))


def bring(one: Witness, text: str) -> Message | None:
    """Take a checkpoint to one witness and note how it went; the reason when it did not take it."""
    note, _signatures = notes.read(text)
    try:
        last = states.last(one.name)
        if not one.wants(note, last):
            states.recovered(one.name)
            return None
        receipt = one.deliver(text, note, last)
    except Failed as failed:
        why = failed.message
    except OSError as error:
        why = Message(
            f"không tới được: {error.strerror or error}", f"can't be reached: {error.strerror or error}"
        )
    except Exception as error:
        # a place that fails in a way nobody thought of is a warning as well, and the log tells where
        _log.exception("witness %s", one.name)
        why = Message(f"lỗi: {error!r}", f"error: {error!r}")
    else:
        states.took(one, text, receipt)
        return None
    states.failed(one.name, why)
    return why


class Courier:
    """Brings one witness the newest checkpoint, again and again; a thread of its own, for a share may hang for ever."""

    def __init__(self, one: Witness, stopping: threading.Event) -> None:
        self.witness = one
        self._stopping = stopping
        self._told: Message | None = None

    def start(self) -> threading.Thread:
        """Begin; the thread does not keep the process alive."""
        thread = threading.Thread(target=self._run, name=f"witness {self.witness.name}", daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.step()
            except Exception:
                # the database is gone: the sealer says so, and here the next turn tries again
                _log.debug("witness %s", self.witness.name, exc_info=True)
            finally:
                connection.close()
            self._stopping.wait(self.witness.pause)

    def step(self) -> None:
        """One look."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")
            found = cursor.fetchone()
        if found is None:
            return
        why = bring(self.witness, found[0])
        if why is not None and why != self._told:
            _log.warning("witness %s: %s", self.witness.name, why.en)
        self._told = why
