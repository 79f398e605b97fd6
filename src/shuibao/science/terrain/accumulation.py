"""What drains through a cell: cells or true area, itself included, in whole numbers."""

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.grid import CellAreas
from shuibao.science.terrain.directions import COLUMN_OF_CODE, NODATA, OUTLET, ROW_OF_CODE, Codes, rim_cells
from shuibao.science.terrain.rows import pad_row

DONE = 9
"""More than the eight neighbours a cell can wait for: it has been passed on."""


def upstream_area(
    directions: Codes,
    areas: CellAreas,
    rim_inflow: NDArray[np.int64] | None = None,
    origin: tuple[int, int] = (0, 0),
) -> NDArray[np.int64]:
    """Area that drains through each cell, itself included [unit of `areas`, 1 cm² on a grid]; 0 outside.

    Each cell passes all it gets on to one neighbour (D8), from the ridges down. Sums of integers are exact,
    whatever the order. A direction that leads out of the array ends there.

    rim_inflow: what enters the rim cells from beyond the array, in the order of `rim_cells`.
    origin: the array's first row and column in the grid the areas belong to.
    """
    sums = np.empty(directions.shape, np.int64)
    _weigh(directions, areas, *origin, sums)
    if rim_inflow is not None:
        sums.reshape(-1)[rim_cells(directions.shape)] += rim_inflow
    _add_downstream(directions, inflow_counts(directions), sums)
    return sums


def upstream_cells(directions: Codes, rim_inflow: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Number of cells that drain through each cell, itself included [-]; 0 outside."""
    one_each = CellAreas(np.ones((1, 1), np.int64), *(max(length, 1) for length in directions.shape))
    return upstream_area(directions, one_each, rim_inflow)


def inflow_counts(directions: Codes) -> NDArray[np.uint8]:
    """How many of its neighbours flow into each cell [-]."""
    counts = np.empty(directions.shape, np.uint8)
    _count_inflows(directions, counts)
    return counts


@kernel
def _count_inflows(directions: Codes, counts: NDArray[np.uint8]) -> None:
    height, width = directions.shape
    rows = np.empty((3, width + 2), np.uint8)
    pad_row(directions, -1, NODATA, rows[2])
    pad_row(directions, 0, NODATA, rows[0])
    for row in range(height):
        above, here, below = rows[(row + 2) % 3], rows[row % 3], rows[(row + 1) % 3]
        pad_row(directions, row + 1, NODATA, below)
        count = counts[row]
        for i in range(width):
            count[i] = (
                np.uint8(here[i + 2] == 16)
                + np.uint8(below[i + 2] == 32)
                + np.uint8(below[i + 1] == 64)
                + np.uint8(below[i] == 128)
                + np.uint8(here[i] == 1)
                + np.uint8(above[i] == 2)
                + np.uint8(above[i + 1] == 4)
                + np.uint8(above[i + 2] == 8)
            )


@kernel
def _weigh(
    directions: Codes, areas: CellAreas, first_row: int, first_column: int, sums: NDArray[np.int64]
) -> None:
    """Writes each cell's own weight; 0 outside."""
    height, width = directions.shape
    for row in range(height):
        weights = areas.units[(first_row + row) // areas.rows]
        column = 0
        while column < width:
            block = (first_column + column) // areas.columns
            end = min(width, (block + 1) * areas.columns - first_column)
            for c in range(column, end):
                sums[row, c] = weights[block] if directions[row, c] != NODATA else 0
            column = end


@kernel
def _add_downstream(directions: Codes, waiting: NDArray[np.uint8], sums: NDArray[np.int64]) -> None:
    """Adds every cell's sum to the next cell's once nothing more can reach it; `waiting` is used up."""
    height, width = directions.shape
    for row in range(height):
        for column in range(width):
            if waiting[row, column] != 0 or directions[row, column] == NODATA:
                continue
            r, c = row, column
            while True:
                waiting[r, c] = DONE
                code, total = directions[r, c], sums[r, c]
                r, c = r + ROW_OF_CODE[code], c + COLUMN_OF_CODE[code]
                if code == OUTLET or not (0 <= r < height and 0 <= c < width):
                    break
                sums[r, c] += total
                if waiting[r, c] > 1:
                    waiting[r, c] -= 1
                    break
