"""`tamdao secrets`: the key that backups are sealed to, and sealed copies of the instance's keys alone."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tamdao.config import env
from tamdao.config.commands import keys
from tamdao.config.operations import backup, contents, sealing, serving, store
from tamdao.kit import durable
from tamdao.kit.click_types import FORMAT
from tamdao.kit.errors import Conflict
from tamdao.kit.messages import Message


@click.group()
def secrets() -> None:
    """Khóa niêm phong và bản niêm phong của các khóa · the sealing key, and sealed copies of the keys."""


def _answer(form: str, answer: dict[str, object], *lines: str) -> None:
    if form == "json":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        for line in lines:
            click.echo(line)


@secrets.command("new-key", epilog="Ví dụ · example: tamdao secrets new-key /media/usb/sao-luu.pem")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--replace",
    is_flag=True,
    help="Thay khóa đang dùng; bản cũ vẫn cần khóa cũ · old backups still need the old key.",
)
@keys.PASSPHRASE
@FORMAT
def new_key(*, file: Path, replace: bool, passphrase_file: Path | None, form: str) -> None:
    """Tạo cặp khóa niêm phong: khóa riêng vào FILE, cất ngoài máy; khóa công khai ở lại phiên bản.

    Make the pair that backups are sealed with: the private half goes to FILE, protected by a passphrase and to be kept
    off this machine; the public half stays in the instance and seals every backup from now on.
    """
    home = env.private_folder(env.home())
    with serving.using(home):
        _new_key(home / contents.RECIPIENT, file, replace=replace, words=passphrase_file, form=form)


def _new_key(public: Path, file: Path, *, replace: bool, words: Path | None, form: str) -> None:
    if public.exists() and not replace:
        raise Conflict(
            Message(
                f"Đã có khóa niêm phong {public}. Thay bằng --replace; giữ khóa riêng cũ cho các bản sao lưu cũ.",
                f"There is a sealing key {public} already. Replace it with --replace and keep the old private key for "
                "old backups.",
            ),
            code="secrets.key_exists",
        )
    private_pem, public_pem = sealing.new_key(keys.passphrase(words, new=True))
    try:
        durable.write_new(file, private_pem)
    except FileExistsError as error:
        raise Conflict(
            Message(f"{file} đã có; chọn tên khác.", f"{file} exists; choose another name."),
            code="secrets.file_exists",
        ) from error
    durable.write(public, public_pem)
    _answer(
        form,
        {"private": str(file), "public": str(public)},
        f"Khóa riêng · private key: {file}",
        "Cất tệp này và câu mật khẩu ở hai nơi ngoài máy; mất thì không mở được bí mật trong bản sao lưu.",
        "Keep this file and its passphrase in two places off the machine; without them the secrets stay closed.",
    )


@secrets.command(epilog="Ví dụ · example: tamdao secrets seal /media/usb/khoa-2026.sealed")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@keys.PASSPHRASE
@FORMAT
def seal(*, file: Path, passphrase_file: Path | None, form: str) -> None:
    """Ghi riêng các khóa của phiên bản (khóa ký, khóa phiên, khóa cá nhân) vào một tệp niêm phong.

    Write the instance's keys alone (signing keys, session key, personal keys) into one sealed file.
    """
    to = keys.sealed_to(file=passphrase_file)
    home = env.home()
    found = contents.sealed_content(home, skip=backup.kept_elsewhere(store.of(env.database())))
    durable.write(file, sealing.seal(found, to=to))
    _answer(form, {"file": str(file), "keys": sorted(found)}, f"{file}: {', '.join(sorted(found))}")


@secrets.command(
    "open", epilog="Ví dụ · example: tamdao secrets open khoa.sealed /dev/shm/khoa --key sao-luu.pem"
)
@click.argument("file", type=keys.FILE)
@click.argument("folder", type=click.Path(path_type=Path))
@keys.KEY
@keys.PASSPHRASE
@FORMAT
def open_file(*, file: Path, folder: Path, key: Path | None, passphrase_file: Path | None, form: str) -> None:
    """Mở tệp niêm phong FILE (cũng là secrets.sealed của bản sao lưu) vào thư mục mới FOLDER.

    Open a sealed file (secrets.sealed of a backup too) into the new folder FOLDER, for its owner alone.
    """
    if folder.exists():
        raise Conflict(
            Message(f"{folder} đã có; chọn thư mục mới.", f"{folder} exists; choose a new folder."),
            code="secrets.folder_exists",
        )
    content = file.read_bytes()
    by = keys.opened_by(how=sealing.sealed_to(content), key=key, file=passphrase_file)
    found = sealing.open_sealed(content, by=by)
    env.private_folder(folder)
    for name, inner in found.items():
        place = folder / name
        durable.write(durable.make_folder(place.parent) / place.name, inner)
    _answer(form, {"folder": str(folder), "keys": sorted(found)}, f"{folder}: {', '.join(sorted(found))}")
