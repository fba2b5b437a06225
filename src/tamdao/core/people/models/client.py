"""Programs that call the API."""

from __future__ import annotations

from django.db import models

from ..policy import HELD, Role

# a program signs in nowhere, so it is never a person
ROLES = (Role.PUBLIC, *HELD)


class ApiClient(models.Model):
    """A program that calls the API under its own key; only the key's hash is kept."""

    name = models.CharField(max_length=80, unique=True)
    # First characters of the key, so that a key found in a log can be traced and revoked.
    prefix = models.CharField(max_length=12, unique=True)
    key_sha256 = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in ROLES])
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_date = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
