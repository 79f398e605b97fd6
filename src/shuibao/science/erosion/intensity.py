"""Intensity classes of SL 190-2007: 0 no result, 1 微度, 2 轻度, 3 中度, 4 强烈, 5 极强烈, 6 剧烈.

A limit belongs to the class above it. Erosion (水土流失) is class 2 and above.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shuibao.science.compiled import kernel
from shuibao.science.erosion.valid_range import require_range
from shuibao.science.errors import OutOfRange

NO_RESULT = 0
SLIGHT = 1
LIGHT = 2
EXTREME = 6
CLASS_COUNT = 6

Classes = NDArray[np.uint8]


class ModulusLimits(NamedTuple):
    """Where 中度, 强烈, 极强烈 and 剧烈 begin [t/(km²·a)]."""

    moderate: float
    strong: float
    very_strong: float
    extreme: float


class WindLimits(NamedTuple):
    """Where 轻度, 中度, 强烈, 极强烈 and 剧烈 of wind erosion begin [t/(km²·a)]."""

    light: float
    moderate: float
    strong: float
    very_strong: float
    extreme: float


class ShareLimits(NamedTuple):
    """Where 中度, 强烈, 极强烈 and 剧烈 begin, as a share of the area [%]; 轻度 begins above nothing."""

    moderate_pct: float
    strong_pct: float
    very_strong_pct: float
    extreme_pct: float


class SheetTable(NamedTuple):
    """Table of sheet erosion by slope and cover.

    slope_limits_deg: where a column begins; gentler slopes are 微度.
    cover_limits_pct: where a row ends, rising; denser cover than the last is 微度.
    vegetation: classes, a row per cover band from the sparsest on, a column per slope band.
    cropland: classes, one per slope band.
    """

    slope_limits_deg: tuple[float, ...]
    cover_limits_pct: tuple[float, ...]
    vegetation: tuple[tuple[int, ...], ...]
    cropland: tuple[int, ...]


@kernel
def modulus_class(
    loss_t_km2_a: float, tolerance_t_km2_a: float, limits: tuple[float, float, float, float]
) -> int:
    """Class 1–6 of one modulus that is a number (SL 190-2007, table 4.1.2)."""
    return (
        1
        + (loss_t_km2_a >= tolerance_t_km2_a)
        + (loss_t_km2_a >= limits[0])
        + (loss_t_km2_a >= limits[1])
        + (loss_t_km2_a >= limits[2])
        + (loss_t_km2_a >= limits[3])
    )


@kernel
def _classify(
    loss: NDArray[np.floating],
    tolerance: NDArray[np.floating],
    limits: tuple[float, float, float, float],
    classes: Classes,
) -> None:
    for cell in range(loss.size):
        if not (np.isnan(loss[cell]) or np.isnan(tolerance[cell])):
            classes[cell] = modulus_class(loss[cell], tolerance[cell], limits)


def water_classes(
    loss_t_km2_a: NDArray[np.floating], tolerance_t_km2_a: ArrayLike, limits: ModulusLimits
) -> Classes:
    """Class of water erosion by the modulus, same shape; 0 where the modulus or the tolerance is NaN.

    SL 190-2007, tables 4.1.1 and 4.1.2: the tolerable loss (容许土壤流失量) is where 轻度 begins,
    one number or one per cell.

    Raises OutOfRange for a negative modulus and for a tolerance of 0 or less or above the limit of 中度.
    """
    loss = np.asarray(loss_t_km2_a)
    tolerance = np.broadcast_to(np.asarray(tolerance_t_km2_a, dtype=np.float64), loss.shape)
    require_range("土壤侵蚀模数（t/(km²·a)）", loss, 0, np.inf)
    _check_tolerance(tolerance, limits)
    classes = np.zeros(loss.shape, dtype=np.uint8)
    _classify(
        np.ascontiguousarray(loss).reshape(-1),
        np.ascontiguousarray(tolerance).reshape(-1),
        (limits.moderate, limits.strong, limits.very_strong, limits.extreme),
        classes.reshape(-1),
    )
    return classes


def wind_classes(loss_t_km2_a: NDArray[np.floating], limits: WindLimits) -> Classes:
    """Class of wind erosion by the modulus, same shape; 0 where NaN. SL 190-2007, wind erosion."""
    return water_classes(loss_t_km2_a, limits.light, ModulusLimits(*limits[1:]))


def combined_classes(water: Classes, wind: Classes) -> Classes:
    """The higher of the two classes, once, where water erosion has a result; 0 elsewhere.

    Overlapping water and wind erosion is counted once in the area balance.
    """
    return np.where(water == NO_RESULT, NO_RESULT, np.maximum(water, wind)).astype(np.uint8)


def lowering_mm_a(loss_t_km2_a: ArrayLike, bulk_density_t_m3: float) -> NDArray[np.float64]:
    """Mean lowering of the surface [mm/a] that a soil loss stands for."""
    if not bulk_density_t_m3 > 0:
        raise OutOfRange("土壤容重（t/m³）", bulk_density_t_m3, "大于 0")
    return np.asarray(loss_t_km2_a, dtype=np.float64) / (1000 * bulk_density_t_m3)


def sheet_classes_of_vegetation(
    slope_deg: NDArray[np.floating], cover_pct: NDArray[np.floating], table: SheetTable
) -> Classes:
    """Quick-look class of woods and grass by slope and cover, same shape; 0 where either is NaN.

    SL 190-2007, table of sheet erosion (面蚀分级). For places without a modulus; not to be mixed with classes
    by modulus.
    """
    require_range("坡度（°）", slope_deg, 0, 90)
    require_range("盖度（%）", cover_pct, 0, 100)
    slopes, covers = len(table.slope_limits_deg), len(table.cover_limits_pct)
    lookup = np.full((covers + 1, slopes + 1), SLIGHT, dtype=np.uint8)
    lookup[:covers, 1:] = table.vegetation
    row = np.searchsorted(table.cover_limits_pct, cover_pct, side="right").clip(max=covers)
    classes = lookup[row, _slope_band(slope_deg, table)]
    return np.where(np.isnan(slope_deg) | np.isnan(cover_pct), NO_RESULT, classes).astype(np.uint8)


def sheet_classes_of_cropland(slope_deg: NDArray[np.floating], table: SheetTable) -> Classes:
    """Quick-look class of sloping cropland by slope, same shape; 0 where NaN. SL 190-2007, sheet erosion."""
    require_range("坡度（°）", slope_deg, 0, 90)
    lookup = np.array((SLIGHT, *table.cropland), dtype=np.uint8)
    classes = lookup[_slope_band(slope_deg, table)]
    return np.where(np.isnan(slope_deg), NO_RESULT, classes).astype(np.uint8)


def share_classes(share_pct: NDArray[np.floating], limits: ShareLimits) -> Classes:
    """Class by the share of an area that gullies (沟蚀) or collapses (重力侵蚀) take; 0 where NaN.

    SL 190-2007, gully and gravity erosion. The table has no 微度; here a share of nothing is 微度.
    """
    require_range("面积占比（%）", share_pct, 0, 100)
    classes = np.where(share_pct > 0, LIGHT + np.searchsorted(limits, share_pct, side="right"), SLIGHT)
    return np.where(np.isnan(share_pct), NO_RESULT, classes).astype(np.uint8)


def gully_density_classes(density_km_km2: NDArray[np.floating], limits_km_km2: tuple[float, ...]) -> Classes:
    """Class by the length of gullies in a square kilometre (沟蚀); 0 where NaN. SL 190-2007.

    limits_km_km2: where 轻度 to 剧烈 begin, five numbers.
    """
    require_range("沟壑密度（km/km²）", density_km_km2, 0, np.inf)
    classes = SLIGHT + np.searchsorted(limits_km_km2, density_km_km2, side="right")
    return np.where(np.isnan(density_km_km2), NO_RESULT, classes).astype(np.uint8)


def _slope_band(slope_deg: NDArray[np.floating], table: SheetTable) -> NDArray[np.intp]:
    """0 below the first limit, then 1, 2 …"""
    return np.searchsorted(table.slope_limits_deg, slope_deg, side="right").clip(
        max=len(table.slope_limits_deg)
    )


def _check_tolerance(tolerance: NDArray[np.floating], limits: ModulusLimits) -> None:
    bad = tolerance[(tolerance <= 0) | (tolerance > limits.moderate)]
    if bad.size:
        allowed = f"大于 0、不大于 {limits.moderate:g}（中度的下限）"
        raise OutOfRange("容许土壤流失量（t/(km²·a)）", bad[0], allowed)
