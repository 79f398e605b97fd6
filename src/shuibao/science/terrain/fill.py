"""Filling depressions: the lowest surface over the ground from which everything drains."""

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.terrain.directions import COLUMN_OFFSETS, ROW_OFFSETS

Elevation = NDArray[np.float32] | NDArray[np.float64]


@kernel
def _start(ground, level):
    """Levels to begin with: the ground on the rim and beside NaN (outlets), infinity elsewhere, NaN outside."""
    height, width = ground.shape
    for row in range(height):
        if row == 0 or row == height - 1 or width < 3:
            level[row] = ground[row]
            continue
        level[row, 0] = ground[row, 0]
        level[row, width - 1] = ground[row, width - 1]
        above, middle, below = ground[row - 1], ground[row], ground[row + 1]
        inner = level[row, 1:]
        for i in range(width - 2):
            around = (
                (above[i] + above[i + 1])
                + (above[i + 2] + middle[i])
                + (middle[i + 2] + below[i])
                + (below[i + 1] + below[i + 2])
            )
            inner[i] = np.inf if around + middle[i + 1] == around + middle[i + 1] else middle[i + 1]


@kernel
def _sweep_down(ground, level):
    """One pass from the top left: no level stands above the ground and the lowest level before it."""
    height, width = ground.shape
    for row in range(1, height - 1):
        above, here, floor = level[row - 1], level[row], ground[row]
        west = here[0]
        for column in range(1, width - 1):
            lowest = here[column]
            if above[column - 1] < lowest:
                lowest = above[column - 1]
            if above[column] < lowest:
                lowest = above[column]
            if above[column + 1] < lowest:
                lowest = above[column + 1]
            if west < lowest:
                lowest = west
            if lowest < floor[column]:
                lowest = floor[column]
            here[column] = lowest
            west = lowest
