"""Boundaries a province loaded itself; the map shipped with the product is a drawing, not a boundary."""

from __future__ import annotations

from django.db import models

from .unit import Unit


class Boundary(models.Model):
    """The outline of one unit as loaded from a file, simplified for drawing (WGS 84, degrees)."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="boundary")
    # GeoJSON MultiPolygon coordinates.
    coordinates = models.JSONField()
    credit = models.CharField(max_length=400)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"boundary of {self.unit_id}"
