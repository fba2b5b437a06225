"""Background work: who is at it, what comes again, how far a long piece has got."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tamdao.kit.messages import Message


class TaskLease(models.Model):
    """The promise of a worker that it is alive and at this task; one that runs out means a dead worker."""

    # the row of django_tasks_db; no foreign key, its rows are cleaned up on their own
    task = models.UUIDField(primary_key=True)
    worker = models.CharField(max_length=64)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.task} {self.worker}"


class Schedule(models.Model):
    """When a recurring job is due next. What recurs and how often is declared in code."""

    name = models.CharField(primary_key=True, max_length=80)
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Work(models.Model):
    """A long piece of work that somebody waits for: how far it is, and whether it was told to stop."""

    class State(models.TextChoices):
        WAITING = "waiting", _("chờ đến lượt")
        RUNNING = "running", _("đang chạy")
        DONE = "done", _("đã xong")
        FAILED = "failed", _("không hoàn thành")
        CANCELLED = "cancelled", _("đã dừng")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title_vi = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    # `person:12`: only this actor sees it
    owner = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    percent = models.PositiveSmallIntegerField(default=0)
    step_vi = models.CharField(max_length=300, blank=True)
    step_en = models.CharField(max_length=300, blank=True)
    # where the result can be seen, a path of this house
    result = models.CharField(max_length=400, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["owner", "created_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="work_percent_at_most_100"),
        ]

    def __str__(self) -> str:
        return self.title_vi

    @property
    def title(self) -> Message:
        """What the work is, in both languages."""
        return Message(self.title_vi, self.title_en)

    @property
    def step(self) -> Message:
        """What is being done now, or how it ended."""
        return Message(self.step_vi, self.step_en)

    @property
    def can_be_cancelled(self) -> bool:
        """Whether a stop can still be asked for."""
        return self.state in {self.State.WAITING, self.State.RUNNING} and self.cancel_asked_at is None
