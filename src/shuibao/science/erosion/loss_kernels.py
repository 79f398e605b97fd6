"""The compiled passes behind soil_loss.py: product, class and sums, row by row."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.erosion.cell_areas import loss_units
from shuibao.science.erosion.intensity import LIGHT, NO_RESULT, SLIGHT, Classes, modulus_class

FloatTile = NDArray[np.float32]
Sums = NDArray[np.int64]
Limits = tuple[float, float, float, float]
Bands = tuple[tuple[float, ...], tuple[float, ...]]
ZoneSums = tuple[Sums, Sums, Sums]

GREATEST_LOSS_T_KM2_A = 1e9
"""Some 700 m of soil a year: sound factors come nowhere near it, and below it a loss fits into an integer."""


class Cells(NamedTuple):
    """What a tile is judged and counted by: arrays only; wind is empty when there is none.

    area_rows, area_columns: where the tile's rows and columns stand in area_units.
    """

    zone: NDArray[np.int32]
    land_use: NDArray[np.uint8]
    slope_deg: FloatTile
    cover_pct: FloatTile
    tolerance: FloatTile
    wind: FloatTile
    is_water: NDArray[np.bool_]
    area_rows: Sums
    area_columns: Sums
    area_units: Sums


class Scale(NamedTuple):
    """Class limits of water erosion; the first of wind erosion and its other four."""

    water: Limits
    wind_light: float
    wind: Limits


@kernel
def _product_row(factors: tuple[FloatTile, ...], row: int, multiplier: float, loss: FloatTile) -> None:
    """R·K·L·S·B·E·T in this order in float64, per square kilometre, rounded to float32 at the end."""
    r, k, l, s, b, e, t = factors  # noqa: E741
    for cell in range(loss.size):
        product = np.float64(r[row, cell]) * k[row, cell] * l[row, cell] * s[row, cell]
        product = product * b[row, cell] * e[row, cell] * t[row, cell]
        loss[cell] = product * 100.0 * multiplier


@kernel
def _judge_row(
    cells: Cells, row: int, scale: Scale, loss: FloatTile, classes: Classes, refused: NDArray[np.float64]
) -> None:
    """Classes of a row, and its losses put right: 0 on water, NaN without a result. Notes what cannot be."""
    for cell in range(loss.size):
        use = cells.land_use[row, cell]
        if cells.zone[row, cell] < 0 or use >= cells.is_water.size:
            loss[cell], classes[cell] = np.nan, NO_RESULT
            continue
        if cells.is_water[use]:
            loss[cell], classes[cell] = 0.0, SLIGHT
            continue
        modulus, tolerance = loss[cell], cells.tolerance[row, cell]
        if np.isnan(modulus) or np.isnan(tolerance):
            loss[cell], classes[cell] = np.nan, NO_RESULT
            continue
        if not 0 <= modulus <= GREATEST_LOSS_T_KM2_A:
            refused[0] = modulus
        if not 0 < tolerance <= scale.water[0]:
            refused[1] = tolerance
        classes[cell] = modulus_class(modulus, tolerance, scale.water)
    if cells.wind.size > 0:
        _raise_row(cells, row, scale, classes, refused)


@kernel
def _raise_row(cells: Cells, row: int, scale: Scale, classes: Classes, refused: NDArray[np.float64]) -> None:
    """The wind's class where it is the higher one, on land with a result."""
    for cell in range(classes.size):
        wind = cells.wind[row, cell]
        if np.isnan(wind) or classes[cell] == NO_RESULT or cells.is_water[cells.land_use[row, cell]]:
            continue
        if wind < 0:
            refused[2] = wind
        classes[cell] = max(classes[cell], modulus_class(wind, scale.wind_light, scale.wind))


@kernel
def _band(value: float, limits: tuple[float, ...]) -> int:
    """How many limits the value has reached."""
    band = 0
    for limit in limits:
        band += value >= limit
    return band


@kernel
def _count_row(
    cells: Cells, row: int, bands: Bands, loss: FloatTile, classes: Classes, totals: ZoneSums
) -> None:
    """Areas by band, areas without a result and losses of a row into the totals."""
    units = cells.area_units[cells.area_rows[row]]
    areas, missing, losses = totals
    slope_limits, cover_limits = bands
    for cell in range(loss.size):
        zone, area = cells.zone[row, cell], units[cells.area_columns[cell]]
        if zone < 0:
            continue
        if classes[cell] == NO_RESULT:
            missing[zone] += area
            continue
        slope = _band(cells.slope_deg[row, cell], slope_limits)
        cover_pct = cells.cover_pct[row, cell]
        cover = len(cover_limits) + 1 if np.isnan(cover_pct) else _band(cover_pct, cover_limits)
        areas[zone, classes[cell] - 1, cells.land_use[row, cell], slope, cover] += area
        losses[zone] += loss_units(loss[cell], area)


@kernel
def _add_scenario_row(cells: Cells, row: int, loss: FloatTile, classes: Classes, totals: ZoneSums) -> None:
    """Area, erosion area and loss of a row into the totals."""
    units = cells.area_units[cells.area_rows[row]]
    with_result, erosion, losses = totals
    for cell in range(loss.size):
        if classes[cell] != NO_RESULT:
            zone, area = cells.zone[row, cell], units[cells.area_columns[cell]]
            with_result[zone] += area
            erosion[zone] += area * (classes[cell] >= LIGHT)
            losses[zone] += loss_units(loss[cell], area)


@kernel
def judge_tile(
    factors: tuple[FloatTile, ...],
    cells: Cells,
    scale: Scale,
    bands: Bands,
    tile: tuple[FloatTile, Classes],
    totals: ZoneSums,
    refused: NDArray[np.float64],
) -> None:
    """Fills the tile with losses and classes and adds to areas by band, areas without a result and losses.

    refused: takes an impossible loss, tolerance and wind erosion, if there is one.
    """
    for row in range(cells.zone.shape[0]):
        loss, classes = tile[0][row], tile[1][row]
        _product_row(factors, row, 1.0, loss)
        _judge_row(cells, row, scale, loss, classes, refused)
        _count_row(cells, row, bands, loss, classes, totals)


@kernel
def judge_scenario(
    factors: tuple[FloatTile, ...],
    multiplier: float,
    cells: Cells,
    scale: Scale,
    totals: ZoneSums,
    refused: NDArray[np.float64],
) -> None:
    """Adds to result area, erosion area and loss, on one row's memory. refused: as for judge_tile."""
    width = cells.zone.shape[1]
    loss, classes = np.empty(width, dtype=np.float32), np.empty(width, dtype=np.uint8)
    for row in range(cells.zone.shape[0]):
        _product_row(factors, row, multiplier, loss)
        _judge_row(cells, row, scale, loss, classes, refused)
        _add_scenario_row(cells, row, loss, classes, totals)
