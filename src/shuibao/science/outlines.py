"""Outlines of labelled regions from their corners: tiles give corners, all of a region's make its rings.

At a lattice point where the outline of a region turns lies a corner of it. Along a row of lattice points a
region's corners follow one another in pairs that are joined by a side, and so they do along a column.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel

Labels = NDArray[np.int32]

RIGHTWARD, DOWNWARD = 1, 2


class Corners(NamedTuple):
    """Corners of regions at lattice points (point (r, c): upper left of cell (r, c)).

    turn: RIGHTWARD when the side along the row leads right (else left), plus DOWNWARD when the side along the
    column leads down (else up).
    """

    label: Labels
    row: Labels
    column: Labels
    turn: NDArray[np.uint8]

    def chosen(self, which: NDArray[np.integer] | NDArray[np.bool_]) -> "Corners":
        """Some of the corners."""
        return Corners(self.label[which], self.row[which], self.column[which], self.turn[which])


class OutlineRings(NamedTuple):
    """Closed rings: of each its region and the place of its first point among the points, and the end.

    A region's first ring is its outer one, counterclockwise from its first cell; its holes are clockwise.
    """

    label: Labels
    starts: NDArray[np.int64]
    row: Labels
    column: Labels


def corners_in(labels: Labels, row: int, column: int) -> Corners:
    """The corners at the lattice points inside an array, with (row, column) that of its cell (1, 1).

    Points lie between cells: an array of a tile with one more row above and one more column to the left gives
    the points of the tile. Where regions touch at a point only, the outline keeps what is outside apart, so
    that rings are simple.
    """
    found = _room(_find(labels, row, column, _room(0)))
    _find(labels, row, column, found)
    return found


def _room(count: int) -> Corners:
    label, row, column = (np.empty(count, np.int32) for _ in range(3))
    return Corners(label, row, column, np.empty(count, np.uint8))


@kernel
def _find(labels: Labels, row: int, column: int, found: Corners) -> int:
    """Fills found, as far as it goes; the number of corners there are."""
    count = 0
    for i in range(1, labels.shape[0]):
        for j in range(1, labels.shape[1]):
            cells = (labels[i - 1, j - 1], labels[i - 1, j], labels[i, j - 1], labels[i, j])
            if cells[0] == cells[1] == cells[2] == cells[3]:
                continue
            for place in range(4):
                if cells[place] > 0 and _is_first(cells, place):
                    count = _turn(cells, cells[place], (row + i - 1, column + j - 1), found, count)
    return count


@kernel
def _is_first(cells: tuple[int, int, int, int], place: int) -> bool:
    """Whether no cell before this one has its label."""
    first = 0
    while cells[first] != cells[place]:
        first += 1
    return first == place


@kernel
def _turn(
    cells: tuple[int, int, int, int], label: int, point: tuple[int, int], found: Corners, count: int
) -> int:
    """The corners of a region at a point into found; the number of corners so far.

    A cell's place is its turn: upper left 0, upper right RIGHTWARD, lower left DOWNWARD, lower right both.
    """
    held = 0
    for place in range(4):
        held += cells[place] == label
    if held == 2 and (cells[0] == label) != (cells[3] == label):
        return count  # side by side: straight on
    for place in range(4):
        is_own = cells[place] == label
        if is_own == (held == 1):
            if count < found.label.size:
                found.label[count], found.turn[count] = label, place
                found.row[count], found.column[count] = point
            count += 1
    return count


def rings_of(corners: Corners) -> OutlineRings:
    """The rings of all regions, by region; all corners of a region must be there."""
    right, down = corners.turn & RIGHTWARD, corners.turn & DOWNWARD
    order = np.lexsort((right, corners.column, corners.row, corners.label))
    corners = corners.chosen(order)
    down = down[order]
    along_column = np.lexsort((down, corners.row, corners.column, corners.label))
    partner = np.empty(order.size, np.int64)
    partner[along_column[0::2]], partner[along_column[1::2]] = along_column[1::2], along_column[0::2]
    path, starts = _follow(corners.label, partner)
    return OutlineRings(corners.label[path[starts[:-1]]], starts, corners.row[path], corners.column[path])


@kernel
def _follow(label: Labels, partner: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of the corners along all rings, each closed, and where the rings begin, with the end.

    Corners stand row by row: 2i and 2i + 1 are joined along the row, partners along the column.
    """
    is_done = np.zeros(label.size, np.bool_)
    path = np.empty(label.size + label.size // 4, np.int64)  # a ring has four corners at least
    starts = np.empty(label.size // 4 + 1, np.int64)
    size, rings = 0, 0
    for first in range(label.size):
        if is_done[first]:
            continue
        is_outer = first == 0 or label[first] != label[first - 1]
        starts[rings] = size
        rings += 1
        at, is_down = first, is_outer
        while True:
            path[size] = at
            size += 1
            is_done[at] = True
            at = partner[at] if is_down else at ^ 1
            is_down = not is_down
            if at == first:
                break
        path[size] = first
        size += 1
    starts[rings] = size
    return path[:size], starts[: rings + 1]
