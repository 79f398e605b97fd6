"""The slope of a surface in degrees, at the rim from one side."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.grid import CellSteps
from shuibao.science.terrain.directions import Elevation
from shuibao.science.terrain.rows import Row, pad_row

SlopeMethod = Callable[[Elevation, CellSteps], NDArray[np.float32]]


def greatest_descent(surface: Elevation, steps: CellSteps) -> NDArray[np.float32]:
    """Slope of the steepest way down to one of the eight neighbours [deg]; 0 if none is lower, NaN outside.

    For a neighbour that lies outside, the fall from the opposite neighbour is taken, so that a plane has one
    slope up to its rim (but for a corner, when the plane falls along the diagonal that only touches it).
    """
    slope_deg = np.empty(surface.shape, np.float32)
    _greatest_descents(surface, steps, slope_deg)
    return slope_deg


def horn(surface: Elevation, steps: CellSteps) -> NDArray[np.float32]:
    """Slope of the plane through the 3 × 3 cells around [deg]; NaN outside.

    Horn 1981 (doi:10.1109/PROC.1981.11918): differences over two cells weighted 1, 2, 1; where one of the two
    lies outside, the difference to the middle cell instead; where there is none, the weights of the others.
    """
    slope_deg = np.empty(surface.shape, np.float32)
    _horn_slopes(surface, steps, slope_deg)
    return slope_deg


SLOPE_METHODS: dict[str, SlopeMethod] = {"greatest_descent": greatest_descent, "horn": horn}


@kernel
def _fall(z: float, towards: float, opposite: float) -> float:
    """Drop to a neighbour, or from the opposite one when that lies outside; NaN when both do."""
    return z - towards if towards == towards else opposite - z


@kernel
def _greater(fall: float, greatest: float) -> float:
    """The greater of two; NaN does not count."""
    return fall if fall > greatest else greatest


@kernel
def _row_descents(
    above: Row, here: Row, below: Row, along_row: float, along_column: float, diagonal: float, tangents: Row
) -> None:
    for i in range(tangents.size):
        z = np.float64(here[i + 1])
        level = _greater(_fall(z, here[i + 2], here[i]), 0.0)
        level = _greater(_fall(z, here[i], here[i + 2]), level)
        upright = _greater(_fall(z, below[i + 1], above[i + 1]), 0.0)
        upright = _greater(_fall(z, above[i + 1], below[i + 1]), upright)
        oblique = _greater(_fall(z, below[i + 2], above[i]), 0.0)
        oblique = _greater(_fall(z, above[i], below[i + 2]), oblique)
        oblique = _greater(_fall(z, below[i], above[i + 2]), oblique)
        oblique = _greater(_fall(z, above[i + 2], below[i]), oblique)
        tangent = _greater(oblique / diagonal, _greater(upright / along_column, level / along_row))
        tangents[i] = tangent if z == z else np.nan


@kernel
def _difference(before: float, at: float, after: float) -> float:
    """Rise per cell from before to after, from one side where the other lies outside; NaN where both do."""
    if before != before:
        return after - at
    return (after - before) / 2 if after == after else at - before


@kernel
def _weighted(first: float, middle: float, last: float) -> float:
    """Mean with weights 1, 2, 1 of those that are not NaN; 0 when all are."""
    total = weight = 0.0
    if first == first:
        total, weight = total + first, weight + 1
    if middle == middle:
        total, weight = total + 2 * middle, weight + 2
    if last == last:
        total, weight = total + last, weight + 1
    return total / weight if weight > 0 else 0.0


@kernel
def _row_horn(
    above: Row, here: Row, below: Row, along_row: float, along_column: float, tangents: Row
) -> None:
    for i in range(tangents.size):
        a, b, c = np.float64(above[i]), np.float64(above[i + 1]), np.float64(above[i + 2])
        d, z, f = np.float64(here[i]), np.float64(here[i + 1]), np.float64(here[i + 2])
        g, h, k = np.float64(below[i]), np.float64(below[i + 1]), np.float64(below[i + 2])
        east = _weighted(_difference(a, b, c), _difference(d, z, f), _difference(g, h, k)) / along_row
        south = _weighted(_difference(a, d, g), _difference(b, z, h), _difference(c, f, k)) / along_column
        tangents[i] = np.sqrt(east * east + south * south) if z == z else np.nan


@kernel
def _greatest_descents(surface: Elevation, steps: CellSteps, slope_deg: NDArray[np.float32]) -> None:
    height, width = surface.shape
    rows, tangents = np.empty((3, width + 2), surface.dtype), np.empty(width)
    pad_row(surface, -1, np.nan, rows[2])
    pad_row(surface, 0, np.nan, rows[0])
    for row in range(height):
        above, here, below = rows[(row + 2) % 3], rows[row % 3], rows[(row + 1) % 3]
        pad_row(surface, row + 1, np.nan, below)
        lengths = steps.along_row_m[row], steps.along_column_m[row], steps.diagonal_m[row]
        _row_descents(above, here, below, *lengths, tangents)
        for column in range(width):
            slope_deg[row, column] = np.degrees(np.arctan(tangents[column]))


@kernel
def _horn_slopes(surface: Elevation, steps: CellSteps, slope_deg: NDArray[np.float32]) -> None:
    height, width = surface.shape
    rows, tangents = np.empty((3, width + 2), surface.dtype), np.empty(width)
    pad_row(surface, -1, np.nan, rows[2])
    pad_row(surface, 0, np.nan, rows[0])
    for row in range(height):
        above, here, below = rows[(row + 2) % 3], rows[row % 3], rows[(row + 1) % 3]
        pad_row(surface, row + 1, np.nan, below)
        _row_horn(above, here, below, steps.along_row_m[row], steps.along_column_m[row], tangents)
        for column in range(width):
            slope_deg[row, column] = np.degrees(np.arctan(tangents[column]))
