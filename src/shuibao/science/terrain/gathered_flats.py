"""Flats whose flow gathers in the middle: streams across a plain join instead of running side by side.

A flat cell is one that nothing lies below, away from the edge; neighbours in a flat have one level. The
values that lead through flats are least sums along paths, so tiles can tell one another about their rims
until nothing changes: the result is that of the whole.
"""

import heapq
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.grid import CellSteps
from shuibao.science.terrain.directions import (
    COLUMN_OFFSETS,
    ROW_OFFSETS,
    UNDRAINED,
    Codes,
    Elevation,
    rim_cells,
)
from shuibao.science.terrain.flats import NotFilled
from shuibao.science.terrain.flow import descents
from shuibao.science.terrain.seams import Seams

FAR = np.iinfo(np.int64).max
"""A value that is not known yet, or of a cell that is in no flat."""

_NO_FLAT = -1
_DIAGONAL_CODES = 2 | 8 | 32 | 128
_HIGHEST_CODE = 128

_EDGE_COST = 1 << 20
"""What a step beside higher ground costs more than one a thousand cells off it."""

Values = NDArray[np.int64]


class Lengths(NamedTuple):
    """What a step counts, straight and diagonal."""

    straight: int
    diagonal: int


STEPS, WAYS = Lengths(1, 1), Lengths(5, 7)
"""For the steps from higher ground, and for the way out."""


class Flats(NamedTuple):
    """A tile's directions, UNDRAINED in flats; and of the flat cells, in the grid's order:

    is_beside_higher: whether higher ground lies beside them. ways_out: the lowest code that leads to a level
    cell of the tile that drains; UNDRAINED if there is none.
    """

    codes: Codes
    is_beside_higher: NDArray[np.bool_]
    ways_out: Codes


def gathered_directions(filled: Elevation, steps: CellSteps) -> Codes:
    """D8 codes (1 E, 2 SE, … 128 NE) where flats drain by way of their middle; 0 at outlets, 255 outside.

    Where ground falls, and beside a flat's way out, they are those of `flow_directions`. Elsewhere in a flat
    a cell flows the cheapest way: a step costs its length (5, diagonally 7) times 1 + 2^20 / n², where n are
    the steps from higher ground, so water makes for the middle and follows it. Of equally cheap ways the one
    with the lowest code. Whole numbers: the result is unique. Leading flow away from higher ground is the
    idea of Garbrecht & Martz 1997 (doi:10.1016/S0022-1694(96)03138-1); the costs are this project's.
    Raises NotFilled when a flat has no way out.
    """
    around = CellSteps(*(np.pad(lengths, 1, "edge") for lengths in steps))
    flats = find_flats(np.pad(filled, 1, constant_values=np.nan), around)
    from_higher = spread(flats.codes, unknown(flats.codes), higher_starts(flats), STEPS, None)
    starts = way_out_starts(flats.codes, flats.ways_out)
    costs = spread(flats.codes, unknown(flats.codes), starts, WAYS, from_higher)
    beyond = np.full(rim_cells((filled.shape[0] + 2, filled.shape[1] + 2)).size, FAR)
    return turned(flats.codes, flats.ways_out, costs, from_higher, beyond)


class AtMost(NamedTuple):
    """Cells (flat indices of a tile) and what their values are at most; those in no flat do not matter."""

    cells: NDArray[np.int64]
    values: Values


def find_flats(padded: Elevation, steps: CellSteps) -> Flats:
    """The flats of a tile, by its filled surface and one more cell around it."""
    padded_codes = descents(padded, steps)
    codes = padded_codes[1:-1, 1:-1].copy()
    count = np.count_nonzero(codes == UNDRAINED)
    flats = Flats(codes, np.zeros(count, np.bool_), np.full(count, UNDRAINED, np.uint8))
    _look_around(padded, flats)
    return flats


def unknown(codes: Codes) -> Values:
    """A value not known yet for each flat cell."""
    return np.full(np.count_nonzero(codes == UNDRAINED), FAR)


def higher_starts(flats: Flats) -> AtMost:
    """The flat cells beside higher ground, one step from it."""
    cells = np.flatnonzero(flats.codes == UNDRAINED)[flats.is_beside_higher]
    return AtMost(cells, np.ones(cells.size, np.int64))


def way_out_starts(codes: Codes, ways_out: Codes) -> AtMost:
    """The flat cells beside a way out, which cost nothing."""
    cells = np.flatnonzero(codes == UNDRAINED)[ways_out != UNDRAINED]
    return AtMost(cells, np.zeros(cells.size, np.int64))


def with_rim(codes: Codes, ways_out: Codes, rim_codes: Codes) -> Codes:
    """The ways out when those of the rim cells across the seams (UNDRAINED for none) count too."""
    field = np.full(codes.shape, UNDRAINED, np.uint8)
    field[codes == UNDRAINED] = ways_out
    rim = rim_cells(codes.shape)
    field.reshape(-1)[rim] = np.minimum(field.reshape(-1)[rim], rim_codes)
    found: Codes = field[codes == UNDRAINED]
    return found


def rim_values(codes: Codes, values: Values) -> Values:
    """The values of the rim cells; FAR for those in no flat."""
    return _unpacked(codes, values, FAR).reshape(-1)[rim_cells(codes.shape)]


def spread(
    codes: Codes, values: Values, starts: AtMost, lengths: Lengths, from_higher: Values | None
) -> Values:
    """The values of the flat cells once none is more than a neighbour's and the step from there.

    values: as they were spread before. from_higher: what makes steps dear; None where a step costs its
    length.
    """
    field = _unpacked(codes, values, _NO_FLAT)
    factors = np.ones(codes.shape, np.int64)
    if from_higher is not None:
        factors[codes == UNDRAINED] = step_factors(from_higher)
    _spread(field, factors, lengths, starts)
    found: Values = field[codes == UNDRAINED]
    return found


def step_factors(from_higher: Values) -> Values:
    """What a step's length is multiplied with so many steps from higher ground; 1 where there is none."""
    steps = np.minimum(from_higher, _EDGE_COST)
    return np.asarray(1 + _EDGE_COST // (steps * steps))


def values_over_seams(flats: Seams, values: Values, lengths: Lengths, from_higher: Values | None) -> Values:
    """What each node's value is at most by a way that begins across a seam; FAR if there is none.

    flats: pairs of flat cells, both ways. values, from_higher: of the nodes.
    """
    over = np.full(values.size, FAR)
    known = flats.chosen(values[flats.second] < FAR)
    steps = np.where(known.codes & _DIAGONAL_CODES, lengths.diagonal, lengths.straight)
    if from_higher is not None:
        steps = steps * step_factors(from_higher[known.first])
    np.minimum.at(over, known.first, values[known.second] + steps)
    return over


def turned(codes: Codes, ways_out: Codes, costs: Values, from_higher: Values, around: Values) -> Codes:
    """The directions with all flats drained by the cheapest steps.

    around: the costs of the cells around the tile as `rim_cells` lists them; FAR for those in no flat.
    Raises NotFilled when a flat has no way out.
    """
    padded = np.empty((codes.shape[0] + 2, codes.shape[1] + 2), np.int64)
    padded[1:-1, 1:-1] = _unpacked(codes, costs, FAR)
    padded.reshape(-1)[rim_cells(padded.shape)] = around
    directions = codes.copy()
    left = _turn(directions, ways_out, padded, step_factors(from_higher), WAYS)
    if left:
        raise NotFilled(left)
    return directions


def _unpacked(codes: Codes, values: Values, elsewhere: int) -> Values:
    field = np.full(codes.shape, elsewhere, np.int64)
    field[codes == UNDRAINED] = values
    return field


@kernel
def _look_around(padded: Elevation, flats: Flats) -> None:
    height, width = flats.codes.shape
    cell = -1
    for row in range(height):
        for column in range(width):
            if flats.codes[row, column] != UNDRAINED:
                continue
            cell += 1
            level = padded[row + 1, column + 1]
            for k in range(7, -1, -1):
                r, c = row + ROW_OFFSETS[k], column + COLUMN_OFFSETS[k]
                beside = padded[r + 1, c + 1]
                flats.is_beside_higher[cell] |= beside > level
                is_inside = 0 <= r < height and 0 <= c < width
                if is_inside and beside == level and flats.codes[r, c] <= _HIGHEST_CODE:
                    flats.ways_out[cell] = 1 << k


@kernel
def _step(k: int, lengths: Lengths) -> int:
    return lengths.diagonal if k % 2 else lengths.straight


@kernel
def _spread(field: Values, factors: Values, lengths: Lengths, starts: AtMost) -> None:
    """Lowers the starts and all that they make cheaper (Dijkstra 1959)."""
    height, width = field.shape
    queue = [(np.int64(0), np.int64(-1))]
    for i in range(starts.cells.size):
        row, column = divmod(starts.cells[i], width)
        if starts.values[i] < field[row, column]:
            field[row, column] = starts.values[i]
            queue.append((starts.values[i], starts.cells[i]))
    heapq.heapify(queue)
    heapq.heappop(queue)
    while len(queue) > 0:
        reached, cell = heapq.heappop(queue)
        row, column = divmod(cell, width)
        if reached > field[row, column]:
            continue
        for k in range(8):
            r, c = row + ROW_OFFSETS[k], column + COLUMN_OFFSETS[k]
            if 0 <= r < height and 0 <= c < width:
                total = reached + _step(k, lengths) * factors[r, c]
                if total < field[r, c]:
                    field[r, c] = total
                    heapq.heappush(queue, (total, r * width + c))


@kernel
def _turn(directions: Codes, ways_out: Codes, padded: Values, factors: Values, lengths: Lengths) -> int:
    """Writes the code of the cheapest step, of equals the lowest; how many cells have none."""
    height, width = directions.shape
    cell, left = -1, 0
    for row in range(height):
        for column in range(width):
            if directions[row, column] != UNDRAINED:
                continue
            cell += 1
            if ways_out[cell] != UNDRAINED:
                directions[row, column] = ways_out[cell]
                continue
            for k in range(8):
                beside = padded[row + 1 + ROW_OFFSETS[k], column + 1 + COLUMN_OFFSETS[k]]
                step = _step(k, lengths) * factors[cell]
                if beside != FAR and beside + step == padded[row + 1, column + 1]:
                    directions[row, column] = 1 << k
                    break
            if directions[row, column] == UNDRAINED:
                left += 1
    return left
