"""Which tables are kept by rows, and by which rule: people here, what is about one person alone by whoever owns it."""

from __future__ import annotations

from dataclasses import dataclass

# the resource of the policy table whose OWN row opens what is about oneself
OWN = "account"


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy of one table: for which command, which rows are in sight, which may be written."""

    table: str
    name: str
    command: str
    using: str
    check: str = ""

    def create(self) -> str:
        """SQL that makes it."""
        using = f" USING ({self.using})" if self.using else ""
        check = f" WITH CHECK ({self.check})" if self.check else ""
        return f'CREATE POLICY {self.name} ON "{self.table}" FOR {self.command}{using}{check}'


PERSON = "people_person"
_HOUSE = "(SELECT tamdao_rows_house())"
_own_tables: dict[str, str] = {"people_pagevisit": "person_id"}
_house_tables: set[str] = set()


def protect(table: str, *, column: str | None) -> None:
    """Keep `table`: rows whose `column` names a person are that person's; without one they are the house's alone."""
    if column is None:
        _house_tables.add(table)
    else:
        _own_tables[table] = column


def tables() -> list[str]:
    """Every table that is kept."""
    return [PERSON, *sorted(_own_tables), *sorted(_house_tables)]


def policies() -> list[Policy]:
    """All of them. What several policies of one command let through is added up."""
    found = [Policy(table, "tamdao_house", "ALL", _HOUSE, _HOUSE) for table in tables()]
    me = f"(SELECT tamdao_rows_own('{OWN}'))"
    found += [
        Policy(table, "tamdao_own", "ALL", f"{column} = {me}", f"{column} = {me}")
        for table, column in sorted(_own_tables.items())
    ]
    # the cheap ones first: the list is not made for the house, for oneself and for those who see everybody
    read = f"{_HOUSE} OR id = {me} OR (SELECT tamdao_rows_everyone()) OR id IN (SELECT tamdao_rows_people())"
    return [
        *found,
        Policy(PERSON, "tamdao_read", "SELECT", read),
        Policy(PERSON, "tamdao_own", "UPDATE", f"id = {me}", f"id = {me}"),
    ]
