from django.apps import AppConfig
from django.db.models.signals import post_migrate

from tamdao.core.ledger.decisions import Audited
from tamdao.kit.messages import Message


class FactsConfig(AppConfig):
    name = "tamdao.facts"
    label = "facts"
    default_auto_field = "django.db.models.BigAutoField"
    audit = {
        "Measure": Audited(),
        "Source": Audited(),
        "Indicator": Audited(),
        "Observation": Audited(),
        "Target": Audited(),
        "TargetBase": Audited(),
        "TargetLink": Audited(),
        "FactChange": Audited(),
    }

    audit_values = {
        "Observation.kind": lambda code: _worded("KINDS", code),
        "Observation.flow": lambda code: _worded("FLOWS", code),
    }

    def ready(self) -> None:
        """Name the kinds of pack records, register those of records; keep the triggers after every migrate."""
        from tamdao.core.packs.kinds import register_later
        from tamdao.core.units.api import register_stamp

        from . import append_only
        from .queries import records, stamp

        register_stamp(stamp.newest_row, units_same_since=stamp.units_same_since)
        records.register_own()
        register_later("tamdao.facts.packs")
        post_migrate.connect(append_only.ensure_after_migrate, sender=self, dispatch_uid="facts.append_only")


def _worded(table: str, code: str) -> Message:
    """A code of observations in words; the tables stand beside the models, which are not loaded yet here."""
    from .queries import wording

    known: dict[str, Message] = getattr(wording, table)
    return known.get(code) or Message(code, code)
