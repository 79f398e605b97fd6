"""A station's rows as an unbroken series over whole years: by days, or by the equal steps of a gauge."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shuibao.data.rain_table import RainTable
from shuibao.science.erosion.half_months import whole_years
from shuibao.science.erosion.rain_record import StepLimits, depths_of_counter
from shuibao.science.errors import InputError

Absent = Literal["missing", "dry"]
"""What a day or step without a row was: not observed, or without rain (in years that have rows)."""

Record = Literal["depth", "since_midnight"]
"""What a row of a breakpoint file holds: the step's rain, or the rain since midnight."""

_DAY_MIN = 1440
_ROUNDING_MM = 1e-6


@dataclass(frozen=True)
class DailySeries:
    """Every day of whole years, and its rain [mm], NaN where missing."""

    days: NDArray[np.datetime64]
    rain_mm: NDArray[np.float64]


@dataclass(frozen=True)
class StepSeries:
    """Every day of whole years in steps of equal length.

    depths_mm: rain of each step [mm], shape (days, steps), NaN where unknown; a step belongs to the day it
    starts in. missing_share: of each day's steps, before gaps were filled from the counter.
    spread_steps: how many were filled.
    """

    step_min: int
    days: NDArray[np.datetime64]
    depths_mm: NDArray[np.float64]
    missing_share: NDArray[np.float64]
    spread_steps: int


def daily_series(table: RainTable, rows: slice, absent: Absent) -> DailySeries:
    """The station's days from 1 January of its first year to 31 December of its last."""
    when = table.when[rows]
    days = whole_years(when[0], when[-1])
    rain = np.full(days.size, np.nan)
    if absent == "dry":
        rain[_is_in_known_year(days, when)] = 0.0
    rain[(when - days[0]).astype(np.int64)] = table.mm[rows]
    return DailySeries(days, rain)


def step_series(
    table: RainTable, rows: slice, record: Record, absent: Absent, limits: StepLimits
) -> StepSeries:
    """The station's steps, a row's time being the end of its step.

    A step that ends with the record's first midnight of 1 January is left out: its year has no other row.
    Raises InputError when the steps are not equal, too long, or bring more rain than can be; when a counter
    falls within a day; when depths look like a counter's readings.
    """
    step_min = _step_min(table, rows, limits)
    begin = table.when[rows] - np.timedelta64(step_min, "m")
    days = whole_years(table.when[rows][0], begin[-1])
    place = (begin - days[0].astype("datetime64[s]")).astype(np.int64) // (60 * step_min)
    is_inside = place >= 0
    shape = (days.size, _DAY_MIN // step_min)
    value = np.full(days.size * shape[1], np.nan)
    value[place[is_inside]] = table.mm[rows][is_inside]

    is_unknown = np.isnan(value)
    if absent == "dry":
        is_empty = np.repeat(_is_in_known_year(days, begin[is_inside]), shape[1])
        is_empty[place[is_inside]] = False
        is_unknown &= ~is_empty
    if record == "depth":
        _refuse_counter(table, rows, begin, limits)
        depths = np.where(is_unknown, np.nan, np.nan_to_num(value)).reshape(shape)
    else:
        _refuse_fall(table, rows, begin)
        depths = depths_of_counter(value.reshape(shape), is_unknown.reshape(shape))
    _refuse_downpour(str(table.station[rows][0]), days, depths, step_min, limits)
    share = is_unknown.reshape(shape).mean(axis=1)
    spread = int(is_unknown.sum() - np.isnan(depths).sum())
    return StepSeries(step_min, days, depths, share, spread)


def _is_in_known_year(days: NDArray[np.datetime64], when: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """Which days lie in a year that has rows."""
    return np.isin(days.astype("datetime64[Y]"), when.astype("datetime64[Y]"))


def _step_min(table: RainTable, rows: slice, limits: StepLimits) -> int:
    """The record's commonest step [min]; every row must lie on its multiples from midnight on."""
    station = table.station[rows][0]
    when = table.when[rows].astype("datetime64[s]")
    apart, often = np.unique(np.diff(when).astype(np.int64), return_counts=True)
    if apart.size == 0:
        raise InputError(
            f"站 {station} 只有一行（{table.where(rows.start)}），推断不出时段长度。请补充断点雨量。"
        )
    seconds = int(apart[np.argmax(often)])
    if seconds > limits.step_max_min * 60:
        raise InputError(
            f"站 {station} 的时段是 {seconds / 60:g} 分钟，长于 {limits.step_max_min:g} 分钟，得不到 I30。"
            f"请改用日雨量（date 列）或更密的记录。"
        )
    if seconds % 60 or (_DAY_MIN * 60) % seconds:
        raise InputError(
            f"站 {station} 的时段是 {seconds} 秒，不是能整除一天的整分钟数。请整理成等时段记录。"
        )
    is_off = (when - when.astype("datetime64[D]")).astype(np.int64) % seconds != 0
    if is_off.any():
        row = rows.start + int(np.argmax(is_off))
        moment = str(table.when[row]).replace("T", " ")
        raise InputError(
            f"{table.where(row)}，time = {moment}：不在站 {station} 的 {seconds // 60} 分钟时段上。"
            f"断点雨量须等时段，请整理后再算。"
        )
    return seconds // 60


def _pairs_in_a_day(
    table: RainTable, rows: slice, begin: NDArray[np.datetime64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Neighbouring rows of one day that both have a value, as (earlier, later) rows of the table."""
    read = np.flatnonzero(~np.isnan(table.mm[rows]))
    day = begin[read].astype("datetime64[D]")
    is_pair = day[1:] == day[:-1]
    return read[:-1][is_pair] + rows.start, read[1:][is_pair] + rows.start


def _refuse_fall(table: RainTable, rows: slice, begin: NDArray[np.datetime64]) -> None:
    earlier, later = _pairs_in_a_day(table, rows, begin)
    falls = table.mm[later] < table.mm[earlier] - _ROUNDING_MM
    if falls.any():
        pair = int(np.argmax(falls))
        raise InputError(
            f"{table.where(int(later[pair]))}：自 0 时累计的雨量从 {table.mm[earlier[pair]]:g} 降到 "
            f"{table.mm[later[pair]]:g} mm（站 {table.station[later[pair]]}）。"
            f'若各行是时段雨量请写 record = "depth"，否则请更正。'
        )


def _refuse_counter(table: RainTable, rows: slice, begin: NDArray[np.datetime64], limits: StepLimits) -> None:
    """After rain, a step's depth falls sooner or later; a counter's reading never does within a day."""
    earlier, later = _pairs_in_a_day(table, rows, begin)
    wet = table.mm[earlier] > 0
    if wet.sum() >= limits.cumulative_pairs and not (table.mm[later] < table.mm[earlier])[wet].any():
        raise InputError(
            f"{table.files[table.file[rows.start]]}：站 {table.station[rows.start]} 的雨量"
            f"在一天之内从不减小，像是自 0 时累计的值。"
            f'请写 record = "since_midnight"；若确是时段雨量，请检查资料。'
        )


def _refuse_downpour(
    station: str,
    days: NDArray[np.datetime64],
    depths: NDArray[np.float64],
    step_min: int,
    limits: StepLimits,
) -> None:
    greatest = np.fmax.reduce(depths, axis=None, initial=0.0)
    if greatest * 60 / step_min > limits.intensity_max_mm_h:
        day, step = np.argwhere(depths == greatest)[0]
        begin = pd.Timestamp(days[day]) + pd.Timedelta(minutes=int(step) * step_min)
        raise InputError(
            f"站 {station} 在 {begin:%Y-%m-%d %H:%M} 起的 {step_min} 分钟内雨量 {greatest:g} mm，"
            f"雨强超过 {limits.intensity_max_mm_h:g} mm/h，不合常理。请更正该行或改为 -9999。"
        )
