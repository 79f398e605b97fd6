"""A surface of triangles between points of known height, read at the cell centres of a grid."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay

from shuibao.science.compiled import kernel
from shuibao.science.grid import Grid

ON_EDGE = 1e-9  # a cell on an edge belongs to both triangles, whatever the rounding


def joined(places: NDArray[np.float64], heights_m: NDArray[np.float64], grid: Grid) -> NDArray[np.float32]:
    """Heights [m] of the grid's cells on the triangles between the places (x, y); NaN outside all of them.

    Filled triangle by triangle: scipy's own interpolator asks the linear-algebra library about each triangle,
    and on a busy machine that library's threads then wait for each other for seconds.
    """
    cell_m = grid.transform.a
    columns = (places[:, 0] - grid.transform.c) / cell_m - 0.5
    rows = (grid.transform.f - places[:, 1]) / cell_m - 0.5
    triangles = Delaunay(np.column_stack([columns, rows])).simplices
    return _filled(columns, rows, heights_m, triangles, grid.height, grid.width)


@kernel
def _filled(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    heights_m: NDArray[np.float64],
    triangles: NDArray[np.int32],
    rows: int,
    columns: int,
) -> NDArray[np.float32]:
    found = np.full((rows, columns), np.float32(np.nan), np.float32)
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        twice_area = (x[b] - x[a]) * (y[c] - y[a]) - (x[c] - x[a]) * (y[b] - y[a])
        if twice_area == 0:
            continue
        top, bottom = max(int(min(y[a], y[b], y[c])), 0), min(int(max(y[a], y[b], y[c])) + 1, rows - 1)
        left, right = max(int(min(x[a], x[b], x[c])), 0), min(int(max(x[a], x[b], x[c])) + 1, columns - 1)
        for r in range(top, bottom + 1):
            for q in range(left, right + 1):
                of_b = ((q - x[a]) * (y[c] - y[a]) - (x[c] - x[a]) * (r - y[a])) / twice_area
                of_c = ((x[b] - x[a]) * (r - y[a]) - (q - x[a]) * (y[b] - y[a])) / twice_area
                if of_b >= -ON_EDGE and of_c >= -ON_EDGE and of_b + of_c <= 1 + ON_EDGE:
                    found[r, q] = heights_m[a] + of_b * (heights_m[b] - heights_m[a])
                    found[r, q] += np.float32(of_c * (heights_m[c] - heights_m[a]))
    return found
