"""What the commands that seal and open secrets share: options, and from them passphrase, recipient or holder."""

from __future__ import annotations

from pathlib import Path

import click

from tamdao.config import env
from tamdao.config.operations import contents
from tamdao.config.operations.sealing import (
    Holder,
    Passphrase,
    Recipient,
    load_holder,
    load_recipient,
)
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PASSPHRASE = click.option(
    "--passphrase-file",
    type=FILE,
    help="Tệp chứa câu mật khẩu · file with the passphrase.",
)
KEY = click.option(
    "--key", type=FILE, help="Khóa riêng mở phần niêm phong · private key that opens the sealed part."
)
WITHOUT = click.option(
    "--without-secrets", is_flag=True, help="Không kèm khóa và bí mật · leave keys and secrets out."
)


def passphrase(file: Path | None, *, new: bool = False) -> Passphrase:
    """From the file, else asked for at the terminal (twice when it is new)."""
    if file is not None:
        try:
            return Passphrase(file.read_text(encoding="utf-8").rstrip("\r\n"))
        except UnicodeDecodeError as error:
            raise DomainError(
                Message(
                    f"{file} không phải tệp văn bản UTF-8 chứa câu mật khẩu.",
                    f"{file} is no text in UTF-8 with a passphrase.",
                ),
                code="operations.passphrase",
            ) from error
    words: str = click.prompt("Câu mật khẩu · passphrase", hide_input=True, confirmation_prompt=new, err=True)
    return Passphrase(words)


def sealed_to(*, file: Path | None) -> Passphrase | Recipient:
    """Whom to seal to: a passphrase that is given, else the instance's recipient."""
    if file is not None:
        return passphrase(file)
    recipient = env.home() / contents.RECIPIENT
    if recipient.exists():
        return load_recipient(recipient.read_bytes())
    raise DomainError(
        Message(
            "Chưa có khóa để niêm phong bí mật (khóa ký, khóa phiên, dữ liệu cá nhân). Tạo một lần, cất khóa riêng "
            "ở nơi khác: tamdao secrets new-key TỆP. Hoặc dùng --passphrase-file, hoặc --without-secrets.",
            "There is no key to seal secrets to (signing keys, session key, personal keys). Make one once and keep the "
            "private half elsewhere: tamdao secrets new-key FILE. Or use --passphrase-file, or --without-secrets.",
        ),
        code="backup.no_recipient",
    )


def opened_by(*, how: str, key: Path | None, file: Path | None) -> Passphrase | Holder:
    """What opens a part that is sealed in the way `how`: a passphrase or a private key."""
    if how == "passphrase":
        return passphrase(file)
    if key is None:
        raise DomainError(
            Message(
                "Phần bí mật được niêm phong cho một khóa: chỉ ra bằng --key TỆP (khóa riêng cất ngoài máy), hoặc phục "
                "hồi không kèm bí mật bằng --without-secrets.",
                "The secrets are sealed to a key: name it with --key FILE (the private key kept off the machine), or "
                "restore without them by --without-secrets.",
            ),
            code="restore.no_key",
        )
    return load_holder(key.read_bytes(), passphrase(file))
