"""The triggers on PostgreSQL: one set of functions for all tables, called once per statement with all its rows."""

from __future__ import annotations

from dataclasses import dataclass

from tamdao.core.ledger.decisions import AuditedTable

_COLUMNS = "table_name, op, pk_text, old, new, hidden, acting, bundle, at"
_DECLARE = """
DECLARE
  who text := ledger_acting();
  batch text := coalesce(who::json->>'bundle', '');
  moment text := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  gone text[] := TG_ARGV[1]::text[];
"""
# how values become text must not depend on the session that happens to write
_SETTINGS = ("TimeZone=UTC", "bytea_output=hex", "extra_float_digits=1")

# function → body
FUNCTIONS: dict[str, str] = {
    "ledger_acting": r"""
DECLARE
  form text := '/\* tamdao ([A-Za-z0-9+/=]*) \*/\s*$';
  query text := current_query();
  -- the longest mark has some 15,000 letters (acting.py says why), nearly all have a few hundred
  mark text := coalesce(substring(right(query, 2000) from form), substring(right(query, 20000) from form));
  said text;
BEGIN
  said := convert_from(decode(mark, 'base64'), 'UTF8');
  -- raises what is caught below unless it is JSON that can be read
  PERFORM said::json->>'bundle';
  RETURN coalesce(said, '{}');
EXCEPTION WHEN data_exception THEN
  RETURN '{}';
END
""",
    "ledger_capture_insert": f"""{_DECLARE}
BEGIN
  INSERT INTO ledger_pending ({_COLUMNS})
  SELECT TG_TABLE_NAME, 'I', image->>TG_ARGV[0], NULL, (image - gone)::text, '', who, batch, moment
  FROM (SELECT to_jsonb(r) AS image FROM new_rows r) rows_now;
  RETURN NULL;
END
""",
    "ledger_capture_delete": f"""{_DECLARE}
BEGIN
  INSERT INTO ledger_pending ({_COLUMNS})
  SELECT TG_TABLE_NAME, 'D', image->>TG_ARGV[0], (image - gone)::text, NULL, '', who, batch, moment
  FROM (SELECT to_jsonb(r) AS image FROM old_rows r) rows_then;
  RETURN NULL;
END
""",
    # a changed key finds no partner: the end of one object and the beginning of another
    "ledger_capture_update": f"""{_DECLARE}
BEGIN
  INSERT INTO ledger_pending ({_COLUMNS})
  SELECT TG_TABLE_NAME, CASE WHEN o IS NULL THEN 'I' WHEN n IS NULL THEN 'D' ELSE 'U' END,
    coalesce(n, o)->>TG_ARGV[0], (o - gone)::text, (n - gone)::text,
    CASE WHEN o IS NULL OR n IS NULL THEN '' ELSE coalesce((
      SELECT string_agg(c, ' ' ORDER BY place) FROM unnest(TG_ARGV[2]::text[]) WITH ORDINALITY AS secret(c, place)
      WHERE o->c IS DISTINCT FROM n->c), '') END,
    who, batch, moment
  FROM (SELECT to_jsonb(r) AS o FROM old_rows r) rows_then
  FULL JOIN (SELECT to_jsonb(r) AS n FROM new_rows r) rows_now ON o->>TG_ARGV[0] = n->>TG_ARGV[0]
  WHERE o::text IS DISTINCT FROM n::text;
  RETURN NULL;
END
""",
    "ledger_refuse": """
BEGIN
  RAISE EXCEPTION 'ledger: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
""",
    "ledger_refuse_unsealed": """
BEGIN
  IF NOT EXISTS (SELECT 1 FROM ledger_sealedrow WHERE pending = OLD.id) THEN
    RAISE EXCEPTION 'ledger: an unsealed row is never deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END
""",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger: its head (when and on what) and the call."""

    name: str
    table: str
    head: str
    function: str
    arguments: tuple[str, ...] = ()

    def create(self) -> str:
        """SQL that makes it or makes it anew."""
        arguments = ", ".join(f"'{one}'" for one in self.arguments)
        return f'CREATE OR REPLACE TRIGGER "{self.name}" {self.head} EXECUTE FUNCTION {self.function}({arguments})'


def create_function(name: str, schema: str) -> str:
    """SQL of one function; `schema` as the server quotes it."""
    returns = "text" if name == "ledger_acting" else "trigger"
    settings = "".join(f" SET {_assigned(setting)}" for setting in settings_of(name, schema))
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS {returns} LANGUAGE plpgsql{settings} "
        f"AS $ledger${FUNCTIONS[name]}$ledger$"
    )


def settings_of(name: str, schema: str) -> tuple[str, ...]:
    """Settings a function runs under, as the catalogue shows them.

    Names mean the tables of this schema, whatever the session says: a temporary `ledger_pending` would swallow rows.
    """
    path = (f"search_path={schema}, pg_temp",)
    return (*path, *_SETTINGS) if name.startswith("ledger_capture") else path


def triggers_of(table: AuditedTable) -> list[Trigger]:
    """The triggers of an audited table."""
    gone = "{" + ",".join((*table.left_out, *table.generated)) + "}"
    arguments = (table.key, gone, "{" + ",".join(table.left_out) + "}")
    referencing = {
        "insert": "REFERENCING NEW TABLE AS new_rows",
        "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "delete": "REFERENCING OLD TABLE AS old_rows",
    }
    found = [
        Trigger(
            f"ledger_{operation}", table.name,
            f'AFTER {operation.upper()} ON "{table.name}" {seen} FOR EACH STATEMENT',
            f"ledger_capture_{operation}", arguments,
        )
        for operation, seen in referencing.items()
    ]  # fmt: skip
    return [*found, _no_truncate(table.name)]


def _no_truncate(table: str) -> Trigger:
    head = f'BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT'
    return Trigger("ledger_no_truncate", table, head, "ledger_refuse")


# what the ledger itself consists of: here no other trigger and no rule has any business
OWN = ("ledger_pending", "ledger_entry", "ledger_sealedrow", "ledger_checkpoint")


def guards() -> list[Trigger]:
    """What keeps the ledger's own tables."""
    found = []
    for table in OWN:
        verbs = "UPDATE" if table == "ledger_pending" else "UPDATE OR DELETE"
        found.append(
            Trigger("ledger_no_change", table, f'BEFORE {verbs} ON "{table}" FOR EACH ROW', "ledger_refuse")
        )
        found.append(_no_truncate(table))
    head = 'BEFORE DELETE ON "ledger_pending" FOR EACH ROW'
    return [*found, Trigger("ledger_sealed_only", "ledger_pending", head, "ledger_refuse_unsealed")]


def image(table: AuditedTable, row: str) -> str:
    """SQL of a row as JSON text, as the triggers write it; run it with the settings of `SESSION`."""
    gone = "{" + ",".join((*table.left_out, *table.generated)) + "}"
    return f"(to_jsonb({row}) - '{gone}'::text[])::text"


def _assigned(setting: str) -> str:
    name, value = setting.split("=", 1)
    # a list of names as it is; the rest quoted, or the server writes the name of the time zone in its own way
    return f"{name} TO {value}" if name == "search_path" else f"{name} TO '{value}'"


SESSION = "".join(f"SET LOCAL {_assigned(setting)};" for setting in _SETTINGS)
