"""The committed OpenAPI document is the one the code makes."""

from __future__ import annotations

from tools.openapi import PATH, text


def test_openapi_document_is_current() -> None:
    assert PATH.exists(), "run make docs"
    assert PATH.read_text(encoding="utf-8") == text(), (
        "the API changed: run make docs and read the difference"
    )
