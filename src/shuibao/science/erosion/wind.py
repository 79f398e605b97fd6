"""Wind erosion by the model of the national census (邹学勇), for cropland, grassland and sand.

Each model sums over wind classes: the speed of a class and the minutes it blew in the erosion season. In all
three the part of the cell and the part of the wind are factors of each other, so the sum is taken once.
The definitions of the inputs are unverified (未核验).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shuibao.science.erosion.valid_range import require_range
from shuibao.science.errors import OutOfRange

Values = NDArray[np.float64]


class WindModel(NamedTuple):
    """Coefficients of the three models.

    scale: what multiplies each sum.
    cropland: constant, factor of 1/z0, factor of the square root of the speed.
    grassland: constant, factor of the squared cover, factor of 1/speed.
    sand: constant, factor of the cover, factor of ln(speed)/speed.
    speed_range_m_s: the wind classes the models hold for. least_roughness_cm: z0 below is no surface of soil.
    """

    scale: float
    cropland: tuple[float, float, float]
    grassland: tuple[float, float, float]
    sand: tuple[float, float, float]
    speed_range_m_s: tuple[float, float]
    least_roughness_cm: float


class WindSeason(NamedTuple):
    """The wind classes of an erosion season.

    speeds_m_s: mean speed of each class.
    minutes: how long each blew.
    correction: factor on the speed for the surface (A), the same for all classes.
    """

    speeds_m_s: tuple[float, ...]
    minutes: tuple[float, ...]
    correction: float


def cropland_wind_loss(
    moisture: ArrayLike, roughness_cm: ArrayLike, season: WindSeason, model: WindModel
) -> Values:
    """Wind erosion of cropland [t/(hm²·a)], in the shape of moisture and roughness together.

    Q = scale (1−W) Σ T exp(c0 + c1/z0 + c2 (A·U)^0.5), 第一次全国水利普查, wind model. NaN stays NaN.

    moisture: factor W of the topsoil, 0–1. roughness_cm: aerodynamic roughness z0.
    """
    constant, roughness_factor, speed_factor = model.cropland
    roughness = np.asarray(roughness_cm, dtype=np.float64)
    if np.any(roughness < model.least_roughness_cm):
        raise OutOfRange("地表粗糙度 z0（cm）", np.nanmin(roughness), f"≥ {model.least_roughness_cm:g}")
    exponent = constant + roughness_factor / roughness
    speed = _corrected_speeds(season, model)
    wind = float(np.dot(season.minutes, np.exp(speed_factor * np.sqrt(speed))))
    return _lost(moisture, exponent, wind, model)


def grassland_wind_loss(
    moisture: ArrayLike, cover_pct: ArrayLike, season: WindSeason, model: WindModel
) -> Values:
    """Wind erosion of grass and shrub land [t/(hm²·a)], in the shape of moisture and cover together.

    Q = scale (1−W) Σ T exp(c0 − c1 V² − c2/(A·U)), 第一次全国水利普查, wind model. NaN stays NaN.
    """
    constant, cover_factor, speed_factor = model.grassland
    cover = _within("植被盖度（%）", cover_pct, 0, 100)
    speed = _corrected_speeds(season, model)
    wind = float(np.dot(season.minutes, np.exp(-speed_factor / speed)))
    return _lost(moisture, constant - cover_factor * cover**2, wind, model)


def sand_wind_loss(moisture: ArrayLike, cover_pct: ArrayLike, season: WindSeason, model: WindModel) -> Values:
    """Wind erosion of sandy land [t/(hm²·a)], in the shape of moisture and cover together.

    Q = scale (1−W) Σ T exp(c0 − c1 V − c2 ln(A·U)/(A·U)), 第一次全国水利普查, wind model. NaN stays NaN.
    """
    constant, cover_factor, speed_factor = model.sand
    cover = _within("植被盖度（%）", cover_pct, 0, 100)
    speed = _corrected_speeds(season, model)
    wind = float(np.dot(season.minutes, np.exp(-speed_factor * np.log(speed) / speed)))
    return _lost(moisture, constant - cover_factor * cover, wind, model)


def per_km2(loss_t_hm2_a: Values) -> Values:
    """The same soil loss in t/(km²·a): a square kilometre has 100 hectares."""
    return 100 * loss_t_hm2_a


def _corrected_speeds(season: WindSeason, model: WindModel) -> Values:
    """A·U of each class [m/s]. Raises OutOfRange for what the models do not hold for."""
    least, greatest = model.speed_range_m_s
    speeds = _within("风速等级（m/s）", season.speeds_m_s, least, greatest)
    minutes = _within("风速累计时间（min）", season.minutes, 0, 366 * 24 * 60)
    if speeds.shape != minutes.shape:
        raise OutOfRange("风速累计时间的个数", minutes.size, f"与风速等级的个数 {speeds.size} 相同")
    if not season.correction > 0:
        raise OutOfRange("风力修正系数", season.correction, "大于 0")
    return season.correction * speeds


def _lost(moisture: ArrayLike, surface: Values, wind: float, model: WindModel) -> Values:
    """scale (1−W) exp(the surface's part) times the wind's part [t/(hm²·a)]."""
    dryness = 1 - _within("表土湿度因子", moisture, 0, 1)
    return np.asarray(model.scale * wind * dryness * np.exp(surface))


def _within(name: str, given: ArrayLike, least: float, greatest: float) -> Values:
    values = np.asarray(given, dtype=np.float64)
    require_range(name, values, least, greatest)
    return values
