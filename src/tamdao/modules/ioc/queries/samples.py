"""What only the sample packs brought: named nowhere but where sample data is shown."""

from __future__ import annotations

from tamdao.core.packs.models import PackRecord
from tamdao.facts import api as facts


def sample_records(kind: str) -> frozenset[str]:
    """Codes of the records of one kind ("indicators", "documents") that sample packs brought. Three queries."""
    packs = facts.sample_packs()
    if not packs:
        return frozenset()
    rows = PackRecord.objects.filter(pack__name__in=packs, kind=kind)
    return frozenset(rows.values_list("key", flat=True))
