"""Soil loss of a tile by the Chinese soil loss equation, its class, and areas and losses by zone, in one pass."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shuibao.science.compiled import kernel
from shuibao.science.erosion.cell_areas import TileAreas, loss_units
from shuibao.science.erosion.intensity import CLASS_COUNT, NO_RESULT, SLIGHT, ModulusLimits, modulus_class
from shuibao.science.errors import OutOfRange

FloatTile = NDArray[np.float32]
Sums = NDArray[np.int64]

OUTSIDE = -1
"""Zone of a cell in no zone."""

_GREATEST_LOSS_T_KM2_A = 1e9
"""A metre of soil in the hour: beyond is no soil loss, and no integer of LOSS_UNITS_PER_T."""


class Factors(NamedTuple):
    """The seven factors of a tile, in the order they are multiplied. Arrays of one shape, or numbers."""

    r: ArrayLike
    k: ArrayLike
    l: ArrayLike  # noqa: E741  the equation's own letter
    s: ArrayLike
    b: ArrayLike
    e: ArrayLike
    t: ArrayLike


class Ground(NamedTuple):
    """What a tile's results are judged and counted by.

    zone: index of the zone, OUTSIDE in none. land_use: index of the land use; an index the legend does not have is
    unknown land. cover_pct: NaN is counted as cover not known. wind_t_km2_a: modulus of wind erosion, NaN is none;
    None when no wind erosion is looked at.
    """

    zone: NDArray[np.int32]
    land_use: NDArray[np.uint8]
    slope_deg: FloatTile
    cover_pct: FloatTile
    tolerance_t_km2_a: ArrayLike
    wind_t_km2_a: FloatTile | None


class Legend(NamedTuple):
    """Limits of classes and bands; a limit belongs to the band above it.

    is_water: for each index of land use, whether it is water. wind_tolerance_t_km2_a: where wind erosion's 轻度 begins.
    """

    limits: ModulusLimits
    wind_limits: ModulusLimits
    wind_tolerance_t_km2_a: float
    slope_limits_deg: tuple[float, ...]
    cover_limits_pct: tuple[float, ...]
    is_water: NDArray[np.bool_]


class LossTile(NamedTuple):
    """A tile's results: modulus of water erosion [t/(km²·a)], NaN without; class 1–6 of water and wind, 0 without."""

    loss_t_km2_a: FloatTile
    classes: NDArray[np.uint8]


class LossTotals(NamedTuple):
    """Sums over tiles, additive: those of two tiles are those of the whole.

    areas: cm², zone × class (1–6) × land use × slope band × cover band (the last: cover not known).
    missing: cm² of the zone's cells without a result. loss: LOSS_UNITS_PER_T of a tonne in a year, by zone.
    """

    areas: Sums
    missing: Sums
    loss: Sums

    @classmethod
    def zeros(cls, zones: int, legend: Legend) -> "LossTotals":
        """Totals of nothing."""
        slopes, covers = len(legend.slope_limits_deg) + 1, len(legend.cover_limits_pct) + 2
        areas = np.zeros((zones, CLASS_COUNT, legend.is_water.size, slopes, covers), dtype=np.int64)
        return cls(areas, np.zeros(zones, dtype=np.int64), np.zeros(zones, dtype=np.int64))


class ScenarioTotals(NamedTuple):
    """Sums over tiles by zone, additive: cm² with a result, cm² of erosion, loss in LOSS_UNITS_PER_T of a tonne."""

    area: Sums
    erosion: Sums
    loss: Sums

    @classmethod
    def zeros(cls, zones: int) -> "ScenarioTotals":
        """Totals of nothing."""
        return cls(*(np.zeros(zones, dtype=np.int64) for _ in range(3)))
