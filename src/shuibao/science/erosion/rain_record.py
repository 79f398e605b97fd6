"""What the numbers of a rain record mean: codes among them, and counters that start anew at midnight."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class RainCodes(NamedTuple):
    """Numbers in a rain record that are not millimetres, and the most a row may bring."""

    missing: tuple[float, ...]
    trace: tuple[float, ...]
    trace_words: tuple[str, ...]
    coded_from: float
    coded_to: float
    row_max_mm: float


class StepLimits(NamedTuple):
    """What a record by equal steps must keep to.

    missing_share_max: of a day's steps. cumulative_pairs: so many rows after rain, and never a fall, betray a
    counter.
    """

    step_max_min: float
    missing_share_max: float
    intensity_max_mm_h: float
    cumulative_pairs: int


class DecodedRain(NamedTuple):
    """Rain [mm], NaN where missing; which values were missing, trace, in 0.1 mm code, or beyond belief."""

    mm: NDArray[np.float64]
    is_missing: NDArray[np.bool_]
    is_trace: NDArray[np.bool_]
    is_coded: NDArray[np.bool_]
    is_implausible: NDArray[np.bool_]


def decode_rain(values: NDArray[np.float64], codes: RainCodes) -> DecodedRain:
    """The record's numbers told apart: negative values and missing codes become NaN, trace becomes 0 mm."""
    is_missing = (values < 0) | np.isin(values, codes.missing)
    is_trace = np.isin(values, codes.trace)
    is_other = ~is_missing & ~is_trace
    is_coded = is_other & (values >= codes.coded_from) & (values <= codes.coded_to)
    is_implausible = is_other & ~is_coded & (values > codes.row_max_mm)
    mm = np.where(is_trace, 0.0, np.where(is_missing, np.nan, values))
    return DecodedRain(mm, is_missing, is_trace, is_coded, is_implausible)


def depths_of_counter(counter_mm: NDArray[np.float64], is_unknown: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Rain of each step [mm] from a counter that starts at 0 every midnight, shape (days, steps).

    Rain that fell during unknown steps is known as a sum once the counter is read again: it is spread evenly
    over them and the step of that reading. Steps after a day's last reading stay NaN.

    counter_mm: the counter at the end of each step, NaN where it was not read; never falling within a day.
    is_unknown: unread steps in which rain may have fallen; unread steps that are not unknown were dry.
    """
    days, steps = counter_mm.shape
    depths = np.where(is_unknown, np.nan, 0.0).ravel()
    read = np.flatnonzero(~np.isnan(counter_mm.ravel()))
    if read.size == 0:
        return depths.reshape(days, steps)

    day = read // steps
    is_first = np.append(True, day[1:] != day[:-1])
    reading = counter_mm.ravel()[read]
    gain = np.maximum(reading - np.where(is_first, 0.0, np.append(0.0, reading[:-1])), 0.0)

    index = np.arange(days * steps)
    last_known = np.maximum.accumulate(np.where(is_unknown.ravel(), -1, index))
    before = np.maximum(np.append(-1, last_known[:-1])[read], day * steps - 1)
    length = read - before
    spread = np.repeat(before + 1 - (np.cumsum(length) - length), length) + np.arange(length.sum())
    depths[spread] = np.repeat(gain / length, length)
    return depths.reshape(days, steps)
