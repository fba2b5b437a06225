"""People and the roles they hold: (person, role, unit, from, to)."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from .policy import Role


class PersonManager(BaseUserManager["Person"]):
    """Makes people; a person without a password can't sign in."""

    def create_person(self, *, username: str, display_name: str, password: str | None = None) -> Person:
        """A new person; rights come from role holdings alone."""
        person = self.model(username=username, display_name=display_name)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Someone who signs in. No flags here: what a person may do follows from the roles held today."""

    username = models.CharField(max_length=80, unique=True)
    display_name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    # Shown wherever the account appears; never used by a real office.
    demo = models.BooleanField(default=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]
    objects = PersonManager()

    class Meta:
        verbose_name = "person"

    def __str__(self) -> str:
        return self.display_name


class RoleHolding(models.Model):
    """A role held at a unit for a period; `end_date` is exclusive, empty means until further notice."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="holdings")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="holdings")
    from_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "unit", "from_date"], name="one_holding_per_start"
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gt=F("from_date")),
                name="holding_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["unit", "role"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.unit_id}"


class PageVisit(models.Model):
    """When a person last opened a page, and the newest change it had then: "what changed since last opened"."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="visits")
    page = models.CharField(max_length=80)
    change = models.BigIntegerField()
    at = models.DateTimeField()
    # The visit before this one, so that a reload does not wipe the news.
    previous_change = models.BigIntegerField(null=True, blank=True)
    previous_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "page"], name="one_visit_row_per_person_and_page")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.page}"


class ApiClient(models.Model):
    """A program that calls the API under its own key; only the key's hash is kept."""

    name = models.CharField(max_length=80, unique=True)
    # First characters of the key, so that a key found in a log can be traced and revoked.
    prefix = models.CharField(max_length=12, unique=True)
    key_sha256 = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_date = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
