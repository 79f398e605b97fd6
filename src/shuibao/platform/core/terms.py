"""When a term ends in a region: its last day and the moment it closes, on the region's calendar and hours."""

from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from shuibao.law.clocks import (
    CalendarNotCovered,
    add_days,
    add_hours,
    add_months,
    add_working_days,
    closing_moment,
    moved_off_holidays,
)
from shuibao.platform.core.times import times_of


class Due(NamedTuple):
    """A last day, the moment from which it is too late, and whether the last day is certain."""

    on: date
    at: datetime
    is_settled: bool = True


def after_working_days(event: date, count: int, region_code: str) -> Due:
    """The end of a term of working days. Raises CalendarNotCovered when it leaves the known years."""
    return _closing(add_working_days(event, count, times_of(region_code, event).calendar), region_code)


def after_days(event: date, count: int, region_code: str) -> Due:
    """The end of a term of calendar days, moved off a holiday."""
    return _moved(add_days(event, count), region_code)


def after_months(event: date, count: int, region_code: str) -> Due:
    """The end of a term of months, moved off a holiday."""
    return _moved(add_months(event, count), region_code)


def after_hours(event: datetime, count: float) -> Due:
    """The end of a term of hours."""
    end = add_hours(event, count)
    return Due(timezone.localdate(end), end)


def by_day(last: date, region_code: str) -> Due:
    """The end of a term whose last day was named, such as one set for a mending."""
    return _closing(last, region_code)


def _moved(last: date, region_code: str) -> Due:
    """The term with its last day moved off a holiday; unsettled where nobody knows the holidays yet."""
    try:
        return _closing(moved_off_holidays(last, times_of(region_code, last).calendar), region_code)
    except CalendarNotCovered:
        return _closing(last, region_code)._replace(is_settled=False)


def _closing(last: date, region_code: str) -> Due:
    zone = timezone.get_default_timezone()
    return Due(last, closing_moment(last, zone, times_of(region_code, last).office_end))
