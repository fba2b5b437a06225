"""What signing in needs to remember: sessions, attempts, used codes, one-time links, identities at a provider."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class SignIn(models.Model):
    """One attempt to sign in as a person who exists: when, from where, how, and what came of it."""

    class Outcome(models.TextChoices):
        """What came of it. `HALF`: the password was right, the second factor is still to come."""

        DONE = "done"
        HALF = "half"
        WRONG_PASSWORD = "wrong_password"  # noqa: S105  # an outcome, no secret
        WRONG_CODE = "wrong_code"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    # How: password, password+totp, passkey, oidc …
    method = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-at"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.outcome}"


class OpenSession(models.Model):
    """A session of a person that has not ended. Only the hash of its key is kept: this table opens no session."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="open_sessions"
    )
    key_sha256 = models.CharField(max_length=64, unique=True)
    started_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.person_id} {self.started_at}"


class CodeGuard(models.Model):
    """Keeps the codes of a person's second factor from being used twice or guessed.

    `last_counter` is the newest time step (RFC 6238) whose code was accepted; wrong ones count until one is right.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="code_guard"
    )
    last_counter = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.person_id)


class PasswordReset(models.Model):
    """A one-time code with which a person sets a new password. Only its hash is kept."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="password_resets"
    )
    code_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.person_id} {self.made_at}"


class Identity(models.Model):
    """Who a person is at an OpenID Connect provider: (issuer, subject), made by a link step and never by itself."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_person_per_identity"),
            models.UniqueConstraint(fields=["issuer", "person"], name="one_identity_per_person_and_issuer"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.issuer}"
