"""Days into the 24 half-months of the calendar: the 1st–15th of a month, and the rest of it."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

HALF_MONTHS = 24
RAINY_SEASON = slice(8, 18)
"""May–September."""

_LAST_DAY_OF_FIRST_HALF = 15

Days = NDArray[np.datetime64]


class YearlyHalfMonths(NamedTuple):
    """What fell into each half-month of each year: sums and numbers of missing days, shape (years, 24)."""

    years: NDArray[np.int64]
    sums: NDArray[np.float64]
    missing_days: NDArray[np.int64]

    def complete(self, missing_days_max: int) -> NDArray[np.bool_]:
        """Which half-months of which years may count, shape (years, 24)."""
        return self.missing_days <= missing_days_max

    def means(self, missing_days_max: int) -> NDArray[np.float64]:
        """Mean of each half-month over the years in which it is complete, shape (24,); NaN where in none."""
        complete = self.complete(missing_days_max)
        count = complete.sum(axis=0)
        total = np.where(complete, self.sums, 0.0).sum(axis=0)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def whole_years(first: np.datetime64, last: np.datetime64) -> Days:
    """Every day from 1 January of the first day's year to 31 December of the last day's."""
    start = first.astype("datetime64[Y]")
    stop = last.astype("datetime64[Y]") + 1
    return np.arange(start.astype("datetime64[D]"), stop.astype("datetime64[D]"))


def month_of(days: Days) -> NDArray[np.int64]:
    """1–12."""
    return days.astype("datetime64[M]").astype(np.int64) % 12 + 1


def half_month_of(days: Days) -> NDArray[np.int64]:
    """0 for 1–15 January … 23 for 16–31 December."""
    day_of_month = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    is_second = day_of_month > _LAST_DAY_OF_FIRST_HALF
    return np.asarray((month_of(days) - 1) * 2 + is_second)


def by_half_month(days: Days, values: NDArray[np.float64], is_missing: NDArray[np.bool_]) -> YearlyHalfMonths:
    """The days' values added up by year and half-month; NaN adds nothing.

    days: whole years without gaps, in order (see whole_years).
    """
    year = days.astype("datetime64[Y]").astype(np.int64) + 1970
    years = np.unique(year)
    cell = (year - years[0]) * HALF_MONTHS + half_month_of(days)
    size, shape = years.size * HALF_MONTHS, (years.size, HALF_MONTHS)
    sums = np.bincount(cell, weights=np.nan_to_num(values, nan=0.0), minlength=size)
    missing = np.bincount(cell[is_missing], minlength=size)
    return YearlyHalfMonths(
        years, sums.astype(np.float64).reshape(shape), missing.reshape(shape).astype(np.int64)
    )


def half_month_name(index: int) -> str:
    """In Chinese, by calendar: 0 is 1月上半月."""
    return f"{index // 2 + 1}月{'下' if index % 2 else '上'}半月"


def half_month_names(indices: Iterable[int]) -> str:
    """Several half-months in Chinese; runs are written from–to."""
    runs: list[list[int]] = []
    for index in indices:
        if runs and index == runs[-1][-1] + 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return "、".join(_run_name(run) for run in runs)


def _run_name(run: list[int]) -> str:
    if len(run) < 3:
        return "、".join(half_month_name(index) for index in run)
    return f"{half_month_name(run[0])}至{half_month_name(run[-1])}"
