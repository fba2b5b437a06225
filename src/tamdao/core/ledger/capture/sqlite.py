"""The triggers on SQLite: one per table and kind of write, with the columns written out."""

from __future__ import annotations

from collections.abc import Mapping

from tamdao.core.ledger.decisions import AuditedTable

OPERATIONS = ("insert", "update", "delete")
NOW = "strftime('%Y-%m-%dT%H:%M:%fZ','now')"
_INTO = "INSERT INTO ledger_pending (table_name, op, pk_text, old, new, hidden, acting, bundle, at)"


def trigger_name(table: str, operation: str) -> str:
    """Name of the trigger of a table for a kind of write."""
    return f"ledger_{table}_{operation}"


def image(table: AuditedTable, row: str, kinds: Mapping[str, str]) -> str:
    """SQL of a row as JSON. `row` is NEW, OLD or a table; `kinds` are the declared types of the columns.

    Whole numbers and text stand as they are; binary columns as hex; anything that may hold a fraction as the text of 17
    digits, which names every double exactly.
    """
    parts = []
    for column in table.columns:
        if column not in kinds:
            # a migration that is still to come adds it
            continue
        kind = kinds[column].lower()
        cell = f'{row}."{column}"'
        if "blob" in kind:
            cell = f"CASE WHEN {cell} IS NULL THEN NULL ELSE hex({cell}) END"
        elif not any(word in kind for word in ("char", "text", "clob", "int", "bool")):
            cell = (
                f"CASE typeof({cell}) WHEN 'real' THEN printf('%!.17g', {cell}) "
                f"WHEN 'blob' THEN hex({cell}) ELSE {cell} END"
            )
        parts.append(f"'{column}', {cell}")
    return f"json_object({', '.join(parts)})"


def create_statements(table: AuditedTable, kinds: Mapping[str, str]) -> dict[str, str]:
    """Trigger name → SQL. An UPDATE that changes nothing leaves no row."""
    old, new = image(table, "OLD", kinds), image(table, "NEW", kinds)
    changes = [f"WHEN {old} IS NOT {new}"]
    changes += [f'OR OLD."{column}" IS NOT NEW."{column}"' for column in table.left_out]
    hidden = " || ".join(
        f"CASE WHEN OLD.\"{column}\" IS NOT NEW.\"{column}\" THEN '{column} ' ELSE '' END"
        for column in table.left_out
    )
    key_old, key_new = (f'CAST({row}."{table.key}" AS TEXT)' for row in ("OLD", "NEW"))
    same = f"{key_old} IS {key_new}"
    tail = f"tamdao_acting(), tamdao_bundle(), {NOW}"

    def put(op: str, key: str, before: str, after: str, note: str = "''") -> str:
        return f"{_INTO} SELECT '{table.name}', '{op}', {key}, {before}, {after}, {note}, {tail}"

    bodies = {
        "insert": ("", [put("I", key_new, "NULL", new)]),
        # a changed key is the end of one object and the beginning of another
        "update": (
            " ".join(changes),
            [
                f"{put('U', key_new, old, new, f'trim({hidden})' if hidden else chr(39) * 2)} WHERE {same}",
                f"{put('D', key_old, old, 'NULL')} WHERE NOT ({same})",
                f"{put('I', key_new, 'NULL', new)} WHERE NOT ({same})",
            ],
        ),
        "delete": ("", [put("D", key_old, old, "NULL")]),
    }
    return {
        trigger_name(table.name, operation): (
            f'CREATE TRIGGER "{trigger_name(table.name, operation)}" AFTER {operation.upper()} ON "{table.name}" '
            f"{condition} BEGIN {'; '.join(statements)}; END"
        )
        for operation, (condition, statements) in bodies.items()
    }


def guards() -> dict[str, str]:
    """Trigger name → SQL of what keeps the ledger's own tables."""

    def guard(table: str, verb: str, condition: str = "") -> tuple[str, str]:
        name = f"{table}_no_{verb.lower()}"
        return name, (
            f'CREATE TRIGGER "{name}" BEFORE {verb} ON "{table}" {condition} '
            f"BEGIN SELECT RAISE(ABORT, 'ledger: {table} is never rewritten'); END"
        )

    return dict(
        [
            guard("ledger_pending", "UPDATE"),
            guard(
                "ledger_pending", "DELETE",
                "WHEN NOT EXISTS (SELECT 1 FROM ledger_sealedrow WHERE pending = OLD.id)",
            ),
            *(
                guard(table, verb)
                for table in ("ledger_entry", "ledger_sealedrow", "ledger_checkpoint")
                for verb in ("UPDATE", "DELETE")
            ),
        ]
    )  # fmt: skip
