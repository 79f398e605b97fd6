"""A raster of any grid, seen on the run's grid: nearest for codes, bilinear for quantities.

Own code rather than GDAL's warper: the answer for a cell must not depend on the tile it is asked in (GDAL
approximates coordinates per chunk), and 24 bands share one set of weights.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
import pyproj
from affine import Affine
from numpy.typing import NDArray
from pyproj.enums import TransformDirection

from shuibao.data.raster import RasterFile
from shuibao.science import crs as reference
from shuibao.science.errors import InputError
from shuibao.science.grid import Grid, Tile
from shuibao.science.resampling import bilinear, block_means, nearest

Resampling = Literal["nearest", "bilinear"]

_NODE_STEP = 16
"""Cells between the nodes whose coordinates are transformed exactly; between them they are interpolated."""


class SourcePlaces(NamedTuple):
    """Where cells lie in a source raster: fractional rows and columns (0.5 = first cell's centre)."""

    rows: NDArray[np.float64]
    columns: NDArray[np.float64]


@dataclass(frozen=True)
class AlignedRaster:
    """Bands of a raster, on the run's grid."""

    source: RasterFile
    grid: Grid
    resampling: Resampling

    @property
    def is_same_grid(self) -> bool:
        """Whether cells can be read as they are."""
        theirs, ours = self.source.grid, self.grid
        same = np.allclose(
            tuple(theirs.transform), tuple(ours.transform), rtol=0, atol=1e-9 * abs(ours.transform.c or 1)
        )
        return theirs.shape == ours.shape and same and theirs.crs == ours.crs

    @cached_property
    def _means_of(self) -> int:
        """How many source cells (along a side) are averaged first, when the source is much finer."""
        if self.resampling == "nearest":
            return 1
        return max(1, int(self.grid.cell_m / self.source.grid.cell_m + 0.01))

    def describe(self) -> str | None:
        """How it was brought to the run's grid, in words; None when nothing was done."""
        if self.is_same_grid:
            return None
        way = {"nearest": "取最近", "bilinear": "双线性"}[self.resampling]
        first = f"，先按 {self._means_of}×{self._means_of} 取平均" if self._means_of > 1 else ""
        theirs = self.source.grid
        return (
            f"{self.source.path.name} 由 {theirs.crs.name}、约 {theirs.cell_m:.6g} m 对齐到 "
            f"{self.grid.crs.name}、{self.grid.cell_m:.6g} m（{way}{first}）"
        )

    def require_overlap(self) -> None:
        """Raises InputError, with both extents, when the raster lies wholly outside the run's grid."""
        theirs = _geographic_bounds(self.source.grid)
        ours = _geographic_bounds(self.grid)
        apart = theirs[0] > ours[2] or theirs[2] < ours[0] or theirs[1] > ours[3] or theirs[3] < ours[1]
        if apart:
            raise InputError(
                f"{self.source.path} 与 DEM 不重叠：它在 {_degrees(theirs)},DEM 在 {_degrees(ours)}。"
                f"请检查坐标系和文件是否属于同一地区。"
            )

    def read(self, tile: Tile, bands: tuple[int, ...] = (1,)) -> NDArray[np.float32]:
        """Bands × rows × columns of the tile's cells, NaN outside the source or where it has no data."""
        if self.is_same_grid:
            return self.source.read(tile, bands)
        places = self._places(tile)
        window = _window(places, self.source.grid, self._means_of)
        if window is None:
            return np.full((len(bands), tile.height, tile.width), np.nan, dtype=np.float32)
        values = self.source.read(window, bands)
        rows, columns = places.rows - window.row, places.columns - window.column
        if self._means_of > 1:
            values = block_means(values, self._means_of)
            rows, columns = rows / self._means_of, columns / self._means_of
        sample = nearest if self.resampling == "nearest" else bilinear
        return sample(values, rows, columns)

    def _places(self, tile: Tile) -> SourcePlaces:
        theirs = self.source.grid
        if theirs.crs == self.grid.crs:
            rows = _row_place(theirs.transform, self.grid.row_centres[tile.slices[0]])
            columns = _column_place(theirs.transform, self.grid.column_centres[tile.slices[1]])
            grid_rows, grid_columns = np.broadcast_arrays(rows[:, None], columns[None, :])
            return SourcePlaces(np.ascontiguousarray(grid_rows), np.ascontiguousarray(grid_columns))
        return self._transformed_places(tile)

    def _transformed_places(self, tile: Tile) -> SourcePlaces:
        """Exact at nodes every 16 cells, anchored at the grid's origin; linear between them."""
        node_rows = _nodes(tile.row, tile.height)
        node_columns = _nodes(tile.column, tile.width)
        x, y = np.meshgrid(
            self.grid.transform.c + (node_columns + 0.5) * self.grid.transform.a,
            self.grid.transform.f + (node_rows + 0.5) * self.grid.transform.e,
        )
        to_source = reference.transformer(self.grid.crs, self.source.grid.crs)
        their_x, their_y = to_source.transform(x, y, direction=TransformDirection.FORWARD)
        rows = _row_place(self.source.grid.transform, their_y)
        columns = _column_place(self.source.grid.transform, their_x)
        across = (np.arange(tile.height) + tile.row - node_rows[0]) / _NODE_STEP
        along = (np.arange(tile.width) + tile.column - node_columns[0]) / _NODE_STEP
        return SourcePlaces(_between(rows, across, along), _between(columns, across, along))


def aligned(source: RasterFile, grid: Grid, resampling: Resampling) -> AlignedRaster:
    """The raster on the grid. Raises InputError when they do not overlap at all."""
    view = AlignedRaster(source, grid, resampling)
    view.require_overlap()
    return view


def _row_place(transform: Affine, y: NDArray[np.float64]) -> NDArray[np.float64]:
    place: NDArray[np.float64] = (y - transform.f) / transform.e
    return place


def _column_place(transform: Affine, x: NDArray[np.float64]) -> NDArray[np.float64]:
    place: NDArray[np.float64] = (x - transform.c) / transform.a
    return place


def _nodes(start: int, length: int) -> NDArray[np.int64]:
    first = start // _NODE_STEP
    last = -(-(start + length) // _NODE_STEP)
    return np.arange(first, last + 1) * _NODE_STEP


def _between(
    nodes: NDArray[np.float64], across: NDArray[np.float64], along: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Bilinear between nodes, at fractional node indices."""
    row, column = (
        np.minimum(across.astype(int), nodes.shape[0] - 2),
        np.minimum(along.astype(int), nodes.shape[1] - 2),
    )
    down, right = (across - row)[:, None], along - column
    upper = nodes[row][:, column] * (1 - right) + nodes[row][:, column + 1] * right
    lower = nodes[row + 1][:, column] * (1 - right) + nodes[row + 1][:, column + 1] * right
    between: NDArray[np.float64] = upper * (1 - down) + lower * down
    return between


def _window(places: SourcePlaces, theirs: Grid, multiple: int) -> Tile | None:
    """The source cells needed for these places, in whole blocks; None when all places are outside."""
    margin = 2 * multiple
    spans = []
    for place, size in ((places.rows, theirs.height), (places.columns, theirs.width)):
        finite = place[np.isfinite(place)]
        if finite.size == 0:
            return None
        low = max(0, int(np.floor(finite.min())) - margin) // multiple * multiple
        high = min(size, int(np.ceil(finite.max())) + margin)
        if low >= high:
            return None
        spans.append((low, high - low))
    (row, height), (column, width) = spans
    return Tile(row, column, height, width)


def _geographic_bounds(grid: Grid) -> tuple[float, float, float, float]:
    to_degrees = reference.transformer(grid.crs, pyproj.CRS(reference.CGCS2000))
    return to_degrees.transform_bounds(*grid.bounds, densify_pts=21)


def _degrees(bounds: tuple[float, float, float, float]) -> str:
    west, south, east, north = bounds
    return f"经度 {west:.4f}–{east:.4f}、纬度 {south:.4f}–{north:.4f}"
