"""Writing what must be written, through a database that is busy or restarting."""

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

T = TypeVar("T")

PATIENCE_S = 300.0
_LONGEST_PAUSE_S = 15.0


def patiently(write: Callable[[], T], patience_s: float = PATIENCE_S) -> T:
    """What the write returns, tried again while the database does not answer. Raises its last error."""
    end, pause = time.monotonic() + patience_s, 0.5
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError):
            if time.monotonic() >= end:
                raise
            connection.close()
        time.sleep(pause)
        pause = min(_LONGEST_PAUSE_S, pause * 2)
