from django.apps import AppConfig

from tamdao.core.ledger.decisions import Audited


class UnitsConfig(AppConfig):
    name = "tamdao.core.units"
    label = "units"
    default_auto_field = "django.db.models.BigAutoField"
    audit = {
        "Level": Audited(),
        "Unit": Audited(),
        "UnitVersion": Audited(),
        "UnitEvent": Audited(),
        "UnitLink": Audited(),
        "Boundary": Audited(),
    }

    def ready(self) -> None:
        """Name the kinds of pack records of this app."""
        from tamdao.core.packs.kinds import register_later

        register_later("tamdao.core.units.packs")
