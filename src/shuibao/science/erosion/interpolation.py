"""From stations to points: ordinary kriging, or inverse distances where the stations are too few for it."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pykrige.ok import OrdinaryKriging
from scipy.spatial import cKDTree

from shuibao.science.errors import DomainError

Method = Literal["auto", "kriging", "idw"]

_COINCIDENT_M = 1.0
_POINTS_AT_ONCE = 10_000
_NEVER_ZERO_M2 = 1e-12
_MOSTLY_NUGGET = 0.9

Points = NDArray[np.float64]


class Interpolation(NamedTuple):
    """How to interpolate: the method asked for, the stations kriging needs, its variogram, the power of idw.

    stations_min: for `auto` to choose kriging; stations_least: for kriging at all.
    """

    method: Method
    stations_min: int
    stations_least: int
    variogram: Literal["spherical", "exponential", "linear"]
    lags: int
    power: float


class Surface(NamedTuple):
    """Values at the points, the method's name, and a note on what was used and why, both in Chinese."""

    values: NDArray[np.float64]
    method: str
    note: str


class StationsCoincide(DomainError):
    """Two stations at one place, whose values cannot both hold there."""

    def __init__(self, first: int, second: int, distance_m: float) -> None:
        super().__init__(
            f"第 {first + 1} 个与第 {second + 1} 个雨量站相距 {distance_m:.2f} m，不足 {_COINCIDENT_M:g} m，"
            f"不能插值。请合并这两站，或更正坐标。"
        )
        self.first, self.second = first, second


class StationsTooFew(DomainError):
    """Not enough stations for kriging."""

    def __init__(self, stations: int, least: int) -> None:
        super().__init__(
            f"只有 {stations} 个雨量站，克里金插值至少要 {least} 个。"
            f'请补充雨量站，或改用 interpolation = "auto" 或 "idw"。'
        )
        self.stations, self.least = stations, least


def interpolate(
    stations_xy_m: Points, values: NDArray[np.float64], points_xy_m: Points, settings: Interpolation
) -> Surface:
    """The stations' quantity at the points, never below 0.

    stations_xy_m, points_xy_m: planar coordinates [m], shape (n, 2). At a station the result is its value.
    Raises StationsCoincide, or StationsTooFew when kriging is asked for with too few stations.
    """
    _refuse_coincident(stations_xy_m)
    count = len(values)
    if settings.method == "kriging" and count < settings.stations_least:
        raise StationsTooFew(count, settings.stations_least)
    if np.ptp(values) == 0:
        constant = np.full(len(points_xy_m), float(values[0]))
        return Surface(constant, "常数", f"{count} 个站的值相同，全区取此值。")
    if settings.method == "idw" or (settings.method == "auto" and count < settings.stations_min):
        reason = (
            "按设置选用" if settings.method == "idw" else f"自动选用克里金至少要 {settings.stations_min} 站"
        )
        found = inverse_distance(stations_xy_m, values, points_xy_m, settings.power)
        return Surface(found, "反距离加权", f"反距离加权（幂 {settings.power:g}，{count} 站；{reason}）。")
    return _krige(stations_xy_m, values, points_xy_m, settings)


def inverse_distance(
    stations_xy_m: Points, values: NDArray[np.float64], points_xy_m: Points, power: float
) -> NDArray[np.float64]:
    """Mean of all stations weighted by distance^−power (Shepard 1968), within their least and greatest."""
    found = np.empty(len(points_xy_m))
    for start in range(0, len(points_xy_m), _POINTS_AT_ONCE):
        block = slice(start, start + _POINTS_AT_ONCE)
        apart = points_xy_m[block, None, :] - stations_xy_m[None, :, :]
        squared = np.maximum((apart**2).sum(axis=2), _NEVER_ZERO_M2)
        weights = (squared.min(axis=1, keepdims=True) / squared) ** (power / 2.0)
        found[block] = (weights * values).sum(axis=1) / weights.sum(axis=1)
    return np.clip(found, values.min(), values.max())


def _krige(
    stations_xy_m: Points, values: NDArray[np.float64], points_xy_m: Points, settings: Interpolation
) -> Surface:
    """Ordinary kriging (Matheron 1963), in units of the stations' spread: the variogram fits best there."""
    centre, spread_m = stations_xy_m.mean(axis=0), float(np.ptp(stations_xy_m, axis=0).max())
    mean, deviation = float(values.mean()), float(values.std())
    stations, points = (stations_xy_m - centre) / spread_m, (points_xy_m - centre) / spread_m
    kriging = OrdinaryKriging(
        stations[:, 0],
        stations[:, 1],
        (values - mean) / deviation,
        variogram_model=settings.variogram,
        nlags=settings.lags,
    )
    blocks = [points[start : start + _POINTS_AT_ONCE] for start in range(0, len(points), _POINTS_AT_ONCE)]
    found = [
        np.asarray(kriging.execute("points", block[:, 0], block[:, 1])[0]) for block in blocks if len(block)
    ]
    standardised = np.concatenate(found) if found else np.empty(0)
    note = f"普通克里金（{len(values)} 站；{_variogram_text(kriging, spread_m)}）。"
    return Surface(np.maximum(mean + deviation * standardised, 0.0), "普通克里金", note)


def _variogram_text(kriging: OrdinaryKriging, spread_m: float) -> str:
    """The fitted variogram in words; the range in km."""
    parameters = [float(parameter) for parameter in kriging.variogram_model_parameters]
    if kriging.variogram_model == "linear":
        return f"线性半变异函数，块金 {parameters[1]:.2f}（占方差）"
    partial_sill, reach, nugget = parameters
    share = nugget / (nugget + partial_sill) if nugget + partial_sill > 0 else 1.0
    name = {"spherical": "球状", "exponential": "指数"}[kriging.variogram_model]
    text = f"{name}半变异函数，变程 {reach * spread_m / 1000:.0f} km，块金占基台 {share:.0%}"
    return f"{text}，各站之间几乎没有空间相关" if share > _MOSTLY_NUGGET else text


def _refuse_coincident(stations_xy_m: Points) -> None:
    pairs = cKDTree(stations_xy_m).query_pairs(_COINCIDENT_M, output_type="ndarray")
    if len(pairs):
        first, second = (int(station) for station in min(pairs.tolist()))
        raise StationsCoincide(
            first, second, float(np.hypot(*(stations_xy_m[first] - stations_xy_m[second])))
        )
