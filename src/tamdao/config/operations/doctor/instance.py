"""Checks of the instance's folder and settings: rights, secrets, switches, certificate, mail, backups, drills."""

from __future__ import annotations

import os
import smtplib
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from tamdao.config import env
from tamdao.config.operations import backup, contents, drilling, manifest, notes
from tamdao.kit import mail
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

from .faults import Fault, Look

OLDEST_BACKUP = timedelta(hours=26)
OLDEST_DRILL = timedelta(days=92)
CERTIFICATE_WARNING = timedelta(days=21)
SHORTEST_KEY = 50
_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_folder(look: Look) -> Iterator[Fault]:
    """The folder is there, for its owner alone, and so is what lies in it."""
    home = look.home
    if not home.is_dir():
        yield Fault(
            "folder",
            Message("chưa có thư mục phiên bản", "there is no instance folder"),
            str(home),
            "tamdao migrate",
        )
        return
    owner = home.stat().st_uid
    if owner != env.user_id():
        yield Fault(
            "owner",
            Message(
                f"thư mục thuộc người dùng số {owner}, lệnh này chạy bởi số {env.user_id()}",
                f"the folder belongs to user {owner}, this command runs as user {env.user_id()}",
            ),
            str(home),
            "sudo /usr/local/bin/tamdao doctor",
        )
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        return
    strangers = [path for path in _entries(home) if _owner(path, owner) != owner]
    if strangers:
        names = ", ".join(str(path.relative_to(home)) for path in strangers)
        yield Fault(
            "owner",
            Message(
                f"thuộc người dùng khác, dịch vụ không đọc ghi được: {names}",
                f"belongs to another user, the service can't use it: {names}",
            ),
            str(home),
            f"chown -R {owner} {look.quoted(home)}",
        )
    open_places = [path for path in _private(home) if _mode(path) & _TO_OTHERS]
    if open_places:
        names = ", ".join(str(path.relative_to(home)) or "." for path in open_places)
        yield Fault(
            "rights",
            Message(f"người khác trên máy đọc được: {names}", f"others on this machine can read: {names}"),
            str(home),
            "chmod go-rwx " + " ".join(look.quoted(path) for path in open_places),
        )
    if (home / notes.RESTORING).exists():
        yield Fault(
            "restore",
            Message("một lần phục hồi bị cắt giữa chừng", "a restore was cut before its end"),
            str(home / notes.RESTORING),
            "tamdao restore BACKUP",
        )
    if drilling.is_left(home):
        yield Fault(
            "drill-left",
            Message(
                "một lần thử phục hồi bị giết, bí mật đã mở còn nằm lại",
                "a drill was killed, and secrets that it opened are left",
            ),
            str(home / drilling.FOLDER),
            f"rm -r {look.quoted(home / drilling.FOLDER)}",
        )
    if notes.read(home).get("upgrade"):
        yield Fault(
            "upgrade",
            Message("một lần nâng cấp bị cắt giữa chừng", "an upgrade was cut before its end"),
            str(home / notes.NAME),
            "tamdao upgrade",
        )


def _entries(home: Path) -> Iterator[Path]:
    """What lies in the folder and in those of its keys."""
    for folder in (home, home / "ledger", home / "vault"):
        if folder.is_dir():
            yield from sorted(folder.iterdir())


def _owner(path: Path, usual: int) -> int:
    """Number of the owner; the usual one for what went away while we looked."""
    try:
        return path.lstat().st_uid
    except FileNotFoundError:
        return usual


def _private(home: Path) -> Iterator[Path]:
    yield home
    for name in ("secret-key", "demo-accounts.txt", "tamdao.sqlite3", "ledger", "vault", "files"):
        if (home / name).exists():
            yield home / name
    for folder in ("ledger", "vault"):
        yield from (path for path in sorted((home / folder).glob("*")) if path.suffix in {".pem", ".sqlite3"})


def _mode(path: Path) -> int:
    """Rights of a file; none when it went away while we looked."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return 0


def check_settings(look: Look) -> Iterator[Fault]:
    """Switches that must not stand as they stand when others reach the instance."""
    for name in ("TAMDAO_DEBUG", "TAMDAO_HTTPS"):
        try:
            env.read_bool(name, look.environ)
        except DomainError as error:
            yield Fault("settings", error.message, name, f"{name}=0")
    if look.flag("TAMDAO_DEBUG") and look.in_production:
        yield Fault(
            "debug",
            Message("trang lỗi lộ mã nguồn và dữ liệu", "error pages show source and data"),
            "TAMDAO_DEBUG",
            "TAMDAO_DEBUG=0",
        )
    if "*" in look.hosts:
        yield Fault(
            "hosts",
            Message("trả lời mọi tên máy, kể cả tên giả mạo", "answers to every host name, forged ones too"),
            "TAMDAO_ALLOWED_HOSTS",
            "TAMDAO_ALLOWED_HOSTS=tamdao.example.vn",
        )
    if look.in_production and not look.flag("TAMDAO_HTTPS"):
        yield Fault(
            "https",
            Message(
                "mật khẩu và phiên đi qua mạng không mã hóa",
                "passwords and sessions cross the network openly",
            ),
            "TAMDAO_HTTPS",
            "TAMDAO_HTTPS=1",
        )
    key = look.environ.get("TAMDAO_SECRET_KEY", "") or _text(look.home / "secret-key")
    if key and len(key.strip()) < SHORTEST_KEY:
        yield Fault(
            "key",
            Message("khóa phiên quá ngắn", "the session key is too short"),
            "TAMDAO_SECRET_KEY" if look.environ.get("TAMDAO_SECRET_KEY") else str(look.home / "secret-key"),
            f"rm {look.quoted(look.home / 'secret-key')} && systemctl restart tamdao",
        )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def check_certificate(look: Look) -> Iterator[Fault]:
    """The certificate is readable, signed by somebody else, holds for weeks more, and is for the instance's names."""
    name = look.setting("TAMDAO_TLS_CERTIFICATE")
    if not name:
        return
    renew = "apt-get install ssl-cert; systemctl reload nginx"
    try:
        found = x509.load_pem_x509_certificate(Path(name).read_bytes())
    except (OSError, ValueError) as error:
        yield Fault(
            "certificate",
            Message(f"không đọc được chứng thư: {error}", f"the certificate can't be read: {error}"),
            name,
            "openssl x509 -noout -dates -in " + name,
        )
        return
    if not _vouched(found):
        yield Fault(
            "certificate",
            Message(
                "chứng thư tự ký, trình duyệt không tin; dùng chứng thư của một tổ chức chứng thực công cộng",
                "the certificate is signed by itself, browsers don't trust it; use one of a public authority",
            ),
            name,
            "openssl x509 -noout -issuer -subject -in " + name,
        )
    left = found.not_valid_after_utc - look.now
    if left < CERTIFICATE_WARNING:
        day = found.not_valid_after_utc.astimezone(look.now.tzinfo).strftime("%d/%m/%Y")
        yield Fault(
            "certificate",
            Message(f"chứng thư hết hạn ngày {day}", f"the certificate ends on {day}"),
            name,
            renew.split(";")[1].strip(),
        )
    try:
        names = found.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        ).value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        names = []
    missing = [host for host in look.hosts if "." in host and host[0].isalpha() and not _covers(names, host)]
    if missing:
        yield Fault(
            "certificate",
            Message(
                f"chứng thư không ghi tên {', '.join(missing)}",
                f"the certificate is not for {', '.join(missing)}",
            ),
            name,
            "openssl x509 -noout -ext subjectAltName -in " + name,
        )


def _vouched(found: x509.Certificate) -> bool:
    """Whether somebody else signed the certificate."""
    return found.issuer != found.subject


def _covers(names: list[str], host: str) -> bool:
    return host in names or f"*.{host.partition('.')[2]}" in names


def check_mail(look: Look) -> Iterator[Fault]:
    """The mail server answers; without one nothing is sent, and that is said."""
    url = look.setting("TAMDAO_SMTP_URL")
    if not url:
        yield Fault(
            "mail",
            Message("chưa đặt máy chủ thư: không gửi được thư", "no mail server is set: nothing is sent"),
            "TAMDAO_SMTP_URL",
            "TAMDAO_SMTP_URL=smtp://mail.example.vn:25/?from=tamdao@example.vn",
            wrong=False,
        )
        return
    server = mail.server_of(url)
    host, port = server.host, server.port
    try:
        with mail.connected(server) as connection:
            connection.noop()
    except mail.Unencrypted:
        yield Fault(
            "mail",
            Message(
                "máy chủ thư không mã hóa: không gửi gì",
                "the mail server offers no encryption: nothing is sent",
            ),
            f"{host}:{port}",
            "TAMDAO_SMTP_URL=smtps://… (hoặc · or &encryption=optional)",
        )
    except (OSError, smtplib.SMTPException) as error:
        yield Fault(
            "mail",
            Message(f"máy chủ thư không trả lời: {error}", f"the mail server does not answer: {error}"),
            f"{host}:{port}",
            f"nc -vz {host} {port}",
        )


def check_backups(look: Look) -> Iterator[Fault]:
    """There is a backup of the last day with a sound manifest, on another disk, and somebody holds its key."""
    noted = notes.read(look.home).get("backup", {}).get("place", "")
    into = Path(look.setting("TAMDAO_BACKUPS") or (Path(noted).parent if noted else look.home / "backups"))
    command = f"tamdao backup {look.quoted(into)} --keep 14"
    found = backup.list_backups(into)
    if not (look.home / contents.RECIPIENT).exists():
        yield Fault(
            "sealing-key",
            Message("chưa có khóa niêm phong bí mật", "there is no key to seal secrets to"),
            str(look.home / contents.RECIPIENT),
            "tamdao secrets new-key /media/usb/sao-luu.pem",
        )
    if not found:
        yield Fault("backup", Message("chưa có bản sao lưu nào", "there is no backup"), str(into), command)
        return
    try:
        made_at = datetime.fromisoformat(manifest.read(found[-1]).made_at)
    except DomainError as error:
        yield Fault("backup", error.message, str(found[-1]), command)
        return
    if look.now - made_at > OLDEST_BACKUP:
        hours = int((look.now - made_at).total_seconds() // 3600)
        yield Fault(
            "backup",
            Message(f"bản sao lưu mới nhất đã {hours} giờ", f"the newest backup is {hours} hours old"),
            str(found[-1]),
            command,
        )
    if into.stat().st_dev == look.home.stat().st_dev:
        yield Fault(
            "backup-disk",
            Message(
                "bản sao lưu cùng ổ đĩa với phiên bản: hỏng ổ là mất cả hai",
                "the backups are on the disk of the instance: one failure takes both",
            ),
            str(into),
            f"rsync -aH {look.quoted(into)}/ MÁY-KHÁC:{into}/",
            wrong=False,
        )


def check_drill(look: Look) -> Iterator[Fault]:
    """A backup that nobody restored is a hope: one was tried in the last quarter."""
    noted = notes.read(look.home).get("drill", {})
    at = noted.get("at")
    if at is None or look.now - datetime.fromisoformat(at) > OLDEST_DRILL:
        yield Fault(
            "drill",
            Message("chưa thử phục hồi trong 3 tháng qua", "no restore was tried in the last 3 months"),
            str(look.home / notes.NAME),
            "tamdao drill",
        )


CHECKS = (
    check_folder, check_settings, check_certificate, check_mail, check_backups, check_drill
)  # fmt: skip
