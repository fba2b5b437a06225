"""The ledger's place in Django: identity on every connection, triggers after every migrate."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from .decisions import Exempt

_ITSELF = Exempt("the ledger itself: guarded by triggers of its own, hashes and signatures")


class LedgerConfig(AppConfig):
    name = "tamdao.core.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
    audit = {
        "Pending": _ITSELF,
        "Entry": _ITSELF,
        "SealedRow": _ITSELF,
        "Checkpoint": _ITSELF,
        "Coverage": Exempt("which columns the baselines have; compared with the tables by every check"),
        "SealingState": Exempt("how long sealing has been failing; changes every few seconds"),
        "WitnessState": Exempt("what each witness took last; the witnesses themselves are the evidence"),
        "Receipt": Exempt("answers of witnesses, signed by them; checked by every check"),
    }

    def ready(self) -> None:
        """Teach every new connection who acts; compare and mend the triggers after every migrate."""
        from tamdao.kit.web import shell

        from .capture import connections, upkeep

        shell.register_links(ledger="ledger")
        connection_created.connect(connections.prepare, dispatch_uid="ledger.connections")
        post_migrate.connect(upkeep.after_migrate, sender=self, dispatch_uid="ledger.upkeep")
