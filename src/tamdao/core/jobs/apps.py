from django.apps import AppConfig

from tamdao.core.ledger.decisions import Audited, Exempt


class JobsConfig(AppConfig):
    name = "tamdao.core.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
    audit = {
        "OutboxDecision": Audited(),
        "OutboxMessage": Exempt(
            "follows from what caused it, which is audited; its state changes with every attempt of a machine"
        ),
        "HandledMessage": Exempt(
            "the mark of a receiver that a message was dealt with; its effect is audited"
        ),
        "IdempotencyKey": Exempt("short-lived mark against repetition; the command's own writes are audited"),
        "Pulse": Exempt("written by the health check; says nothing about the office"),
        "Schedule": Exempt("clock of the machine"),
        "TaskLease": Exempt("clock of the machine"),
        "Work": Exempt("how far a task is; what the task writes is audited"),
    }

    def ready(self) -> None:
        """Name the channel, the recurring work and the doors of this app."""
        from datetime import timedelta

        from tamdao.kit.web import shell

        from .channels import register_later
        from .schedule import Recurring, register_recurring

        register_later("tamdao.core.jobs.email")
        register_recurring(
            Recurring("jobs.clear_away", f"{self.name}.tasks.clear_away", every=timedelta(hours=1))
        )
        shell.register_links(outbox="outbox", works="works")
