"""What goes wrong around an instance (its database, its folder) as refusals with a sentence.

Asked only after an error has come up: no Django is loaded for the question.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

_HOW_TO_PREPARE = Message(
    "Cơ sở dữ liệu chưa được tạo hoặc chưa nâng cấp. Hãy chạy “tamdao migrate” (hoặc “tamdao demo” để dùng thử).",
    "The database is not made or not up to date. Run “tamdao migrate” (or “tamdao demo” to try things out).",
)
_FILES = {
    errno.EROFS: Message("ổ đĩa chỉ cho đọc", "the disk is read-only"),
    errno.EACCES: Message("không có quyền", "permission denied"),
    errno.EPERM: Message("không có quyền", "permission denied"),
    errno.ENOSPC: Message("ổ đĩa đã đầy", "the disk is full"),
    errno.EDQUOT: Message("đã hết hạn mức ổ đĩa", "the disk quota is used up"),
    errno.ENOENT: Message("không có tệp hoặc thư mục này", "there is no such file or folder"),
    errno.EISDIR: Message("đó là một thư mục", "it is a folder"),
    errno.ENOTDIR: Message("một phần đường dẫn không phải thư mục", "a part of the path is no folder"),
}
# primary result codes of SQLite, https://www.sqlite.org/rescode.html
_SQLITE = {
    5: Message("chương trình khác đang ghi quá lâu", "another program has been writing for too long"),
    8: Message("chỉ cho đọc", "it is read-only"),
    10: Message("lỗi đọc ghi ổ đĩa", "the disk can't be read or written"),
    11: Message("tệp đã hỏng", "the file is damaged"),
    13: Message("ổ đĩa đã đầy", "the disk is full"),
    14: Message("không mở được tệp", "the file can't be opened"),
    26: Message("tệp không phải cơ sở dữ liệu SQLite", "the file is no SQLite database"),
}
# what PostgreSQL and its client say when a connection fails; they give no code for it
_POSTGRES = (
    ("does not exist", Message("chưa có cơ sở dữ liệu hoặc người dùng này", "no such database or user")),
    (
        "authentication failed",
        Message("sai tên người dùng hoặc mật khẩu", "the user name or the password is wrong"),
    ),
    ("translate host name", Message("không có máy chủ tên này", "there is no host of that name")),
    ("resolve host", Message("không có máy chủ tên này", "there is no host of that name")),
    ("too many", Message("máy chủ đã hết chỗ kết nối", "the server takes no more connections")),
)
_SQLITE_IOERR, _SQLITE_FULL = 10, 13
_LEAST_ROOM = 64 * 1024
_NO_ANSWER = Message("máy chủ không trả lời", "the server does not answer")


def explained(error: Exception) -> DomainError | None:
    """The refusal for an error of the database or the files, None for any other error."""
    if isinstance(error, OSError):
        return _file(error)
    if "django" not in sys.modules:
        return None
    from django.db.utils import Error

    return _database(error) if isinstance(error, Error) else None


def reason(error: OSError) -> Message:
    """Why a file or folder can't be used, in both languages where we know the reason."""
    told = error.strerror or str(error)
    return _FILES.get(error.errno or 0) or Message(told, told)


def _file(error: OSError) -> DomainError | None:
    why = _FILES.get(error.errno or 0)
    # copying, the reason may lie at the other end
    name = error.filename2 or error.filename
    if why is None or name is None:
        return None
    return DomainError(
        Message(
            f"Không ghi hoặc đọc được {name}: {why.vi}. Kiểm tra đường dẫn, quyền trên tệp và TAMDAO_HOME.",
            f"{name} can't be written or read: {why.en}. Check the path, the rights of the file and TAMDAO_HOME.",
        ),
        code="config.file",
    )


def _database(error: Exception) -> DomainError | None:
    from django.db.utils import InterfaceError, OperationalError, ProgrammingError

    from tamdao.config.instance import missing_migrations

    if sqlite_code(error) in _SQLITE:
        return unreachable(error)
    if not isinstance(error, OperationalError | ProgrammingError | InterfaceError):
        return None
    try:
        missing = missing_migrations()
    except (OperationalError, InterfaceError) as again:
        return unreachable(again)
    return DomainError(_HOW_TO_PREPARE, code="config.unprepared") if missing else None


def postgres_reason(error: Exception) -> Message:
    """Why a connection to PostgreSQL failed, as far as its client says so."""
    return next((message for words, message in _POSTGRES if words in str(error)), _NO_ANSWER)


def unreachable(error: Exception) -> DomainError:
    """The refusal for a database that can't be opened or does not answer: which one and why, never the password."""
    from django.db import connection

    settings = connection.settings_dict
    name = str(settings["NAME"])
    if connection.vendor != "sqlite":
        name = f"{name} ({settings['HOST'] or 'localhost'}:{settings['PORT'] or 5432})"
    why = _SQLITE.get(sqlite_code(error)) or postgres_reason(error)
    return DomainError(
        Message(
            f"Không dùng được cơ sở dữ liệu {name}: {why.vi}. Kiểm tra TAMDAO_DATABASE_URL và TAMDAO_HOME.",
            f"The database {name} can't be used: {why.en}. Check TAMDAO_DATABASE_URL and TAMDAO_HOME.",
        ),
        code="config.database",
    )


def sqlite_code(error: Exception) -> int:
    """Primary result code of the SQLite error behind `error`; 0 where there is none.

    On a full disk SQLite may fail before it gets to writing (it makes its shared-memory file when it opens) and says
    "disk I/O error"; who asks is told that the disk is full.
    """
    codes = (getattr(cause, "sqlite_errorcode", 0) for cause in _causes(error))
    code = next((code & 0xFF for code in codes if code), 0)
    return _SQLITE_FULL if code == _SQLITE_IOERR and _disk_is_full() else code


def _disk_is_full() -> bool:
    from django.db import connection

    try:
        disk = os.statvfs(Path(connection.settings_dict["NAME"]).parent)
    except OSError:
        return False
    # what SQLite needs at least to open: one page of shared memory and of the log
    return disk.f_bavail * disk.f_frsize < _LEAST_ROOM


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
