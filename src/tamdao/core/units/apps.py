from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "tamdao.core.units"
    label = "units"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the kinds of pack records of this app."""
        from . import packs

        packs.register()
