"""Soil loss of a tile by the Chinese soil loss equation, its classes, and sums by zone, in one pass."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shuibao.science.erosion.cell_areas import TileAreas
from shuibao.science.erosion.intensity import CLASS_COUNT, Classes, ModulusLimits, WindLimits
from shuibao.science.erosion.loss_kernels import (
    GREATEST_LOSS_T_KM2_A,
    Cells,
    FloatTile,
    Scale,
    Sums,
    ZoneSums,
    judge_scenario,
    judge_tile,
)
from shuibao.science.errors import OutOfRange

OUTSIDE = -1
"""Zone of a cell in no zone."""

_PLAIN: tuple[Literal["C"], Literal["W"]] = ("C", "W")
"""The one kind of array the passes are compiled for."""

UNKNOWN_LAND = 255
"""Land use of a cell that has none."""


class Factors(NamedTuple):
    """The seven factors of a tile, in the order they are multiplied: arrays of its shape, or numbers."""

    r: ArrayLike
    k: ArrayLike
    l: ArrayLike  # noqa: E741  the equation's own letter
    s: ArrayLike
    b: ArrayLike
    e: ArrayLike
    t: ArrayLike


class Ground(NamedTuple):
    """What a tile's losses are judged and counted by.

    zone: index of the zone, or OUTSIDE.
    land_use: index of the land use; one that the legend does not have is unknown land.
    cover_pct: NaN is counted as cover not known.
    tolerance_t_km2_a: one number, or one per cell.
    wind_t_km2_a: modulus of wind erosion, NaN is none; None when no wind erosion is looked at.
    """

    zone: NDArray[np.int32]
    land_use: NDArray[np.uint8]
    slope_deg: ArrayLike
    cover_pct: ArrayLike
    tolerance_t_km2_a: ArrayLike
    wind_t_km2_a: ArrayLike | None


class Legend(NamedTuple):
    """Limits of classes and bands; a limit belongs to what is above it.

    is_water: for each index of land use, whether it is water.
    """

    limits: ModulusLimits
    wind_limits: WindLimits
    slope_limits_deg: tuple[float, ...]
    cover_limits_pct: tuple[float, ...]
    is_water: NDArray[np.bool_]

    @property
    def bins(self) -> tuple[int, int, int, int]:
        """Number of classes, land uses, slope bands, cover bands."""
        slopes, covers = len(self.slope_limits_deg) + 1, len(self.cover_limits_pct) + 2
        return CLASS_COUNT, self.is_water.size, slopes, covers


class LossTile(NamedTuple):
    """A tile's results.

    loss_t_km2_a: modulus of water erosion, NaN without a result. classes: 1–6 of water and wind, 0 without.
    """

    loss_t_km2_a: FloatTile
    classes: Classes


class LossTotals(NamedTuple):
    """Sums over tiles: those of two tiles, added, are those of the whole.

    areas: cm², zone × class (1–6) × land use × slope band × cover band (the last: cover not known).
    missing: cm² of the zone without a result. loss: by zone, LOSS_UNITS_PER_T to the tonne a year.
    """

    areas: Sums
    missing: Sums
    loss: Sums

    @classmethod
    def zeros(cls, zones: int, legend: Legend) -> "LossTotals":
        """Totals of nothing."""
        areas = np.zeros((zones, *legend.bins), dtype=np.int64)
        return cls(areas, np.zeros(zones, dtype=np.int64), np.zeros(zones, dtype=np.int64))


class ScenarioTotals(NamedTuple):
    """Sums over tiles, by zone.

    area, erosion: cm² with a result, and of class 2 and above. loss: LOSS_UNITS_PER_T to the tonne a year.
    """

    area: Sums
    erosion: Sums
    loss: Sums

    @classmethod
    def zeros(cls, zones: int) -> "ScenarioTotals":
        """Totals of nothing."""
        return cls(*(np.zeros(zones, dtype=np.int64) for _ in range(3)))


def soil_loss_tile(
    factors: Factors, ground: Ground, legend: Legend, areas: TileAreas, totals: LossTotals
) -> LossTile:
    """The tile's modulus of water erosion A [t/(km²·a)] and its classes. Its areas and losses go into totals.

    A = R·K·L·S·B·E·T (Liu et al. 2002, Chinese soil loss equation), multiplied in this order in float64 and
    stored as float32. The class is that of the stored value, so the two rasters agree with each other. Water
    loses 0 and is 微度 whatever its factors. There is no result where a factor or the tolerance is NaN, on
    unknown land, and outside the zones. Where wind erosion has the higher class, that is the class; modulus
    and losses stay those of water.

    totals: the caller's own, one to a thread. Raises OutOfRange for a loss or a tolerance that cannot be.
    """
    _check_zones(ground, totals.loss.size)
    if totals.areas.shape != (totals.loss.size, *legend.bins):
        raise OutOfRange("面积合计表的形状", totals.areas.shape, str((totals.loss.size, *legend.bins)))
    shape = ground.zone.shape
    tile = LossTile(np.empty(shape, dtype=np.float32), np.empty(shape, dtype=np.uint8))
    refused = np.full(3, np.nan)
    bands = _numbers(legend.slope_limits_deg), _numbers(legend.cover_limits_pct)
    layers = tuple(_layer(factor, shape) for factor in factors)
    judge_tile(
        layers,
        _cells(ground, legend, areas),
        _scale(legend),
        bands,
        (tile.loss_t_km2_a, tile.classes),
        _plain(totals),
        refused,
    )
    _check_refused(refused, legend)
    return tile


def add_scenario(
    factors: Factors,
    ground: Ground,
    legend: Legend,
    areas: TileAreas,
    totals: ScenarioTotals,
    multiplier: float = 1.0,
) -> None:
    """Adds to totals what soil_loss_tile finds, by zone: area with a result, erosion area, loss.

    For reruns with other factors or another tolerance (`factors._replace(t=0.4)`), all losses times a
    multiplier. The same pass, without rasters. Raises as soil_loss_tile.
    """
    _check_zones(ground, totals.loss.size)
    refused = np.full(3, np.nan)
    layers = tuple(_layer(factor, ground.zone.shape) for factor in factors)
    judge_scenario(layers, multiplier, _cells(ground, legend, areas), _scale(legend), _plain(totals), refused)
    _check_refused(refused, legend)


def _cells(ground: Ground, legend: Legend, areas: TileAreas) -> Cells:
    shape = ground.zone.shape
    no_wind = np.empty((0, 0), dtype=np.float32)
    rows, columns = areas.lines(*shape)
    return Cells(
        zone=np.require(ground.zone, np.int32, _PLAIN),
        land_use=np.require(_fitting(ground.land_use, shape), np.uint8, _PLAIN),
        slope_deg=_layer(ground.slope_deg, shape),
        cover_pct=_layer(ground.cover_pct, shape),
        tolerance=_layer(ground.tolerance_t_km2_a, shape),
        wind=no_wind if ground.wind_t_km2_a is None else _layer(ground.wind_t_km2_a, shape),
        is_water=np.require(legend.is_water, np.bool_, _PLAIN),
        area_rows=rows,
        area_columns=columns,
        area_units=np.require(areas.cells.units, np.int64, _PLAIN),
    )


def _layer(values: ArrayLike, shape: tuple[int, ...]) -> FloatTile:
    """The values as a whole tile; a number fills it."""
    given = np.asarray(values, dtype=np.float32)
    if given.shape == ():
        return np.full(shape, given)
    return np.require(_fitting(given, shape), np.float32, _PLAIN)


def _fitting(layer: NDArray[np.generic], shape: tuple[int, ...]) -> NDArray[np.generic]:
    """The layer, if it has the tile's shape: the compiled pass does not look."""
    if layer.shape != shape:
        raise OutOfRange("图层的行列数", layer.shape, f"与统计单元图层相同：{shape}")
    return layer


def _scale(legend: Legend) -> Scale:
    limits, wind = legend.limits, legend.wind_limits
    return Scale(
        (float(limits.moderate), float(limits.strong), float(limits.very_strong), float(limits.extreme)),
        float(wind.light),
        (float(wind.moderate), float(wind.strong), float(wind.very_strong), float(wind.extreme)),
    )


def _plain(totals: LossTotals | ScenarioTotals) -> ZoneSums:
    first, second, third = totals
    return first, second, third


def _numbers(limits: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(float(limit) for limit in limits)


def _check_zones(ground: Ground, zones: int) -> None:
    greatest = ground.zone.max(initial=OUTSIDE)
    if greatest >= zones:
        raise OutOfRange("统计单元的序号", greatest, f"小于统计单元的个数 {zones}")


def _check_refused(refused: NDArray[np.float64], legend: Legend) -> None:
    loss, tolerance, wind = refused
    if not np.isnan(loss):
        allowed = f"0–{GREATEST_LOSS_T_KM2_A:g}（因子应不为负，单位无误）"
        raise OutOfRange("土壤侵蚀模数（t/(km²·a)）", loss, allowed)
    if not np.isnan(tolerance):
        allowed = f"大于 0、不大于 {legend.limits.moderate:g}（中度的下限）"
        raise OutOfRange("容许土壤流失量（t/(km²·a)）", tolerance, allowed)
    if not np.isnan(wind):
        raise OutOfRange("风蚀模数（t/(km²·a)）", wind, "不小于 0")
