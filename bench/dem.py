"""A made-up DEM for benchmarks: loess-like hills cut by gullies, with pits and flats; the same each time.

A rough plateau is carved by its own streams on a coarse grid, refined by splines, and roughened in detail.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from shuibao.science.compiled import kernel
from shuibao.science.grid import CellSteps
from shuibao.science.terrain.accumulation import inflow_counts, upstream_cells
from shuibao.science.terrain.directions import COLUMN_OF_CODE, NODATA, OUTLET, ROW_OF_CODE, Codes
from shuibao.science.terrain.fill import fill_depressions
from shuibao.science.terrain.flow import flow_directions

CELL_M = 10.0
_REFINEMENT = 4
_ROUNDS = 20
_UPLIFT_M = 3.5
_ERODIBILITY = 0.05


def square_steps(rows: int, cell_m: float = CELL_M) -> CellSteps:
    """Steps of square cells [m]."""
    lengths = np.full(rows, cell_m)
    return CellSteps(lengths, lengths, lengths * np.sqrt(2))


def loess_like(side: int, seed: int = 1) -> NDArray[np.float32]:
    """Heights [m] to the centimetre of side × side cells of 10 m."""
    coarse_side = -(-side // _REFINEMENT)
    plateau = _noise(coarse_side, 2.6, seed) * 110 + np.linspace(1000, 1300, coarse_side)[:, None]
    carved = _carve(plateau.astype(np.float32))
    heights = ndimage.zoom(carved, _REFINEMENT, order=3, mode="nearest")[:side, :side]
    heights += _noise(side, 3.0, seed + 1) * np.float32(2.0)
    heights += _noise(side, 1.8, seed + 2) * np.float32(0.3)
    rounded: NDArray[np.float32] = np.round(heights, 2)
    return rounded


def _noise(side: int, exponent: float, seed: int) -> NDArray[np.float32]:
    """A fractal surface of mean 0 and deviation 1 whose power falls with the frequency to this exponent."""
    white = np.random.default_rng(seed).standard_normal((side, side), dtype=np.float32)
    spectrum = fft.rfft2(white)
    frequency2 = fft.fftfreq(side)[:, None] ** 2 + fft.rfftfreq(side)[None, :] ** 2
    frequency2[0, 0] = np.inf
    spectrum *= (frequency2 ** (-exponent / 4)).astype(np.float32)
    surface: NDArray[np.float32] = fft.irfft2(spectrum, s=(side, side)).astype(np.float32)
    surface /= surface.std()
    return surface


def _carve(ground: NDArray[np.float32]) -> NDArray[np.float32]:
    """The ground after rounds of uplift and stream erosion, with slopes that creep."""
    cell_m = CELL_M * _REFINEMENT
    for turn in range(_ROUNDS):
        ground = fill_depressions(ground)
        directions = flow_directions(ground, square_steps(ground.shape[0], cell_m))
        ground[1:-1, 1:-1] += np.float32(_UPLIFT_M)
        _incise(ground, directions, upstream_cells(directions), _ERODIBILITY)
        if turn % 5 == 4:
            ground = ndimage.gaussian_filter(ground, 0.6)
    return ground


@kernel
def _downstream_order(directions: Codes, waiting: Codes) -> NDArray[np.int64]:
    """Flat indices of the cells, each before the one it flows to."""
    width = directions.shape[1]
    order, size = np.empty(directions.size, np.int64), 0
    for cell in range(directions.size):
        if waiting[cell // width, cell % width] == 0 and directions[cell // width, cell % width] != NODATA:
            order[size] = cell
            size += 1
    done = 0
    while done < size:
        row, column = divmod(order[done], width)
        done += 1
        code = directions[row, column]
        if code != OUTLET:
            r, c = row + ROW_OF_CODE[code], column + COLUMN_OF_CODE[code]
            waiting[r, c] -= 1
            if waiting[r, c] == 0:
                order[size] = r * width + c
                size += 1
    return order[:size]


@kernel
def _lower_streams(
    ground: NDArray[np.float32],
    directions: Codes,
    cells: NDArray[np.int64],
    erodibility: float,
    order: NDArray[np.int64],
) -> None:
    """Implicit stream power from the outlets up: each cell sinks towards the one it flows to."""
    width = ground.shape[1]
    for i in range(order.size - 1, -1, -1):
        row, column = divmod(order[i], width)
        code = directions[row, column]
        if code == OUTLET:
            continue
        below = ground[row + ROW_OF_CODE[code], column + COLUMN_OF_CODE[code]]
        if ground[row, column] > below:
            power = erodibility * np.sqrt(cells[row, column])
            ground[row, column] = (ground[row, column] + power * below) / (1 + power)


def _incise(
    ground: NDArray[np.float32], directions: Codes, cells: NDArray[np.int64], erodibility: float
) -> None:
    """Braun & Willett 2013 (doi:10.1016/j.geomorph.2012.10.008), in place."""
    order = _downstream_order(directions, inflow_counts(directions))
    _lower_streams(ground, directions, cells, erodibility, order)
