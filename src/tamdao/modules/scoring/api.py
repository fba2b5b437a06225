"""Scores, ranks and editions of the digital transformation index, as everyone else sees them."""

from __future__ import annotations

from .editions import EditionView, IndexView, NodeView, edition_for, edition_years, list_editions
from .explain import explain_score
from .queries import Cell, DtiTable, TrendPoint, dti_table, dti_trend
from .rules import PILLARS, TOTAL_KEY

__all__ = [
    "PILLARS",
    "TOTAL_KEY",
    "Cell",
    "DtiTable",
    "EditionView",
    "IndexView",
    "NodeView",
    "TrendPoint",
    "dti_table",
    "dti_trend",
    "edition_for",
    "edition_years",
    "explain_score",
    "list_editions",
]
