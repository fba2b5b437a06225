"""The tables of the ledger. They have no foreign keys: what is sealed outlives what it speaks of.

Rows of `Pending` are written by triggers alone (see `capture`), rows of `Entry`, `SealedRow` and `Checkpoint` by the
sealer alone; triggers refuse every UPDATE of them, every DELETE of what is sealed, and the loss of what is not.
"""

from __future__ import annotations

from django.db import models


class Pending(models.Model):
    """A captured write that waits for its seal. `at` is UTC, ISO 8601 with milliseconds and Z."""

    table_name = models.CharField(max_length=80)
    # I, U, D: insert, update, delete; B: baseline, the row as it was found; N: a note without a row
    op = models.CharField(max_length=1)
    pk_text = models.CharField(max_length=400)
    old = models.TextField(null=True)
    new = models.TextField(null=True)
    # names of left-out columns that changed, with blanks between
    hidden = models.CharField(max_length=400)
    # JSON: by, event, reason, request
    acting = models.TextField()
    bundle = models.CharField(max_length=200)
    at = models.CharField(max_length=24)

    class Meta:
        indexes = [
            models.Index(fields=["bundle"], condition=~models.Q(bundle=""), name="pending_by_bundle"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.op} {self.table_name} {self.pk_text}"


class Entry(models.Model):
    """One sealed entry. `body` is its canonical text, `leaf` the RFC 6962 leaf hash of that text (hex)."""

    number = models.BigIntegerField(primary_key=True)
    body = models.TextField()
    leaf = models.CharField(max_length=64)
    # out of the body, to search by; compared with it by every check
    kind = models.CharField(max_length=10)
    by = models.CharField(max_length=120)
    at = models.CharField(max_length=24)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="entry_by_time"),
            models.Index(fields=["by", "at"], name="entry_by_actor"),
            # a handful among millions, asked for with every batch
            models.Index(fields=["number"], condition=models.Q(kind="key"), name="entry_of_key"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


class SealedRow(models.Model):
    """One captured row and the entry it went into. `body` is empty where the entry is about this row alone.

    Which of several changes of an object is newest is told by (`entry`, `position`): these are hashed and signed,
    `pending` only says which captured row it was.
    """

    pending = models.BigIntegerField(primary_key=True)
    entry = models.BigIntegerField()
    # place among the rows of the bundle, from 0
    position = models.PositiveIntegerField()
    table_name = models.CharField(max_length=80)
    pk_text = models.CharField(max_length=400)
    body = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["table_name", "pk_text", "entry", "position"], name="newest_of_object"),
            models.Index(fields=["entry", "position"], name="row_by_entry"),
        ]

    def __str__(self) -> str:
        return f"{self.entry}/{self.position} {self.table_name} {self.pk_text}"


class Checkpoint(models.Model):
    """The signed state of the tree after a batch was sealed; `peaks` let the next batch go on from here."""

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    # roots of the complete subtrees from left to right, hex, with blanks between
    peaks = models.TextField()
    note = models.TextField()
    at = models.CharField(max_length=24)
    # newest capture time so far: an entry far older shows that the clock was turned back
    newest_at = models.CharField(max_length=24)

    def __str__(self) -> str:
        return f"{self.size} {self.root[:12]}"


class Coverage(models.Model):
    """The columns of an audited table when its baseline was last taken."""

    table_name = models.CharField(primary_key=True, max_length=80)
    columns = models.TextField()

    def __str__(self) -> str:
        return self.table_name


class SealingState(models.Model):
    """How long sealing has been failing, counted while the instance ran. One row, number 1."""

    last_success_at = models.DateTimeField(null=True)
    last_pulse_at = models.DateTimeField(null=True)
    failing_seconds = models.FloatField(default=0)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.failing_seconds:.0f} s"


class WitnessState(models.Model):
    """What a witness took last (entries, and the time of that checkpoint), and why it takes nothing now."""

    name = models.CharField(primary_key=True, max_length=200)
    size = models.BigIntegerField(default=0)
    at = models.CharField(max_length=24, blank=True)
    error_vi = models.TextField(blank=True)
    error_en = models.TextField(blank=True)
    failing_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} {self.size}"


class Receipt(models.Model):
    """What a witness answered for a checkpoint: a cosignature or a time-stamp, base64 or text as it came."""

    witness = models.CharField(max_length=200)
    size = models.BigIntegerField()
    # of the checkpoint that was signed; the receipt is over its signed text
    checkpoint = models.TextField()
    content = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["witness", "size"], name="receipt_by_witness")]

    def __str__(self) -> str:
        return f"{self.witness} {self.size}"
