"""NDVI of the 24 half-months from pictures of any dates: years pooled, clouds out, gaps closed in time."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.erosion.half_months import HALF_MONTHS, Days, half_month_of
from shuibao.science.erosion.vegetation import require_ndvi_extremes
from shuibao.science.errors import OutOfRange

DAYS_OF_YEAR = 365.0
_BLOCK = 64

Statistic = Literal["mean", "median"]
"""How several clear values of one half-month become one; the median is the safer against a missed cloud."""


class Composite(NamedTuple):
    """NDVI by half-month, and how much of it was seen and how much closed in time.

    ndvi: (24, …), NaN in pixels that were never clear.
    observed: half-months with a clear value, by pixel (0–24).
    interpolated_cells: by half-month, in how many pixels its value was interpolated.
    """

    ndvi: NDArray[np.float32]
    observed: NDArray[np.uint8]
    interpolated_cells: NDArray[np.int64]


def half_month_composite(
    ndvi: NDArray[np.floating],
    cloud: NDArray[np.integer] | NDArray[np.bool_] | None,
    days: Days,
    statistic: Statistic,
) -> Composite:
    """NDVI of the 24 half-months from a stack of pictures, whatever their years.

    A value is clear where it is not NaN and the cloud mask is 0. The clear values of a half-month, of all
    years, give its mean or median. A half-month without any lies on the straight line in time between its
    neighbours around the year, December running on into January. A pixel clear in one half-month only keeps
    that value all year: see `observed`.

    ndvi: (dates, …). cloud: same shape, other than 0 where cloudy; None where the NDVI is NaN there already.
    Raises NdviScaled or OutOfRange for a clear value outside −1…1, OutOfRange when dates, pictures and mask
    do not match.
    """
    dates, shape = len(days), ndvi.shape[1:]
    if dates != ndvi.shape[0]:
        raise OutOfRange("影像日期数", dates, f"= NDVI 波段数 {ndvi.shape[0]}")
    if cloud is not None and cloud.shape != ndvi.shape:
        raise OutOfRange("云掩膜的形状", cloud.shape, f"= NDVI 的形状 {ndvi.shape}")

    mask = np.zeros((dates, 1), np.bool_) if cloud is None else (cloud != 0).reshape(dates, -1)
    half_month = half_month_of(days.astype("datetime64[D]"))
    order = np.argsort(half_month, kind="stable")
    starts = np.searchsorted(half_month[order], np.arange(HALF_MONTHS + 1))
    layers = np.ascontiguousarray(ndvi, dtype=np.float32).reshape(dates, -1)
    made = Composite(
        np.empty((HALF_MONTHS, layers.shape[1]), np.float32),
        np.empty(layers.shape[1], np.uint8),
        np.zeros(HALF_MONTHS, np.int64),
    )
    require_ndvi_extremes(
        _composite_cells(layers, mask, order, starts, middle_days(), statistic == "median", made)
    )
    return Composite(
        made.ndvi.reshape(HALF_MONTHS, *shape), made.observed.reshape(shape), made.interpolated_cells
    )


def middle_days() -> NDArray[np.float64]:
    """Where the middles of the 24 half-months lie in a year of 365 days [days since its start]."""
    days = np.arange("2001-01-01", "2002-01-01", dtype="datetime64[D]")
    half_month = half_month_of(days)
    first = np.searchsorted(half_month, np.arange(HALF_MONTHS))
    stop = np.searchsorted(half_month, np.arange(HALF_MONTHS), side="right")
    return (first + stop) / 2.0


@kernel
def _composite_cells(
    ndvi: NDArray[np.float32],
    cloud: NDArray[np.bool_],
    order: NDArray[np.int64],
    starts: NDArray[np.int64],
    middles: NDArray[np.float64],
    by_median: bool,
    made: Composite,
) -> tuple[float, float]:
    """The composite of each pixel into `made`; returns the least and the greatest clear value.

    order: pictures sorted by half-month; starts: where each half-month begins in it.
    In blocks: the pictures' rows lie far apart in memory, a block of each is brought near first.
    """
    dates, cells = ndvi.shape
    step = 0 if cloud.shape[1] == 1 else 1
    near = np.empty((_BLOCK, dates))
    values, year = np.empty(dates), np.empty(HALF_MONTHS)
    low, high = np.inf, -np.inf
    for start in range(0, cells, _BLOCK):
        stop = min(start + _BLOCK, cells)
        for row in range(dates):
            band = order[row]
            for i in range(start, stop):
                value = np.float64(ndvi[band, i])
                near[i - start, row] = np.nan if cloud[band, i * step] else value
        for i in range(start, stop):
            seen = near[i - start]
            for row in range(dates):
                low = seen[row] if seen[row] < low else low
                high = seen[row] if seen[row] > high else high
            for k in range(HALF_MONTHS):
                year[k] = _statistic(seen[starts[k] : starts[k + 1]], values, by_median)
            _record(i, year, middles, made)
    return low, high


@kernel
def _statistic(seen: NDArray[np.float64], values: NDArray[np.float64], by_median: bool) -> float:
    """Mean or median of what is not NaN, NaN where there is nothing. `values` is room to sort in."""
    count = 0
    for value in seen:
        if not np.isnan(value):
            place = count
            while place > 0 and values[place - 1] > value:
                values[place] = values[place - 1]
                place -= 1
            values[place] = value
            count += 1
    if count == 0:
        return np.nan
    if by_median:
        median: float = (values[(count - 1) // 2] + values[count // 2]) / 2.0
        return median
    mean: float = values[:count].sum() / count
    return mean


@kernel
def _record(i: int, year: NDArray[np.float64], middles: NDArray[np.float64], made: Composite) -> None:
    """Pixel i of the composite from its half-months, the gaps closed by straight lines around the year."""
    observed = 0
    last = -1
    for k in range(HALF_MONTHS):
        if not np.isnan(year[k]):
            observed += 1
            last = k
    made.observed[i] = observed
    if observed == 0:
        made.ndvi[:, i] = np.nan
        return

    before, after = last, -1
    for k in range(HALF_MONTHS):
        if not np.isnan(year[k]):
            before = k
            made.ndvi[k, i] = year[k]
            continue
        if after <= k:
            after = k + 1
            while np.isnan(year[after % HALF_MONTHS]):
                after += 1
        made.interpolated_cells[k] += 1
        gap = (middles[after % HALF_MONTHS] - middles[before]) % DAYS_OF_YEAR
        gone = (middles[k] - middles[before]) % DAYS_OF_YEAR
        share = gone / gap if gap > 0.0 else 0.0
        made.ndvi[k, i] = year[before] + share * (year[after % HALF_MONTHS] - year[before])
