from collections.abc import Collection

from django.apps import AppConfig

from tamdao.core.ledger.decisions import Audited
from tamdao.kit.messages import Message


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
        from tamdao.core.ledger.naming import register_object_names
        from tamdao.core.packs.kinds import register_later

        register_later("tamdao.core.units.packs")
        register_object_names("units.Unit", _unit_names)


def _unit_names(keys: Collection[str]) -> dict[str, Message]:
    """Names of units for the pages of the ledger."""
    from .api import find_row, held

    with held():
        rows = [(key, find_row(key)) for key in keys]
    return {key: row.called for key, row in rows if row is not None}
