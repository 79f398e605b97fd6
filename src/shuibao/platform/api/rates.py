"""How often one may ask: counted by the minute in the shared cache, booked in steps.

A step saves nine of ten writes: a reader must not wait for SQLite's one writer. A process may thus let a few
requests more through than the limit says.
"""

import threading
import time

from django.core.cache import cache

from shuibao.platform.api.problems import Refused
from shuibao.platform.home.problems import Problem

STEP = 10
_MINUTE_S = 60
_own: dict[str, int] = {}
_lock = threading.Lock()


def count(who: str, limit: int) -> None:
    """Counts a request. Raises Refused (429) when there were more than the limit in this minute."""
    now = time.time()
    key = f"api-rate-{who}-{int(now // _MINUTE_S)}"
    if _counted(key) % STEP == 0:
        cache.set(key, cache.get(key, 0) + STEP, 2 * _MINUTE_S)
    if cache.get(key, 0) >= limit:
        wait_s = _MINUTE_S - int(now % _MINUTE_S)
        problem = Problem(429, "请求太频繁", f"每分钟最多 {limit} 次。请 {wait_s} 秒后再试。")
        raise Refused("too_many", problem, headers={"Retry-After": str(wait_s)})


def _counted(key: str) -> int:
    """How many requests this process has had under a key; other minutes are forgotten."""
    with _lock:
        if key not in _own and len(_own) > 10_000:
            _own.clear()
        _own[key] = _own.get(key, 0) + 1
        return _own[key]
