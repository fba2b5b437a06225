"""Commands of the administrator answer in JSON when asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tamdao.config.commands.client import client
from tamdao.config.commands.migrate import migrate
from tamdao.core.units.cli import boundaries


def asked(command: Any, *arguments: str) -> Any:
    result = CliRunner().invoke(command, [*arguments, "--format", "json"])
    assert result.exception is None, result.output
    return json.loads(result.stdout)


@pytest.mark.django_db
def test_a_key_is_given_listed_and_taken_back() -> None:
    made = asked(client, "create", "kho-du-lieu")
    assert made["key"].startswith("td_")
    assert [row["revoked_at"] for row in asked(client, "list")] == [None]
    assert asked(client, "revoke", "kho-du-lieu")["revoked_at"]


@pytest.mark.django_db
def test_nothing_is_missing_in_an_up_to_date_database() -> None:
    assert asked(migrate, "--check") == {"missing": []}
    assert asked(migrate) == {"applied": []}


@pytest.mark.usefixtures("demo_db")
def test_loaded_boundaries_are_counted(tmp_path: Path) -> None:
    ring = [[105.0, 21.0], [105.5, 21.0], [105.5, 21.5], [105.0, 21.5], [105.0, 21.0]]
    feature = {
        "type": "Feature",
        "properties": {"code": "01"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    file = tmp_path / "one.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    done = asked(boundaries, "load", str(file), "--credit", "Sở thử nghiệm", "--map", "2025-07-01")
    assert (done["new"], done["replaced"], done["credit"]) == (1, 0, "Sở thử nghiệm")
