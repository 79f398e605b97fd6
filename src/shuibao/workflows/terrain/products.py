"""The terrain products: what each is made of, and the tile it becomes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.data.working_tiles import WorkingTiles
from shuibao.engine.terrain_tasks import AREA, DIRECTIONS, FILLED, SLOPE
from shuibao.science.erosion.slope_factors import SlopeFactorChoices, slope_factors
from shuibao.science.grid import AREA_UNITS_PER_M2, STEP_UNITS_PER_M, Tile
from shuibao.science.terrain.chain import Terrain
from shuibao.science.terrain.directions import NODATA

LENGTHS, LS, CELLS = "slope_length", "ls", "cells"
"""Working layers beside those of the chain: slope length [m], LS [-], upstream cells."""

_CM2_PER_KM2 = AREA_UNITS_PER_M2 * 1_000_000


class Product(NamedTuple):
    """A product: its working layer, its type ("" for the DEM's), its nodata, its tile from the layer's."""

    layer: str
    dtype: str
    nodata: float | None
    made: Callable[[NDArray[Any], NDArray[np.bool_]], NDArray[Any]]


def _as_is(values: NDArray[Any], _outside: NDArray[np.bool_]) -> NDArray[Any]:
    return values


def _square_kilometres(area: NDArray[Any], outside: NDArray[np.bool_]) -> NDArray[Any]:
    found: NDArray[Any] = np.where(outside, np.nan, area / _CM2_PER_KM2)
    return found


PRODUCTS: dict[str, Product] = {
    "filled": Product(FILLED, "", None, _as_is),
    "direction": Product(DIRECTIONS, "uint8", float(NODATA), _as_is),
    "accumulation": Product(CELLS, "int64", 0.0, _as_is),
    "area_km2": Product(AREA, "float64", float("nan"), _square_kilometres),
    "slope": Product(SLOPE, "float32", float("nan"), _as_is),
    "slope_length": Product(LENGTHS, "float32", float("nan"), _as_is),
    "ls": Product(LS, "float32", float("nan"), _as_is),
}
"""By name; DIR/<name>.tif each."""


@dataclass(frozen=True)
class TileWriter:
    """Leaves slope length [m] and LS of a tile among the working layers, where they are wanted."""

    layers: WorkingTiles
    wanted: frozenset[str]
    choices: SlopeFactorChoices

    def __call__(self, tile: Tile, terrain: Terrain) -> None:
        """Writes the tile's layers."""
        outside = terrain.directions == NODATA
        if LENGTHS in self.wanted:
            metres = np.where(outside, np.nan, terrain.length_units / STEP_UNITS_PER_M)
            self.layers.write(LENGTHS, tile, metres.astype(np.float32))
        if LS in self.wanted:
            factors = slope_factors(terrain, self.choices)
            self.layers.write(LS, tile, factors.length * factors.steepness)


@dataclass(frozen=True)
class CellWriter:
    """Leaves the upstream cells of a tile among the working layers."""

    layers: WorkingTiles

    def __call__(self, tile: Tile, cells: NDArray[np.int64]) -> None:
        """Writes the tile's count."""
        self.layers.write(CELLS, tile, cells)
