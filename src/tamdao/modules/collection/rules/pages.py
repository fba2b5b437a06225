"""A form as the page checks it: JSON for frontend/islands/form-check.ts, which gives the verdicts of `checking`."""

from __future__ import annotations

from typing import Any

from tamdao.analytics.expr import to_program

from .forms import Cell, Form


def to_page(form: Form) -> dict[str, Any]:
    """What the page needs to judge a form, without titles and sentences."""
    return {
        "rows": {section.code: section.most_rows for section in form.sections},
        "cells": {key: _cell(cell) for key, cell in form.cells.items()},
        "checks": [
            {"code": check.code, "rule": to_program(check.rule), "hard": check.hard, "cells": check.cells}
            for check in form.checks
        ],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": cell.kind.value, "required": cell.required}
    if cell.decimals is not None:
        found["decimals"] = cell.decimals
    if cell.choices:
        found["choices"] = list(cell.choices)
    if cell.when is not None:
        found["when"] = to_program(cell.when)
    return found
