"""Both lanes as two processes, each started again when it dies."""

import os
import signal
import subprocess
import sys
import threading
import time

from shuibao.platform.jobs.worker.log import say, warn

LANES = ("duty", "work")
STOP_WITHIN_S = 15.0
_LOOK_EVERY_S = 0.2
_SHORT_LIFE_S = 10.0
_LONGEST_PAUSE_S = 30.0


class LaneProcess:
    """The process of a lane. One that dies young is started again later each time."""

    def __init__(self, lane: str) -> None:
        self.lane = lane
        self._pause = 0.0
        self._next_at = 0.0
        self._start()

    def keep_alive(self) -> None:
        """Starts it again when it is dead and its pause is over."""
        status = self.process.poll()
        if status is None:
            return
        now = time.monotonic()
        if not self._next_at:
            lived = now - self._began
            self._pause = 0.0 if lived > _SHORT_LIFE_S else min(_LONGEST_PAUSE_S, self._pause * 2 or 1.0)
            self._next_at = now + self._pause
            warn("lane died", lane=self.lane, status=status, again_in_s=self._pause)
        if now >= self._next_at:
            self._start()

    def _start(self) -> None:
        command = [sys.executable, "-m", "shuibao", "worker", "--lane", self.lane]
        self.process = subprocess.Popen(
            [*command, "--supervisor", str(os.getpid())], stdin=subprocess.DEVNULL
        )
        self._began, self._next_at = time.monotonic(), 0.0


def supervise(stop: threading.Event) -> None:
    """Keeps both lanes alive until told to stop, then stops them within seconds."""
    lanes = [LaneProcess(lane) for lane in LANES]
    say("supervisor started", lanes={lane.lane: lane.process.pid for lane in lanes})
    while not stop.wait(_LOOK_EVERY_S):
        for lane in lanes:
            lane.keep_alive()
    _stop_all(lanes)
    say("supervisor stopped")


def _stop_all(lanes: list[LaneProcess]) -> None:
    for lane in lanes:
        lane.process.send_signal(signal.SIGTERM)
    end = time.monotonic() + STOP_WITHIN_S
    for lane in lanes:
        try:
            lane.process.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            warn("lane killed", lane=lane.lane)
            lane.process.kill()
            lane.process.wait()
