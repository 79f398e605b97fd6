"""Filling depressions: the lowest surface on or above the ground from which everything drains."""

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.errors import InputError
from shuibao.science.terrain.directions import COLUMN_OFFSETS, ROW_OFFSETS, Elevation, rim_cells

Queue = NDArray[np.int64]

_FEW = 64
"""Sweeps go on until a pair of them lowers fewer than one cell in so many; a queue does the rest."""


def fill_depressions(
    elevation: Elevation, rim_levels: Elevation | None = None, out: Elevation | None = None
) -> Elevation:
    """The filled surface, in the unit and type of the elevation (2-D; NaN is outside the world).

    The least surface on or above the ground from which every cell reaches the world's edge without climbing.
    A cell's level is the lowest pass on any way out, so the surface is unique. Cells on the array's rim and
    beside NaN keep their own level. Raster sweeps, then a queue: Vincent 1993 (doi:10.1109/83.217222).

    rim_levels: the rim cells' final levels in the order of `rim_cells`, for a tile of a larger world.
    out: where to write; it may be the elevation itself.
    Raises InputError when a height is infinite.
    """
    if np.isinf(elevation).any():
        raise InputError("高程中有无穷大的值。请把 DEM 的无效像元设为 nodata。")
    ground = elevation
    if rim_levels is not None:
        ground = elevation.copy()
        ground.flat[rim_cells(elevation.shape)] = rim_levels
    level = np.empty_like(ground)
    _start(ground, level)
    _sweep(ground, level)
    _settle(ground, level)
    if out is None:
        return level
    out[...] = level
    return out


@kernel
def _start(ground: Elevation, level: Elevation) -> None:
    """Levels to begin with: the ground on the rim and beside NaN, infinity elsewhere; NaN stays."""
    height, width = ground.shape
    level[:] = ground
    if width < 3:
        return
    for row in range(1, height - 1):
        above, here, below = ground[row - 1], ground[row], ground[row + 1]
        inner = level[row, 1:]
        for i in range(width - 2):
            block = (above[i] + above[i + 1] + above[i + 2]) + (here[i] + here[i + 1] + here[i + 2])
            block += below[i] + below[i + 1] + below[i + 2]
            if block == block:
                inner[i] = np.inf


@kernel
def _lower(ground: Elevation, level: Elevation) -> int:
    """How many cells fell in one sweep: each to the lowest level before it, but not below the ground."""
    height, width = ground.shape
    fallen = 0
    for row in range(1, height - 1):
        above, here, floor = level[row - 1], level[row], ground[row]
        west = here[0]
        for column in range(1, width - 1):
            lowest = here[column]
            lowest = above[column - 1] if above[column - 1] < lowest else lowest
            lowest = above[column] if above[column] < lowest else lowest
            lowest = above[column + 1] if above[column + 1] < lowest else lowest
            lowest = west if west < lowest else lowest
            lowest = floor[column] if floor[column] > lowest else lowest
            fallen += lowest < here[column]
            here[column] = lowest
            west = lowest
    return fallen


@kernel
def _sweep(ground: Elevation, level: Elevation) -> None:
    """Sweeps forth and back over the whole array while they still lower many cells."""
    fallen = ground.size
    while fallen > ground.size // _FEW:
        _lower(ground, level)
        fallen = _lower(ground[::-1, ::-1], level[::-1, ::-1])


@kernel
def _lowest_around(level: Elevation, row: int, column: int) -> float:
    """The lowest level of a cell and its eight neighbours; NaN does not count."""
    lowest = level[row, column]
    for r in range(row - 1, row + 2):
        for c in range(column - 1, column + 2):
            lowest = level[r, c] if level[r, c] < lowest else lowest
    return float(lowest)


@kernel
def _still_falling(ground: Elevation, level: Elevation) -> Queue:
    """The flat indices of the cells that one more sweep lets fall."""
    height, width = ground.shape
    queue, size = np.empty(1024, np.int64), 0
    for row in range(1, height - 1):
        here, floor = level[row], ground[row]
        for column in range(1, width - 1):
            if here[column] > floor[column]:
                lowest = _lowest_around(level, row, column)
                if lowest < here[column]:
                    here[column] = max(lowest, floor[column])
                    if size == queue.size:
                        queue = np.concatenate((queue, np.empty_like(queue)))
                    queue[size] = row * width + column
                    size += 1
    return queue[:size]


@kernel
def _settle(ground: Elevation, level: Elevation) -> None:
    """The last levels, by a queue of the cells that fell: each may lower its neighbours.

    Rim cells and cells beside NaN stand on their ground, so no queued cell lies on the rim.
    """
    width = ground.shape[1]
    queue = _still_falling(ground, level)
    first, waiting = 0, queue.size
    while waiting > 0:
        row, column = divmod(queue[first], width)
        first = (first + 1) % queue.size
        waiting -= 1
        for k in range(8):
            r, c = row + ROW_OFFSETS[k], column + COLUMN_OFFSETS[k]
            if level[r, c] > level[row, column] and level[r, c] > ground[r, c]:
                level[r, c] = max(level[row, column], ground[r, c])
                if waiting == queue.size:
                    queue = np.concatenate((queue[first:], queue[:first], np.empty_like(queue)))
                    first = 0
                queue[(first + waiting) % queue.size] = r * width + c
                waiting += 1
