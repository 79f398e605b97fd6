"""Values of a raster at fractional places (0.5 = the first cell's centre): nearest, bilinear, block means."""

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel


@kernel
def nearest(
    values: NDArray[np.float32], rows: NDArray[np.float64], columns: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Bands at the cell that holds each place; NaN outside. values: band × row × column; places: 2-D."""
    bands, height, width = values.shape
    found = np.full((bands, rows.shape[0], rows.shape[1]), np.float32(np.nan), np.float32)
    for i in range(rows.shape[0]):
        for j in range(rows.shape[1]):
            row, column = rows[i, j], columns[i, j]
            if not (0 <= row <= height and 0 <= column <= width):
                continue
            r, c = min(int(row), height - 1), min(int(column), width - 1)
            for band in range(bands):
                found[band, i, j] = values[band, r, c]
    return found


@kernel
def bilinear(
    values: NDArray[np.float32], rows: NDArray[np.float64], columns: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Bands between the four nearest cell centres; NaN outside and where the holding cell is NaN.

    A NaN among the other three is left out and the weights of the rest are renormalised; beyond the outermost
    centres the edge value holds.
    """
    bands, height, width = values.shape
    found = np.full((bands, rows.shape[0], rows.shape[1]), np.float32(np.nan), np.float32)
    for i in range(rows.shape[0]):
        for j in range(rows.shape[1]):
            row, column = rows[i, j], columns[i, j]
            if not (0 <= row <= height and 0 <= column <= width):
                continue
            holder_r, holder_c = min(int(row), height - 1), min(int(column), width - 1)
            y = min(max(row - 0.5, 0.0), height - 1.0)
            x = min(max(column - 0.5, 0.0), width - 1.0)
            r, c = int(y), int(x)
            lower, right = min(r + 1, height - 1), min(c + 1, width - 1)
            down, along = y - r, x - c
            w00, w01 = (1 - down) * (1 - along), (1 - down) * along
            w10, w11 = down * (1 - along), down * along
            for band in range(bands):
                if np.isnan(values[band, holder_r, holder_c]):
                    continue
                total, weight = 0.0, 0.0
                for value, w in (
                    (values[band, r, c], w00),
                    (values[band, r, right], w01),
                    (values[band, lower, c], w10),
                    (values[band, lower, right], w11),
                ):
                    if w > 0 and not np.isnan(value):
                        total += w * value
                        weight += w
                found[band, i, j] = total / weight
    return found


@kernel
def block_means(values: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Means of the data in blocks of size × size cells, NaN where there is none; the last may be cut off."""
    bands, height, width = values.shape
    rows, columns = -(-height // size), -(-width // size)
    found = np.full((bands, rows, columns), np.float32(np.nan), np.float32)
    for band in range(bands):
        for i in range(rows):
            for j in range(columns):
                total, count = 0.0, 0
                for r in range(i * size, min((i + 1) * size, height)):
                    for c in range(j * size, min((j + 1) * size, width)):
                        if not np.isnan(values[band, r, c]):
                            total += values[band, r, c]
                            count += 1
                if count:
                    found[band, i, j] = total / count
    return found
