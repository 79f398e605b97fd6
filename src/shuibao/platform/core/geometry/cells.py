"""One integer for where a shape lies: the quadtree cell that is as large as the shape, and its neighbours.

A shape belongs to the finest level whose cells are at least as wide and high as its box, at the cell of its
south-west corner; so it reaches into that cell and the next ones east and north only. What may meet a box is
then a few ranges of integers, which every database's ordinary index serves.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

FINEST = 14
_WIDTH = 24  # bits for a column or a row


class Box(NamedTuple):
    """West, south, east, north [degrees]."""

    west: float
    south: float
    east: float
    north: float

    def meets(self, other: "Box") -> bool:
        """Whether the boxes have a point in common."""
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )


def cell_of(box: Box) -> int:
    """The index number of a shape with this box."""
    size = max(box.east - box.west, box.north - box.south)
    level = FINEST if size <= 360 / 2**FINEST else max(0, math.floor(math.log2(360 / size)))
    return _number(level, _place(box.south, -180, level), _place(box.west, -180, level))


def ranges(box: Box, rows_at_most: int = 8) -> Iterator[tuple[int, int]]:
    """Ranges of index numbers, both ends included, that hold every shape whose box meets this one.

    A level on which the box spans more rows than rows_at_most gives one range over all of them: it then
    holds shapes east and west of the box too, which their own boxes rule out.
    """
    for level in range(FINEST + 1):
        first_row = max(0, _place(box.south, -180, level) - 1)
        first_column = max(0, _place(box.west, -180, level) - 1)
        last_row, last_column = _place(box.north, -180, level), _place(box.east, -180, level)
        if last_row - first_row >= rows_at_most:
            yield _number(level, first_row, first_column), _number(level, last_row, last_column)
        else:
            for row in range(first_row, last_row + 1):
                yield _number(level, row, first_column), _number(level, row, last_column)


def _place(degrees: float, least: float, level: int) -> int:
    """Column or row of a coordinate on a level, held inside the world."""
    return min(2**level - 1, max(0, math.floor((degrees - least) / 360 * 2**level)))


def _number(level: int, row: int, column: int) -> int:
    return (level << 2 * _WIDTH) | (row << _WIDTH) | column
