"""The lines of the log: one entry begins one line, says when, who and in which request, and no input can begin another.

    time=2026-11-26T23:24:00.123+07:00 level=WARNING logger=django.request by=person:12 message="Not Found: /x"

The form is logfmt, which collectors of logs read; a traceback follows in lines that begin with a bar.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

_BAR = "  | "


class LineFormatter(logging.Formatter):
    """Named by settings.LOGGING. Times carry their offset from UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """One entry."""
        # imported late: Django sets the log up before there are apps
        from tamdao.core.ledger.acting import current

        acted = current()
        parts = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "by": acted.by,
            "request": acted.request,
        }
        head = " ".join(f"{name}={_word(value)}" for name, value in parts.items() if value)
        lines = [f"{head} message={_quoted(record.getMessage())}"]
        if record.exc_info:
            # of the traceback only line ends that Python itself wrote count as such
            lines += [_BAR + _plain(line) for line in self.formatException(record.exc_info).split("\n")]
        if record.stack_info:
            lines += [_BAR + _plain(line) for line in record.stack_info.split("\n")]
        return "\n".join(lines)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802  # logging's word
        """Local time to the millisecond, with its offset."""
        return datetime.fromtimestamp(record.created, UTC).astimezone().isoformat(timespec="milliseconds")


def _plain(text: str) -> str:
    r"""Signs that end lines or steer terminals as `\n`, `\x1b`, `\u2028`."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_plain(escaped)}"'


def _word(text: str) -> str:
    """A value without quotation marks where it needs none."""
    return _quoted(text) if any(sign in text for sign in ' "=') or not text.isprintable() else text
