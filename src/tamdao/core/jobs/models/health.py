"""The row that the health endpoint writes to learn whether the database can still be written."""

from __future__ import annotations

from django.db import models


class Pulse(models.Model):
    """One row for each process name that reports; `at` is when it last wrote."""

    name = models.CharField(primary_key=True, max_length=40)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
