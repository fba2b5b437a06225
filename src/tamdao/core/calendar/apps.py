from django.apps import AppConfig

from tamdao.core.ledger.decisions import Audited
from tamdao.kit.messages import Message


class CalendarConfig(AppConfig):
    name = "tamdao.core.calendar"
    label = "calendar"
    default_auto_field = "django.db.models.BigAutoField"
    audit = {"CalendarDay": Audited()}
    audit_words = {
        "calendar.CalendarDay": Message("ngày nghỉ hoặc làm bù", "day off or exchanged day"),
        "day": Message("ngày", "day"),
        "works": Message("làm việc", "worked"),
    }

    def ready(self) -> None:
        """Name the kind of pack records of this app."""
        from tamdao.core.packs.kinds import register_later

        register_later("tamdao.core.calendar.packs")
