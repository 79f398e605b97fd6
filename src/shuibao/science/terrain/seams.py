"""Seams: pairs of neighbouring perimeter cells of different tiles."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.terrain.directions import COLUMN_OFFSETS, ROW_OFFSETS, Codes, rim_cells
from shuibao.science.terrain.perimeter import NOWHERE, Nodes, Perimeters

_EASTWARD = (7, 0, 1)
_SOUTHWARD = (1, 2, 3)


class Seams(NamedTuple):
    """Pairs of nodes across a seam, and the code that leads from the first to the second."""

    first: Nodes
    second: Nodes
    codes: Codes

    def chosen(self, which: NDArray[np.bool_]) -> "Seams":
        """Some of the pairs."""
        return Seams(self.first[which], self.second[which], self.codes[which])

    def both_ways(self) -> "Seams":
        """The pairs and their reverse."""
        back = ((self.codes.astype(np.uint16) << 4) | (self.codes >> 4)).astype(np.uint8)
        return Seams(
            np.concatenate((self.first, self.second)),
            np.concatenate((self.second, self.first)),
            np.concatenate((self.codes, back)),
        )


def seams(perimeters: Perimeters) -> Seams:
    """All pairs of neighbours (of the eight) in different tiles; diagonal ones at tiles' corners twice."""
    found = [_none()]
    for column in range(perimeters.size, perimeters.width, perimeters.size):
        rows = np.arange(perimeters.height)
        found += [_pairs(perimeters, rows, np.full_like(rows, column - 1), k) for k in _EASTWARD]
    for row in range(perimeters.size, perimeters.height, perimeters.size):
        columns = np.arange(perimeters.width)
        found += [_pairs(perimeters, np.full_like(columns, row - 1), columns, k) for k in _SOUTHWARD]
    return Seams(*(np.concatenate(column) for column in zip(*found, strict=True)))


def world_rim(perimeters: Perimeters) -> Nodes:
    """Nodes of the cells at the world's edge."""
    row, column = np.divmod(rim_cells((perimeters.height, perimeters.width)), perimeters.width)
    return perimeters.nodes_at(row, column)


def _none() -> Seams:
    return Seams(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.uint8))


def _pairs(perimeters: Perimeters, rows: Nodes, columns: Nodes, k: int) -> Seams:
    """Cells and their neighbours in direction k, as far as both lie in the world."""
    first = perimeters.nodes_at(rows, columns)
    second = perimeters.nodes_at(rows + ROW_OFFSETS[k], columns + COLUMN_OFFSETS[k])
    is_pair = second != NOWHERE
    return Seams(first, second, np.full(first.size, 1 << k, np.uint8)).chosen(is_pair)
