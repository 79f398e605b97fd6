"""What people may do with jobs: start, cancel, start again."""

import json
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from shuibao.platform.accounts.models import User
from shuibao.platform.core.errors import Conflict
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Region
from shuibao.platform.core.transitions import move
from shuibao.platform.core.visibility import require
from shuibao.platform.jobs.identity import Identity, identity_of
from shuibao.platform.jobs.kind import JobKind, Parameters, kind_named
from shuibao.platform.jobs.models import Job
from shuibao.platform.jobs.queue import close_task, put_in_queue
from shuibao.science.errors import InputError

REASON_LENGTH = 200


def start(kind: str, parameters: Parameters, *, by: User, region: Region, title: str = "") -> Job:
    """The job of this input: a new one in the queue, or the one that is under way or done already.

    Raises DomainError when the parameters or files cannot be used.
    """
    require(by, "jobs.start", region)
    chosen = kind_named(kind)
    kept = _as_json(parameters)
    identity = identity_of(chosen, kept, region)
    found = _same(identity)
    if found is not None:
        return found
    try:
        return _start(chosen, kept, identity, by, region, title)
    except IntegrityError:
        found = _same(identity)  # someone else started it at the same moment
        if found is None:
            raise
        return found


@transaction.atomic
def cancel(job_id: UUID, *, by: User, reason: str) -> Job:
    """The job, cancelled when it was waiting, asked to stop when it runs. Whoever started it may."""
    job: Job = Job.objects.visible_to(by).select_for_update().get(pk=job_id)
    if job.started_by_id != by.pk:
        require(by, "jobs.cancel", job)
    reason = reason.strip()
    if not reason or len(reason) > REASON_LENGTH:
        raise InputError(f"请写明取消的原因，不超过 {REASON_LENGTH} 字。")
    if job.state == Job.State.RUNNING:
        if job.cancel_asked_at is None:
            job.cancel_asked_at = timezone.now()
            job.save(update_fields=["cancel_asked_at"])
            record(job, "jobs.cancel_asked", f"要求取消：{reason}", by=by)
        return job
    move(job, to=Job.State.CANCELLED)
    close_task(job)
    job.finished_at = timezone.now()
    job.save(update_fields=["finished_at"])
    record(job, "jobs.cancelled", f"取消：{reason}", by=by)
    return job


def retry(job_id: UUID, *, by: User) -> Job:
    """The failed or cancelled job, in the queue again, with its input files as they are now."""
    job: Job = Job.objects.visible_to(by).get(pk=job_id)
    require(by, "jobs.start", job)
    identity = identity_of(kind_named(job.kind), job.parameters, job.region)
    try:
        return _retry(job_id, identity, by)
    except IntegrityError as problem:
        raise Conflict(f"同样输入的“{job}”已有一个作业在执行或已完成，不必重做。") from problem


def _same(identity: Identity) -> Job | None:
    living = (*Job.UNFINISHED, Job.State.DONE)
    return Job.objects.filter(input_hash=identity.input_hash, state__in=living).first()


@transaction.atomic
def _start(
    kind: JobKind, parameters: Parameters, identity: Identity, by: User, region: Region, title: str
) -> Job:
    job = Job.objects.create(
        kind=kind.name,
        title=(title or f"{region} {kind.title}")[:200],
        region=region,
        started_by=by,
        lane=kind.lane,
        parameters=parameters,
        **identity._asdict(),
    )
    put_in_queue(job)
    record(job, "jobs.started", f"发起{kind.title}", by=by, input_hash=job.input_hash)
    return job


@transaction.atomic
def _retry(job_id: UUID, identity: Identity, by: User) -> Job:
    job: Job = Job.objects.select_for_update().get(pk=job_id)
    before = job.input_hash
    move(job, to=Job.State.QUEUED)
    for name, value in identity._asdict().items():
        setattr(job, name, value)
    job.interruptions, job.progress, job.step, job.steps, job.problem = 0, 0.0, "", [], ""
    job.save()
    put_in_queue(job)
    record(job, "jobs.retried", "重做", by=by, before=before, after=job.input_hash)
    return job


def _as_json(parameters: Parameters) -> dict[str, Any]:
    """The parameters as they will come back from the database. Raises InputError for what cannot be kept."""
    try:
        kept: dict[str, Any] = json.loads(json.dumps(parameters))
    except (TypeError, ValueError) as problem:
        raise InputError(f"作业的参数只能是文本、数值、是否和它们的列表：{problem}。") from problem
    return kept
