"""The calendar's 24 half-months."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuibao.science.erosion.half_months import (
    by_half_month,
    half_month_name,
    half_month_names,
    half_month_of,
    month_of,
    whole_years,
)


def _days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


def test_the_15th_ends_a_half_month_and_the_16th_begins_the_next() -> None:
    days = _days("2024-01-01", "2024-01-15", "2024-01-16", "2024-02-29", "2024-07-31", "2024-12-31")
    assert half_month_of(days).tolist() == [0, 0, 1, 3, 13, 23]


def test_years_before_1970_have_the_same_calendar() -> None:
    assert half_month_of(_days("1957-03-16")).tolist() == [5]
    assert month_of(_days("1957-12-01")).tolist() == [12]


@given(st.dates())
def test_every_day_lies_in_the_half_month_of_its_month(day) -> None:
    index = int(half_month_of(_days(day.isoformat()))[0])
    assert index == (day.month - 1) * 2 + (day.day > 15)


def test_whole_years_run_from_new_year_to_new_years_eve() -> None:
    days = whole_years(np.datetime64("2023-06-05"), np.datetime64("2024-02-01"))
    assert (str(days[0]), str(days[-1]), days.size) == ("2023-01-01", "2024-12-31", 731)


def test_a_half_month_is_averaged_over_its_complete_years_only() -> None:
    days = whole_years(np.datetime64("2022-01-01"), np.datetime64("2024-12-31"))
    values = np.where(half_month_of(days) == 13, 1.0, 0.0)
    values[days >= np.datetime64("2023-01-01")] *= 2
    is_missing = days == np.datetime64("2024-07-20")
    found = by_half_month(days, values, is_missing)
    assert found.years.tolist() == [2022, 2023, 2024]
    assert found.means(0)[13] == pytest.approx((16 + 32) / 2)
    assert found.means(1)[13] == pytest.approx((16 + 32 + 32) / 3)


def test_a_half_month_complete_in_no_year_has_no_mean() -> None:
    days = whole_years(np.datetime64("2023-01-01"), np.datetime64("2023-12-31"))
    found = by_half_month(days, np.zeros(365), days < np.datetime64("2023-01-02"))
    assert np.flatnonzero(np.isnan(found.means(0))).tolist() == [0]


def test_half_months_have_names_a_reader_knows() -> None:
    assert half_month_name(13) == "7月下半月"
    assert half_month_names([0, 12, 13]) == "1月上半月、7月上半月、7月下半月"
    assert half_month_names([0, 1, 2, 3, 23]) == "1月上半月至2月下半月、12月下半月"
