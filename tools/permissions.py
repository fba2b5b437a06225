"""Writes docs/security/permissions.md from the policy table.

python tools/permissions.py            write it
"""

from __future__ import annotations

import os
from pathlib import Path

PATH = Path(__file__).resolve().parents[1] / "docs/security/permissions.md"
HEAD = """# Who may do what

Written by `python tools/permissions.py` from `src/tamdao/core/people/policy.py`; a test compares them. The same
table is the page `/access/`. ADR 0009 says how it works.

- A person's rights are the posts that run today at units that exist today, and what others lend from such posts.
- **own**: about, or belonging to, the person who asks. **unit**: of the unit where the role is held. **child**: of
  a unit below it on the map of today, at any depth. **group**: about somebody in a named group to which the asker
  belongs too. **every**: whatever it is about.
- What may not be seen is answered like what does not exist.
- Everybody may do what the column `public` says, everyone with an account also what `person` says.
- A user name that is taken is refused when a person is created: whoever may create people can learn that way that a
  user name exists, and nothing else about it.
- On PostgreSQL the database keeps rows of personal data by the same table (row-level security, ADR 0009); SQLite can't.

How it is tested (`tests/integration/permissions`): every route × method × 15 actors against a specification written
by hand, objects of each of five relations for nine of them, lists, searches, counts and exports, absent against
forbidden byte for byte, and 38 seeded faults, all found. `tests/integration/test_people_machine.py` compares random
histories with a small model. On PostgreSQL all of it runs under the policies of the database, and
`tests/integration/test_people_rows.py` takes the filters away.
"""


def text() -> str:
    """The whole document."""
    from tamdao.core.people.explain import known_pairs
    from tamdao.core.people.policy import GRANTABLE, NOT_LENT, Role, rules

    cells: dict[tuple[str, Role], list[str]] = {}
    for rule in rules():
        cells.setdefault((rule.pair, rule.role), []).extend(rule.relations)
    roles = list(Role)
    lines = [HEAD, "| | " + " | ".join(roles) + " |", "|---|" + "---|" * len(roles)]
    for pair in known_pairs():
        row = (", ".join(cells.get((pair, role), ())) for role in roles)
        lines.append(f"| `{pair}` | " + " | ".join(row) + " |")
    lines += ["", "## Who appoints whom", ""]
    lines += [f"- `{giver}` gives and ends: {', '.join(given)}" for giver, given in GRANTABLE.items()]
    lines += [f"- held in person only, never lent: {', '.join(NOT_LENT)}", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamdao.config.settings")
    import django

    django.setup()
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(text(), encoding="utf-8")
