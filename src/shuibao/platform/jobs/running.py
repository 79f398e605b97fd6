"""A job as its work sees it: tells progress, writes the log, learns that it shall stop."""

import threading
import time
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Max
from django.utils import timezone

from shuibao.platform.core.models import Region
from shuibao.platform.jobs.models import Job, JobLine
from shuibao.platform.rulebook.queries import book_for
from shuibao.rules import RuleBook

LOOK_EVERY_S = 0.5
LINES_KEPT = 5000


class Cancelled(Exception):
    """Someone has asked that the job stop."""


class NotMine(Exception):
    """The job has been given to another process, or ended: this one has no say any more."""


class RunningJob:
    """What a kind's function is given. `progress` may be handed to a workflow as it is.

    rules: those of the job's region and day; what is read from them is remembered as used by the job.
    """

    def __init__(self, job: Job) -> None:
        self.id: UUID = job.pk
        self.region: Region = job.region
        self.attempt = job.attempts
        self.rules: RuleBook = book_for(job.region_id, job.rules_on)
        self._task_id = job.task_id
        self._steps: list[dict[str, Any]] = []
        self._looked_at = 0.0
        self._lines = JobLine.objects.filter(job=job).aggregate(most=Max("number"))["most"] or 0
        self._turn = threading.RLock()  # workflows may tell their progress from several threads

    def progress(self, step: str, share: float) -> None:
        """Keeps the present step and the share done (0–1). Raises Cancelled or NotMine.

        Writes when the step changes and otherwise at most twice a second.
        """
        with self._turn:
            is_new = not self._steps or self._steps[-1]["name"] != step
            if not is_new and time.monotonic() - self._looked_at < LOOK_EVERY_S:
                return
            if is_new:
                self._steps.append({"name": step, "began": timezone.now()})
                self.log(step)
            self._keep(step=step[:200], progress=min(1.0, max(0.0, float(share))), steps=self._steps)

    def log(self, line: str) -> None:
        """Adds a line to the job's log."""
        with self._turn:
            self._lines += 1
            if self._lines > LINES_KEPT:
                return
            text = line[:500] if self._lines < LINES_KEPT else "日志过长，以后的不再保存。"
            try:
                JobLine.objects.create(job_id=self.id, number=self._lines, attempt=self.attempt, text=text)
            except (OperationalError, InterfaceError):
                connection.close()  # a line is not worth losing hours of work

    def _keep(self, **facts: Any) -> None:
        """Writes facts and looks whether to stop. A database that does not answer is asked again later."""
        self._looked_at = time.monotonic()
        mine = Job.objects.filter(pk=self.id, task_id=self._task_id, state=Job.State.RUNNING)
        try:
            found = mine.update(**facts, heartbeat_at=timezone.now())
            asked = mine.values_list("cancel_asked_at", flat=True).first()
        except (OperationalError, InterfaceError):
            connection.close()
            return
        if not found:
            raise NotMine
        if asked is not None:
            raise Cancelled
