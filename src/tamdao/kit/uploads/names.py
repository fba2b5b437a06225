"""Names of files as they were sent: what a person, a shell and a folder read must be the same thing."""

from __future__ import annotations

import unicodedata

from tamdao.kit.errors import Problem
from tamdao.kit.messages import Message

LONGEST = 200
# extensions that run when opened: none may stand before the last one, where a careless eye reads it as the name
_ACTIVE = frozenset(
    """app bat cmd com cpl dll docm dotm exe hta htm html iso jar js jse jsp lnk mht msc msi php phtml pif potm ppam
    pptm ps1 py reg scf scr sh svgz url vb vbe vbs wsf xhtml xlam xlsb xlsm xltm xll xml""".split()  # noqa: SIM905
)
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}
)


def extension(name: str) -> str:
    """The part after the last dot, in small letters; "" without one."""
    stem, dot, last = name.rpartition(".")
    return last.strip().lower() if dot and stem else ""


def shown(name: str) -> str:
    """The name as a message may print it: nothing in it that turns or hides text, not too long."""
    return "".join(sign if unicodedata.category(sign)[0] != "C" else "�" for sign in name)[:80]


def name_problems(name: str) -> list[Problem]:
    """What is wrong with a name; vowels with separate accents are no fault, the name is kept in NFC."""
    problems = [Problem(message, where=shown(name), field="name") for message in _faults(name)]
    return problems[:5]


def _faults(name: str) -> list[Message]:
    if not name.strip(" ."):
        return [Message("Tệp không có tên; đặt tên rồi gửi lại.", "The file has no name; give it one.")]
    faults = sign_faults(name) + _endings(name)
    if len(name.encode("utf-8", "replace")) > LONGEST:
        faults.append(
            Message(
                f"Tên quá dài: tối đa {LONGEST} byte; rút ngắn lại.",
                f"The name is too long: {LONGEST} bytes at most; shorten it.",
            )
        )
    return faults


def sign_faults(name: str) -> list[Message]:
    """What is wrong with the signs of a name, or of one part of a path."""
    faults = []
    if any(unicodedata.category(sign) in {"Cf", "Cs", "Co"} for sign in name):
        faults.append(
            Message(
                "Tên có ký tự ẩn đảo chiều hoặc che chữ, có thể giả phần mở rộng; gõ lại tên.",
                "The name has hidden signs that turn or hide letters and may fake the extension; type it anew.",
            )
        )
    if any(unicodedata.category(sign) in {"Cc", "Zl", "Zp"} for sign in name):
        faults.append(
            Message(
                "Tên có ký tự điều khiển (NUL, xuống dòng…); gõ lại tên.",
                "The name has control characters (NUL, line ends …); type it anew.",
            )
        )
    # full-width and division signs that some file systems fold to the plain one
    folded = unicodedata.normalize("NFKC", name)
    if any(sign in folded for sign in '/\\:*?"<>|') or ".." in name:
        faults.append(
            Message(
                'Tên có dấu đường dẫn hoặc ký tự cấm (/ \\ : * ? " < > | ..); bỏ các ký tự này.',
                'The name has path signs or forbidden ones (/ \\ : * ? " < > | ..); leave them out.',
            )
        )
    return faults


def _endings(name: str) -> list[Message]:
    faults = []
    parts = [part.strip().lower() for part in name.split(".")]
    hidden = [part for part in parts[1:-1] if part in _ACTIVE]
    if hidden:
        faults.append(
            Message(
                f"Tên có hai phần mở rộng (.{hidden[0]}.{parts[-1]}); chỉ giữ phần mở rộng thật.",
                f"The name has two extensions (.{hidden[0]}.{parts[-1]}); keep only the true one.",
            )
        )
    if name != name.rstrip(" .") or name != name.lstrip() or parts[0] in _RESERVED:
        faults.append(
            Message(
                "Tên bắt đầu hoặc kết thúc bằng dấu cách, dấu chấm, hoặc là tên riêng của Windows; đổi tên.",
                "The name begins or ends with a blank or dot, or is reserved by Windows; rename it.",
            )
        )
    return faults
