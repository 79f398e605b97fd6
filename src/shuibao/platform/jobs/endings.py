"""How an execution ends: done, failed, cancelled. Said by the process that executes, or by its worker."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from shuibao.platform.core.events import record
from shuibao.platform.core.transitions import move
from shuibao.platform.jobs.models import Job
from shuibao.platform.rulebook.services import record_uses
from shuibao.rules import Rule

job_done = Signal()
"""Sent with the job in the transaction that ends it as done: what follows is kept with it or not at all."""


@transaction.atomic
def done(job_id: UUID, task_id: UUID, result: dict[str, Any], rules: Collection[Rule] = ()) -> bool:
    """Whether the job is done by this: False when another task has it by now.

    rules: what the computation has read; the rulebook remembers that this job used them.
    """
    facts = {"result": result, "progress": 1.0, "problem": ""}
    if not _end(job_id, task_id, Job.State.DONE, "作业完成", **facts):
        return False
    job = Job.objects.get(pk=job_id)
    if rules:
        # The address is written out: asking for it would load every page of the site into this process.
        record_uses(rules, job, job.title, f"/jobs/{job.pk}/")
    job_done.send(Job, job=job)
    return True


def failed(job_id: UUID, task_id: UUID, problem: str) -> bool:
    """Whether the job has failed by this, for a reason people can read."""
    return _end(job_id, task_id, Job.State.FAILED, f"作业失败：{problem}", problem=problem)


def cancelled(job_id: UUID, task_id: UUID) -> bool:
    """Whether the job is cancelled by this."""
    return _end(job_id, task_id, Job.State.CANCELLED, "作业已停止")


def running_under(job_id: UUID, task_id: UUID) -> Job | None:
    """The job, locked, when it runs under this task; None otherwise."""
    mine = Job.objects.select_for_update().filter(pk=job_id, task_id=task_id, state=Job.State.RUNNING)
    return mine.first()


@transaction.atomic
def _end(job_id: UUID, task_id: UUID, state: Job.State, text: str, **facts: Any) -> bool:
    job = running_under(job_id, task_id)
    if job is None:
        return False
    move(job, to=state)
    Job.objects.filter(pk=job.pk).update(finished_at=timezone.now(), **facts)
    record(job, f"jobs.{state.value}", text, attempt=job.attempts)
    return True
