from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "tamdao.core.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name the kinds of pack records of this app."""
        from tamdao.core.packs.kinds import register_later

        register_later("tamdao.core.files.packs")
