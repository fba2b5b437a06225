"""The same workbook back, each error as a comment in its cell and the cell marked; nothing else in it changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from tamdao.kit.spreadsheets import without_controls

from .reading import CellProblem

_AUTHOR = "Tam Đảo"
_FILL = "FFF4C7C3"
_WIDTH, _LINE = 320, 22


def write_marked(path: Path, file: IO[bytes], problems: Iterable[CellProblem], *, lang: str = "vi") -> int:
    """Write the workbook at `path` to `file` with every problem in its cell; the number of cells marked.

    Comments and marks of an earlier return are taken away first.
    """
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    book = openpyxl.load_workbook(path, keep_links=False)
    mark, plain = PatternFill("solid", fgColor=_FILL), PatternFill()
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None and cell.comment.author == _AUTHOR:
                    cell.comment = None
                    if cell.fill.fgColor.rgb == _FILL:
                        cell.fill = plain
    said: dict[tuple[str, int, int], list[str]] = defaultdict(list)
    for problem in problems:
        place = problem.place
        said[place.sheet, place.row, place.column].append(problem.message.text(lang))
    for (name, down, right), sentences in said.items():
        cell = book[name].cell(down, right)
        text = without_controls("\n".join(sentences))
        if cell.comment is not None:
            # what stood there as guidance stays readable below
            text += f"\n\n{cell.comment.text}"
        cell.comment = Comment(
            text, _AUTHOR, width=_WIDTH, height=_LINE * (2 + text.count("\n") + len(text) // 45)
        )
        cell.fill = mark
    book.save(file)
    return len(said)
