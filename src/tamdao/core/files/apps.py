from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "tamdao.core.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the kinds of pack records of this app."""
        from . import packs

        packs.register()
