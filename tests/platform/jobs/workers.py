"""Worker processes for tests: started on the test's own database, gone with the test."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

SITE = Path(__file__).parent / "site"


def database_url() -> str:
    """The address of the database this test runs on."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    options = "".join(
        f"&{name}={value}" for name, value in facts.get("OPTIONS", {}).items() if name != "host"
    )
    who = quote(facts["USER"]) + (f":{quote(facts['PASSWORD'])}" if facts["PASSWORD"] else "")
    return f"postgresql://{who}@/{facts['NAME']}?host={quote(facts['HOST'], safe='')}{options}"


def environment() -> dict[str, str]:
    """What a worker process needs to know."""
    return os.environ | {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "worker_settings",
        "PYTHONPATH": os.pathsep.join([str(SITE), *filter(None, [os.environ.get("PYTHONPATH")])]),
        "SHUIBAO_DATA": str(settings.DATA),
    }


class Workers:
    """Starts `shuibao worker`, and ends whatever it started."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        """A worker process; its log goes to a file."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "shuibao", "worker", *options],
                env=environment(),
                stderr=log,
                stdout=log,
            )
        self._started.append(process)
        return process

    def stop(self) -> None:
        """Tells all to stop, and waits until they are gone."""
        for process in self._started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self._started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def until(happens: Callable[[], object], within_s: float = 60.0) -> None:
    """Waits until something is so. Raises AssertionError when it is not within a time."""
    end = time.monotonic() + within_s
    while not happens():
        if time.monotonic() > end:
            raise AssertionError(f"did not happen within {within_s} s")
        time.sleep(0.1)
