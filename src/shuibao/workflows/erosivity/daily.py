"""A station's erosivity by year and half-month from daily rain."""

import numpy as np

from shuibao.data.rain_series import DailySeries, daily_series
from shuibao.data.rain_table import RainTable
from shuibao.rules.book import RuleBook
from shuibao.rules.rainfall import daily_model, zhang_fit
from shuibao.science.erosion.half_months import YearlyHalfMonths, by_half_month, month_of
from shuibao.science.erosion.rainfall import daily_erosivity, zhang_erosivity, zhang_parameters
from shuibao.science.errors import DomainError
from shuibao.workflows.erosivity.settings import ErosivitySettings, YearlyErosivity


def daily_years(
    table: RainTable, rows: slice, settings: ErosivitySettings, rules: RuleBook
) -> YearlyErosivity:
    """The station's years by the model chosen, Xie 2016 unless said otherwise."""
    series = daily_series(table, rows, settings.absent_days)
    is_missing = np.isnan(series.rain_mm)
    rain = by_half_month(series.days, series.rain_mm, is_missing)
    if settings.model == "zhang2002":
        station = str(table.station[rows.start])
        return _zhang(station, series, rain, rules)
    model = daily_model(rules, settings.threshold_mm)
    of_days = daily_erosivity(series.rain_mm, month_of(series.days), model)
    return YearlyErosivity(by_half_month(series.days, of_days, is_missing), rain, (), ())


def _zhang(station: str, series: DailySeries, rain: YearlyHalfMonths, rules: RuleBook) -> YearlyErosivity:
    """Its parameters come from the days at or above the threshold in complete years."""
    fit = zhang_fit(rules)
    is_missing = np.isnan(series.rain_mm)
    complete = rain.complete(int(rules.number("rainfall.missing_days_max"))).all(axis=1)
    if not complete.any():
        raise DomainError(
            f"站 {station} 没有一个完整的年份，定不出 zhang2002 的参数。"
            f'请补齐日雨量；若文件只记有雨日，请用 absent_days = "dry"；或改用 xie2016。'
        )
    year = series.days.astype("datetime64[Y]").astype(np.int64) + 1970
    counted = np.isin(year, rain.years[complete]) & (series.rain_mm >= fit.threshold_mm)
    erosive_mm = series.rain_mm[counted]
    if erosive_mm.size == 0:
        none = by_half_month(series.days, np.zeros(series.days.size), is_missing)
        warning = f"完整年份里没有日雨量达到 {fit.threshold_mm:g} mm 的日子，R 为 0。"
        return YearlyErosivity(none, rain, (), (warning,))
    of_year = float(erosive_mm.sum()) / int(complete.sum())
    parameters = zhang_parameters(float(erosive_mm.mean()), of_year, fit)
    of_days = zhang_erosivity(series.rain_mm, parameters, fit.threshold_mm)
    note = (
        f"zhang2002：α = {parameters.alpha:.6g}，β = {parameters.beta:.6g}（{int(complete.sum())} 个完整年，"
        f"P_d12 = {erosive_mm.mean():.4f} mm，P_y12 = {of_year:.2f} mm）。"
    )
    return YearlyErosivity(by_half_month(series.days, of_days, is_missing), rain, (note,), ())
