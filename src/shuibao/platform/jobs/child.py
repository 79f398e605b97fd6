"""`python -m shuibao.platform.jobs.child TASK WORKER_PROCESS`: executes one task, started by the worker."""

import os
import signal
import sys
from types import FrameType
from uuid import UUID

import django


class Stopped(BaseException):
    """The worker wants this process to end: what is unfinished is cleaned up on the way out."""


def main(task: str, worker_process: str) -> int:
    """0 whatever became of the job: its end stands in the database, and the worker looks there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuibao.platform.settings")
    os.environ.setdefault("CPL_LOG", os.devnull)  # GDAL's own words are in English and have no place here
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the worker too, and it decides
    signal.signal(signal.SIGTERM, _stop)
    django.setup()
    _execute(UUID(task), int(worker_process))
    return 0


def _stop(_signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: cleaning up is not to be disturbed
    raise Stopped


def _execute(task_id: UUID, worker_process: int) -> None:
    from django_tasks_db.management.commands.db_worker import Worker
    from django_tasks_db.models import DBTaskResult

    from shuibao.platform.jobs.heartbeat import start_heartbeat
    from shuibao.platform.jobs.models import Job
    from shuibao.platform.jobs.patience import patiently
    from shuibao.platform.jobs.worker.log import log_as_json

    log_as_json()
    task = patiently(lambda: DBTaskResult.objects.get(pk=task_id))
    job = Job.objects.filter(task_id=task_id).first()
    if job is not None:
        start_heartbeat(job.pk, task_id, worker_process)
    once = Worker(
        queue_names=[task.queue_name],
        interval=0,
        batch=True,
        backend_name=task.backend_name,
        startup_delay=False,
        max_tasks=1,
        worker_id=task.worker_ids[-1],
        excluded_queue_names=[],
    )
    once.run_task(task)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
