"""Long work tells how far it is, stops when asked, and ends once; recurring work comes when it is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from tamdao.core.jobs import leases, progress, queries, schedule, tasks
from tamdao.core.jobs.models import HandledMessage, OutboxMessage, Schedule, TaskLease, Work
from tamdao.core.jobs.schedule import Recurring
from tamdao.core.jobs.services import works
from tamdao.core.jobs.worker import Worker
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 26, 5, tzinfo=UTC)  # 12:00 in Hà Nội
STEP = Message("Đang đọc", "Reading")
done: list[object] = []


@task()
def add(a: int, b: int) -> int:
    """A task that returns something."""
    done.append(a + b)
    return a + b


@task()
def fail() -> None:
    """A task that fails."""
    raise ZeroDivisionError


@task()
def answer_oddly() -> object:
    """A task whose answer can't be kept."""
    return object()


@task()
def be_interrupted() -> None:
    """A task that notices that the worker is being stopped."""
    raise progress.Interrupted


@task()
def lose_lease() -> None:
    """A task whose worker is taken for dead meanwhile."""
    TaskLease.objects.update(worker="another")


@task(takes_context=True)
def count_attempts(context: object) -> int:
    """A task that looks at its context."""
    return int(context.attempt)  # type: ignore[attr-defined]  # TaskContext


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    done.clear()
    progress.stopping.clear()
    yield
    progress.stopping.clear()


@pytest.fixture
def work() -> Work:
    return works.begin(title=Message("Nạp số liệu", "Load figures"), by="person:1", at=NOON)


def state(work: Work) -> tuple[str, int, str]:
    work.refresh_from_db()
    return work.state, work.percent, work.step_vi


def test_a_task_follows_its_work_to_the_end(work: Work) -> None:
    with progress.follow(work.pk) as told:
        told.say(40, STEP)
        assert state(work) == ("running", 40, "Đang đọc")
        told.say(41, STEP)
        # within a second nothing more is written
        assert state(work)[1] == 40
        told.result = "/targets/"
    assert state(work) == ("done", 100, "Đã xong.")
    assert work.result == "/targets/"


def test_work_that_is_cancelled_stops_at_its_next_report(work: Work) -> None:
    with progress.follow(work.pk) as told:
        told.every = 0
        told.say(40, STEP)
        works.ask_to_cancel(work=work.pk, by="person:1", at=NOON)
        told.say(50, STEP)
        done.append("went on")
    assert done == []
    assert state(work) == ("cancelled", 40, "Đã dừng theo yêu cầu.")


def test_work_that_has_not_begun_is_cancelled_at_once(work: Work) -> None:
    works.ask_to_cancel(work=work.pk, by="person:1", at=NOON)
    assert state(work)[0] == "cancelled"
    with progress.follow(work.pk) as told:
        told.say(1, STEP)
        done.append("began")
    assert done == []
    assert state(work)[0] == "cancelled"


def test_ended_work_is_not_cancelled_and_ends_once(work: Work) -> None:
    works.end(work=work.pk, state=Work.State.DONE, at=NOON, step=STEP)
    works.end(work=work.pk, state=Work.State.FAILED, at=NOON, step=STEP)
    assert works.ask_to_cancel(work=work.pk, by="person:1", at=NOON).cancel_asked_at is None
    assert state(work)[0] == "done"


def test_the_work_of_another_reader_does_not_exist(work: Work) -> None:
    for identity, owner in ((work.pk, "person:2"), (uuid4(), "person:1")):
        with pytest.raises(DomainError, match="Không có công việc nền"):
            works.ask_to_cancel(work=identity, by=owner, at=NOON)
        with pytest.raises(DomainError, match="Không có công việc nền"):
            queries.get_work(identity, owner=owner)
    assert list(queries.list_works(owner="person:1")) == [work]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (DomainError(Message("Tệp sai dạng.", "Wrong."), code="x"), "Tệp sai dạng."),
        (ZeroDivisionError(), "Không hoàn thành được; đơn vị quản trị đã có bản ghi."),
    ],
)
def test_work_that_fails_says_so(work: Work, error: Exception, said: str) -> None:
    with pytest.raises(type(error)), progress.follow(work.pk):
        raise error
    assert state(work) == ("failed", 0, said)


def test_a_worker_that_stops_leaves_the_work_to_be_run_again(work: Work) -> None:
    progress.stopping.set()
    with pytest.raises(progress.Interrupted), progress.follow(work.pk) as told:
        told.say(10, STEP)
    assert state(work)[0] == "waiting"


# --- the worker ----------------------------------------------------------------------------------------------


def result(identity: Any) -> DBTaskResult:  # type: ignore[type-arg]  # of any task
    found: DBTaskResult = DBTaskResult.objects.get(id=identity)  # type: ignore[type-arg]  # of any task
    return found


def test_a_worker_runs_what_is_ready_and_notes_the_outcome() -> None:
    worker = Worker()
    good, bad, odd, context = (
        add.enqueue(1, b=2), fail.enqueue(), answer_oddly.enqueue(), count_attempts.enqueue()
    )  # fmt: skip
    for _ in range(4):
        assert worker.work_once()
    assert not worker.work_once()
    assert (result(good.id).status, result(good.id).return_value) == (TaskResultStatus.SUCCESSFUL, 3)
    assert result(bad.id).exception_class_path == "builtins.ZeroDivisionError"
    assert "ZeroDivisionError" in result(bad.id).traceback
    assert result(odd.id).status == TaskResultStatus.FAILED
    assert result(context.id).return_value == 1
    assert not TaskLease.objects.exists()


def test_a_task_that_no_longer_exists_fails_and_the_worker_goes_on() -> None:
    gone = add.enqueue(1, b=2)
    DBTaskResult.objects.update(task_path="tamdao.gone.task")
    assert Worker().work_once()
    assert result(gone.id).status == TaskResultStatus.FAILED


def test_an_interrupted_task_is_ready_again() -> None:
    asked = be_interrupted.enqueue()
    Worker().work_once()
    assert result(asked.id).status == TaskResultStatus.READY
    assert result(asked.id).finished_at is None


def test_the_outcome_of_a_worker_that_was_thought_dead_is_dropped() -> None:
    asked = lose_lease.enqueue()
    Worker().work_once()
    assert result(asked.id).status == TaskResultStatus.RUNNING
    assert TaskLease.objects.get().worker == "another"


def test_the_lease_is_renewed_when_half_of_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker()
    worker._renew()
    worker._task = uuid4()
    worker._renew()
    leases.take(task=worker._task, worker=worker.name, at=timezone.now())
    until = TaskLease.objects.get().until
    worker._renew()
    assert TaskLease.objects.get().until == until
    TaskLease.objects.update(until=until - timedelta(seconds=40))
    worker._renew()
    assert TaskLease.objects.get().until > until - timedelta(seconds=1)


# --- workers that died ---------------------------------------------------------------------------------------


def running(*, workers: int = 1, until: datetime | None = None) -> DBTaskResult:  # type: ignore[type-arg]
    asked = add.enqueue(1, b=2)
    DBTaskResult.objects.filter(id=asked.id).update(
        status=TaskResultStatus.RUNNING, worker_ids=["w"] * workers, started_at=NOON
    )
    if until is not None:
        TaskLease.objects.create(task=asked.id, worker="w", until=until)
    return result(asked.id)


def test_nothing_is_recovered_while_all_is_well() -> None:
    assert leases.recover(at=NOON) == []
    row = running(until=NOON + timedelta(seconds=30))
    assert leases.recover(at=NOON) == []
    assert result(row.id).status == TaskResultStatus.RUNNING


@pytest.mark.parametrize("until", [None, NOON, NOON - timedelta(days=1), NOON + timedelta(days=1)])
def test_the_task_of_a_dead_worker_is_run_again(until: datetime | None) -> None:
    row = running(until=until)
    assert leases.recover(at=NOON) == [row.id]
    assert result(row.id).status == TaskResultStatus.READY
    assert Worker().work_once()
    assert done == [3]


def test_a_task_that_kills_its_workers_is_ended() -> None:
    row = running(workers=leases.MOST_WORKERS)
    leases.recover(at=NOON)
    ended = result(row.id)
    assert (ended.status, ended.exception_class_path) == (TaskResultStatus.FAILED, leases.DIED)


def test_a_lease_that_is_renewed_between_question_and_lock_is_kept() -> None:
    row = running(until=NOON + timedelta(seconds=1))
    assert not leases._release(row.id, at=NOON, length=leases.LENGTH)
    assert result(row.id).status == TaskResultStatus.RUNNING


# --- recurring -----------------------------------------------------------------------------------------------


@pytest.fixture
def daily(monkeypatch: pytest.MonkeyPatch) -> Recurring:
    job = Recurring("test.daily", f"{__name__}.add", every=timedelta(days=1), first=time(3))
    monkeypatch.setattr(schedule, "_recurring", {job.name: job})
    monkeypatch.setattr(schedule, "_task", lambda job: fail)
    return job


def test_a_new_job_waits_for_its_hour_and_missed_runs_are_caught_up_once(daily: Recurring) -> None:
    assert schedule.enqueue_due(at=NOON) == []
    three = datetime(2026, 11, 26, 20, tzinfo=UTC)  # 03:00 in Hà Nội
    assert Schedule.objects.get().next_at == three
    assert schedule.enqueue_due(at=three - timedelta(seconds=1)) == []
    assert schedule.enqueue_due(at=three) == [daily.name]
    assert schedule.enqueue_due(at=three) == []
    # a week without a worker
    assert schedule.enqueue_due(at=three + timedelta(days=7, hours=1)) == [daily.name]
    assert schedule.enqueue_due(at=three + timedelta(days=7, hours=2)) == []
    assert Schedule.objects.get().next_at == three + timedelta(days=8)
    assert DBTaskResult.objects.count() == 2


def test_a_job_that_is_new_before_its_hour_comes_the_same_day(daily: Recurring) -> None:
    schedule.enqueue_due(at=datetime(2026, 11, 25, 19, tzinfo=UTC))  # 02:00
    assert Schedule.objects.get().next_at == datetime(2026, 11, 25, 20, tzinfo=UTC)


def test_a_clock_that_is_turned_back_does_not_stop_a_job(daily: Recurring) -> None:
    Schedule.objects.create(name=daily.name, next_at=NOON + timedelta(days=30))
    assert schedule.enqueue_due(at=NOON) == [daily.name]
    assert schedule.enqueue_due(at=NOON) == []
    assert Schedule.objects.get().next_at == datetime(2026, 11, 26, 20, tzinfo=UTC)


def test_of_two_workers_one_enqueues(daily: Recurring) -> None:
    row = Schedule.objects.create(name=daily.name, next_at=NOON)
    assert schedule._enqueue(daily, row, at=NOON)
    assert not schedule._enqueue(daily, row, at=NOON)


def test_declared_jobs_can_be_imported() -> None:
    names = {job.name: schedule._task(job) for job in schedule._recurring.values()}
    assert {"jobs.clear_away", "files.care"} <= set(names)


def test_what_is_over_is_cleared_away(work: Work) -> None:
    now = timezone.now()
    old = now - timedelta(days=1000)
    for moment in (old, now):
        OutboxMessage.objects.create(
            channel="email", payload={}, state="sent", sent_at=moment, created_at=moment, next_at=moment
        )
        HandledMessage.objects.create(consumer="test", message=uuid4(), at=moment)
    add.enqueue(1, b=2)
    DBTaskResult.objects.update(status=TaskResultStatus.SUCCESSFUL, finished_at=old)
    TaskLease.objects.create(task=uuid4(), worker="w", until=old)
    works.end(work=work.pk, state=Work.State.DONE, at=old, step=STEP)
    fresh = works.begin(title=STEP, by="person:1", at=old)
    removed = tasks.clear_away.call()
    assert removed == {"keys": 0, "results": 1, "messages": 1, "handled": 1, "works": 1}
    assert list(Work.objects.all()) == [fresh]
    assert not TaskLease.objects.exists()
