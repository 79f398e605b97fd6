"""Coarse grids read at the cell centres of finer ones that share their corner."""

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel


@kernel
def _cubic_weights(share: float) -> tuple[float, float, float, float]:
    """Catmull-Rom weights of four neighbours at this share of the way from the second to the third."""
    square, cube = share * share, share * share * share
    return (
        -0.5 * share + square - 0.5 * cube,
        1 - 2.5 * square + 1.5 * cube,
        0.5 * share + 2 * square - 1.5 * cube,
        -0.5 * square + 0.5 * cube,
    )


@kernel
def cubic(
    coarse: NDArray[np.float32], scale: float, first_row: int, rows: int, columns: int
) -> NDArray[np.float32]:
    """Rows of the fine grid, smooth through the coarse cells. scale: fine cell / coarse cell."""
    height, width = coarse.shape
    found = np.empty((rows, columns), np.float32)
    blended = np.empty(width, np.float32)
    for i in range(rows):
        y = (first_row + i + 0.5) * scale - 0.5
        r = int(np.floor(y))
        a, b, c, d = _cubic_weights(y - r)
        r0, r1 = min(max(r - 1, 0), height - 1), min(max(r, 0), height - 1)
        r2, r3 = min(max(r + 1, 0), height - 1), min(max(r + 2, 0), height - 1)
        for j in range(width):
            blended[j] = a * coarse[r0, j] + b * coarse[r1, j] + c * coarse[r2, j] + d * coarse[r3, j]
        for j in range(columns):
            x = (j + 0.5) * scale - 0.5
            q = int(np.floor(x))
            a, b, c, d = _cubic_weights(x - q)
            q0, q1 = min(max(q - 1, 0), width - 1), min(max(q, 0), width - 1)
            q2, q3 = min(max(q + 1, 0), width - 1), min(max(q + 2, 0), width - 1)
            found[i, j] = a * blended[q0] + b * blended[q1] + c * blended[q2] + d * blended[q3]
    return found


def linear(
    coarse: NDArray[np.float32], scale: float, first_row: int, rows: int, columns: int
) -> NDArray[np.float32]:
    """Rows of the fine grid, straight between the coarse cells' centres. scale: fine cell / coarse cell."""
    y, r = _places(first_row, rows, scale, coarse.shape[0])
    x, c = _places(0, columns, scale, coarse.shape[1])
    strip = coarse[r] * (1 - y)[:, None] + coarse[np.minimum(r + 1, coarse.shape[0] - 1)] * y[:, None]
    return np.asarray(strip[:, c] * (1 - x) + strip[:, np.minimum(c + 1, coarse.shape[1] - 1)] * x)


def _places(first: int, count: int, scale: float, size: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Share of the way to the next coarse cell, and the cell, for each of the fine cells."""
    place = np.clip((np.arange(first, first + count) + 0.5) * scale - 0.5, 0, size - 1)
    cell = place.astype(np.int64)
    return (place - cell).astype(np.float32), cell
