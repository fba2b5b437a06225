from django.apps import AppConfig

from tamdao.core.ledger.decisions import Audited, Exempt


class FilesConfig(AppConfig):
    name = "tamdao.core.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"
    audit = {
        "SourceDocument": Audited(),
        "FileBlob": Audited(),
        "FileCheck": Exempt(
            "written by a machine every night; the files themselves are audited by their hash"
        ),
    }

    def ready(self) -> None:
        """Name the kinds of pack records and the nightly work of this app."""
        from datetime import time, timedelta

        from tamdao.core.jobs.api import Recurring, register_recurring
        from tamdao.core.packs.kinds import register_later

        # between the daily backup and the first reader
        register_recurring(
            Recurring("files.care", f"{self.name}.upkeep.care", every=timedelta(days=1), first=time(3))
        )

        register_later("tamdao.core.files.packs")
