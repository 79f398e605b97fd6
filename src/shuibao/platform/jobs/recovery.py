"""What becomes of a job whose process ended before the job did."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shuibao.platform.core.events import record
from shuibao.platform.core.transitions import move
from shuibao.platform.jobs.endings import running_under
from shuibao.platform.jobs.kind import kind_named
from shuibao.platform.jobs.models import Job
from shuibao.platform.jobs.queue import close_task, put_back
from shuibao.science.errors import InputError

INTERRUPTED = "执行进程中断"
STARTS_BY_ITSELF = 3


def settle_silent_jobs() -> int:
    """How many running jobs had given no sign of life for too long; each is queued again or failed."""
    latest = timezone.now() - timedelta(seconds=settings.JOB_SILENT_S)
    silent = Job.objects.filter(state=Job.State.RUNNING, heartbeat_at__lt=latest)
    found = list(silent.values_list("pk", "task_id"))
    return sum(_settle_when_silent(job_id, task_id, latest) for job_id, task_id in found if task_id)


@transaction.atomic
def _settle_when_silent(job_id: UUID, task_id: UUID, latest: datetime) -> bool:
    """Looks again, now that nobody else can write: the job may have given a sign meanwhile."""
    job = running_under(job_id, task_id)
    if job is None or (job.heartbeat_at is not None and job.heartbeat_at >= latest):
        return False
    return settle_interrupted(job_id, task_id, "")


@transaction.atomic
def settle_interrupted(job_id: UUID, task_id: UUID, detail: str) -> bool:
    """Whether the job was still running under the task, and now is queued again, failed or cancelled.

    detail: what is known of the end of its process. A job whose kind may be resumed starts over by itself
    at most three times in a row.
    """
    job = running_under(job_id, task_id)
    if job is None:
        return False
    problem = f"{INTERRUPTED}（{detail}）" if detail else INTERRUPTED
    move(job, to=Job.State.LOST)
    job.problem, job.interruptions = problem, job.interruptions + 1
    job.save(update_fields=["problem", "interruptions"])
    record(job, "jobs.lost", problem, attempt=job.attempts)
    if job.cancel_asked_at is not None:
        _finish(job, Job.State.CANCELLED, "作业已停止")
    elif _may_resume(job):
        resume(job)
    else:
        _finish(job, Job.State.FAILED, f"作业失败：{problem}")
    return True


def resume(job: Job) -> None:
    """Puts a lost job into the queue again."""
    put_back(job)
    record(job, "jobs.resumed", f"第 {job.interruptions} 次中断，放回队列")


@transaction.atomic
def hand_back(job_id: UUID, task_id: UUID) -> bool:
    """Whether a job that its worker had to leave, as it was told to stop, waits in the queue again."""
    job = running_under(job_id, task_id)
    if job is None:
        return False
    if job.cancel_asked_at is not None:
        _finish(job, Job.State.CANCELLED, "作业已停止")
        return True
    put_back(job)
    record(job, "jobs.handed_back", "执行进程停止，放回队列", attempt=job.attempts)
    return True


def _may_resume(job: Job) -> bool:
    try:
        kind = kind_named(job.kind)
    except InputError:  # a kind that this version no longer has
        return False
    return kind.resumable and job.interruptions < STARTS_BY_ITSELF


def _finish(job: Job, state: Job.State, text: str) -> None:
    move(job, to=state)
    close_task(job)
    Job.objects.filter(pk=job.pk).update(finished_at=timezone.now())
    record(job, f"jobs.{state.value}", text, attempt=job.attempts)
