"""Every model enters the ledger or says why not; the verifier stands alone."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

from tamdao.core.ledger import decisions, words
from tamdao.core.ledger.decisions import Audited, Exempt

ROOT = Path(__file__).parents[2]


def test_every_model_has_a_decision() -> None:
    lacking = decisions.undecided()
    assert not lacking, f"state Audited() or Exempt(reason) in the AppConfig.audit of: {lacking}"


def test_no_decision_is_about_a_model_that_is_gone() -> None:
    assert not decisions.stale_decisions()


def test_an_exemption_gives_a_reason() -> None:
    for model in decisions.concrete_models():
        decision = decisions.decision_of(model)
        if isinstance(decision, Exempt):
            assert len(decision.reason) >= 15, model._meta.label


def test_audited_tables_name_columns_that_exist() -> None:
    tables = decisions.audited_tables()
    assert {"people_person", "facts_observation", "units_unit"} <= {table.name for table in tables}
    for table in tables:
        assert table.key in table.columns
        assert not set(table.left_out) & set(table.columns)


@pytest.mark.parametrize(
    "decision",
    [
        Audited(personal=("username",)),
        Audited(leave_out=("nothing",)),
        Audited(personal=("x",), subject="id"),
    ],
)
def test_a_decision_that_names_no_column_is_refused(decision: Audited) -> None:
    from tamdao.core.people.models import Person

    with pytest.raises(ValueError, match="people"):
        decisions._table(Person, decision)


def test_the_verifier_imports_nothing_of_the_house() -> None:
    program = (
        "import sys; import tamdao.verify.cli; import tamdao.verify.serving; "
        "found = [name for name in sys.modules if name.startswith('tamdao.') and not name.startswith('tamdao.verify')];"
        "found += [name for name in ('django', 'click', 'yaml') if name in sys.modules]; sys.exit(str(found) if found else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_ledger_speaks_of_every_table_column_and_event_in_words() -> None:
    nameless = []
    for table in decisions.audited_tables():
        if words.table_name(table.label).vi == table.label:
            nameless.append(table.label)
        columns = [field.column for field in apps.get_model(table.label)._meta.concrete_fields]
        nameless += [f"{table.label}.{one}" for one in columns if words.column_name(one).vi == one]
    for path in (ROOT / "src").rglob("*.py"):
        events = re.findall(r'\bevent="([a-z_]+(?:\.[a-z_]+)+)"', path.read_text(encoding="utf-8"))
        nameless += [one for one in events if words.tell_event(one).vi == one]
    assert not nameless
