"""Commands that were answered under a key, so that a repeated request gets the same answer and no second effect."""

from __future__ import annotations

from django.db import models


class IdempotencyKey(models.Model):
    """A key used by an actor, with the answer that was given.

    The key stands here as a hash and the answer is encrypted with the key itself: who reads the table, a backup of it
    included, learns neither. The row commits together with the effect of the command, so it exists exactly when the
    effect does.
    """

    actor = models.CharField(max_length=100)
    key_sha256 = models.CharField(max_length=64)
    # method, address and body; another request under the same key is a mistake of the caller
    fingerprint = models.CharField(max_length=64)
    answer = models.BinaryField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "key_sha256"], name="one_command_per_actor_and_key")
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.key_sha256[:8]}"
