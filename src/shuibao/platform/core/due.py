"""Due rows: written by services, claimed by the worker of their lane, each fired once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from shuibao.platform.core.models.due import DueRow
from shuibao.science.errors import DomainError

Handler = Callable[[dict[str, Any]], None]
HANDLERS: dict[str, Handler] = {}

ATTEMPTS = 5
STALE_AFTER = timedelta(minutes=10)


def on_due(kind: str) -> Callable[[Handler], Handler]:
    """Makes a function what happens when a row of this kind is due; it gets the row's facts."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


def schedule(kind: str, key: str, due_at: datetime, *, lane: str = DueRow.Lane.DUTY, **facts: Any) -> DueRow:
    """The row, new or moved to another time. A row that was done or ended comes to life again."""
    row, _ = DueRow.objects.update_or_create(
        kind=kind,
        key=key,
        defaults={
            "lane": lane,
            "due_at": due_at,
            "facts": facts,
            "attempts": 0,
            "claimed_by": "",
            "claimed_at": None,
            "done_at": None,
            "ended_at": None,
            "problem": "",
        },
    )
    return row


def end(kind: str, key: str) -> None:
    """The row will not fire: its reason is gone."""
    DueRow.objects.filter(kind=kind, key=key, done_at=None).update(ended_at=timezone.now())


def run_due(lane: str, worker: str, *, limit: int = 100) -> int:
    """How many due rows of a lane were run. A row that fails waits longer each time and is then given up."""
    done = 0
    while done < limit and (row := _claim(lane, worker)):
        _run(row)
        done += 1
    return done


def _claim(lane: str, worker: str) -> DueRow | None:
    now = timezone.now()
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - STALE_AFTER)
    with transaction.atomic():
        row = (
            DueRow.objects.select_for_update(skip_locked=True)
            .filter(free, lane=lane, due_at__lte=now, done_at=None, ended_at=None, kind__in=HANDLERS)
            .order_by("due_at", "pk")
            .first()
        )
        if row is not None:
            row.claimed_by, row.claimed_at, row.attempts = worker, now, row.attempts + 1
            row.save(update_fields=["claimed_by", "claimed_at", "attempts"])
    return row


def _run(row: DueRow) -> None:
    """Runs the handler and marks the row done in one transaction, so that its effect happens once."""
    try:
        with transaction.atomic():
            HANDLERS[row.kind](row.facts)
            finished = DueRow.objects.filter(pk=row.pk, claimed_at=row.claimed_at, due_at=row.due_at)
            finished.update(done_at=timezone.now(), problem="")
    except DomainError as problem:
        _put_off(row, str(problem))


def _put_off(row: DueRow, problem: str) -> None:
    now = timezone.now()
    changes: dict[str, Any] = {"problem": problem, "claimed_at": None, "claimed_by": ""}
    if row.attempts >= ATTEMPTS:
        changes["ended_at"] = now
    else:
        changes["due_at"] = now + timedelta(minutes=2**row.attempts)
    DueRow.objects.filter(pk=row.pk).update(**changes)
