"""`tamdao pack` from outside: exit codes, text and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tamdao.config.cli import run
from tamdao.core.packs.models import InstalledPack
from tamdao.facts.models import Indicator, Observation
from tests.integration.pack_samples import SMALL, changed, write

pytestmark = pytest.mark.django_db
OBS = "observations/observations.csv"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def good(tmp_path: Path) -> str:
    """Folder of a sound pack."""
    return str(write(tmp_path / "small", SMALL))


@pytest.fixture
def bad(tmp_path: Path) -> str:
    """Folder of a pack with one fault."""
    return str(write(tmp_path / "small", changed(OBS, "2024,1440", "2024,NaN")))


def test_check_of_a_sound_pack(good: str, capsys: Capture) -> None:
    assert run(["pack", "check", good]) == 0
    assert "không có lỗi" in capsys.readouterr().out


def test_check_names_file_line_and_field_in_both_languages(bad: str, capsys: Capture) -> None:
    assert run(["pack", "check", bad]) == 1
    said = capsys.readouterr().err
    assert "observations/observations.csv:2: value: “NaN” không phải số" in said
    assert "“NaN” is not a number" in said


def test_check_as_json(bad: str, capsys: Capture) -> None:
    assert run(["pack", "check", bad, "--format", "json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    [problem] = answer["problems"]
    assert (problem["file"], problem["line"], problem["field"]) == (
        "observations/observations.csv",
        "2",
        "value",
    )


def test_a_bad_pack_is_not_installed(bad: str, capsys: Capture) -> None:
    assert run(["pack", "install", bad, "--yes"]) == 1
    said = capsys.readouterr().err
    assert "observations/observations.csv:2" in said
    assert not InstalledPack.objects.exists()


def test_install_twice(good: str, capsys: Capture) -> None:
    assert run(["pack", "install", good, "--yes"]) == 0
    assert "rows written" in capsys.readouterr().out
    assert run(["pack", "install", good, "--yes", "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["installed"], answer["rows"], answer["changes"]) == (True, {}, [])


def test_diff_shows_all_three_sides_of_a_local_edit(good: str, capsys: Capture) -> None:
    run(["pack", "install", good, "--yes"])
    Indicator.objects.filter(code="total").update(name_vi="Thủ tục của tỉnh")
    files = changed(OBS, "2024,1440", "2024,1450")
    write(
        Path(good),
        changed("indicators/indicators.yaml", "name_vi: Tổng thủ tục", "name_vi: Mọi thủ tục", files),
    )
    capsys.readouterr()
    assert run(["pack", "diff", good]) == 0
    said = capsys.readouterr().out
    assert "'Tổng thủ tục' · ở đây (here) 'Thủ tục của tỉnh' · gói mới (pack now) 'Mọi thủ tục'" in said
    assert "value: '1440' → '1450'" in said
    assert Observation.objects.get(indicator="online").value == "1440"


def test_an_older_version_needs_its_option(good: str, capsys: Capture) -> None:
    write(Path(good), changed("pack.yaml", "1.0.0", "1.1.0"))
    run(["pack", "install", good, "--yes"])
    write(Path(good), SMALL)
    assert run(["pack", "install", good, "--yes"]) == 1
    assert "cũ hơn bản đang cài, 1.1.0" in capsys.readouterr().err
    assert run(["pack", "install", good, "--yes", "--allow-downgrade"]) == 0
    assert InstalledPack.objects.get().version == "1.0.0"


def test_schema_of_a_kind(capsys: Capture) -> None:
    assert run(["pack", "schema", "units"]) == 0
    assert json.loads(capsys.readouterr().out)["properties"]["unit"]
    assert run(["pack", "schema"]) == 0
    assert "target_links" in capsys.readouterr().out
    assert run(["pack", "schema", "nothing"]) == 2


def test_schemas_are_written_where_asked(tmp_path: Path, capsys: Capture) -> None:
    assert run(["pack", "schema", "--write", str(tmp_path)]) == 0
    assert (tmp_path / "observations.schema.json").is_file()
    capsys.readouterr()


def test_a_folder_that_is_no_pack_and_one_that_is_not_there(tmp_path: Path, capsys: Capture) -> None:
    assert run(["pack", "check", str(tmp_path)]) == 1
    assert "pack.yaml" in capsys.readouterr().err
    assert run(["pack", "check", str(tmp_path / "nowhere")]) == 2


@pytest.mark.parametrize("command", [[], ["check"], ["diff"], ["install"], ["schema"]])
def test_help_has_an_example(command: list[str], capsys: Capture) -> None:
    assert run(["pack", *command, "--help"]) == 0
    assert "example" in capsys.readouterr().out
