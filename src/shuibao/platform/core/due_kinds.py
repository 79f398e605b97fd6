"""What is done when a row is due, by kind; and the kinds that are due again every day."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from shuibao.platform.core.models.due import DueRow

Handler = Callable[[dict[str, Any]], None]


class Kind(NamedTuple):
    """A handler; whether it runs inside the transaction that marks the row done; when and where it recurs."""

    handler: Handler
    is_atomic: bool
    daily_at: time | None = None
    lane: str = DueRow.Lane.DUTY


KINDS: dict[str, Kind] = {}


def on_due(kind: str) -> Callable[[Handler], Handler]:
    """Makes a function what happens when a row of this kind is due; it gets the row's facts.

    It runs in the transaction that marks the row done, so what it writes is written once; it takes well
    under a second, since on SQLite everybody else's writes wait for it.
    """
    return _registrar(kind, is_atomic=True)


def on_due_slowly(kind: str) -> Callable[[Handler], Handler]:
    """The same for work that takes longer: outside a transaction, and again when a worker dies in it."""
    return _registrar(kind, is_atomic=False)


def every_day(kind: str, at: time, lane: str = DueRow.Lane.WORK) -> Callable[[Handler], Handler]:
    """The same for work that is due every day at a time of day; its row is made by the worker of the lane."""
    return _registrar(kind, is_atomic=False, daily_at=at, lane=lane)


def daily_kinds(lane: str) -> dict[str, time]:
    """The kinds of a lane that are due every day, and when."""
    return {
        name: kind.daily_at for name, kind in KINDS.items() if kind.daily_at is not None and kind.lane == lane
    }


def next_time(at: time, now: datetime) -> datetime:
    """The next moment after now at which the clock on the wall shows this time."""
    local = timezone.localtime(now)
    moment = timezone.make_aware(datetime.combine(local.date(), at))
    if moment <= now:
        moment = timezone.make_aware(datetime.combine(local.date() + timedelta(days=1), at))
    return moment


def _registrar(
    kind: str, *, is_atomic: bool, daily_at: time | None = None, lane: str = DueRow.Lane.DUTY
) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        known = KINDS.get(kind)
        if known is not None and known.handler.__qualname__ != handler.__qualname__:
            raise ValueError(f"two handlers for due rows of kind {kind}")
        KINDS[kind] = Kind(handler, is_atomic, daily_at, lane)
        return handler

    return register
