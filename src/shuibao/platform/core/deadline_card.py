"""What the card of a deadline shows on its object's page."""

from typing import Any, NamedTuple

from django.db import models
from django.utils import timezone

from shuibao.law.clocks import CalendarNotCovered, working_days_between
from shuibao.platform.core.deadline_words import Standing, standing
from shuibao.platform.core.deadlines import deadlines_of
from shuibao.platform.core.models.deadline import Deadline
from shuibao.platform.core.times import times_of


class Card(NamedTuple):
    """How a deadline stands, the working days of its term and those gone; None when they are unknown."""

    deadline: Deadline
    standing: Standing
    days: int | None
    days_used: int | None


def cards(about: models.Model) -> list[Card]:
    """The cards of an object's open deadlines, the next one first. The caller may see the object."""
    found = deadlines_of(about).filter(state=Deadline.State.OPEN).select_related("region", "person")
    return [_card(deadline) for deadline in found.select_related("organisation")]


def shown(deadlines: Any) -> list[Deadline]:
    """Deadlines with their standing worked out once for all, not once for each."""
    rows = list(deadlines)
    now = timezone.now()
    times = {
        region: times_of(region, timezone.localdate(now))
        for region in sorted({row.region_id for row in rows})
    }
    for row in rows:
        row.standing = standing(row, now, times[row.region_id])
    return rows


def _card(deadline: Deadline) -> Card:
    today = timezone.localdate()
    days = _working_days(deadline, deadline.due_on)
    used = None if days is None else _working_days(deadline, min(today, deadline.due_on))
    return Card(deadline, deadline.standing, days, used)


def _working_days(deadline: Deadline, last: Any) -> int | None:
    try:
        calendar = times_of(deadline.region_id, last).calendar
        return working_days_between(deadline.started_on, last, calendar)
    except CalendarNotCovered:
        return None
