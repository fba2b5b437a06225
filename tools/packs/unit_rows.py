"""Rows of the kinds ``units`` and ``unit_events``."""

from __future__ import annotations

from dataclasses import dataclass

import tools.packs.unit_facts as facts

DATASET = "vietnamadminunits"
CODES_2025 = "quyet-dinh-19-2025"


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    """One row of ``units``: one version of a unit. ``to_date`` is exclusive, empty = open."""

    unit: str
    level: str
    from_date: str
    to_date: str = ""
    code: str
    name_vi: str
    type_vi: str
    name_en: str = ""
    parent: str = facts.COUNTRY
    from_known: str = "false"
    document: str = DATASET


@dataclass(frozen=True, kw_only=True)
class EventRow:
    """One row of ``unit_events``: one link. An empty share is unknown, ``1`` is the whole."""

    event: str
    date: str = facts.REFORM_DATE
    kind: str
    from_unit: str
    to_unit: str = ""
    share: str = ""
    share_source: str = ""
    legal_act: str
    document: str = DATASET
    note: str = ""
