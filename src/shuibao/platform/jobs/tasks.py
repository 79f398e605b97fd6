"""The one task of the queue: execute a job in this process."""

import gc
from uuid import UUID

from django_tasks import TaskContext, task

from shuibao.platform.jobs import endings
from shuibao.platform.jobs.kind import kind_named
from shuibao.platform.jobs.models import Job
from shuibao.platform.jobs.patience import patiently
from shuibao.platform.jobs.running import Cancelled, NotMine, RunningJob
from shuibao.science.errors import DomainError


@task(takes_context=True, queue_name="work")
def run_job(context: TaskContext, job_id: str) -> str:
    """The state the job is in afterwards. A job that this task may not execute is left as it is."""
    task_id = UUID(context.task_result.id)
    job = Job.objects.filter(pk=job_id, task_id=task_id, state=Job.State.RUNNING).first()
    if job is None:
        return "skipped"
    running = RunningJob(job)
    try:
        result = kind_named(job.kind).run(job.parameters, running)
    except NotMine:
        return "lost"
    except Cancelled:
        patiently(lambda: endings.cancelled(job.pk, task_id))
        return "cancelled"
    except (DomainError, OSError, MemoryError) as problem:
        gc.collect()  # files cut short by a full disk complain when they are closed: our words come last
        words = _words(problem)
        patiently(lambda: endings.failed(job.pk, task_id, words))
        return "failed"
    rules = tuple(running.rules.used.values())
    patiently(lambda: endings.done(job.pk, task_id, result, rules))
    return "done"


def _words(problem: Exception) -> str:
    """A reason a person can act upon."""
    if isinstance(problem, MemoryError):
        return "内存不足。请减小分块或线程数，或换一台内存更大的机器。"
    if isinstance(problem, OSError):
        name = problem.filename or "文件"
        return f"{name}：{problem.strerror or problem}。请检查路径、权限和磁盘空间。"
    return " ".join(str(problem).split("\n"))
