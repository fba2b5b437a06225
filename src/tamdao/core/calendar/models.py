"""Days that the calendar of the state does not know: exchanged Saturdays, local days off."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tamdao.core.units.models import Unit


class CalendarDay(models.Model):
    """A day that is off or worked, for everybody or for a unit and all below it. It outweighs the state's calendar."""

    day = models.DateField()
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    works = models.BooleanField()
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    # code of the document that says so; "" where none is known
    document = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(F("day"), F("unit"), name="calendar_day_once_for_a_unit"),
            models.UniqueConstraint(F("day"), condition=Q(unit=None), name="calendar_day_once_for_all"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name_vi}"
