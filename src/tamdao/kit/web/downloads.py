"""Tables as files a reader downloads: CSV and XLSX, with a name that no header can misread.

Only the finished file is held in memory, the rows are not: the longest list, all units of the country, is about 1 MB.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Literal

from django.http import HttpResponse

from tamdao.kit.spreadsheets import Table, file_name, write_csv, write_xlsx

Form = Literal["csv", "xlsx"]
FORMS: tuple[Form, ...] = ("csv", "xlsx")
_TYPES: Mapping[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_WRITERS: Mapping[Form, Callable[..., None]] = {"csv": write_csv, "xlsx": write_xlsx}


def table_response(table: Table, *, form: Form, stem: str, lang: str) -> HttpResponse:
    """The table as an attachment. It is written whole before the first byte leaves, so that a failure is an answer."""
    file = io.BytesIO()
    _WRITERS[form](file, table, lang=lang)
    disposition = f'attachment; filename="{file_name(stem, form)}"'
    return HttpResponse(
        file.getvalue(), content_type=_TYPES[form], headers={"Content-Disposition": disposition}
    )
