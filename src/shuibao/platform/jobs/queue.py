"""A job's place in the queue: the task that will execute it."""

from uuid import UUID

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from shuibao.platform.core.transitions import move
from shuibao.platform.jobs.models import Job
from shuibao.platform.jobs.tasks import run_job


def put_in_queue(job: Job) -> None:
    """Queues a task for the job in its lane, in the caller's transaction; earlier tasks lose their say."""
    close_task(job)
    task = run_job.using(queue_name=job.lane).enqueue(str(job.pk))
    job.task_id = UUID(task.id)
    job.heartbeat_at, job.cancel_asked_at, job.finished_at = None, None, None
    job.save(update_fields=["task_id", "heartbeat_at", "cancel_asked_at", "finished_at"])


def put_back(job: Job) -> None:
    """Sends the job to the end of the queue again, to start over."""
    move(job, to=Job.State.QUEUED)
    put_in_queue(job)


def close_task(job: Job) -> None:
    """Marks the job's task ended, when nobody else will: its process was killed, or it never began."""
    if job.task_id is None:
        return
    open_ones = DBTaskResult.objects.filter(pk=job.task_id, status__in=("READY", "RUNNING"))
    open_ones.update(status="FAILED", finished_at=timezone.now())
