"""Terms as the law counts them, on the calendars of 2024–2026 as published by the State Council's office."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuibao.law.clocks import (
    CalendarNotCovered,
    WorkCalendar,
    add_days,
    add_hours,
    add_months,
    add_working_days,
    closing_moment,
    is_in_time,
    is_working_day,
    moved_off_holidays,
    subtract_working_days,
    working_days_between,
)
from shuibao.rules.book import RuleBook
from shuibao.rules.holidays import work_calendar
from shuibao.science.errors import OutOfRange

CALENDAR = replace(work_calendar(RuleBook.load()), years=frozenset({2024, 2025, 2026}))
SHANGHAI = ZoneInfo("Asia/Shanghai")
known_days = st.dates(date(2024, 1, 1), date(2026, 10, 31))


@pytest.mark.parametrize(
    ("accepted", "decision", "extended"),
    [
        # 2024: 29 September (Sunday) and 12 October (Saturday) are worked, 1-7 October is off.
        (date(2024, 9, 24), date(2024, 10, 12), date(2024, 10, 25)),
        # 2025: 28 September (Sunday) and 11 October (Saturday) are worked, 1-8 October is off.
        (date(2025, 9, 25), date(2025, 10, 15), date(2025, 10, 29)),
        # 2026: 20 September and 10 October are worked, 25-27 September and 1-7 October off.
        (date(2026, 9, 18), date(2026, 10, 9), date(2026, 10, 22)),
    ],
)
def test_ten_and_ten_working_days_across_the_national_day(
    accepted: date, decision: date, extended: date
) -> None:
    assert add_working_days(accepted, 10, CALENDAR) == decision
    assert add_working_days(accepted, 20, CALENDAR) == extended
    assert add_working_days(decision, 10, CALENDAR) == extended


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 2, 9), True),  # New Year's Eve of 2024 was a working day
        (date(2024, 2, 12), False),
        (date(2024, 2, 18), True),  # a Sunday worked instead
        (date(2025, 1, 26), True),
        (date(2025, 1, 27), True),
        (date(2025, 1, 28), False),
        (date(2026, 1, 4), True),
        (date(2026, 2, 16), False),
        (date(2026, 2, 28), True),
        (date(2026, 11, 22), False),  # an ordinary Sunday
        (date(2026, 11, 23), True),
    ],
)
def test_offices_work_as_the_notices_say(day: date, works: bool) -> None:
    assert is_working_day(day, CALENDAR) is works


def test_the_day_of_the_event_is_not_counted() -> None:
    assert add_working_days(date(2026, 11, 23), 5, CALENDAR) == date(2026, 11, 30)
    assert add_days(date(2026, 11, 23), 15) == date(2026, 12, 8)


def test_an_event_on_a_day_off_starts_the_count_on_the_next_working_day() -> None:
    assert add_working_days(date(2026, 10, 3), 1, CALENDAR) == date(2026, 10, 8)


def test_days_of_a_technical_review_are_not_counted() -> None:
    review = frozenset(date(2026, 11, day) for day in range(24, 28))
    assert add_working_days(date(2026, 11, 23), 3, CALENDAR, uncounted=review) == date(2026, 12, 2)


def test_a_year_without_a_notice_is_refused_and_the_remedy_named() -> None:
    with pytest.raises(CalendarNotCovered, match=r"2027 年.*holidays\.2027"):
        add_working_days(date(2026, 12, 20), 20, CALENDAR)
    with pytest.raises(CalendarNotCovered, match="2023"):
        is_working_day(date(2023, 12, 29), CALENDAR)
    with pytest.raises(CalendarNotCovered, match="已有：无"):
        is_working_day(date(2026, 1, 5), WorkCalendar(frozenset(), frozenset(), frozenset()))


def test_a_term_that_ends_just_before_an_unknown_year_needs_no_more_than_the_known_one() -> None:
    assert add_working_days(date(2026, 12, 30), 1, CALENDAR) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2023, 11, 23), 36, date(2026, 11, 23)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2025, 12, 31), 12, date(2026, 12, 31)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_one(start: date, months: int, last: date) -> None:
    assert add_months(start, months) == last


@pytest.mark.parametrize(
    ("last", "moved"),
    [
        (date(2026, 10, 1), date(2026, 10, 8)),
        (date(2026, 11, 21), date(2026, 11, 23)),
        (date(2026, 10, 10), date(2026, 10, 10)),  # a Saturday worked instead is no day off
        (date(2026, 11, 24), date(2026, 11, 24)),
        (date(2026, 2, 14), date(2026, 2, 14)),
        (date(2026, 2, 15), date(2026, 2, 24)),
    ],
)
def test_a_last_day_that_is_off_moves_to_the_day_after_the_holiday(last: date, moved: date) -> None:
    assert moved_off_holidays(last, CALENDAR) == moved


def test_a_far_last_day_cannot_be_moved_and_says_so() -> None:
    with pytest.raises(CalendarNotCovered, match="2029 年"):
        moved_off_holidays(add_months(date(2026, 11, 23), 36), CALENDAR)


def test_hours_run_through_nights_and_holidays() -> None:
    decided = datetime(2026, 9, 30, 16, 20, tzinfo=SHANGHAI)
    assert add_hours(decided, 24) == datetime(2026, 10, 1, 16, 20, tzinfo=SHANGHAI)
    with pytest.raises(OutOfRange, match="带时区"):
        add_hours(datetime(2026, 9, 30, 16, 20), 24)  # noqa: DTZ001  the refusal of it is what is tested
    with pytest.raises(OutOfRange, match="小时数"):
        add_hours(decided, 0)


def test_a_day_closes_at_midnight_or_with_the_office() -> None:
    midnight = closing_moment(date(2026, 11, 30), SHANGHAI)
    assert midnight == datetime(2026, 12, 1, tzinfo=SHANGHAI)
    assert is_in_time(datetime(2026, 11, 30, 23, 59, 59, 999999, tzinfo=SHANGHAI), midnight)
    assert not is_in_time(midnight, midnight)
    office = closing_moment(date(2026, 11, 30), SHANGHAI, time(17, 30))
    assert is_in_time(datetime(2026, 11, 30, 17, 29, tzinfo=SHANGHAI), office)
    assert not is_in_time(datetime(2026, 11, 30, 17, 30, tzinfo=SHANGHAI), office)


@given(known_days, st.integers(1, 30))
def test_counting_back_undoes_counting_on(start: date, count: int) -> None:
    last = add_working_days(start, count, CALENDAR)
    assert is_working_day(last, CALENDAR)
    assert working_days_between(start, last, CALENDAR) == count
    assert working_days_between(start, last - timedelta(days=1), CALENDAR) == count - 1


@given(known_days, st.integers(1, 15), st.integers(1, 15))
def test_terms_add_up(start: date, first: int, second: int) -> None:
    once = add_working_days(start, first + second, CALENDAR)
    assert add_working_days(add_working_days(start, first, CALENDAR), second, CALENDAR) == once


@given(st.dates(date(2024, 4, 1), date(2026, 10, 31)), st.integers(1, 20))
def test_so_many_working_days_lie_between_a_reminder_and_the_last_day(last: date, count: int) -> None:
    reminder = subtract_working_days(last, count, CALENDAR)
    assert is_working_day(reminder, CALENDAR)
    assert working_days_between(reminder - timedelta(days=1), last - timedelta(days=1), CALENDAR) == count


def test_nothing_is_left_on_or_after_the_last_day() -> None:
    assert working_days_between(date(2026, 11, 23), date(2026, 11, 23), CALENDAR) == 0
    assert working_days_between(date(2026, 11, 24), date(2026, 11, 23), CALENDAR) == 0


@pytest.mark.parametrize("count", [0, -1, 100_000])
def test_a_term_has_at_least_one_day_and_an_end(count: int) -> None:
    with pytest.raises(OutOfRange):
        add_working_days(date(2026, 11, 23), count, CALENDAR)
    with pytest.raises(OutOfRange):
        add_days(date(2026, 11, 23), count)
    with pytest.raises(OutOfRange):
        add_months(date(2026, 11, 23), count)


def test_a_day_cannot_be_off_and_worked() -> None:
    day = frozenset({date(2026, 10, 1)})
    with pytest.raises(OutOfRange, match="2026-10-01"):
        WorkCalendar(day, day, frozenset({2026}))
