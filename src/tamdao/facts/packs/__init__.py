"""Packs bring measures, sources, indicators, observations and targets."""

from __future__ import annotations

from tamdao.core.packs.api import Installed, on_installed
from tamdao.facts.models import FactChange
from tamdao.facts.services.changes import hold_lock

from . import catalogue, observations, targets

__all__ = ["register"]

# Kind of pack record → kind of change, for those that figures depend on.
_CHANGES = {
    "units": "unit",
    "unit_events": "unit",
    "levels": "unit",
    "documents": "document",
    "measures": "indicator",
    "sources": "indicator",
    "indicators": "indicator",
    "observations": "observation",
    "targets": "target",
    "target_bases": "target",
    "target_links": "target",
    "editions": "edition",
}


def record_change(installed: Installed) -> None:
    """One row of the change list per kind of change an install made."""
    totals: dict[str, int] = {}
    for kind, rows in installed.rows.items():
        change = _CHANGES.get(kind, kind)[:20]
        totals[change] = totals.get(change, 0) + rows
    # rows of the change list become visible in the order of their numbers
    hold_lock()
    FactChange.objects.bulk_create(
        FactChange(
            at=installed.at,
            kind=kind,
            key=installed.pack,
            rows=rows,
            summary_vi=f"{installed.title_vi} {installed.version}: {rows} dòng"[:300],
            summary_en=f"{installed.title_en} {installed.version}: {rows} rows"[:300],
            by=f"pack:{installed.pack}@{installed.version}"[:80],
        )
        for kind, rows in totals.items()
    )


def register() -> None:
    """Called before a pack is first handled."""
    catalogue.register()
    observations.register()
    targets.register()
    on_installed(record_change)
