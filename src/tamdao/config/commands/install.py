"""`tamdao install`: from a bare Debian or Ubuntu to a service: user, folders, settings, units, proxy."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
from pathlib import Path

import click

from tamdao.config import env
from tamdao.config.operations import installing
from tamdao.config.operations.doctor import machine
from tamdao.kit.click_types import FORMAT
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

USER = "tamdao"
_STATES = {
    "new": "mới · new",
    "same": "như cũ · same",
    "changed": "đổi · changed",
    "kept": "giữ bản sửa tay, bản mới ở .new · kept, the new one is .new",
}


def _check_machine() -> None:
    if env.user_id() != 0:
        raise DomainError(
            Message(
                "Lệnh này cần quyền root: sudo tamdao install …; xem trước bằng --dry-run, thử bằng --root THƯ-MỤC.",
                "This needs root: sudo tamdao install …; look first with --dry-run, try with --root FOLDER.",
            ),
            code="install.not_root",
        )
    if shutil.which("systemctl") is None or not machine.RUNNING_SYSTEMD.is_dir():
        raise DomainError(
            Message(
                "Máy này không chạy systemd; chạy “tamdao serve” bằng trình quản lý tiến trình của máy.",
                "This machine does not run systemd; run “tamdao serve” under its own process manager.",
            ),
            code="install.no_systemd",
        )


def _own(*folders: str) -> None:
    """The user, and what belongs to it. Only on the machine itself."""
    try:
        pwd.getpwnam(USER)
    except KeyError:
        subprocess.run(
            [
                "useradd",
                "--system",
                "--home-dir",
                folders[0],
                "--shell",
                "/usr/sbin/nologin",
                USER,
            ],
            check=True,
        )
    for folder in folders:
        shutil.chown(folder, USER, USER)
    shutil.chown(Path("/") / installing.ENVIRONMENT, "root", USER)
    subprocess.run(["systemctl", "daemon-reload"], check=True)


@click.command(
    epilog="Ví dụ · example: tamdao install --host tamdao.example.vn --certificate /etc/ssl/tamdao.pem "
    "--certificate-key /etc/ssl/private/tamdao.key --dry-run"
)
@click.option("--host", required=True, help="Tên máy trên mạng · host name on the network.")
@click.option("--certificate", required=True, help="Chứng thư TLS (PEM) · TLS certificate.")
@click.option("--certificate-key", required=True, help="Khóa của chứng thư · key of the certificate.")
@click.option("--smtp", default="", metavar="URL", help="Máy chủ thư · mail server: smtp://host:25/?from=…")
@click.option("--database", default="", metavar="URL", help="PostgreSQL; mặc định SQLite · default SQLite.")
@click.option(
    "--witness", default="", metavar="DIR", help="Thư mục nhân chứng · folder of the ledger's witness."
)
@click.option(
    "--log-host",
    default="",
    metavar="HOST",
    help="Máy nhận nhật ký qua TLS (rsyslog, cổng 6514) · machine that gets the log over TLS.",
)
@click.option(
    "--current",
    type=click.Path(path_type=Path),
    default=Path("/opt/tamdao/current"),
    show_default=True,
    help="Liên kết tới bản đang chạy · link to the release that runs.",
)
@click.option("--dry-run", is_flag=True, help="Chỉ in khác biệt · only print the differences.")
@click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("/"),
    help="Ghi vào thư mục này thay cho máy · write below this folder instead.",
)
@FORMAT
def install(
    *,
    host: str,
    certificate: str,
    certificate_key: str,
    smtp: str,
    database: str,
    witness: str,
    log_host: str,
    current: Path,
    dry_run: bool,
    root: Path,
    form: str,
) -> int:
    """Cài thành dịch vụ: tệp cấu hình, đơn vị systemd, proxy nginx, sao lưu hằng đêm, khám mỗi sáng.

    Install as a service: settings, systemd units, nginx as proxy, a backup every night, the doctor every morning.
    Repeating it changes nothing; files that were edited by hand are kept.
    """
    for_machine = root == Path("/")
    if for_machine and not dry_run:
        _check_machine()
    given = {"TAMDAO_SMTP_URL": smtp, "TAMDAO_DATABASE_URL": database, "TAMDAO_WITNESS_DIR": witness}
    given = {name: value for name, value in given.items() if value}
    wanted = installing.variables(
        host=host, certificate=certificate, workers=os.cpu_count() or 2, given=given
    )
    place = root / installing.ENVIRONMENT
    settings = installing.with_settings(
        place.read_text(encoding="utf-8") if place.exists() else "", wanted, replace=given
    )
    steps = installing.plan(
        root,
        list(
            installing.files(
                host=host,
                current=current,
                certificate=certificate,
                certificate_key=certificate_key,
                settings=settings,
                log_host=log_host,
            )
        ),
    )
    if not dry_run:
        folders = installing.folders(settings)
        installing.write(root, steps, make=folders)
        if for_machine:
            _own(*folders)
    if form == "json":
        click.echo(json.dumps({step.wanted.path: step.state for step in steps}, indent=1))
        return 0
    for step in steps:
        click.echo(f"/{step.wanted.path}: {_STATES[step.state]}")
        # settings hold passwords and are not printed
        if step.difference and step.state != "new" and step.wanted.path != installing.ENVIRONMENT:
            click.echo(step.difference.rstrip("\n"))
    if not dry_run:
        click.echo("Tiếp theo · next: tamdao migrate; tamdao assets; tamdao secrets new-key …;")
        click.echo(
            "  systemctl enable --now tamdao tamdao-backup.timer tamdao-doctor.timer; systemctl reload nginx"
        )
    return 0
