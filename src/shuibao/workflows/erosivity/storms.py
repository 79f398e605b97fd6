"""A station's erosivity by year and half-month from breakpoint rain: EI30 of its erosive storms."""

import numpy as np
from numpy.typing import NDArray

from shuibao.data.rain_series import StepSeries, step_series
from shuibao.data.rain_table import RainTable
from shuibao.rules.book import RuleBook
from shuibao.rules.rainfall import (
    energy,
    erosive_storm,
    fixed_interval_factor,
    known_factors,
    step_limits,
    storm_gap,
)
from shuibao.science.erosion.half_months import by_half_month
from shuibao.science.erosion.storms import Storm, breakpoint_ei30, is_erosive, storms
from shuibao.workflows.erosivity.settings import ErosivitySettings, YearlyErosivity


def storm_years(
    table: RainTable, rows: slice, settings: ErosivitySettings, rules: RuleBook
) -> YearlyErosivity:
    """The station's years; a storm counts on the day it begins."""
    limits = step_limits(rules)
    series = step_series(table, rows, settings.record or "depth", settings.absent_days, limits)
    found = erosive_storms(series, settings, rules)
    factor = 1.0
    if settings.fixed_interval_correction == "yin2007":
        factor = fixed_interval_factor(rules, series.step_min)

    steps = series.depths_mm.shape[1]
    of_days = np.bincount(
        np.array([storm.first // steps for storm in found], dtype=np.int64),
        weights=breakpoint_ei30([storm.ei30 for storm in found], factor),
        minlength=series.days.size,
    ).astype(np.float64)
    is_missing = series.missing_share > limits.missing_share_max
    rain = by_half_month(series.days, np.nan_to_num(series.depths_mm).sum(axis=1), is_missing)
    erosivity = by_half_month(series.days, of_days, is_missing)
    notes = (f"{series.step_min} 分钟记录，侵蚀性降雨 {len(found)} 场。",)
    return YearlyErosivity(erosivity, rain, notes, _warnings(series, is_missing, settings, rules))


def erosive_storms(series: StepSeries, settings: ErosivitySettings, rules: RuleBook) -> list[Storm]:
    """The series' erosive storms, in order of time; a storm's steps count from the first of the series."""
    of_mm = energy(rules, settings.energy or "brown_foster")
    limits = erosive_storm(rules, settings.event_rule or "xie2000")
    every = storms(series.depths_mm.ravel(), series.step_min, storm_gap(rules), of_mm)
    return [storm for storm in every if is_erosive(storm, limits)]


def _warnings(
    series: StepSeries, is_missing: NDArray[np.bool_], settings: ErosivitySettings, rules: RuleBook
) -> tuple[str, ...]:
    warnings = []
    if series.spread_steps:
        warnings.append(f"{series.spread_steps} 个缺测时段的雨量由其后的累计值得出，按时段均摊，雨强偏小。")
    partly = int(((series.missing_share > 0) & ~is_missing).sum())
    if partly:
        warnings.append(f"{partly} 天有少量时段缺测，仍作完整日计。")
    factors = known_factors(rules)
    if settings.fixed_interval_correction != "yin2007" and factors.get(series.step_min) != 1.0:
        known = factors.get(series.step_min)
        remedy = f"；可用 yin2007 订正（× {known:g}）" if known else ""
        warnings.append(f"{series.step_min} 分钟记录的 EI30 未订正到断点雨量，R 偏小{remedy}。")
    return tuple(warnings)
