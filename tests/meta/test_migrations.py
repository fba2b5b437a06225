"""Models and migrations agree."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    out = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out, verbosity=1)
    except SystemExit:
        pytest.fail(f"makemigrations finds changes:\n{out.getvalue()}")


def test_settings_and_models_pass_djangos_own_checks() -> None:
    call_command("check", fail_level="WARNING")
