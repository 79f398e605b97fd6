"""Erosivity of rain stations from their records: R and the 24 half-months, as means over the years."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shuibao.data.rain_table import RainTable, read_rain
from shuibao.data.station_table import Position, read_stations
from shuibao.rules.book import RuleBook
from shuibao.rules.rainfall import annual_regression, rain_codes
from shuibao.science.erosion.half_months import YearlyHalfMonths, half_month_names
from shuibao.science.erosion.rainfall import annual_erosivity
from shuibao.science.errors import DomainError, InputError
from shuibao.workflows.erosivity.daily import daily_years
from shuibao.workflows.erosivity.settings import ErosivitySettings, YearlyErosivity
from shuibao.workflows.erosivity.storms import storm_years

_STATIONS_NAMED = 5


@dataclass(frozen=True, slots=True)
class StationErosivity:
    """A station's mean yearly erosivity R [MJ·mm/(hm²·h·a)] and its 24 half-months, which add up to it.

    lon, lat: None when no table of stations was given. years: how many years any half-month is taken from.
    """

    station: str
    lon: float | None
    lat: float | None
    R: float
    half_months: tuple[float, ...]
    years: int
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ErosivityOfStations:
    """All stations that have rain, in order of name, and what must be said of the files as a whole."""

    stations: tuple[StationErosivity, ...]
    warnings: tuple[str, ...]


class NoCompleteHalfMonth(DomainError):
    """Stations with a half-month that is complete in no year: R cannot be had there."""

    def __init__(self, lacking: Mapping[str, Sequence[int]], remedy: str) -> None:
        named = "；".join(
            f"站 {station}：{half_month_names(half_months)}"
            for station, half_months in list(lacking.items())[:_STATIONS_NAMED]
        )
        more = f"；等共 {len(lacking)} 站" if len(lacking) > _STATIONS_NAMED else ""
        super().__init__(f"以下半月在任何一年都不完整，算不出多年平均：{named}{more}。{remedy}")
        self.lacking = dict(lacking)


def station_erosivity(
    rain_files: Sequence[Path],
    *,
    rules: RuleBook,
    settings: ErosivitySettings,
    stations_file: Path | None = None,
) -> ErosivityOfStations:
    """The erosivity of every station in the rain files (all daily, or all breakpoint).

    A half-month of a year counts only if it is complete; each is the mean over the years that count.
    Raises InputError for files that cannot be used, NoCompleteHalfMonth where every year has holes.
    """
    table = read_rain(rain_files, rain_codes(rules))
    settings.require_fitting(table.kind)
    positions = read_stations(stations_file) if stations_file else {}
    if stations_file:
        _require_positions(table, positions, stations_file)
    measure = daily_years if table.kind == "daily" else storm_years
    places = table.stations()
    measured = {station: measure(table, rows, settings, rules) for station, rows in places.items()}
    missing_max = int(rules.number("rainfall.missing_days_max"))
    _require_complete(measured, missing_max, settings)
    stations = tuple(
        _summary(station, positions.get(station), years, (table, places[station]), rules)
        for station, years in measured.items()
    )
    return ErosivityOfStations(stations, _without_rain(measured, positions))


def _require_positions(table: RainTable, positions: Mapping[str, Position], stations_file: Path) -> None:
    for station, rows in table.stations().items():
        if station not in positions:
            raise InputError(
                f"{table.where(rows.start)}，station = '{station}'：站点表 {stations_file} 里没有这个站。"
                f"请在站点表补上它的经纬度，或核对站号写法。"
            )


def _require_complete(
    measured: Mapping[str, YearlyErosivity], missing_max: int, settings: ErosivitySettings
) -> None:
    lacking = {
        station: np.flatnonzero(~years.rain.complete(missing_max).any(axis=0)).tolist()
        for station, years in measured.items()
    }
    lacking = {station: half_months for station, half_months in lacking.items() if half_months}
    if lacking:
        remedy = (
            "请补齐缺测的行，或加上别的年份。"
            if settings.absent_days == "dry"
            else "请补齐这些日子的行，或加上别的年份；若文件只记有雨的日子，"
            '请用 --absent-days dry（运行文件：absent_days = "dry"）。'
        )
        raise NoCompleteHalfMonth(lacking, remedy)


def _summary(
    station: str,
    position: Position | None,
    years: YearlyErosivity,
    source: tuple[RainTable, slice],
    rules: RuleBook,
) -> StationErosivity:
    missing_max = int(rules.number("rainfall.missing_days_max"))
    complete = years.rain.complete(missing_max)
    half_months = years.erosivity.means(missing_max)
    total = float(half_months.sum())
    counted = int(complete.any(axis=1).sum())
    warnings = (
        *_of_rows(*source),
        *years.warnings,
        *_of_holes(years.rain, complete),
        *_of_length(counted, rules),
        *_of_plausibility(total, float(years.rain.means(missing_max).sum()), rules),
    )
    lon, lat = position if position else (None, None)
    return StationErosivity(
        station, lon, lat, total, tuple(half_months.tolist()), counted, years.notes, warnings
    )


def _of_rows(table: RainTable, rows: slice) -> list[str]:
    """Missing codes and trace, counted."""
    warnings = []
    missing = np.flatnonzero(np.isnan(table.mm[rows])) + rows.start
    if missing.size:
        first = int(missing[0])
        warnings.append(
            f"{missing.size} 行是缺测代码或负值，按缺测处理"
            f"（如 {table.where(first)}：{table.raw[first]:g}）。"
        )
    trace = int(table.is_trace[rows].sum())
    if trace:
        warnings.append(
            f"{trace} 行是微量降水，按 0 mm 计。若来自气象部门的数据集，请确认雨量已从 0.1 mm 换算成 mm。"
        )
    return warnings


def _of_holes(rain: YearlyHalfMonths, complete: NDArray[np.bool_]) -> list[str]:
    """Half-months left out because they are not complete, and days counted as dry where holes are allowed."""
    warnings = []
    runs: list[tuple[int, int, str]] = []
    for year, row in zip(rain.years.tolist(), complete, strict=True):
        if row.all():
            continue
        names = "全年" if not row.any() else half_month_names(np.flatnonzero(~row).tolist())
        if runs and runs[-1][1] == year - 1 and runs[-1][2] == names:
            runs[-1] = (runs[-1][0], year, names)
        else:
            runs.append((year, year, names))
    if runs:
        texts = [f"{first if first == last else f'{first}–{last}'} 年{names}" for first, last, names in runs]
        warnings.append(f"不完整的半月不计入平均：{'；'.join(texts)}。")
    tolerated = int(rain.missing_days[complete].sum())
    if tolerated:
        warnings.append(
            f"计入的半月里有 {tolerated} 天缺测，按规则 rainfall.missing_days_max 当作无雨，R 偏小。"
        )
    return warnings


def _of_length(years: int, rules: RuleBook) -> list[str]:
    wanted = int(rules.number("rainfall.years_recommended"))
    if years >= wanted:
        return []
    return [f"只有 {years} 年资料，年度监测的 R 宜用约 {wanted} 年的平均。"]


def _of_plausibility(erosivity: float, rain_mm: float, rules: RuleBook) -> list[str]:
    """Whether yearly rain and R are of a credible size: tenths of mm taken as mm would not be."""
    warnings = []
    if rain_mm > rules.number("rainfall.annual.rain_max_mm"):
        warnings.append(f"多年平均雨量 {rain_mm:.0f} mm，不合常理，请核对单位是不是 0.1 mm。")
    rough = float(annual_erosivity(rain_mm, annual_regression(rules, "national")))
    ratio = rules.number("rainfall.annual.ratio_max")
    if erosivity > rough * ratio or erosivity < rough / ratio:
        warnings.append(
            f"R = {erosivity:.0f}，而年雨量 {rain_mm:.0f} mm 按全国简式约为 {rough:.0f}，"
            f"相差 {ratio:g} 倍以上，请核对。"
        )
    return warnings


def _without_rain(
    measured: Mapping[str, YearlyErosivity], positions: Mapping[str, Position]
) -> tuple[str, ...]:
    unused = [station for station in positions if station not in measured]
    if not unused:
        return ()
    named = "、".join(unused[:_STATIONS_NAMED]) + ("等" if len(unused) > _STATIONS_NAMED else "")
    return (f"站点表里有 {len(unused)} 个站没有雨量，未参加计算：{named}。",)
