"""The due rows that remind of a deadline: assigned, some working days before, on the day, some days after."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from shuibao.law.clocks import CalendarNotCovered, moved_off_holidays, subtract_working_days
from shuibao.platform.core import due
from shuibao.platform.core.models.deadline import Deadline
from shuibao.platform.core.models.due import DueRow
from shuibao.platform.core.times import Times, times_of

REMINDER = "deadline.reminder"
SETTLING = "deadline.settling"

ASSIGNED, TODAY, BEFORE, AFTER = "assigned", "today", "before", "after"


def announce(deadline: Deadline) -> None:
    """Writes the row that tells those responsible that it is theirs."""
    now = timezone.now()
    facts: dict[str, Any] = {"deadline": deadline.pk, "name": ASSIGNED, "at": now.isoformat()}
    due.schedule(REMINDER, f"{deadline.pk}/{ASSIGNED}", now, **facts)


def set_reminders(deadline: Deadline) -> None:
    """Writes the rows of a deadline anew; those whose moment has passed are left out."""
    now = timezone.now()
    times = times_of(deadline.region_id, deadline.due_on)
    for name, at in _moments(deadline.due_on, times):
        if at > now:
            _write(deadline, name, at)
    if not deadline.is_settled:
        due.schedule(SETTLING, str(deadline.pk), _settling_moment(deadline.due_on, now), deadline=deadline.pk)


def end_reminders(deadline: Deadline) -> None:
    """Ends the rows of a deadline that have not fired: its reason is gone."""
    mine = DueRow.objects.filter(kind=REMINDER, key__startswith=f"{deadline.pk}/")
    mine.filter(done_at=None, ended_at=None).update(ended_at=timezone.now())
    due.end(SETTLING, str(deadline.pk))


def _moments(last: date, times: Times) -> Iterator[tuple[str, datetime]]:
    at = times.reminding.at
    for count in times.reminding.before:
        yield f"{BEFORE}-{count}", _at(_days_before(last, count, times), at)
    yield TODAY, _at(last, at)
    for count in times.reminding.after:
        yield f"{AFTER}-{count}", _at(last + timedelta(days=count), at)


def _days_before(last: date, count: int, times: Times) -> date:
    """So many working days before; calendar days where the holidays of the year are unknown."""
    try:
        return subtract_working_days(last, count, times.calendar)
    except CalendarNotCovered:
        return last - timedelta(days=count)


def _settling_moment(last: date, now: datetime) -> datetime:
    """When to look again whether the holidays are known: weekly at first, daily in the year before."""
    pause = timedelta(days=1 if last - now.date() < timedelta(days=365) else 7)
    return now + pause


def _at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def _write(deadline: Deadline, name: str, at: datetime) -> None:
    due.schedule(REMINDER, f"{deadline.pk}/{name}", at, deadline=deadline.pk, name=name)


@due.on_due(SETTLING)
def settle(facts: dict[str, int]) -> None:
    """Moves a last day off a holiday as soon as the holidays of its year are known; else looks again."""
    deadline = Deadline.objects.select_for_update().filter(pk=facts["deadline"], state="open").first()
    if deadline is None or deadline.is_settled:
        return
    times = times_of(deadline.region_id, deadline.due_on)
    try:
        moved = moved_off_holidays(deadline.due_on, times.calendar)
    except CalendarNotCovered:
        now = timezone.now()
        due.schedule(SETTLING, str(deadline.pk), _settling_moment(deadline.due_on, now), deadline=deadline.pk)
        return
    deadline.due_at += moved - deadline.due_on
    deadline.due_on, deadline.is_settled = moved, True
    deadline.save(update_fields=["due_on", "due_at", "is_settled"])
    set_reminders(deadline)
