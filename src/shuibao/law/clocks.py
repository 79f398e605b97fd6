"""Legal time: working days, days, months and hours as Chinese law counts them, and when a day closes.

The day of the event is not counted; the count starts the day after (民法典 第二百零一条). Working days leave
out weekends and holidays and take in make-up days (行政许可法 第八十二条). A last day that is a day off moves
to the day after the holiday (民法典 第二百零三条). A year whose holidays nobody has supplied is refused.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from shuibao.science.errors import DomainError, OutOfRange

_DAY = timedelta(days=1)
_SATURDAY = 5
_MOST_MONTHS = 12 * 100


class CalendarNotCovered(DomainError):
    """A day in a year whose holidays and make-up days are not known."""

    def __init__(self, day: date, years: frozenset[int]) -> None:
        known = f"{min(years)}–{max(years)} 年" if years else "无"
        super().__init__(
            f"{day.year} 年的放假调休安排没有录入（已有：{known}），算不出 {day:%Y-%m-%d} 是不是工作日。"
            f"国务院办公厅的放假通知公布后，在规则 holidays.{day.year} 中补录，再重算期限。"
        )
        self.day, self.year = day, day.year


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days offices work: weekends, days off by notice, make-up days on weekends; and the years known.

    days_off: every day a notice gives off. makeup_days: days of a weekend that are worked instead.
    """

    days_off: frozenset[date]
    makeup_days: frozenset[date]
    years: frozenset[int]

    def __post_init__(self) -> None:
        both = self.days_off & self.makeup_days
        if both:
            raise OutOfRange("既放假又上班的日子", f"{min(both):%Y-%m-%d}", "每天只能是一种")


def is_working_day(day: date, days: WorkCalendar) -> bool:
    """Whether offices work on a day. Raises CalendarNotCovered for a year the calendar does not know."""
    if day.year not in days.years:
        raise CalendarNotCovered(day, days.years)
    if day in days.makeup_days:
        return True
    return day.weekday() < _SATURDAY and day not in days.days_off


def add_working_days(
    event: date, count: int, days: WorkCalendar, *, uncounted: frozenset[date] = frozenset()
) -> date:
    """The last day of a term of so many working days after the day of the event.

    行政许可法 第八十二条：期限以工作日计算，不含法定节假日. uncounted: days the law leaves out of the term,
    such as those of a technical review (行政许可法 第四十五条). Raises CalendarNotCovered when it leaves
    the calendar.
    """
    _require_count("工作日数", count)
    left = count
    for day in _after(event):
        if is_working_day(day, days) and day not in uncounted:
            left -= 1
            if left == 0:
                return day
    raise CalendarNotCovered(date.max, days.years)


def subtract_working_days(last: date, count: int, days: WorkCalendar) -> date:
    """The day that lies so many working days before a day: when a reminder is due."""
    _require_count("工作日数", count)
    day, left = last, count
    while left:
        day -= _DAY
        left -= is_working_day(day, days)
    return day


def working_days_between(start: date, last: date, days: WorkCalendar) -> int:
    """Working days after the start, up to and with the last day; 0 when the last day is not later."""
    return sum(is_working_day(start + _DAY * step, days) for step in range(1, (last - start).days + 1))


def add_days(event: date, count: int) -> date:
    """The last day of a term of so many calendar days, before any move (民法典 第二百零一条)."""
    _require_count("天数", count)
    return event + _DAY * count


def add_months(event: date, count: int) -> date:
    """The last day of a term of so many months, before any move.

    The same day of the month it ends in, or the last one of that month (民法典 第二百零二条). A year is
    12 months.
    """
    _require_count("月数", count, _MOST_MONTHS)
    months = event.year * 12 + event.month - 1 + count
    year, month = divmod(months, 12)
    return date(year, month + 1, min(event.day, calendar.monthrange(year, month + 1)[1]))


def moved_off_holidays(last: date, days: WorkCalendar) -> date:
    """The last day of a term: itself, or the first working day after the days off it falls on.

    民法典 第二百零三条第一款：最后一日是法定休假日的，以法定休假日结束的次日为期间的最后一日. A weekend
    that is worked instead is no day off. Raises CalendarNotCovered for a year the calendar does not know.
    """
    day = last
    while not is_working_day(day, days):
        day += _DAY
    return day


def add_hours(event: datetime, hours: float) -> datetime:
    """The moment at which a term of hours ends: they run on through nights and holidays.

    民法典 第二百零一条第二款：按照小时计算期间的，自法律规定或者当事人约定的时间开始计算.
    Raises OutOfRange for a moment without a time zone.
    """
    if event.tzinfo is None:
        raise OutOfRange("起算时刻", event.isoformat(), "带时区的时刻")
    if not hours > 0:
        raise OutOfRange("小时数", hours, "大于 0")
    return event + timedelta(hours=hours)


def closing_moment(last: date, zone: tzinfo, office_end: time | None = None) -> datetime:
    """The moment from which it is too late: the day's end at 24:00, or the end of office hours.

    民法典 第二百零三条第二款. 24:00 is 00:00 of the next day, and the moment itself is outside the term.
    """
    if office_end is None:
        return datetime.combine(last + _DAY, time(), zone)
    return datetime.combine(last, office_end, zone)


def is_in_time(done: datetime, closing: datetime) -> bool:
    """Whether something was done before the closing moment."""
    return done < closing


def _after(day: date) -> Iterator[date]:
    while day < date.max:
        day += _DAY
        yield day


def _require_count(name: str, count: int, most: int = 36_600) -> None:
    if not 1 <= count <= most:
        raise OutOfRange(name, count, f"1–{most}")
