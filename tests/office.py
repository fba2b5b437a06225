"""LibreOffice without a window, for the tests that ask what a real spreadsheet makes of our files."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ABSENT = (
    "LibreOffice Calc is not installed (Debian: libreoffice-calc-nogui); openpyxl alone looks at the files"
)


def office() -> str:
    """The program; the test is skipped with a sentence where it is missing."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        pytest.skip(ABSENT)
    return found


def resaved(path: Path, folder: Path, *, into: str = "xlsx") -> Path:
    """The file as LibreOffice writes it again after opening it: what it takes for a formula is one in the result."""
    folder.mkdir(exist_ok=True)
    # 44 = comma, 34 = quote, 76 = UTF-8; "false" for quoted cells as text, "true" to detect numbers as a user would
    reader = ["--infilter=CSV:44,34,76,1,,0,false,true,false"] if path.suffix == ".csv" else []
    command = [
        office(),
        "--headless",
        f"-env:UserInstallation=file://{folder}/profile",
        *reader,
        "--convert-to",
        into,
        "--outdir",
        str(folder),
        str(path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    made = folder / f"{path.stem}.{into}"
    assert made.is_file(), done.stdout + done.stderr
    return made
