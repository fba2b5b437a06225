"""What the policies ask: SQL functions, made from the policy table. They read the comment of the statement they serve.

In plpgsql, which keeps its plans: a policy is planned anew with every statement, and that would be most of its cost.

Posts, delegations and memberships say numbers of people and no more; they are not kept by rows and can be read here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..policy import rules
from .tables import OWN

# what the functions read
READ = (
    "units_unit", "units_unitversion", "units_unitlink", "people_roleholding", "people_delegation", "people_group",
    "people_groupmember",
)  # fmt: skip
# ways by which the table shows somebody: themselves, their posts, what is lent of these, groups they belong to
WAYS = ("person", "post", "substitute", "delegation", "rehoming", "group")


@dataclass(frozen=True, slots=True)
class Function:
    """One function: what it takes and returns, and its body."""

    takes: str
    returns: str
    body: str
    # what pg_dump asks, which looks into no schema by itself
    at_home: bool = False

    def create(self, name: str) -> str:
        """SQL that makes it or makes it anew."""
        return (
            f"CREATE OR REPLACE FUNCTION {name}({self.takes}) RETURNS {self.returns} LANGUAGE plpgsql STABLE "
            f"{'SET search_path FROM CURRENT ' if self.at_home else ''}AS $rows${self.body}$rows$"
        )


_SAID = r"""
DECLARE
  said text := substring(right(current_query(), 32000) from
    '/\* tamdao rows ([A-Za-z0-9+/=]*) \*/(?:\s*/\* tamdao [A-Za-z0-9+/=]* \*/)?\s*$');
BEGIN
  IF said IS NOT NULL THEN
    RETURN convert_from(decode(said, 'base64'), 'UTF8')::jsonb;
  ELSIF current_setting('tamdao.rows', true) = 'house' THEN
    RETURN '{"house": true}';
  END IF;
  RAISE EXCEPTION 'tamdao: this statement does not say for whom it reads'
    USING ERRCODE = 'insufficient_privilege', HINT = 'SET tamdao.rows = ''house''';
END
"""

_GROUNDS = """
BEGIN
  RETURN QUERY SELECT DISTINCT rule.relation, held.value->>1
  FROM jsonb_array_elements(tamdao_rows()->'rights') AS held(value)
  JOIN (VALUES {rules}) AS rule(role, resource, action, relation) ON rule.role = held.value->>0
    AND (jsonb_typeof(held.value->2) = 'null' OR held.value->2 ? (rule.resource || '.' || rule.action))
  WHERE rule.resource = ANY(resources);
END
"""

_OWN = """
BEGIN
  RETURN (SELECT (tamdao_rows()->>'me')::bigint FROM tamdao_rows_grounds(resource) g WHERE g.relation = 'own' LIMIT 1);
END
"""

_EVERYONE = """
BEGIN
  RETURN EXISTS (SELECT 1 FROM tamdao_rows_grounds({ways}) g WHERE g.relation = 'every');
END
"""

# the unit of a right, and for CHILD every unit below it on the map of the day
_UNITS = """
DECLARE
  today date := (tamdao_rows()->>'day')::date;
BEGIN
  RETURN ARRAY(
    WITH RECURSIVE ground AS MATERIALIZED (SELECT * FROM tamdao_rows_grounds(VARIADIC resources)),
    below(id) AS (
      SELECT version.unit_id FROM ground JOIN units_unitversion version ON version.parent_id = ground.unit
      WHERE ground.relation = 'child' AND version.from_date <= today
        AND (version.end_date IS NULL OR version.end_date > today)
      UNION
      SELECT version.unit_id FROM below JOIN units_unitversion version ON version.parent_id = below.id
      WHERE version.from_date <= today AND (version.end_date IS NULL OR version.end_date > today)
    )
    SELECT ground.unit FROM ground WHERE ground.relation = 'unit' AND ground.unit IS NOT NULL
    UNION SELECT id FROM below
  );
END
"""

# each way by which the table shows people; lists of units are made once
_PEOPLE = """
DECLARE
  today date := (tamdao_rows()->>'day')::date;
  me bigint := (tamdao_rows()->>'me')::bigint;
  own bigint := tamdao_rows_own('delegation');
  shares boolean := EXISTS (SELECT 1 FROM tamdao_rows_grounds('person') g WHERE g.relation = 'group');
  seen text[] := tamdao_rows_units('person');
  dealt text[] := tamdao_rows_units('post', 'substitute', 'delegation');
  offered text[] := tamdao_rows_units('delegation');
  kept text[] := tamdao_rows_units('group');
  -- every unit out of which one of those came, through every earlier change
  ended text[] := ARRAY(
    WITH RECURSIVE before(id) AS (
      SELECT link.from_unit_id FROM units_unitlink link WHERE link.to_unit_id = ANY (tamdao_rows_units('rehoming'))
      UNION SELECT link.from_unit_id FROM before JOIN units_unitlink link ON link.to_unit_id = before.id
    )
    SELECT id FROM before WHERE id IS NOT NULL
  );
BEGIN
  -- colleagues and people of the units below; whose post may be ended, lent, given a substitute, or waits because its
  -- unit ended
  RETURN QUERY SELECT holding.person_id
  FROM people_roleholding holding JOIN units_unit unit ON unit.id = holding.unit_id
  WHERE holding.unit_id = ANY (dealt || ended)
    OR holding.unit_id = ANY (seen) AND holding.from_date <= today
      AND (holding.end_date IS NULL OR holding.end_date > today) AND (unit.end_date IS NULL OR unit.end_date > today);
  IF shares AND me IS NOT NULL THEN
    RETURN QUERY SELECT fellow.person_id
    FROM people_groupmember mine JOIN people_groupmember fellow ON fellow.group_id = mine.group_id
    WHERE mine.person_id = me AND mine.from_date <= today AND (mine.end_date IS NULL OR mine.end_date > today)
      AND fellow.from_date <= today AND (fellow.end_date IS NULL OR fellow.end_date > today);
  END IF;
  -- the two sides of a delegation that is one's own or may be revoked
  RETURN QUERY SELECT unnest(ARRAY[holding.person_id, given.receiver_id])
  FROM people_delegation given JOIN people_roleholding holding ON holding.id = given.holding_id
  WHERE holding.unit_id = ANY (offered) OR own IN (holding.person_id, given.receiver_id);
  -- members of groups that one keeps
  RETURN QUERY SELECT member.person_id
  FROM people_groupmember member JOIN people_group working ON working.id = member.group_id
  WHERE working.unit_id = ANY (kept);
END
"""


def functions() -> Mapping[str, Function]:
    """Name → function, in the order in which they need each other."""
    table = sorted(
        {
            (rule.role.value, rule.resource, rule.action, relation.value)
            for rule in rules()
            for relation in rule.relations
            if rule.resource in {*WAYS, OWN}
        }
    )
    rows = ", ".join("(" + ", ".join(f"'{word}'" for word in row) + ")" for row in table)
    ways = ", ".join(f"'{way}'" for way in WAYS)
    resources = "VARIADIC resources text[]"
    return {
        "tamdao_rows": Function("", "jsonb", _SAID),
        "tamdao_rows_house": Function(
            "", "boolean", "\nBEGIN\n  RETURN tamdao_rows() ? 'house';\nEND\n", at_home=True
        ),
        "tamdao_rows_grounds": Function(
            resources, "TABLE (relation text, unit text)", _GROUNDS.format(rules=rows)
        ),
        "tamdao_rows_own": Function("resource text", "bigint", _OWN),
        "tamdao_rows_everyone": Function("", "boolean", _EVERYONE.format(ways=ways)),
        "tamdao_rows_units": Function(resources, "text[]", _UNITS),
        "tamdao_rows_people": Function("", "SETOF bigint", _PEOPLE),
    }
