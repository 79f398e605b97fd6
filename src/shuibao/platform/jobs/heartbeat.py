"""The sign of life of an executing process, in a thread with a connection of its own."""

import os
import threading
import time
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from shuibao.platform.jobs.models import Job

NOT_MINE, ORPHANED = 71, 72
_LOOK_EVERY_S = 0.5


def start_heartbeat(job_id: UUID, task_id: UUID, worker_process: int) -> None:
    """Says every few seconds that the job is alive, until this process ends.

    Ends the process at once, native code and all, when its worker is gone or the job is another's:
    memory and cores return to the machine, and nothing is written twice.
    """

    def beat() -> None:
        next_at = 0.0
        while True:
            if os.name == "posix" and os.getppid() != worker_process:
                os._exit(ORPHANED)
            if time.monotonic() >= next_at:
                if not _say(job_id, task_id):
                    os._exit(NOT_MINE)
                next_at = time.monotonic() + settings.JOB_HEARTBEAT_S
            time.sleep(_LOOK_EVERY_S)

    threading.Thread(target=beat, name="heartbeat", daemon=True).start()


def _say(job_id: UUID, task_id: UUID) -> bool:
    """False when the job is another's. A database that does not answer says nothing about that."""
    mine = Job.objects.filter(pk=job_id, task_id=task_id)
    try:
        mine.filter(state=Job.State.RUNNING).update(heartbeat_at=timezone.now())
        return mine.exists()
    except (OperationalError, InterfaceError):
        connection.close()
        return True
