"""Boundaries between labels as straight runs along the corners of cells: sparse, and cut out tile by tile."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.grid import Tile
from shuibao.science.terrain.land import Labels


class Runs(NamedTuple):
    """Straight stretches with one label on either side, from their northern or western end on.

    row, column: the corner of cells they begin at (corner (r, c) is the upper left one of cell (r, c)).
    first, second: labels above and below, or left and right of an upright run; 0 is outside.
    """

    row: NDArray[np.int32]
    column: NDArray[np.int32]
    length: NDArray[np.int32]
    is_upright: NDArray[np.bool_]
    first: Labels
    second: Labels


def boundary_runs(around: Labels, tile: Tile, shape: tuple[int, int]) -> Runs:
    """The runs of a tile: along the upper and left sides of its cells, and along the world's last ones.

    around: labels of the tile and of the cells around it, 0 outside. shape: of the world.
    """
    is_last = tile.row + tile.height == shape[0], tile.column + tile.width == shape[1]
    line, start, length, first, second = _runs(around, tile.height + is_last[0])
    level = Runs(line + tile.row, start + tile.column, length, np.zeros(line.size, np.bool_), first, second)
    turned = np.ascontiguousarray(around.T)
    line, start, length, first, second = _runs(turned, tile.width + is_last[1])
    upright = Runs(start + tile.row, line + tile.column, length, np.ones(line.size, np.bool_), first, second)
    return all_runs((level, upright))


def all_runs(parts: Iterable[Runs]) -> Runs:
    """The runs of several parts, one after the other."""
    return Runs(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def renumbered(runs: Runs, number: NDArray[np.int64]) -> Runs:
    """The runs that remain when each label becomes number[label]."""
    first, second = (number[side].astype(np.int32) for side in (runs.first, runs.second))
    remains = first != second
    return Runs(*(column[remains] for column in runs._replace(first=first, second=second)))


@kernel
def _runs(
    around: Labels, lines: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], Labels, Labels]:
    """Line, start and length of the runs between rows, and the labels on both sides."""
    width = around.shape[1] - 2
    found, size = np.empty((5, 1024), np.int32), 0
    for line in range(lines):
        above, below = around[line], around[line + 1]
        if size + width > found.shape[1]:
            found = np.concatenate((found, np.empty((5, found.shape[1] + width), np.int32)), axis=1)
        i = 1
        while i <= width:
            end = i + 1
            if above[i] != below[i]:
                while end <= width and above[end] == above[i] and below[end] == below[i]:
                    end += 1
                found[0, size], found[1, size], found[2, size] = line, i - 1, end - i
                found[3, size], found[4, size] = above[i], below[i]
                size += 1
            i = end
    kept = found[:, :size]
    return kept[0].copy(), kept[1].copy(), kept[2].copy(), kept[3].copy(), kept[4].copy()
