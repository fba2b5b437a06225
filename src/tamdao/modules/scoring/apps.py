from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "tamdao.modules.scoring"
    label = "scoring"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the kinds of pack records of this app and what breaks a comparison."""
        from tamdao.facts.api import register_comparability

        from . import packs
        from .comparability import edition_break

        packs.register()
        register_comparability(edition_break)
