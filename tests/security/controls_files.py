"""Controls of what comes in as a file, leaves as one, and is called outside; see `controls`."""

from __future__ import annotations

import io

import pytest
import requests

from tamdao.kit import outbound
from tamdao.kit.spreadsheets import kept_as_text
from tamdao.kit.uploads import EVIDENCE, UploadRefused, judge
from tests.security import zoo
from tests.security.registry import CONTROLS, control


def refuses(label: str) -> None:
    specimen = next(one for one in zoo.SPECIMENS if one.label == label)
    try:
        judge(io.BytesIO(specimen.build()), specimen.name, EVIDENCE)
    except UploadRefused as error:
        said = " ".join(problem.message.en for problem in error.problems)
    else:
        said = "taken"
    assert specimen.reason in said, said


for _name, _specimen in {
    "upload-size": "too-large", "upload-content": "program-as-pdf", "upload-unpacked": "zip-bomb",
    "upload-members": "zip-many", "upload-lying": "zip-lying", "upload-symlink": "zip-symlink",
    "upload-slip": "zip-slip", "upload-pixels": "pixel-flood-png", "upload-svg": "svg-script",
    "upload-entities": "xlsx-laughs", "upload-macro": "xlsx-macro", "upload-links": "xlsx-external-target",
    "upload-pdf": "pdf-javascript", "upload-name": "path-name", "upload-hidden-name": "rtl-name",
}.items():  # fmt: skip
    CONTROLS[_name] = lambda label=_specimen: refuses(label)  # type: ignore[misc]  # bound by its default


@control("upload-scanned")
def upload_scanned() -> None:
    """What can't be scanned although scanning is asked for is not taken."""
    from tamdao.kit import uploads

    with pytest.raises(uploads.ScannerUnreachable):
        judge(io.BytesIO(zoo.pdf()), "a.pdf", EVIDENCE, uploads.Scanner("nowhere/clamd"))


@control("csv-injection")
def csv_injection() -> None:
    from tamdao.kit.messages import Message
    from tamdao.kit.spreadsheets import Column, Table, write_csv

    file = io.BytesIO()
    write_csv(file, Table(Message("a", "a"), (Column("a", Message("a", "a")),), [("=1+1",), ("-1",)]))
    assert file.getvalue().decode("utf-8-sig").split() == ["a", "'=1+1", "-1"]
    assert kept_as_text("-1") == "-1"


@control("download-name")
def download_name() -> None:
    from tamdao.kit.messages import Message
    from tamdao.kit.spreadsheets import Table
    from tamdao.kit.web.downloads import table_response

    made = table_response(Table(Message("a", "a"), (), ()), form="csv", stem='a"; x=../b', lang="vi")
    assert made.headers["Content-Disposition"] == 'attachment; filename="a-x-..-b.csv"'


@control("outbound-guard")
def outbound_guard() -> None:
    """A call into the house is refused before anything is connected (all addresses: test_outbound.py)."""
    said = ""
    with outbound.outbound_session() as session:
        try:
            session.get("http://127.0.0.1:50001/", timeout=1)
        except (outbound.AddressRefused, requests.RequestException) as error:
            said = type(error).__name__
    assert said == "AddressRefused"
