"""Someone who signs in, and which pages they opened."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from tamdao.core.ledger.acting import acting, current
from tamdao.kit.text import fold, nfc


class PersonManager(BaseUserManager["Person"]):
    """Makes people; a person without a password can't sign in."""

    def create_person(
        self, *, username: str, display_name: str, password: str | None = None, demo: bool = False
    ) -> Person:
        """A new person; rights come from posts alone."""
        name = nfc(display_name)
        person = self.model(
            username=username, display_name=name, folded=fold(f"{name} {username}"), demo=demo
        )
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Someone who signs in. No flags here: what a person may do follows from the posts held today."""

    username = models.CharField(max_length=80, unique=True)
    display_name = models.CharField(max_length=120)
    # `kit.text.fold` of display name and user name: search works without diacritics on both databases
    folded = models.CharField(max_length=240, db_default="", db_index=True)
    is_active = models.BooleanField(default=True)
    # Shown wherever the account appears; never used by a real office.
    demo = models.BooleanField(default=False)
    # Goes up with every change of what this person may do; sessions that remember another number are renewed.
    rights_stamp = models.PositiveIntegerField(default=0, db_default=0)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]
    objects = PersonManager()

    class Meta:
        verbose_name = "person"

    def __str__(self) -> str:
        return self.display_name

    def check_password(self, raw_password: str | None) -> bool:
        """A hash of an older kind is renewed on the way, in the name of whoever knew the password."""
        with acting(by=current().by or f"person:{self.pk}", event="accounts.password.rehashed"):
            return super().check_password(raw_password)


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
