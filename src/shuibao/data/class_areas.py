"""Areas by class inside a shape: the product's own cells, each with its true area."""

from pathlib import Path

import numpy as np
import pyproj
import rasterio
import shapely
from rasterio.errors import RasterioError
from rasterio.windows import Window

from shuibao.data.cell_holders import cell_holders
from shuibao.data.raster import look_at
from shuibao.science import crs as reference
from shuibao.science.erosion.cell_areas import AREA_UNITS_PER_KM2, TileAreas
from shuibao.science.errors import InputError
from shuibao.science.grid import Grid, Tile
from shuibao.science.tally import areas_by_label

CELLS_AT_MOST = 250_000_000
_TILE = 2048


def class_areas_km2(raster: Path, shape: shapely.Geometry, count: int) -> tuple[float, ...]:
    """Area [km²] of the classes 1 to count on the cells whose centres lie in the shape.

    shape: CGCS2000 longitude and latitude. Its cells are found as a monitoring run finds those of its zones.
    Raises InputError when the shape spans more than CELLS_AT_MOST cells.
    """
    grid = look_at(raster).grid
    projected = _projected(shape, grid)
    window = _window(projected, grid)
    if window.height * window.width > CELLS_AT_MOST:
        raise InputError("圈定的范围太大，不能在网页上逐格统计。请缩小范围，或选一个行政区。")
    holders = cell_holders(np.array([projected], dtype=object), grid)
    sums = np.zeros(count, np.int64)
    try:
        with rasterio.open(raster) as dataset:
            for tile in _tiles(window):
                codes = dataset.read(1, window=Window(tile.column, tile.row, tile.width, tile.height))
                labels = np.where(holders.read(tile) == 0, codes.astype(np.int32) - 1, -1).astype(np.int32)
                sums += areas_by_label(labels, count, TileAreas(grid.areas, tile.row, tile.column))
    except RasterioError as problem:
        raise InputError(f"读不了 {raster.name}（{problem}）。请重新运行监测，生成完整的结果。") from problem
    return tuple(int(units) / AREA_UNITS_PER_KM2 for units in sums)


def _projected(shape: shapely.Geometry, grid: Grid) -> shapely.Geometry:
    to_grid = reference.transformer(pyproj.CRS(reference.CGCS2000), grid.crs)
    return shapely.transform(shape, to_grid.transform, interleaved=False)


def _window(shape: shapely.Geometry, grid: Grid) -> Tile:
    """The cells of the grid that the shape's box touches; none has no height or width."""
    west, south, east, north = shape.bounds
    to_cells = ~grid.transform
    left, top = to_cells * (west, north)
    right, bottom = to_cells * (east, south)
    column, row = (max(0, int(np.floor(edge))) for edge in (left, top))
    width = min(grid.width, int(np.ceil(right))) - column
    height = min(grid.height, int(np.ceil(bottom))) - row
    return Tile(row, column, max(0, height), max(0, width))


def _tiles(window: Tile) -> list[Tile]:
    return [
        Tile(
            row,
            column,
            min(_TILE, window.row + window.height - row),
            min(_TILE, window.column + window.width - column),
        )
        for row in range(window.row, window.row + window.height, _TILE)
        for column in range(window.column, window.column + window.width, _TILE)
    ]
