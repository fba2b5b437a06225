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
    "contenttypes.ContentType": Exempt("list of models, filled by the framework"),
    "django_tasks_database.DBTaskResult": Exempt(
        "the queue of background work; what a task writes to the tables of the house is audited there"
    ),
    "sessions.Session": Exempt("short-lived state of a browser; signing in and out are events of their own"),
}
