"""Taking the next task of a queue, so that no other worker takes it."""

from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet

from shuibao.platform.core.transitions import move
from shuibao.platform.jobs.models import Job

WORKER_ID_LENGTH = 64


class Claimed(NamedTuple):
    """A task taken, and the job it executes (None for a task that is no job's, or a job that needs none)."""

    task_id: UUID
    job_id: UUID | None


def claim_next(lane: str, worker: str) -> Claimed | None:
    """The next task of the lane, marked as this worker's in one transaction with its job; None when idle.

    A worker killed at any moment leaves either a waiting task, or a running job that falls silent.
    """
    waiting = DBTaskResult.objects.ready().filter(backend_name="default", queue_name=lane)
    if not waiting.exists():  # idle workers take no lock
        return None
    return _claim(waiting, worker)


@transaction.atomic
def _claim(waiting: DBTaskResultQuerySet, worker: str) -> Claimed | None:
    task = waiting.get_locked()
    if task is None:
        return None
    task.claim(worker[:WORKER_ID_LENGTH])
    job = Job.objects.select_for_update().filter(task_id=task.pk, state=Job.State.QUEUED).first()
    if job is None:
        return Claimed(task.pk, None)
    move(job, to=Job.State.RUNNING)
    now = timezone.now()
    job.worker, job.attempts = worker, job.attempts + 1
    job.started_at, job.heartbeat_at, job.finished_at = now, now, None
    job.step, job.steps, job.progress, job.problem = "", [], 0.0, ""
    job.save()
    return Claimed(task.pk, job.pk)
