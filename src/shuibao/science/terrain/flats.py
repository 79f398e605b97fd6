"""Flats: cells that nothing lies below flow to where their flat drains, by the fewest steps."""

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.errors import DomainError
from shuibao.science.terrain.directions import (
    COLUMN_OFFSETS,
    OUTLET,
    ROW_OFFSETS,
    UNDRAINED,
    Codes,
    Elevation,
    rim_cells,
)

Queue = NDArray[np.int64]

_QUEUED = 253
_HIGHEST_CODE = 128


class NotFilled(DomainError):
    """A surface with closed depressions, from which flow directions cannot be taken."""

    def __init__(self, cells: int) -> None:
        super().__init__(f"地形面上有 {cells} 个像元流不出去：求流向之前必须先填洼。")
        self.cells = cells


def drain_flats(filled: Elevation, directions: Codes, rim_distances: NDArray[np.int32] | None = None) -> None:
    """Writes the directions of the UNDRAINED cells in place.

    A cell's distance is the fewest steps (of the eight, each counting one) within its level to a cell that
    drains. It flows to a neighbour one step nearer, of several to the one with the lowest code. So the result
    does not depend on the order in which cells are visited.

    rim_distances: the rim cells' distances (0 where they drain) in the order of `rim_cells`, for a tile with
    one more cell around it; the rim's own directions are then meaningless.
    Raises NotFilled when a flat has no way out.
    """
    rim, distances = np.empty(0, np.int64), np.empty(0, np.int32)
    if rim_distances is not None:
        nearest_first = np.argsort(rim_distances, kind="stable")
        rim, distances = rim_cells(filled.shape)[nearest_first], rim_distances[nearest_first]
    left = _drain(filled, directions, rim[distances > 0], distances[distances > 0])
    if left:
        raise NotFilled(left)


@kernel
def _code_of_nearer(filled: Elevation, directions: Codes, row: int, column: int) -> int:
    """The lowest code that leads to a neighbour of the same level which drains; UNDRAINED if none does."""
    for k in range(8):
        r, c = row + ROW_OFFSETS[k], column + COLUMN_OFFSETS[k]
        if filled[r, c] == filled[row, column] and directions[r, c] <= _HIGHEST_CODE:
            return 1 << k
    return UNDRAINED


@kernel
def _queue_around(
    filled: Elevation, directions: Codes, cell: int, queue: Queue, size: int
) -> tuple[Queue, int]:
    """The queue and its size with the undrained cells of the same level beside a cell that now drains."""
    height, width = filled.shape
    row, column = divmod(cell, width)
    for k in range(8):
        r, c = row + ROW_OFFSETS[k], column + COLUMN_OFFSETS[k]
        is_inside = 0 <= r < height and 0 <= c < width
        if is_inside and directions[r, c] == UNDRAINED and filled[r, c] == filled[row, column]:
            directions[r, c] = _QUEUED
            if size == queue.size:
                queue = np.concatenate((queue, np.empty_like(queue)))
            queue[size] = r * width + c
            size += 1
    return queue, size


@kernel
def _queue_edges(filled: Elevation, directions: Codes) -> tuple[Queue, int, int]:
    """The undrained cells beside one of their level that drains, their number, and that of all undrained."""
    height, width = filled.shape
    queue, size, undrained = np.empty(1024, np.int64), 0, 0
    for row in range(height):
        for column in range(width):
            if directions[row, column] == UNDRAINED:
                undrained += 1
                if _code_of_nearer(filled, directions, row, column) != UNDRAINED:
                    if size == queue.size:
                        queue = np.concatenate((queue, np.empty_like(queue)))
                    queue[size] = row * width + column
                    size += 1
    for cell in queue[:size]:
        directions[cell // width, cell % width] = _QUEUED
    return queue, size, undrained


@kernel
def _drain(filled: Elevation, directions: Codes, rim: Queue, rim_distances: NDArray[np.int32]) -> int:
    """How many cells stay undrained once all others have a direction, ring by ring from the ways out."""
    width = filled.shape[1]
    for cell in rim:
        directions[cell // width, cell % width] = _QUEUED
    queue, size, undrained = _queue_edges(filled, directions)
    start, rim_start, distance = 0, 0, 1
    while start < size or rim_start < rim.size:
        end = size
        codes = np.empty(end - start, np.uint8)
        for i in range(start, end):
            codes[i - start] = _code_of_nearer(filled, directions, queue[i] // width, queue[i] % width)
        for i in range(start, end):
            directions[queue[i] // width, queue[i] % width] = codes[i - start]
        for i in range(start, end):
            queue, size = _queue_around(filled, directions, queue[i], queue, size)
        while rim_start < rim.size and rim_distances[rim_start] == distance:
            directions[rim[rim_start] // width, rim[rim_start] % width] = OUTLET
            queue, size = _queue_around(filled, directions, rim[rim_start], queue, size)
            rim_start += 1
        start, distance = end, distance + 1
    return undrained - size
