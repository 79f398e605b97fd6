"""Polygons on a grid: which of them holds each cell of a tile, found when it is asked for."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from shuibao.science.burning import Rings, holders
from shuibao.science.grid import Grid, Tile

_POLYGONAL = (3, 6)  # shapely's numbers of Polygon and MultiPolygon


@dataclass(frozen=True)
class CellHolders:
    """Which of some polygons holds each cell's centre. Only the polygons are kept, never a whole grid."""

    rings: Rings
    extents: NDArray[np.float64]
    """Of each polygon: first column, first row, last column, last row, as fractions; NaN for an empty one."""

    def read(self, tile: Tile) -> NDArray[np.int32]:
        """The index of the polygon that holds each cell (of several the last), −1 for none."""
        cells = shapely.box(tile.column, tile.row, tile.column + tile.width, tile.row + tile.height)
        return holders(self.rings, np.sort(self._tree.query(cells)), tile)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(shapely.box(*self.extents.T))


def cell_holders(shapes: NDArray[np.object_], grid: Grid) -> CellHolders:
    """Holders by the polygonal parts of the shapes, which are in the grid's CRS."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)  # collections may hold multipolygons
    owner = owner[inner]
    is_area = np.isin(shapely.get_type_id(parts), _POLYGONAL)
    loops, part = shapely.get_rings(parts[is_area], return_index=True)
    owner = owner[is_area][part]
    loops = np.where(shapely.is_ccw(loops), shapely.reverse(loops), loops)  # what `holders` says of borders
    points, loop = shapely.get_coordinates(loops, return_index=True)
    to_cells = ~grid.transform
    rings = Rings(
        to_cells.c + points[:, 0] * to_cells.a,
        to_cells.f + points[:, 1] * to_cells.e,
        _ends(loop, len(loops)),
        _ends(owner, len(shapes)),
    )
    return CellHolders(rings, _extents(rings))


def _ends(owner: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Where the things of each of `count` owners begin in a list sorted by owner, and its end."""
    return np.searchsorted(owner, np.arange(count + 1)).astype(np.int64)


def _extents(rings: Rings) -> NDArray[np.float64]:
    first, end = rings.starts[rings.firsts[:-1]], rings.starts[rings.firsts[1:]]
    found = np.full((first.size, 4), np.nan)
    filled = np.flatnonzero(end > first)
    for places, column in ((rings.x, 0), (rings.y, 1)):
        if filled.size:
            found[filled, column] = np.minimum.reduceat(places, first[filled])
            found[filled, column + 2] = np.maximum.reduceat(places, first[filled])
    return found
