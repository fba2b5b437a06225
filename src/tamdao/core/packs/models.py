"""What is installed from which pack, so that upgrades can tell a local edit from an old version."""

from __future__ import annotations

from django.db import models


class InstalledPack(models.Model):
    """A pack at the version installed last."""

    name = models.CharField(primary_key=True, max_length=60)
    version = models.CharField(max_length=40)
    content_hash = models.CharField(max_length=64)
    title_vi = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    installed_at = models.DateTimeField()
    installed_by = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


class PackRecord(models.Model):
    """One record as the pack delivered it. The live row may differ: then it is a local edit and is kept."""

    pack = models.ForeignKey(InstalledPack, on_delete=models.CASCADE, related_name="records")
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    data = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="a_record_comes_from_one_pack")]
        indexes = [models.Index(fields=["pack", "kind"])]

    def __str__(self) -> str:
        return f"{self.pack_id} {self.kind} {self.key}"
