"""For every model a decision: its rows enter the ledger, or they do not, with the reason.

An app states its decisions in its `AppConfig`:

    class PeopleConfig(AppConfig):
        audit = {
            "RoleHolding": Audited(),
            "Person": Audited(personal=("display_name",), subject="id", leave_out=("password", "last_login")),
            "PageVisit": Exempt("when somebody opened a page is no record of the office"),
        }

A model without a decision fails the build. Apps of libraries are decided in `FOREIGN`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Audited:
    """Rows enter the ledger. `personal` columns enter encrypted with the key of the person named by column `subject`.

    `leave_out` columns are secrets or marks that must never stand in a log: that they changed is noted, not to what.
    """

    personal: tuple[str, ...] = ()
    subject: str = ""
    leave_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exempt:
    """Rows do not enter the ledger, and why."""

    reason: str


Decision = Audited | Exempt

# models of libraries, by label: "app_label.Model"
FOREIGN: Mapping[str, Decision] = {
    # Django: rights come from role holdings alone, so its groups and permissions stay empty
    "auth.Permission": Exempt("filled by the framework; nothing reads it"),
    "auth.Group": Exempt("unused: rights come from role holdings"),
    "auth.Group_permissions": Exempt("unused, as groups are"),
    "contenttypes.ContentType": Exempt("list of models, filled by the framework"),
    "django_tasks_database.DBTaskResult": Exempt(
        "the queue of background work; what a task writes to the tables of the house is audited there"
    ),
    "sessions.Session": Exempt("short-lived state of a browser; signing in and out are events of their own"),
    # of the libraries behind core.accounts
    "account.EmailAddress": Exempt("unused: people sign in with a user name and have no e-mail address here"),
    "account.EmailConfirmation": Exempt("unused, as above"),
    # the keys of second factors are secrets; that one was added, used or removed is not
    "mfa.Authenticator": Audited(leave_out=("data",)),
    "axes.AccessAttempt": Exempt(
        "counters of the lock, gone when it ends; attempts are entries of accounts.SignIn"
    ),
    "axes.AccessAttemptExpiration": Exempt("unused: a lock ends by its own clock"),
    "axes.AccessFailureLog": Exempt("unused: attempts are kept in accounts.SignIn"),
    "axes.AccessLog": Exempt("unused: attempts are kept in accounts.SignIn"),
}


@dataclass(frozen=True, slots=True)
class AuditedTable:
    """An audited model as the triggers need it: the names of its table and columns."""

    model: type[Model]
    decision: Audited
    name: str
    key: str
    # columns that enter the image; neither left out nor computed by the database from others
    columns: tuple[str, ...]
    personal: frozenset[str]
    left_out: tuple[str, ...]
    generated: tuple[str, ...]
    subject: str

    @property
    def label(self) -> str:
        """`app_label.Model`."""
        return self.model._meta.label


def decision_of(model: type[Model]) -> Decision | None:
    """What was decided about a model; None where nobody did. Join tables of many-to-many fields need their own."""
    meta = model._meta
    if meta.label in FOREIGN:
        return FOREIGN[meta.label]
    stated: Mapping[str, Decision] = getattr(meta.app_config, "audit", {})
    return stated.get(meta.object_name or "")


def concrete_models() -> list[type[Model]]:
    """Every model with a table of its own, join tables included."""
    return [
        model for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]  # fmt: skip


def undecided() -> list[str]:
    """Labels of models nobody decided about."""
    return sorted(model._meta.label for model in concrete_models() if decision_of(model) is None)


def stale_decisions() -> list[str]:
    """Labels that decisions speak of though no such model exists."""
    known = {model._meta.label for model in concrete_models()}
    named = [f"{app.label}.{name}" for app in apps.get_app_configs() for name in getattr(app, "audit", {})]
    installed = {app.label for app in apps.get_app_configs()}
    named += [label for label in FOREIGN if label.split(".", 1)[0] in installed]
    return sorted(set(named) - known)


@cache
def audited_tables() -> list[AuditedTable]:
    """The tables whose writes enter the ledger, by name. ValueError for a decision that names no column."""
    found = []
    for model in concrete_models():
        decision = decision_of(model)
        if isinstance(decision, Audited):
            found.append(_table(model, decision))
    return sorted(found, key=lambda table: table.name)


def _table(model: type[Model], decision: Audited) -> AuditedTable:
    meta = model._meta
    columns = {str(field.name): str(field.column) for field in meta.local_concrete_fields}
    # decisions name fields; the column of a foreign key is meant as well
    columns |= {column: column for column in columns.values()}
    for name in (*decision.personal, *decision.leave_out, *filter(None, [decision.subject])):
        if name not in columns:
            raise ValueError(f"{meta.label}: the decision names {name}, which is no column")
    if decision.personal and not decision.subject:
        raise ValueError(f"{meta.label}: personal columns need the column that names their person")
    left_out = tuple(columns[name] for name in decision.leave_out)
    generated = tuple(str(field.column) for field in meta.local_concrete_fields if field.generated)
    kept = [str(field.column) for field in meta.local_concrete_fields]
    return AuditedTable(
        model=model,
        decision=decision,
        name=meta.db_table,
        key=str(meta.pk.column),
        columns=tuple(column for column in kept if column not in {*left_out, *generated}),
        personal=frozenset(columns[name] for name in decision.personal),
        left_out=left_out,
        generated=generated,
        subject=columns[decision.subject] if decision.subject else "",
    )
