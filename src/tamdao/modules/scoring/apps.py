from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "tamdao.modules.scoring"
    label = "scoring"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name the kinds of pack records of this app, register what breaks a comparison."""
        from tamdao.core.packs.kinds import register_later
        from tamdao.facts.api import register_comparability

        from .comparability import edition_break

        register_later("tamdao.modules.scoring.packs")
        register_comparability(edition_break)
