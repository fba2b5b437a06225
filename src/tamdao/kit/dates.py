"""Dates as Vietnamese offices write them: dd/mm/yyyy, and how long ago in words."""

from __future__ import annotations

import re
from datetime import date, datetime

from .errors import DomainError
from .messages import Message

_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_DAY_FIRST = re.compile(r"(?P<day>[0-9]{1,2})(?P<mark>[/-])(?P<month>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})")

_MINUTE, _HOUR = 60, 3600


def format_date(day: date) -> str:
    """`dd/mm/yyyy`, in both languages."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def format_datetime(moment: datetime) -> str:
    """`dd/mm/yyyy HH:MM` in the moment's own time zone."""
    return f"{format_date(moment.date())} {moment.hour:02}:{moment.minute:02}"


def parse_date(text: str) -> date:
    """The date that `text` stands for: `dd/mm/yyyy` (day first; also `1/7/2025`, `01-07-2025`) or ISO.

    Nothing is guessed: a two-digit year is refused, and a month above 12 is an error, not a hint that the
    writer put the month first. Raises `DomainError` (date_malformed).
    """
    plain = text.strip()
    found = _DAY_FIRST.fullmatch(plain) or _ISO.fullmatch(plain)
    if found is not None:
        try:
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
        except ValueError:
            pass
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    raise DomainError(
        Message(
            f"“{shown}” không phải là một ngày. Ghi đủ ngày/tháng/năm, ví dụ 05/10/2024, hoặc 2024-10-05.",
            f"“{shown}” is not a date. Write day/month/year in full, like 05/10/2024, or 2024-10-05.",
        ),
        code="date_malformed",
        status=422,
    )


def format_age(then: date | datetime, *, now: date | datetime, lang: str = "vi") -> str:
    """How long ago (or ahead) `then` is, in words: "hôm nay", "3 ngày trước", "2 năm trước"; "in 3 days".

    Two datetimes within a day of each other read in minutes and hours; everything else counts calendar days
    in the time zone of `now`, months from 60 days on, years from 24 months on, all rounded down.
    """
    if isinstance(then, datetime) and isinstance(now, datetime):
        seconds = int((now - then).total_seconds())
        if abs(seconds) < 24 * _HOUR:
            return _clock_words(seconds).text(lang)
        if now.tzinfo is not None:
            then = then.astimezone(now.tzinfo)
    return _calendar_words(_day_of(then), _day_of(now)).text(lang)


def _day_of(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _clock_words(seconds: int) -> Message:
    size = abs(seconds)
    if size < _MINUTE:
        return Message("vừa xong", "just now")
    if size < _HOUR:
        return _distance(size // _MINUTE, "phút", "minute", past=seconds > 0)
    return _distance(size // _HOUR, "giờ", "hour", past=seconds > 0)


def _calendar_words(then: date, now: date) -> Message:
    days = (now - then).days
    near = {
        0: Message("hôm nay", "today"),
        1: Message("hôm qua", "yesterday"),
        -1: Message("ngày mai", "tomorrow"),
    }
    if days in near:
        return near[days]
    past = days > 0
    if abs(days) < 60:
        return _distance(abs(days), "ngày", "day", past=past)
    months = _whole_months(min(then, now), max(then, now))
    if months < 24:
        return _distance(months, "tháng", "month", past=past)
    return _distance(months // 12, "năm", "year", past=past)


def _whole_months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def _distance(count: int, vi: str, en: str, *, past: bool) -> Message:
    plural = en if count == 1 else f"{en}s"
    if past:
        return Message(f"{count} {vi} trước", f"{count} {plural} ago")
    return Message(f"{count} {vi} nữa", f"in {count} {plural}")
