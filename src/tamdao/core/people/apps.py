from django.apps import AppConfig

from tamdao.core.ledger.decisions import Audited, Decision, Exempt

from .ledger_words import LEDGER_VALUES, LEDGER_WORDS


class PeopleConfig(AppConfig):
    """People, posts, delegations; what of them enters the ledger."""

    name = "tamdao.core.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
    audit: dict[str, Decision] = {
        "Person": Audited(
            personal=("username", "display_name", "folded"),
            subject="id",
            leave_out=("password", "last_login"),
        ),
        "RoleHolding": Audited(),
        "RehomingDecision": Audited(),
        "Delegation": Audited(),
        "Group": Audited(),
        "GroupMember": Audited(),
        "ApiClient": Audited(leave_out=("key_sha256", "last_used_date")),
        "PageVisit": Exempt("when somebody opened a page is no record of the office"),
    }

    audit_words = LEDGER_WORDS
    audit_values = LEDGER_VALUES

    def ready(self) -> None:
        """The doors in the account menu, names for the ledger to show beside its actors, rows that are kept."""
        from django.db.backends.signals import connection_created
        from django.db.models.signals import post_migrate

        from tamdao.core.ledger.api import register_names
        from tamdao.kit.web import shell

        from .queries import name_of_actor
        from .rows import scope, upkeep

        register_names(name_of_actor)
        connection_created.connect(scope.prepare, dispatch_uid="people.rows")
        post_migrate.connect(upkeep.after_migrate, sender=self, dispatch_uid="people.rows")
        shell.register_links(own_posts="own_posts", people="people", access="access")
