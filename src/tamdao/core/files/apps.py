from django.apps import AppConfig

from tamdao.core.ledger.decisions import Audited


class FilesConfig(AppConfig):
    name = "tamdao.core.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"
    audit = {
        "SourceDocument": Audited(),
    }

    def ready(self) -> None:
        """Name the kinds of pack records of this app."""
        from tamdao.core.packs.kinds import register_later

        register_later("tamdao.core.files.packs")
