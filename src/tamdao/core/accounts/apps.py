from collections.abc import Mapping
from typing import ClassVar

from django.apps import AppConfig

from tamdao.core.ledger.decisions import Audited, Decision, Exempt

from .ledger_words import LEDGER_VALUES, LEDGER_WORDS


class AccountsConfig(AppConfig):
    """Signing in. Registers the door to one's own account in the frame of every page."""

    name = "tamdao.core.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
    audit: ClassVar[Mapping[str, Decision]] = {
        "SignIn": Audited(personal=("address", "device"), subject="person_id"),
        "OpenSession": Exempt("a list of what is open now; signing in is an entry of its own (SignIn)"),
        "CodeGuard": Exempt("counters of the moment; a wrong code is an entry of its own (SignIn)"),
        "PasswordReset": Audited(leave_out=("code_sha256",)),
        "Identity": Audited(personal=("subject",), subject="person_id"),
    }

    audit_words = LEDGER_WORDS
    audit_values = LEDGER_VALUES

    def ready(self) -> None:
        from tamdao.core.people.rows import protect
        from tamdao.core.people.services.persons import on_switching_off
        from tamdao.kit.web import shell

        from . import signals
        from .services import sessions

        for table in ("accounts_signin", "accounts_opensession", "accounts_codeguard", "accounts_identity"):
            protect(table, column="person_id")
        for table in ("mfa_authenticator", "account_emailaddress"):
            protect(table, column="user_id")
        # nobody reads the codes of others or their own
        protect("accounts_passwordreset", column=None)
        signals.check_roles()
        signals.connect()
        on_switching_off(lambda person: sessions.end_all(person=person))
        shell.register_links(
            login="account_login", logout="account_logout", account="account", use_code="account_reset"
        )
