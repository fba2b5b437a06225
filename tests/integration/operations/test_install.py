"""`tamdao install` below a folder: everything is there, twice changes nothing, edits by hand survive, units are sound."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tamdao.config import env
from tamdao.config.commands import install as commands
from tamdao.config.commands.install import install
from tamdao.config.operations import installing
from tamdao.config.operations.doctor import machine
from tamdao.kit.errors import DomainError

GIVEN = (
    "--host", "tamdao.example.vn", "--certificate", "/etc/ssl/tamdao.pem",
    "--certificate-key", "/etc/ssl/private/tamdao.key",
)  # fmt: skip


def run(root: Path, *more: str) -> Result:
    return CliRunner().invoke(install, [*GIVEN, "--root", str(root), *more], standalone_mode=False)


def settings(root: Path) -> dict[str, str]:
    text = (root / installing.ENVIRONMENT).read_text(encoding="utf-8")
    return dict(re.findall(r"^(TAMDAO_\w+)='(.*)'$", text, re.MULTILINE))


def test_everything_is_written_with_its_rights(tmp_path: Path) -> None:
    assert run(tmp_path, "--smtp", "smtp://mail.example.vn:25/", "--witness", "/mnt/w").return_value == 0
    found = settings(tmp_path)
    assert found["TAMDAO_ALLOWED_HOSTS"] == "tamdao.example.vn,localhost"
    assert found["TAMDAO_HTTPS"] == found["TAMDAO_PROXY_COUNT"] == "1"
    assert found["TAMDAO_SMTP_URL"] == "smtp://mail.example.vn:25/"
    assert found.keys() <= {variable.name for variable in env.VARIABLES}
    assert stat.S_IMODE((tmp_path / installing.ENVIRONMENT).stat().st_mode) == 0o640
    for folder in (installing.HOME, installing.BACKUPS):
        assert stat.S_IMODE(installing.below(tmp_path, folder).stat().st_mode) == 0o700
    proxy = (tmp_path / "etc/nginx/sites-enabled/tamdao.conf").read_text(encoding="utf-8")
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in proxy
    assert "ssl_certificate_key /etc/ssl/private/tamdao.key;" in proxy
    service = (tmp_path / "etc/systemd/system/tamdao.service").read_text(encoding="utf-8")
    assert "ReadWritePaths=/var/lib/tamdao -/mnt/w" in service
    assert "$" not in service


def test_installing_again_keeps_what_the_settings_name_writable(tmp_path: Path) -> None:
    """Not only what this command line names: a witness given once, backups moved by hand."""
    run(tmp_path, "--witness", "/mnt/w")
    file = tmp_path / installing.ENVIRONMENT
    file.write_text(
        file.read_text(encoding="utf-8").replace(
            "TAMDAO_BACKUPS='/var/backups/tamdao'", 'TAMDAO_BACKUPS="/mnt/ổ hai/bk"  # second disk'
        ),
        encoding="utf-8",
    )
    run(tmp_path)
    units = {
        unit: (tmp_path / "etc/systemd/system" / unit).read_text(encoding="utf-8")
        for unit in installing.UNITS
    }
    assert "ReadWritePaths=/var/lib/tamdao -/mnt/w\n" in units["tamdao.service"]
    assert 'ReadWritePaths=/var/lib/tamdao "-/mnt/ổ hai/bk"\n' in units["tamdao-backup.service"]
    assert 'tamdao backup "/mnt/ổ hai/bk" --keep 14\n' in units["tamdao-backup.service"]
    assert 'ReadOnlyPaths="-/mnt/ổ hai/bk"\n' in units["tamdao-doctor.service"]


def test_blanks_and_percent_signs_reach_systemd_and_the_shell_whole(tmp_path: Path) -> None:
    program = tmp_path / "a release/100%t/.venv/bin/tamdao"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "ran: $@"\n', encoding="utf-8")
    program.chmod(0o755)
    root = tmp_path / "root"
    run(root, "--current", str(program.parents[2]), "--witness", "/mnt/máy khác/50%")
    service = (root / "etc/systemd/system/tamdao.service").read_text(encoding="utf-8")
    assert 'ReadWritePaths=/var/lib/tamdao "-/mnt/máy khác/50%%"\n' in service
    assert not _complaints(root)
    # the command of the machine, as its user: without the settings of this machine
    script = (root / "usr/local/bin/tamdao").read_text(encoding="utf-8")
    last = script.splitlines()[-1].partition(" -- ")[2]
    done = subprocess.run(["sh", "-c", last, "sh", "doctor"], capture_output=True, text=True, check=False)
    assert done.stdout == "ran: doctor\n"


@pytest.mark.parametrize("sign", ['"', "'", "\\", "$", "\n"])
@pytest.mark.parametrize("option", ["--current", "--witness", "--certificate"])
def test_paths_that_no_file_can_hold_are_refused(tmp_path: Path, option: str, sign: str) -> None:
    assert isinstance(run(tmp_path, option, f"/mnt/a{sign}b").exception, DomainError)
    assert not list(tmp_path.iterdir())


def test_twice_changes_nothing(tmp_path: Path) -> None:
    run(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    again = run(tmp_path)
    assert {line.split(": ")[1] for line in again.stdout.splitlines() if line.startswith("/")} == {
        "như cũ · same"
    }
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_edits_by_hand_survive_and_the_new_text_lies_beside(tmp_path: Path) -> None:
    run(tmp_path)
    unit = tmp_path / "etc/systemd/system/tamdao.service"
    unit.write_text(
        unit.read_text(encoding="utf-8").replace("RestartSec=5", "RestartSec=9"), encoding="utf-8"
    )
    file = tmp_path / installing.ENVIRONMENT
    file.write_text(
        file.read_text(encoding="utf-8").replace("TAMDAO_WORKERS=", "# ours\nTAMDAO_WORKERS='7' #"),
        encoding="utf-8",
    )
    again = run(tmp_path, "--smtp", "smtp://other/")
    assert "-RestartSec=9" in again.stdout
    assert "RestartSec=9" in unit.read_text(encoding="utf-8")
    assert "RestartSec=5" in unit.with_name("tamdao.service.new").read_text(encoding="utf-8")
    text = file.read_text(encoding="utf-8")
    assert "# ours\nTAMDAO_WORKERS='7'" in text
    assert "TAMDAO_SMTP_URL='smtp://other/'" in text
    assert "smtp://other/" not in again.stdout


def test_file_of_an_older_release_that_nobody_edited_follows(tmp_path: Path) -> None:
    run(tmp_path)
    moved = run(tmp_path, "--current", "/srv/tamdao/current")
    assert "/etc/systemd/system/tamdao.service: đổi · changed" in moved.stdout
    assert "+ExecStart=/srv/tamdao/current/.venv/bin/tamdao serve" in moved.stdout


def test_dry_run_writes_nothing(tmp_path: Path) -> None:
    told = run(tmp_path, "--dry-run", "--format", "json")
    assert '"etc/tamdao/tamdao.env": "new"' in told.stdout
    assert not list(tmp_path.iterdir())


def test_values_that_would_break_a_file_are_refused(tmp_path: Path) -> None:
    for more in (("--host", "bad host;"), ("--smtp", "smtp://x'y/")):
        assert isinstance(run(tmp_path, *more).exception, DomainError)
    assert not list(tmp_path.iterdir())


def test_only_root_installs_on_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "user_id", lambda: 1000)
    refused = CliRunner().invoke(install, [*GIVEN], standalone_mode=False).exception
    assert isinstance(refused, DomainError)
    assert "--dry-run" in refused.message.en


def test_a_machine_whose_systemd_does_not_run_is_refused_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As in a container: its commands are there and do nothing."""
    monkeypatch.setattr(env, "user_id", lambda: 0)
    monkeypatch.setattr(machine, "RUNNING_SYSTEMD", tmp_path / "absent")
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(DomainError, match="systemd"):
        commands._check_machine()
    monkeypatch.setattr(machine, "RUNNING_SYSTEMD", tmp_path)
    commands._check_machine()


def test_systemd_finds_the_units_sound(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here: apt-get install systemd")
    # the program must exist for systemd to be content
    program = tmp_path / "opt/current/.venv/bin/tamdao"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    run(tmp_path, "--current", str(tmp_path / "opt/current"))
    assert not _complaints(tmp_path)


def _complaints(root: Path) -> list[str]:
    """What systemd says of our units; without it nothing is known, and nothing claimed."""
    if shutil.which("systemd-analyze") is None:
        return []
    units = [str(root / "etc/systemd/system" / unit) for unit in installing.UNITS]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    return [line for line in done.stderr.splitlines() if "tamdao" in line]


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ([], "IPAddressDeny=any\nIPAddressAllow=localhost\n"),
        (
            ["--smtp", "smtp://10.1.2.3:25/", "--database", "postgres://[2001:db8::5]/t?sslmode=verify-full"],
            "IPAddressDeny=any\nIPAddressAllow=localhost 10.1.2.3 2001:db8::5\n",
        ),
        (["--database", "postgres:///tamdao?host=/run/pg"], "IPAddressAllow=localhost\n"),
        (
            ["--smtp", "smtp://mail.example.vn:25/"],
            "# Calls are not limited to addresses: mail.example.vn is no",
        ),
    ],
)
def test_units_call_nobody_but_the_services_that_are_named_by_address(
    tmp_path: Path, given: list[str], line: str
) -> None:
    run(tmp_path, *given)
    for unit in ("tamdao", "tamdao-backup", "tamdao-doctor"):
        text = (tmp_path / f"etc/systemd/system/{unit}.service").read_text(encoding="utf-8")
        assert line in text
        assert ("IPAddressDeny" in text) == ("is no" not in line)


def test_log_goes_to_another_machine_where_one_is_named(tmp_path: Path) -> None:
    run(tmp_path)
    place = tmp_path / "etc/rsyslog.d/40-tamdao.conf"
    assert not place.exists()
    assert isinstance(run(tmp_path, "--log-host", 'a" b').exception, DomainError)
    run(tmp_path, "--log-host", "log.example.vn")
    assert 'StreamDriverPermittedPeers="log.example.vn"' in place.read_text(encoding="utf-8")
    program = shutil.which("rsyslogd") or "/usr/sbin/rsyslogd"
    if Path(program).exists():
        done = subprocess.run([program, "-N1", "-f", str(place)], capture_output=True, text=True, check=False)
        assert "40-tamdao.conf" not in done.stderr


def test_nginx_finds_the_proxy_sound(tmp_path: Path) -> None:
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(program).exists():
        pytest.skip("no nginx here: apt-get install nginx-light")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=t",
         "-keyout", key, "-out", certificate], check=True, capture_output=True,
    )  # fmt: skip
    run(tmp_path, "--certificate", str(certificate), "--certificate-key", str(key))
    site = tmp_path / "etc/nginx/sites-available/tamdao.conf"
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{ include {site}; }}\n", encoding="utf-8")
    done = subprocess.run([program, "-t", "-c", str(whole)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_command_of_the_machine_is_sound_shell(tmp_path: Path) -> None:
    run(tmp_path)
    subprocess.run(["sh", "-n", tmp_path / "usr/local/bin/tamdao"], check=True)


def test_units_may_call_the_witnesses(tmp_path: Path) -> None:
    run(tmp_path)
    settings = tmp_path / "etc/tamdao/tamdao.env"
    hosts = "https://10.9.8.7:8443#w+1+k,https://10.9.8.6:8443#v+1+k"
    added = f"TAMDAO_WITNESS_HOSTS={hosts}\nTAMDAO_WITNESS_TSA=http://10.9.8.5/tsa\n"
    settings.write_text(settings.read_text(encoding="utf-8") + added, encoding="utf-8")
    run(tmp_path)
    text = (tmp_path / "etc/systemd/system/tamdao.service").read_text(encoding="utf-8")
    assert "IPAddressAllow=localhost 10.9.8.5 10.9.8.6 10.9.8.7\n" in text
