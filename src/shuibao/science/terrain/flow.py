"""D8 flow directions on a filled surface: the steepest way down, and across flats the shortest way out."""

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.grid import CellSteps
from shuibao.science.terrain.directions import NODATA, OUTLET, UNDRAINED, Codes, Elevation
from shuibao.science.terrain.flats import drain_flats
from shuibao.science.terrain.rows import Row, pad_row


def flow_directions(
    filled: Elevation, steps: CellSteps, rim_distances: NDArray[np.int32] | None = None
) -> Codes:
    """D8 codes (1 E, 2 SE, … 128 NE), 0 at outlets, 255 outside.

    The greatest drop per length, of equals the lowest code (O'Callaghan & Mark 1984,
    doi:10.1016/S0734-189X(84)80011-0). A cell that nothing lies below is an outlet if it lies beside NaN or
    the array's edge; otherwise it takes the shortest way through its flat (`drain_flats`).

    rim_distances: as `drain_flats` takes them, for a tile with one more cell around it; the rim's directions
    are then meaningless, all others are those of the larger world.
    Raises NotFilled when the surface has closed depressions.
    """
    directions = descents(filled, steps)
    drain_flats(filled, directions, rim_distances)
    return directions


def descents(filled: Elevation, steps: CellSteps) -> Codes:
    """Flow directions as far as cells have a lower neighbour or are outlets; UNDRAINED inside flats."""
    directions = np.empty(filled.shape, np.uint8)
    _descend(filled, steps, directions)
    return directions


@kernel
def _steeper(drop: float, code: int, best: float, best_code: int) -> tuple[float, int]:
    """The greater drop and its code; NaN does not count."""
    if drop > best:
        return drop, code
    return best, best_code


@kernel
def _steeper_or_first(fall: float, code: int, best: float, best_code: int) -> tuple[float, int]:
    """The greater fall and its code, of equals the lower code."""
    if fall > best or (fall == best and code < best_code):
        return fall, code
    return best, best_code


@kernel
def _steepest_codes(
    above: Row, here: Row, below: Row, along_row: float, along_column: float, diagonal: float, codes: Codes
) -> None:
    """The codes of the greatest falls, of equals the lowest, for a row; UNDRAINED where nothing lies below.

    Of neighbours equally far the one with the greater drop is the steeper: no rounding comes between them.
    """
    for i in range(codes.size):
        z = np.float64(here[i + 1])
        level, level_code = _steeper(z - here[i + 2], 1, 0.0, UNDRAINED)
        level, level_code = _steeper(z - here[i], 16, level, level_code)
        upright, upright_code = _steeper(z - below[i + 1], 4, 0.0, UNDRAINED)
        upright, upright_code = _steeper(z - above[i + 1], 64, upright, upright_code)
        oblique, oblique_code = _steeper(z - below[i + 2], 2, 0.0, UNDRAINED)
        oblique, oblique_code = _steeper(z - below[i], 8, oblique, oblique_code)
        oblique, oblique_code = _steeper(z - above[i], 32, oblique, oblique_code)
        oblique, oblique_code = _steeper(z - above[i + 2], 128, oblique, oblique_code)

        best, code = _steeper_or_first(upright / along_column, upright_code, level / along_row, level_code)
        codes[i] = _steeper_or_first(oblique / diagonal, oblique_code, best, code)[1]


@kernel
def _mark_outside(above: Row, here: Row, below: Row, codes: Codes) -> None:
    """Of the cells nothing lies below: NaN is NODATA, those beside NaN are outlets, the rest are in flats."""
    for i in range(codes.size):
        if codes[i] == UNDRAINED:
            around = above[i] + above[i + 1] + above[i + 2] + here[i] + here[i + 2]
            around += below[i] + below[i + 1] + below[i + 2]
            if here[i + 1] != here[i + 1]:
                codes[i] = NODATA
            elif around != around:
                codes[i] = OUTLET


@kernel
def _descend(filled: Elevation, steps: CellSteps, directions: Codes) -> None:
    """Writes the steepest direction of every cell; UNDRAINED in the middle of flats."""
    height, width = filled.shape
    rows = np.empty((3, width + 2), filled.dtype)
    pad_row(filled, -1, np.nan, rows[2])
    pad_row(filled, 0, np.nan, rows[0])
    for row in range(height):
        above, here, below = rows[(row + 2) % 3], rows[row % 3], rows[(row + 1) % 3]
        pad_row(filled, row + 1, np.nan, below)
        lengths = steps.along_row_m[row], steps.along_column_m[row], steps.diagonal_m[row]
        _steepest_codes(above, here, below, *lengths, directions[row])
        _mark_outside(above, here, below, directions[row])
