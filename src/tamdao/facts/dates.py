"""Days and moments as an official counts them: the day of Việt Nam, closed at its last microsecond."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

from tamdao.kit import dates as kit_dates
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

from . import errors

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

MAP_DATE = Message("Ngày địa giới", "The map date")
AT_DATE = Message("Ngày đánh giá", "The date of judgement")
AS_OF = Message("Thời điểm ghi nhận", "The recording date")


def end_of_day(day: date) -> datetime:
    """The last moment of `day` in Việt Nam; what was recorded on that day is known by then."""
    return datetime.combine(day, time.max, tzinfo=ZONE)


def today() -> date:
    """Today's date in Việt Nam. Interfaces call it once and pass the date on."""
    return timezone.localdate(timezone=ZONE)


def parse_day(text: str, what: Message) -> date:
    """A date as ISO or dd/mm/yyyy; `what` names it in the refusal (date_unreadable)."""
    try:
        return kit_dates.parse_date(text)
    except DomainError as error:
        raise errors.date_unreadable(text, what) from error


def parse_as_of(text: str) -> datetime:
    """A recording moment: a day means its end, an ISO moment without an offset is Việt Nam's time."""
    plain = text.strip()
    if "T" in plain or ":" in plain:
        try:
            moment = datetime.fromisoformat(plain)
        except ValueError as error:
            raise errors.date_unreadable(text, AS_OF) from error
        moment = moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
    else:
        moment = end_of_day(parse_day(plain, AS_OF))
    try:
        # kept in UTC, shown in Việt Nam's time: within hours of the calendar's first and last day there is neither
        for zone in (UTC, ZONE):
            moment.astimezone(zone)
    except OverflowError as error:
        raise errors.date_unreadable(text, AS_OF) from error
    return moment
