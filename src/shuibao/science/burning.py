"""Which polygon holds the centre of each cell of a tile, worked out in the cells of the whole grid.

All arithmetic is done on coordinates of the whole grid, so a cell's answer does not depend on its tile.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.grid import Tile

NO_POLYGON = -1


class Rings(NamedTuple):
    """The rings of polygons, in cells from the grid's upper left corner.

    Ring i has the points starts[i] to starts[i + 1] (closed or not); polygon p the rings firsts[p] to
    firsts[p + 1]: outer rings and holes alike.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    starts: NDArray[np.int64]
    firsts: NDArray[np.int64]


def holders(rings: Rings, polygons: NDArray[np.int64], tile: Tile) -> NDArray[np.int32]:
    """Of each cell of the tile the polygon that holds its centre: of several the last, NO_POLYGON for none.

    polygons: those that can reach into the tile, in their order. Even-odd rule over all rings of a polygon. A
    centre on a border belongs to what lies left of the border or below it, and to the polygon whose ring runs
    leftwards along it; with all rings clockwise that is what GDAL burns.
    """
    found = np.full((tile.height, tile.width), NO_POLYGON, np.int32)
    is_turned = np.zeros((tile.height, tile.width + 1), np.bool_)
    for polygon in polygons:
        _burn(rings, polygon, tile.row, tile.column, is_turned, found)
    return found


@kernel
def _burn(
    rings: Rings, polygon: int, row: int, column: int, is_turned: NDArray[np.bool_], found: NDArray[np.int32]
) -> None:
    """Writes the polygon's number into its cells. is_turned: all False before and after."""
    top, bottom = found.shape[0], -1
    for ring in range(rings.firsts[polygon], rings.firsts[polygon + 1]):
        start, end = rings.starts[ring], rings.starts[ring + 1]
        before = end - 1
        for point in range(start, end):
            x1, y1, x2, y2 = rings.x[before], rings.y[before], rings.x[point], rings.y[point]
            before = point
            if y1 == y2:
                _burn_along(x1, x2, y1 - row, column, polygon, found)
                continue
            if y1 > y2:
                x1, y1, x2, y2 = x2, y2, x1, y1
            first, end_row = _row_below(y1, row, found.shape[0]), _row_below(y2, row, found.shape[0])
            for r in range(first, end_row):
                crossing = (row + r + 0.5 - y1) * (x2 - x1) / (y2 - y1) + x1
                c = _column_right_of(crossing, column, found.shape[1])
                is_turned[r, c] = not is_turned[r, c]
            if first < end_row:
                top, bottom = min(top, first), max(bottom, end_row - 1)
    for r in range(top, bottom + 1):
        _fill_row(is_turned[r], polygon, found[r])


@kernel
def _fill_row(is_turned: NDArray[np.bool_], polygon: int, found: NDArray[np.int32]) -> None:
    """Writes the polygon's number from every odd turn to the next, and forgets the turns."""
    is_inside = False
    for c in range(found.size):
        if is_turned[c]:
            is_inside = not is_inside
            is_turned[c] = False
        if is_inside:
            found[c] = polygon
    is_turned[found.size] = False


@kernel
def _burn_along(x1: float, x2: float, y: float, column: int, polygon: int, found: NDArray[np.int32]) -> None:
    """Cells whose centres lie on an edge that runs leftwards along them; y: in rows of the tile."""
    if x1 <= x2 or not 0 <= y < found.shape[0] or y - np.floor(y) != 0.5:
        return
    width = found.shape[1]
    for c in range(_column_right_of(x2, column, width), _column_right_of(x1, column, width)):
        found[int(y), c] = polygon


@kernel
def _row_below(y: float, row: int, height: int) -> int:
    """The first row of the tile whose centres lie on y or below; `height` for none."""
    return min(max(int(np.ceil(y - 0.5)) - row, 0), height)


@kernel
def _column_right_of(x: float, column: int, width: int) -> int:
    """The first column of the tile whose centre lies right of x; `width` for none."""
    return min(max(int(np.floor(x + 0.5)) - column, 0), width)
