"""The loop of one lane: due rows, messages, silent jobs, one job at a time."""

import os
import socket
import threading
import time

from django.db import Error, close_old_connections, connection
from django.utils.crypto import get_random_string

from shuibao.platform.core.due import run_due
from shuibao.platform.jobs.recovery import settle_silent_jobs
from shuibao.platform.jobs.worker.claim import claim_next
from shuibao.platform.jobs.worker.execution import Execution
from shuibao.platform.jobs.worker.log import say, warn
from shuibao.platform.notices.services import deliver

PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
_SWEEP_EVERY_S = 2.0
DUTY = "duty"


def worker_id(lane: str) -> str:
    """A name no other worker has: machine, lane, process, and letters as process numbers come again."""
    return f"{socket.gethostname()[:30]}-{lane}-{os.getpid()}-{get_random_string(6)}"


class LaneWorker:
    """Does the work of one lane until it is told to stop.

    supervisor: the process that started it, when one did: with it gone, the worker stops too.
    """

    def __init__(self, lane: str, stop: threading.Event, supervisor: int | None = None) -> None:
        self.lane, self.id = lane, worker_id(lane)
        self._stop, self._supervisor = stop, supervisor
        self._execution: Execution | None = None
        self._swept_at = 0.0

    def run(self) -> None:
        """Turn after turn. A database that does not answer is waited for, longer each time."""
        say("worker started", worker=self.id)
        pause = PAUSE_S
        try:
            while not self._is_told_to_stop():
                try:
                    close_old_connections()
                    self.turn()
                    pause = PAUSE_S
                except Error as problem:
                    connection.close()
                    pause = min(LONGEST_PAUSE_S, pause * 2)
                    warn("database", worker=self.id, problem=type(problem).__name__, again_in_s=pause)
                self._stop.wait(pause)
        finally:
            self._leave()

    def turn(self) -> None:
        """Everything that is due now; looks after the present job, or begins the next one."""
        run_due(self.lane, self.id)
        if self.lane == DUTY:
            deliver()
            self._sweep()
        if self._execution is not None and self._execution.is_over():
            self._execution = None
        if self._execution is None:
            claimed = claim_next(self.lane, self.id)
            self._execution = Execution(claimed) if claimed else None

    def _sweep(self) -> None:
        """Looks for jobs that lost their worker, every few seconds."""
        if time.monotonic() - self._swept_at > _SWEEP_EVERY_S:
            settle_silent_jobs()
            self._swept_at = time.monotonic()

    def _is_told_to_stop(self) -> bool:
        is_alone = self._supervisor is not None and os.name == "posix" and os.getppid() != self._supervisor
        return self._stop.is_set() or is_alone

    def _leave(self) -> None:
        """Leaves nothing behind that another worker would have to find."""
        if self._execution is not None:
            try:
                self._execution.hand_back()
            except Error as problem:  # the job falls silent and is found
                warn("database", worker=self.id, problem=type(problem).__name__)
        connection.close()
        say("worker stopped", worker=self.id)
