"""Which watershed the land belongs to: labels carried up from stream cells to all that drains to them."""

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.terrain.directions import (
    COLUMN_OF_CODE,
    NODATA,
    OUTLET,
    ROW_OF_CODE,
    Codes,
    rim_cells,
)
from shuibao.science.terrain.streams import Integers

Labels = NDArray[np.int32]

UNDECIDED = -1
"""The flow leaves the tile before it meets a label."""


def label_land(
    directions: Codes, cells: Integers, labels: Labels, rim_labels: Labels | None = None
) -> Labels:
    """The label of the first labelled cell that each cell's flow meets, itself included; 0 outside.

    cells, labels: flat indices in this array, and what they are labelled with (from 1 on).
    rim_labels: the rim cells' labels in the order of `rim_cells`, for a tile of a larger world; without them
    what leaves the array unlabelled is UNDECIDED.
    """
    land = np.zeros(directions.shape, np.int32)
    if rim_labels is not None:
        land.reshape(-1)[rim_cells(directions.shape)] = rim_labels
    land.reshape(-1)[cells] = labels
    _carry_up(directions, land)
    return land


@kernel
def _carry_up(directions: Codes, land: Labels) -> None:
    """Follows each unlabelled cell's flow to a label, and goes the same way again to write it."""
    height, width = land.shape
    for row in range(height):
        for column in range(width):
            if land[row, column] != 0 or directions[row, column] == NODATA:
                continue
            r, c, label = row, column, UNDECIDED
            while 0 <= r < height and 0 <= c < width:
                code = directions[r, c]
                if land[r, c] != 0:
                    label = land[r, c]
                if land[r, c] != 0 or code in (OUTLET, NODATA):
                    break
                r, c = r + ROW_OF_CODE[code], c + COLUMN_OF_CODE[code]
            r, c = row, column
            while 0 <= r < height and 0 <= c < width and land[r, c] == 0:
                land[r, c] = label
                code = directions[r, c]
                r, c = r + ROW_OF_CODE[code], c + COLUMN_OF_CODE[code]
