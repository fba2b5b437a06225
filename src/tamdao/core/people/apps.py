from django.apps import AppConfig

from tamdao.core.ledger.decisions import Audited, Exempt


class PeopleConfig(AppConfig):
    name = "tamdao.core.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
    audit = {
        "Person": Audited(
            personal=("username", "display_name"), subject="id", leave_out=("password", "last_login")
        ),
        "RoleHolding": Audited(),
        "ApiClient": Audited(leave_out=("key_sha256", "last_used_date")),
        "PageVisit": Exempt("when somebody opened a page is no record of the office"),
    }

    def ready(self) -> None:
        """Give the ledger names to show beside its actors."""
        from tamdao.core.ledger.api import register_names

        from .queries import name_of_actor

        register_names(name_of_actor)
