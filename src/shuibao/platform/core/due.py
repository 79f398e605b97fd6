"""Due rows: written by services, claimed by the worker of their lane, each fired once."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.utils import timezone

from shuibao.platform.core.due_kinds import (
    KINDS,
    daily_kinds,
    every_day,
    next_time,
    on_due,
    on_due_slowly,
)
from shuibao.platform.core.events import record
from shuibao.platform.core.models.due import DueRow
from shuibao.science.errors import DomainError

__all__ = ["end", "every_day", "given_up", "on_due", "on_due_slowly", "run_due", "schedule"]

logger = logging.getLogger(__name__)

ATTEMPTS = 5
STALE_AFTER = timedelta(minutes=10)
DAILY = "daily"

given_up = Signal()
"""Sent with `row` when a row has failed too often, in the transaction that ends it."""

Clock = Callable[[], datetime]


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
    DueRow.objects.filter(kind=kind, key=key, done_at=None, ended_at=None).update(ended_at=timezone.now())


def run_due(lane: str, worker: str, *, limit: int = 100, clock: Clock = timezone.now) -> int:
    """How many due rows of a lane were run. A row that fails waits longer each time and is then given up."""
    _make_daily_rows(lane, clock())
    done = 0
    while done < limit and (row := _claim(lane, worker, clock())):
        _run(row, clock)
        done += 1
    return done


def _make_daily_rows(lane: str, now: datetime) -> None:
    daily = daily_kinds(lane)
    if not daily:
        return
    there = set(DueRow.objects.filter(kind__in=daily, key=DAILY).values_list("kind", flat=True))
    for kind in sorted(set(daily) - there):
        DueRow.objects.get_or_create(
            kind=kind, key=DAILY, defaults={"lane": lane, "due_at": next_time(daily[kind], now)}
        )


def _claim(lane: str, worker: str, now: datetime) -> DueRow | None:
    """The next row that nobody has, now this worker's.

    A claim that is old, or lies in the future because a clock was set back, is of a worker that died.
    """
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - STALE_AFTER) | Q(claimed_at__gt=now + STALE_AFTER)
    with transaction.atomic():
        row = (
            DueRow.objects.select_for_update(skip_locked=True)
            .filter(free, lane=lane, due_at__lte=now, done_at=None, ended_at=None, kind__in=KINDS)
            .order_by("due_at", "pk")
            .first()
        )
        if row is not None:
            row.claimed_by, row.claimed_at, row.attempts = worker, now, row.attempts + 1
            row.save(update_fields=["claimed_by", "claimed_at", "attempts"])
    return row


def _run(row: DueRow, clock: Clock) -> None:
    """Runs the handler and marks the row done; what fails is put off, and never stops the worker."""
    try:
        if row.attempts > ATTEMPTS:
            _put_off(row, "执行它的进程每次都中途退出。", clock())
        elif KINDS[row.kind].is_atomic:
            _run_in_one_transaction(row, clock)
        else:
            KINDS[row.kind].handler(row.facts)
            _finish(row, clock())
    except DomainError as problem:
        _put_off(row, str(problem), clock())
    except (
        Exception
    ) as problem:  # the boundary of the worker: whatever a handler throws, the rows behind it run
        logger.exception("due row %s of kind %s failed", row.pk, row.kind)
        _put_off(row, f"程序出错（{type(problem).__name__}），详情在运行日志里。", clock())


@transaction.atomic
def _run_in_one_transaction(row: DueRow, clock: Clock) -> None:
    """What the handler writes, and that the row is done, or neither; nothing after another took it over."""
    if _ours(row).select_for_update().first() is not None:
        KINDS[row.kind].handler(row.facts)
        _finish(row, clock())


def _ours(row: DueRow) -> QuerySet[DueRow]:
    """The row as it was claimed: not taken over, moved, done or ended since."""
    return DueRow.objects.filter(
        pk=row.pk,
        claimed_by=row.claimed_by,
        claimed_at=row.claimed_at,
        due_at=row.due_at,
        done_at=None,
        ended_at=None,
    )


def _finish(row: DueRow, now: datetime) -> None:
    daily_at = KINDS[row.kind].daily_at if row.key == DAILY else None
    if daily_at is None:
        _ours(row).update(done_at=now, problem="")
    else:
        _ours(row).update(**_again(next_time(daily_at, now), 0), problem="")


@transaction.atomic
def _put_off(row: DueRow, problem: str, now: datetime) -> None:
    is_last = row.attempts >= ATTEMPTS
    daily_at = KINDS[row.kind].daily_at if row.key == DAILY else None
    if not is_last:
        changes = _again(now + timedelta(minutes=2**row.attempts), row.attempts)
    elif daily_at is not None:
        changes = _again(next_time(daily_at, now), 0)
    else:
        changes = {"ended_at": now}
    if _ours(row).update(**changes, problem=problem) and is_last:
        record(row, "due.given_up", f"到期事项“{row.kind}”试了 {ATTEMPTS} 次没有成功", key=row.key)
        row.problem = problem
        given_up.send_robust(sender=DueRow, row=row)  # who is told must not hold up the row


def _again(due_at: datetime, attempts: int) -> dict[str, Any]:
    return {"due_at": due_at, "attempts": attempts, "claimed_at": None, "claimed_by": ""}
