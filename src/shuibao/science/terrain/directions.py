"""D8 codes as ESRI writes them, their offsets, and the order in which rim cells are listed."""

import numpy as np
from numpy.typing import NDArray

Elevation = NDArray[np.floating]
"""Heights [m], 2-D, 32 or 64 bit; NaN is outside the world."""

Codes = NDArray[np.uint8]
"""Flow directions, 2-D."""

OUTLET = 0
"""The flow leaves the world here."""

NODATA = 255
"""Outside the world."""

UNDRAINED = 254
"""A cell of a flat whose way out is not known yet: never in a result."""

ROW_OFFSETS = np.array([0, 1, 1, 1, 0, -1, -1, -1], np.int64)
"""Rows to go to the neighbour with code 2^k: E, SE, S, SW, W, NW, N, NE."""

COLUMN_OFFSETS = np.array([1, 1, 0, -1, -1, -1, 0, 1], np.int64)
"""Columns to go to the neighbour with code 2^k."""


def _by_code(offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    table = np.zeros(256, np.int64)
    table[2 ** np.arange(8)] = offsets
    return table


ROW_OF_CODE = _by_code(ROW_OFFSETS)
"""Rows to go for each code; 0 for OUTLET and for what is no code."""

COLUMN_OF_CODE = _by_code(COLUMN_OFFSETS)
"""Columns to go for each code; 0 for OUTLET and for what is no code."""


def rim_cells(shape: tuple[int, int]) -> NDArray[np.int64]:
    """Flat indices of an array's rim cells, ascending: the order in which values travel over a rim."""
    height, width = shape
    if height < 3 or width < 3:
        return np.arange(height * width)
    first_column = np.arange(1, height - 1) * width
    sides = np.stack((first_column, first_column + width - 1), axis=1).reshape(-1)
    return np.concatenate((np.arange(width), sides, np.arange((height - 1) * width, height * width)))
