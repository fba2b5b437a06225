"""Source documents as plain values (what a paper is and whether its text was read), and the store of files."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from tamdao.kit.errors import NotFound
from tamdao.kit.messages import Message
from tamdao.kit.text import fold

from .blobs import read, store
from .models import FileBlob, FileCheck, SourceDocument

__all__ = [
    "DocumentView",
    "FileBlob",
    "FileCheck",
    "find_document",
    "find_last_check",
    "get_document",
    "get_documents",
    "list_documents",
    "read",
    "search_documents",
    "store",
]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A source document. `text_read` tells whether the text itself was read or only a report of it."""

    code: str
    kind: str
    title: Message
    number: str
    date: date | None
    issuer: str
    url: str
    text_read: bool
    note: Message

    @property
    def label(self) -> Message:
        """Number and title, as one cites it; a data set or program by its title, its version last."""
        if self.kind in {"dataset", "software"}:
            version = f" ({self.number})" if self.number and self.number not in self.title.vi else ""
            return Message(f"{self.title.vi}{version}", f"{self.title.en}{version}")
        vi = (
            f"{self.number} – {self.title.vi}"
            if self.number and self.number not in self.title.vi
            else self.title.vi
        )
        en = (
            f"{self.number} – {self.title.en}"
            if self.number and self.number not in self.title.en
            else self.title.en
        )
        return Message(vi, en)


def _view(row: SourceDocument) -> DocumentView:
    return DocumentView(
        code=row.code,
        kind=row.kind,
        title=Message(row.title_vi, row.title_en or row.title_vi),
        number=row.number,
        date=row.date,
        issuer=row.issuer,
        url=row.url,
        text_read=row.text_read,
        note=Message(row.note_vi, row.note_en or row.note_vi),
    )


def find_last_check() -> FileCheck | None:
    """The newest comparison of all files with their hashes, None before the first night."""
    return FileCheck.objects.order_by("-at").first()


def find_document(code: str) -> DocumentView | None:
    """The document with this code, or None."""
    row = SourceDocument.objects.filter(pk=code).first()
    return _view(row) if row else None


def get_document(code: str) -> DocumentView:
    """The document with this code. Raises document_unknown."""
    found = find_document(code)
    if found is None:
        raise NotFound(
            Message(f"Không có văn bản “{code}”.", f"There is no document “{code}”."), code="document_unknown"
        )
    return found


def get_documents(codes: Collection[str]) -> dict[str, DocumentView]:
    """Documents by code, in one query; unknown codes are left out."""
    return {row.code: _view(row) for row in SourceDocument.objects.filter(pk__in=list(codes))}


def list_documents() -> list[DocumentView]:
    """All documents, the newest first, undated ones last."""
    found = [_view(row) for row in SourceDocument.objects.order_by("code")]
    return sorted(
        found, key=lambda view: (view.date is None, -(view.date or date.min).toordinal(), view.code)
    )


def search_documents(text: str, *, limit: int = 20) -> list[DocumentView]:
    """Documents whose number, title, issuer or code has every word of `text`, diacritics ignored."""
    words = fold(text).split()
    if not words:
        return []
    return [view for view in list_documents() if all(word in _haystack(view) for word in words)][:limit]


def _haystack(view: DocumentView) -> str:
    return fold(f"{view.code} {view.number} {view.title.vi} {view.title.en} {view.issuer}")
