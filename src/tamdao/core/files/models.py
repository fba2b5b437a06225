"""Source documents (the paper, dataset or programme a value was taken from) and files by their content."""

from __future__ import annotations

from django.db import models


class SourceDocument(models.Model):
    """A document that values, targets, units and editions cite. Cited by code, never deleted while cited."""

    class Kind(models.TextChoices):
        LAW = "law"
        DECREE = "decree"
        DECISION = "decision"
        RESOLUTION = "resolution"
        PLAN = "plan"
        NEWS = "news"
        DATASET = "dataset"
        SOFTWARE = "software"
        STATISTICS = "statistics"

    code = models.CharField(primary_key=True, max_length=80)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    title_vi = models.CharField(max_length=400)
    title_en = models.CharField(max_length=400, blank=True)
    number = models.CharField(max_length=80, blank=True)
    date = models.DateField(null=True, blank=True)
    issuer = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=800, blank=True)
    # Whether the text itself was read, or only a report of it: a reader must be able to tell.
    text_read = models.BooleanField()
    note_vi = models.TextField(blank=True)
    note_en = models.TextField(blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(code=""), name="document_code_not_empty")]

    def __str__(self) -> str:
        return f"{self.number} {self.title_vi}".strip()


class FileBlob(models.Model):
    """A content that is kept in the folder of files, once, under its hash. Who refers to it says what it is called."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    size = models.BigIntegerField()
    # found by looking at the content, never taken from the sender
    content_type = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=100)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(size__gte=0), name="blob_size_not_negative")]

    def __str__(self) -> str:
        return self.sha256


class FileCheck(models.Model):
    """The result of comparing every file with its hash."""

    at = models.DateTimeField(db_index=True)
    files = models.BigIntegerField()
    size = models.BigIntegerField()
    missing = models.BigIntegerField()
    damaged = models.BigIntegerField()
    # hashes of the first hundred of each
    named = models.JSONField()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.missing + self.damaged}"
