from django.apps import AppConfig

from tamdao.core.ledger.decisions import Audited


class ScoringConfig(AppConfig):
    name = "tamdao.modules.scoring"
    label = "scoring"
    default_auto_field = "django.db.models.BigAutoField"
    audit = {
        "Edition": Audited(),
        "EditionYear": Audited(),
        "EditionNode": Audited(),
    }

    def ready(self) -> None:
        """Name the kinds of pack records, register what breaks a comparison and where values are computed."""
        from tamdao.core.packs.kinds import register_later
        from tamdao.facts.api import register_comparability, register_computed

        from .comparability import edition_break
        from .places import computed_in_table

        register_later("tamdao.modules.scoring.packs")
        register_comparability(edition_break)
        register_computed(computed_in_table)
