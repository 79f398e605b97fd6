"""One task in a process of its own: started, watched, stopped."""

import os
import signal
import subprocess
import sys
import time

from django.conf import settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from shuibao.platform.jobs import endings, recovery
from shuibao.platform.jobs.heartbeat import NOT_MINE
from shuibao.platform.jobs.models import Job
from shuibao.platform.jobs.worker.claim import Claimed
from shuibao.platform.jobs.worker.log import say, warn

ASKS_FOR_S = 3.0  # how long a cancelled job may take to notice by itself
BEGS_FOR_S = 4.0  # how long it may then take to clean up
_KILL = signal.SIGKILL if os.name == "posix" else signal.SIGTERM


class Execution:
    """A claimed task and the process that executes it.

    A process of its own, as native code cannot be interrupted from within, and as only the end of a process
    gives all memory back (docs/adr/0008-jobs.md).
    """

    def __init__(self, claimed: Claimed) -> None:
        self.claimed = claimed
        command = [
            sys.executable,
            "-m",
            "shuibao.platform.jobs.child",
            str(claimed.task_id),
            str(os.getpid()),
        ]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        self._stop_from: float | None = None
        self._beaten_at = 0.0
        say("job started", **self._ids(), process=self._process.pid)

    def is_over(self) -> bool:
        """Looks after the process; settles its job when it has ended."""
        status = self._process.poll()
        if status is None:
            self._beat()
            self._stop_when_cancelled()
            return False
        say("job ended", **self._ids(), status=status)
        if self.claimed.job_id is not None:
            self._settle(status)
        return True

    def hand_back(self) -> None:
        """Stops the process within seconds and puts its job into the queue again."""
        self._process.terminate()
        try:
            self._process.wait(BEGS_FOR_S)
        except subprocess.TimeoutExpired:
            self._process.send_signal(_KILL)
            self._process.wait()
        job_id, task_id = self.claimed.job_id, self.claimed.task_id
        if job_id is not None and recovery.hand_back(job_id, task_id):
            warn("job handed back", **self._ids())

    def _beat(self) -> None:
        """Vouches for the process while it loads, and while native code keeps its heart from beating."""
        now = time.monotonic()
        if now - self._beaten_at >= settings.JOB_HEARTBEAT_S:
            self._beaten_at = now
            mine = Job.objects.filter(task_id=self.claimed.task_id, state=Job.State.RUNNING)
            mine.update(heartbeat_at=timezone.now())

    def _stop_when_cancelled(self) -> None:
        """First the job is left to notice, then its process is asked, then it is killed."""
        now = time.monotonic()
        if self._stop_from is None:
            if self._is_cancel_asked():
                self._stop_from = now
        elif now > self._stop_from + ASKS_FOR_S + BEGS_FOR_S:
            self._process.send_signal(_KILL)
        elif now > self._stop_from + ASKS_FOR_S:
            self._process.terminate()

    def _is_cancel_asked(self) -> bool:
        asked = Job.objects.filter(task_id=self.claimed.task_id, cancel_asked_at__isnull=False)
        return asked.exists()

    def _settle(self, status: int) -> None:
        """Ends the job whose process ended without ending it."""
        job_id, task_id = self.claimed.job_id, self.claimed.task_id
        assert job_id is not None
        if status == NOT_MINE:
            return
        if self._is_cancel_asked() and endings.cancelled(job_id, task_id):
            return
        fault = DBTaskResult.objects.filter(pk=task_id, status="FAILED").first()
        if fault is not None and fault.exception_class_path:
            name = fault.exception_class_path.rpartition(".")[2]
            if endings.failed(job_id, task_id, f"程序出错（{name}）。请把作业编号告诉系统管理员。"):
                warn("job broke", **self._ids(), traceback=fault.traceback)
            return
        if recovery.settle_interrupted(job_id, task_id, _detail(status)):
            warn("job interrupted", **self._ids(), status=status)

    def _ids(self) -> dict[str, object]:
        return {"task": self.claimed.task_id, "job": self.claimed.job_id}


def _detail(status: int) -> str:
    if status == -9:
        return "被系统强行结束，可能是内存不足"
    return f"信号 {-status}" if status < 0 else f"退出码 {status}"
