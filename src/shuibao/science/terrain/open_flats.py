"""Flats that run on beyond a tile: the distances in them, and the way out once all distances are known.

The rule is that of `drain_flats`; here it is taken in steps, between which tiles tell one another the
distances at their rims.
"""

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

Distances = NDArray[np.int32]
"""Steps to a cell that drains: 0 for cells that do."""

UNREACHED = np.iinfo(np.int32).max
"""A distance that is not known yet."""

_BESIDE_DRAINED = 200
"""Added to k: a cell of a flat with a drained neighbour of its level in the tile, first in direction k."""

_HIGHEST_CODE = 128


def open_directions(padded: Elevation, steps: CellSteps) -> Codes:
    """Directions of a tile, by its filled surface and one more cell around it; flats are marked, not drained.

    The mark tells whether the cell has a neighbour inside the tile that drains. Only this module reads it.
    """
    codes = descents(padded, steps)
    codes.reshape(-1)[rim_cells(codes.shape)] = NODATA
    _mark(padded, codes)
    return codes[1:-1, 1:-1].copy()


def has_flats(codes: Codes) -> bool:
    """Whether any cell is marked."""
    return bool(_is_flat(codes).any())


def flat_distances(codes: Codes, rim_distances: Distances | None = None) -> Distances:
    """Fewest steps within its flat from each cell to one that drains; 0 for those, UNREACHED without a way.

    rim_distances: what the rim cells' distances are at most, by ways beyond the tile, in the order of
    `rim_cells`.
    """
    rim = rim_cells(codes.shape)
    if rim_distances is None:
        rim_distances = np.full(rim.size, UNREACHED, np.int32)
    starts = np.flatnonzero(rim_distances < UNREACHED)
    starts = starts[np.argsort(rim_distances[starts], kind="stable")]
    distances = np.zeros(codes.shape, np.int32)
    _spread(codes, rim[starts], rim_distances[starts], distances)
    distances[_is_flat(codes) & (distances == 0)] = UNREACHED
    return distances


def settled_directions(codes: Codes, rim_distances: Distances, rim_codes: Codes) -> Codes:
    """The directions with all flats drained.

    rim_distances: as `flat_distances` takes them, final.
    rim_codes: the lowest code that leads a rim cell of a flat one step nearer beyond the tile.
    Raises NotFilled when a flat has no way out.
    """
    distances = flat_distances(codes, rim_distances)
    settled = codes.copy()
    _drain(codes, distances, settled)
    rim = rim_cells(codes.shape)
    rim_of_settled = settled.reshape(-1)[rim]
    is_flat = _is_flat(codes.reshape(-1)[rim])
    settled.reshape(-1)[rim] = np.where(is_flat, np.minimum(rim_of_settled, rim_codes), rim_of_settled)
    left = int((settled == UNDRAINED).sum())
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


@kernel
def _spread(codes: Codes, rim: NDArray[np.int64], rim_distances: Distances, distances: Distances) -> None:
    """Ring by ring from the marked cells; rim cells join in at their distance, which rises."""
    height, width = codes.shape
    queue, size = _queue_marked(codes, distances)
    first, joined, distance = 0, 0, 1
    while first < size or joined < rim.size:
        if first == size:
            distance = max(distance, int(rim_distances[joined]))
        while joined < rim.size and rim_distances[joined] <= distance:
            size = _reach(codes, rim[joined] // width, rim[joined] % width, distance, distances, queue, size)
            joined += 1
        end = size
        for i in range(first, end):
            row, column = divmod(queue[i], width)
            for r in range(max(row - 1, 0), min(row + 2, height)):
                for c in range(max(column - 1, 0), min(column + 2, width)):
                    size = _reach(codes, r, c, distance + 1, distances, queue, size)
        first = end
        distance += 1


@kernel
def _queue_marked(codes: Codes, distances: Distances) -> tuple[NDArray[np.int64], int]:
    """A queue with room for all cells of flats, filled with those beside drained ones; how many those are."""
    height, width = codes.shape
    queue, size = np.empty(_count_flat(codes), np.int64), 0
    for row in range(height):
        for column in range(width):
            if _BESIDE_DRAINED <= codes[row, column] < _BESIDE_DRAINED + 8:
                size = _reach(codes, row, column, 1, distances, queue, size)
    return queue, size


@kernel
def _reach(
    codes: Codes,
    row: int,
    column: int,
    distance: int,
    distances: Distances,
    queue: NDArray[np.int64],
    size: int,
) -> int:
    """The queue's size once a cell of a flat that was not reached before has its distance and is queued."""
    if distances[row, column] == 0 and _HIGHEST_CODE < codes[row, column] < NODATA:
        distances[row, column] = distance
        queue[size] = row * codes.shape[1] + column
        size += 1
    return size


@kernel
def _count_flat(codes: Codes) -> int:
    count = 0
    for code in codes.reshape(-1):
        count += 1 if _HIGHEST_CODE < code < NODATA else 0
    return count


@kernel
def _drain(codes: Codes, distances: Distances, settled: Codes) -> None:
    """Of each cell of a flat the lowest code that leads one step nearer in the tile, UNDRAINED if none."""
    height, width = codes.shape
    for row in range(height):
        for column in range(width):
            if not _HIGHEST_CODE < codes[row, column] < NODATA:
                continue
            settled[row, column] = UNDRAINED
            if distances[row, column] == 1 and codes[row, column] != UNDRAINED:
                settled[row, column] = 1 << (codes[row, column] - _BESIDE_DRAINED)
            for k in range(8 * (distances[row, column] > 1)):
                r, c = row + ROW_OFFSETS[k], column + COLUMN_OFFSETS[k]
                if 0 <= r < height and 0 <= c < width and distances[r, c] == distances[row, column] - 1:
                    settled[row, column] = 1 << k
                    break
