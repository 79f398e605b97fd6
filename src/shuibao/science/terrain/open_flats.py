"""Flats that run on beyond a tile: the distances in them, and the way out once all distances are known.

The rule is that of `drain_flats`; here it is taken in steps, between which tiles tell one another the
distances at their rims.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.grid import CellSteps
from shuibao.science.terrain.directions import (
    COLUMN_OFFSETS,
    NODATA,
    ROW_OFFSETS,
    UNDRAINED,
    Codes,
    Elevation,
    rim_cells,
)
from shuibao.science.terrain.flats import NotFilled
from shuibao.science.terrain.flow import descents
from shuibao.science.terrain.seams import Seams

Cells = NDArray[np.int32]
"""Flat indices of a tile's cells."""

Distances = NDArray[np.int32]
"""Steps to a cell that drains: 0 for cells that do."""

UNREACHED = np.iinfo(np.int32).max
"""A distance that is not known yet."""

_BESIDE_DRAINED = 200
"""Added to k: a cell of a flat with a drained neighbour of its level in the tile, first in direction k."""

_HIGHEST_CODE = 128


class OpenDirections(NamedTuple):
    """Directions of a tile, settled but for the flats that touch its rim, and its rim's distances so far.

    In those flats marks tell which cells have a neighbour in the tile that drains; for this module only.
    """

    codes: Codes
    rim_distances: Distances


def open_directions(padded: Elevation, steps: CellSteps) -> OpenDirections:
    """The directions of a tile, by its filled surface and one more cell around it."""
    codes = descents(padded, steps)
    codes.reshape(-1)[rim_cells(codes.shape)] = NODATA
    _mark(padded, codes)
    codes = codes[1:-1, 1:-1].copy()
    rim = rim_cells(codes.shape)
    distances = _distances(codes, np.full(rim.size, UNREACHED, np.int32))
    _drain(codes, distances, _is_open(codes, rim))
    return OpenDirections(codes, distances[1:-1, 1:-1][np.divmod(rim, codes.shape[1])])


def has_flats(codes: Codes) -> bool:
    """Whether any cell is not settled."""
    return bool((_is_flat(codes.reshape(-1)[rim_cells(codes.shape)])).any())


def crossed_distances(codes: Codes, rim_distances: Distances) -> Distances:
    """The rim cells' fewest steps in their flats to a cell that drains; 0 for those, UNREACHED without a way.

    codes: as `open_directions` gives them.
    rim_distances: what the rim cells' distances are at most, by ways beyond the tile.
    """
    rim = np.divmod(rim_cells(codes.shape), codes.shape[1])
    return _distances(codes, rim_distances)[1:-1, 1:-1][rim]


def settled_directions(codes: Codes, rim_distances: Distances, rim_codes: Codes) -> Codes:
    """The directions with all flats drained.

    rim_distances: as `crossed_distances` takes them, final.
    rim_codes: the lowest code that leads a rim cell of a flat one step nearer beyond the tile.
    Raises NotFilled when a flat has no way out.
    """
    rim = rim_cells(codes.shape)
    is_flat = _is_flat(codes.reshape(-1)[rim])
    settled = codes.copy()
    _drain(settled, _distances(codes, rim_distances), np.zeros(codes.shape, np.bool_))
    inside = settled.reshape(-1)[rim]
    settled.reshape(-1)[rim] = np.where(is_flat, np.minimum(inside, rim_codes), inside)
    left = _count_flat(settled)
    if left:
        raise NotFilled(left)
    return settled


def flat_seams(seams: Seams, levels: Elevation, distances: Distances) -> Seams:
    """The pairs that lead from a cell of a flat to a cell of its level beyond the seam."""
    both = seams.chosen(levels[seams.first] == levels[seams.second]).both_ways()
    return both.chosen(distances[both.first] > 0)


def distances_over_seams(flats: Seams, distances: Distances) -> Distances:
    """Each node's fewest steps by a way that begins across a seam; UNREACHED if there is none."""
    over = np.full(distances.size, UNREACHED, np.int32)
    next_distance = distances[flats.second]
    is_reached = next_distance < UNREACHED
    np.minimum.at(over, flats.first[is_reached], next_distance[is_reached] + 1)
    return over


def codes_over_seams(flats: Seams, distances: Distances) -> Codes:
    """Each node's lowest code that leads across a seam to a cell one step nearer; UNDRAINED if none does."""
    codes = np.full(distances.size, UNDRAINED, np.uint8)
    is_nearer = distances[flats.second] == distances[flats.first] - 1
    np.minimum.at(codes, flats.first[is_nearer], flats.codes[is_nearer])
    return codes


def _is_flat(codes: Codes) -> NDArray[np.bool_]:
    is_flat: NDArray[np.bool_] = (codes > _HIGHEST_CODE) & (codes != NODATA)
    return is_flat


@kernel
def _mark(filled: Elevation, codes: Codes) -> None:
    height, width = codes.shape
    for row in range(1, height - 1):
        for column in range(1, width - 1):
            if codes[row, column] != UNDRAINED:
                continue
            for k in range(8):
                r, c = row + ROW_OFFSETS[k], column + COLUMN_OFFSETS[k]
                if codes[r, c] <= _HIGHEST_CODE and filled[r, c] == filled[row, column]:
                    codes[row, column] = _BESIDE_DRAINED + k
                    break


def _distances(codes: Codes, rim_distances: Distances) -> Distances:
    """Distances with one more cell around, 0 there."""
    row, column = np.divmod(rim_cells(codes.shape), codes.shape[1])
    starts = np.flatnonzero(rim_distances < UNREACHED)
    starts = starts[np.argsort(rim_distances[starts], kind="stable")]
    width = codes.shape[1] + 2
    distances = np.zeros((codes.shape[0] + 2, width), np.int32)
    queue, size = _start(codes, distances)
    rim = (row[starts] + 1) * width + column[starts] + 1
    _spread(distances.reshape(-1), width, queue, size, rim, rim_distances[starts])
    return distances


@kernel
def _start(codes: Codes, distances: Distances) -> tuple[Cells, int]:
    """A queue with room for all cells of flats, filled with the marked ones; and how many those are.

    Writes the distances to begin with. Cells in the queue are those of `distances`.
    """
    height, width = codes.shape
    queue, size = np.empty(_count_flat(codes), np.int32), 0
    for row in range(height):
        for column in range(width):
            if _HIGHEST_CODE < codes[row, column] < NODATA:
                is_marked = codes[row, column] != UNDRAINED
                distances[row + 1, column + 1] = 1 if is_marked else UNREACHED
                if is_marked:
                    queue[size] = (row + 1) * (width + 2) + column + 1
                    size += 1
    return queue, size


@kernel
def _spread(
    distances: Distances,
    width: int,
    queue: Cells,
    size: int,
    rim: NDArray[np.int64],
    rim_distances: Distances,
) -> None:
    """Ring by ring from the cells in the queue; rim cells join in at their distance, which rises."""
    around = ROW_OFFSETS * width + COLUMN_OFFSETS
    first, joined, distance = 0, 0, 1
    while first < size or joined < rim.size:
        if first == size:
            distance = max(distance, int(rim_distances[joined]))
        while joined < rim.size and rim_distances[joined] <= distance:
            if distances[rim[joined]] == UNREACHED:
                distances[rim[joined]] = distance
                queue[size] = rim[joined]
                size += 1
            joined += 1
        end = size
        for i in range(first, end):
            for k in range(8):
                cell = queue[i] + around[k]
                if distances[cell] == UNREACHED:
                    distances[cell] = distance + 1
                    queue[size] = cell
                    size += 1
        first = end
        distance += 1


@kernel
def _count_flat(codes: Codes) -> int:
    count = 0
    for code in codes.reshape(-1):
        count += 1 if _HIGHEST_CODE < code < NODATA else 0
    return count


@kernel
def _is_open(codes: Codes, rim: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a cell lies in a flat that touches the rim."""
    height, width = codes.shape
    is_open = np.zeros(codes.shape, np.bool_)
    queue, size = np.empty(_count_flat(codes), np.int32), 0
    for cell in rim:
        row, column = divmod(cell, width)
        if _HIGHEST_CODE < codes[row, column] < NODATA:
            is_open[row, column] = True
            queue[size] = cell
            size += 1
    done = 0
    while done < size:
        row, column = divmod(queue[done], width)
        done += 1
        for r in range(max(row - 1, 0), min(row + 2, height)):
            for c in range(max(column - 1, 0), min(column + 2, width)):
                if not is_open[r, c] and _HIGHEST_CODE < codes[r, c] < NODATA:
                    is_open[r, c] = True
                    queue[size] = r * width + c
                    size += 1
    return is_open


@kernel
def _drain(codes: Codes, distances: Distances, is_open: NDArray[np.bool_]) -> None:
    """Writes, in flats that are not open, the lowest code that leads one step nearer in the tile, if any."""
    height, width = codes.shape
    for row in range(height):
        for column in range(width):
            distance = distances[row + 1, column + 1]
            if distance == 0 or is_open[row, column]:
                continue
            if distance == 1:
                if codes[row, column] != UNDRAINED:
                    codes[row, column] = 1 << (codes[row, column] - _BESIDE_DRAINED)
                continue
            for k in range(8):
                nearby = distances[row + 1 + ROW_OFFSETS[k], column + 1 + COLUMN_OFFSETS[k]]
                if nearby == distance - 1:
                    codes[row, column] = 1 << k
                    break
