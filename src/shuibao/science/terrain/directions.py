"""D8 codes as ESRI writes them, their offsets, and the order in which a tile's rim cells are listed."""

import numpy as np
from numpy.typing import NDArray

OUTLET = 0
"""The flow leaves the world here."""

NODATA = 255
"""Outside the world."""

CODES = np.array([1, 2, 4, 8, 16, 32, 64, 128], np.uint8)
"""E, SE, S, SW, W, NW, N, NE: clockwise from east, so that the lowest code is the first."""

ROW_OFFSETS = np.array([0, 1, 1, 1, 0, -1, -1, -1], np.int64)
COLUMN_OFFSETS = np.array([1, 1, 0, -1, -1, -1, 0, 1], np.int64)


def _by_code(offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    table = np.zeros(256, np.int64)
    table[CODES] = offsets
    return table


ROW_OF_CODE = _by_code(ROW_OFFSETS)
"""Rows to go for each code; 0 for OUTLET and for what is no code."""

COLUMN_OF_CODE = _by_code(COLUMN_OFFSETS)
"""Columns to go for each code; 0 for OUTLET and for what is no code."""


def rim_cells(shape: tuple[int, int]) -> NDArray[np.int64]:
    """Flat indices of the cells on the rim of an array, ascending. Whatever travels over a rim is in this order."""
    height, width = shape
    is_rim = np.zeros(shape, np.bool_)
    is_rim[[0, -1]] = True
    is_rim[:, [0, -1]] = True
    return np.flatnonzero(is_rim) if height and width else np.empty(0, np.int64)
