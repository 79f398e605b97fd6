"""Flats whose flow gathers in the middle: streams across a plain join instead of running side by side."""

import heapq

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.terrain.directions import (
    COLUMN_OF_CODE,
    COLUMN_OFFSETS,
    NODATA,
    OUTLET,
    ROW_OF_CODE,
    ROW_OFFSETS,
    Codes,
    Elevation,
)

_NO_FLAT, _BESIDE_WAY_OUT, _INSIDE = 0, 1, 2
_STRAIGHT, _DIAGONAL = 5, 7
_FAR = np.iinfo(np.int64).max

_EDGE_COST = 1 << 20
"""What a step beside higher ground costs more than one a thousand cells off it."""

Places = NDArray[np.uint8]
Steps = NDArray[np.int32]
Costs = NDArray[np.int64]


def gather_in_flats(filled: Elevation, directions: Codes) -> None:
    """Turns the directions within flats, in place, to the cheapest way out, where edges cost most.

    A step costs its length (5, diagonally 7) times 1 + 2^20 / n², where n are the steps from higher ground:
    water makes for the middle of a flat and follows it to the way out. Of equally cheap ways the one with the
    lowest code. Whole numbers: the result is unique. Leading flow away from higher ground is the idea of
    Garbrecht & Martz 1997 (doi:10.1016/S0022-1694(96)03138-1); the costs are this project's.

    directions: as `flow_directions` gives them; they say which cells are flat and where a flat drains.
    """
    places = np.empty(filled.shape, np.uint8)
    _mark_flats(filled, directions, places)
    from_higher = np.zeros(filled.shape, np.int32)
    _steps_from_higher(filled, places, from_higher)
    costs = np.full(filled.shape, _FAR, np.int64)
    _spread_costs(filled, places, from_higher, costs)
    _turn(filled, places, from_higher, costs, directions)


@kernel
def _is_flat(filled: Elevation, directions: Codes, row: int, column: int) -> bool:
    """Whether a cell flows to one of its own level."""
    code = directions[row, column]
    if code in (OUTLET, NODATA):
        return False
    level: bool = filled[row + ROW_OF_CODE[code], column + COLUMN_OF_CODE[code]] == filled[row, column]
    return level


@kernel
def _mark_flats(filled: Elevation, directions: Codes, places: Places) -> None:
    height, width = filled.shape
    for row in range(height):
        for column in range(width):
            places[row, column] = _NO_FLAT
            if _is_flat(filled, directions, row, column):
                code = directions[row, column]
                below = row + ROW_OF_CODE[code], column + COLUMN_OF_CODE[code]
                inside = _is_flat(filled, directions, *below)
                places[row, column] = _INSIDE if inside else _BESIDE_WAY_OUT


@kernel
def _lies_below_a_neighbour(filled: Elevation, row: int, column: int) -> bool:
    height, width = filled.shape
    for k in range(8):
        r, c = row + ROW_OFFSETS[k], column + COLUMN_OFFSETS[k]
        if 0 <= r < height and 0 <= c < width and filled[r, c] > filled[row, column]:
            return True
    return False


@kernel
def _steps_from_higher(filled: Elevation, places: Places, from_higher: Steps) -> None:
    """1 for flat cells beside higher ground, one more with each step into the flat; 0 if there is none."""
    height, width = filled.shape
    queue, size, taken = np.empty(np.count_nonzero(places), np.int64), 0, 0
    for row in range(height):
        for column in range(width):
            if places[row, column] != _NO_FLAT and _lies_below_a_neighbour(filled, row, column):
                from_higher[row, column] = 1
                queue[size] = row * width + column
                size += 1
    while taken < size:
        row, column = queue[taken] // width, queue[taken] % width
        taken += 1
        for k in range(8):
            r, c = row + ROW_OFFSETS[k], column + COLUMN_OFFSETS[k]
            if not (0 <= r < height and 0 <= c < width) or filled[r, c] != filled[row, column]:
                continue
            if places[r, c] != _NO_FLAT and from_higher[r, c] == 0:
                from_higher[r, c] = from_higher[row, column] + 1
                queue[size] = r * width + c
                size += 1


@kernel
def _step_cost(k: int, from_higher: np.int64) -> int:
    """Cost of a step to neighbour k from a cell so many steps from higher ground."""
    length = _DIAGONAL if k % 2 else _STRAIGHT
    return length * int(1 + _EDGE_COST // (from_higher * from_higher)) if from_higher > 0 else length


@kernel
def _spread_costs(filled: Elevation, places: Places, from_higher: Steps, costs: Costs) -> None:
    """Writes the least cost to the way out (Dijkstra 1959); 0 beside it."""
    height, width = filled.shape
    queue = [(np.int64(0), np.int64(-1))]
    for row in range(height):
        for column in range(width):
            if places[row, column] == _BESIDE_WAY_OUT:
                costs[row, column] = 0
                queue.append((np.int64(0), np.int64(row * width + column)))
    heapq.heappop(queue)
    while len(queue) > 0:
        reached, cell = heapq.heappop(queue)
        row, column = cell // width, cell % width
        if reached > costs[row, column]:
            continue
        for k in range(8):
            r, c = row + ROW_OFFSETS[k], column + COLUMN_OFFSETS[k]
            if not (0 <= r < height and 0 <= c < width) or filled[r, c] != filled[row, column]:
                continue
            total = reached + _step_cost(k, np.int64(from_higher[r, c]))
            if places[r, c] == _INSIDE and total < costs[r, c]:
                costs[r, c] = total
                heapq.heappush(queue, (np.int64(total), np.int64(r * width + c)))


@kernel
def _turn(filled: Elevation, places: Places, from_higher: Steps, costs: Costs, directions: Codes) -> None:
    """Writes the code of the cheapest step, of equals the lowest."""
    height, width = filled.shape
    for row in range(height):
        for column in range(width):
            if places[row, column] != _INSIDE:
                continue
            for k in range(7, -1, -1):
                r, c = row + ROW_OFFSETS[k], column + COLUMN_OFFSETS[k]
                if not (0 <= r < height and 0 <= c < width) or filled[r, c] != filled[row, column]:
                    continue
                cost = costs[row, column] - _step_cost(k, np.int64(from_higher[row, column]))
                if places[r, c] != _NO_FLAT and costs[r, c] == cost:
                    directions[row, column] = 1 << k
