"""What a person has already seen."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from ..models import PageVisit, Person
from ..queries import Since

# Opening a page again within this time is the same visit: a reload must not wipe the news of the visit.
SAME_VISIT = timedelta(minutes=30)


def note_visit(*, person: Person, page: str, change: int, at: datetime) -> Since:
    """Notes that `person` opened `page` when `change` was the newest change; returns the visit before this one.

    Writes once per visit, not once per reload.
    """
    with transaction.atomic():
        visit, made = PageVisit.objects.get_or_create(
            person=person, page=page, defaults={"change": change, "at": at}
        )
        if not made and at - visit.at >= SAME_VISIT:
            visit.previous_change, visit.previous_at = visit.change, visit.at
            visit.change, visit.at = change, at
            visit.save(update_fields=["previous_change", "previous_at", "change", "at"])
    return Since(visit.previous_change, visit.previous_at)
