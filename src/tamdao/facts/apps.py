from django.apps import AppConfig
from django.db.models.signals import post_migrate

from tamdao.core.ledger.decisions import Audited


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
