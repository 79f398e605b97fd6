"""Coarse cells that sum up the fine cells within: shares of codes, means."""

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel


@kernel
def shares(
    codes: NDArray[np.uint8], group_of: NDArray[np.int64], groups: int, rows: int, columns: int
) -> NDArray[np.float32]:
    """groups × rows × columns: the share of each coarse cell whose fine codes belong to the group.

    group_of: group by code (256), negative for none. Both grids fill the same box; a fine cell that spans
    several coarse ones counts in each.
    """
    found = np.zeros((groups, rows, columns), np.float32)
    down, along = codes.shape[0] / rows, codes.shape[1] / columns
    for i in range(rows):
        top = int(i * down)
        bottom = max(int((i + 1) * down), top + 1)
        for j in range(columns):
            left = int(j * along)
            right = max(int((j + 1) * along), left + 1)
            weight = np.float32(1.0 / ((bottom - top) * (right - left)))
            for r in range(top, bottom):
                for c in range(left, right):
                    group = group_of[codes[r, c]]
                    if group >= 0:
                        found[group, i, j] += weight
    return found


@kernel
def means(values: NDArray[np.uint8], rows: int, columns: int) -> NDArray[np.float32]:
    """rows × columns: the mean of the fine values in each coarse cell of the same box."""
    found = np.empty((rows, columns), np.float32)
    down, along = values.shape[0] / rows, values.shape[1] / columns
    for i in range(rows):
        top = int(i * down)
        bottom = max(int((i + 1) * down), top + 1)
        for j in range(columns):
            left = int(j * along)
            right = max(int((j + 1) * along), left + 1)
            total = 0
            for r in range(top, bottom):
                for c in range(left, right):
                    total += values[r, c]
            found[i, j] = total / ((bottom - top) * (right - left))
    return found
