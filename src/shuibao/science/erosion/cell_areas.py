"""Where a tile lies in its grid, and what its cells and their losses weigh as integers."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.errors import OutOfRange
from shuibao.science.grid import AREA_UNITS_PER_M2, CellAreas

AREA_UNITS_PER_KM2 = AREA_UNITS_PER_M2 * 1_000_000

LOSS_UNITS_PER_T = 100_000_000
"""Losses are summed as integers of 10 mg/a.

int64 then holds 9.2·10¹⁰ t/a: Shanxi at 588 000 t/(km²·a), China at 9600, far above what can be. A cell is
off by at most 5 mg/a, so the mean modulus on cells of 100 m² by at most 5·10⁻⁵ t/(km²·a): six digits and more
from 50 t/(km²·a) on.
"""

_LOSS_UNITS_PER_MODULUS_AND_AREA_UNIT = LOSS_UNITS_PER_T / AREA_UNITS_PER_KM2


class TileAreas(NamedTuple):
    """The true areas of a tile's cells: the grid's table, and the tile's first row and column in the grid."""

    cells: CellAreas
    row: int
    column: int

    def lines(self, height: int, width: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the tile's rows and its columns stand in the table: area(r, c) = units[rows[r], columns[c]].

        Raises OutOfRange when the tile reaches beyond the table.
        """
        rows = (self.row + np.arange(height, dtype=np.int64)) // self.cells.rows
        columns = (self.column + np.arange(width, dtype=np.int64)) // self.cells.columns
        for name, line, size in zip("行列", (rows, columns), self.cells.units.shape, strict=True):
            if line.size and not 0 <= line[0] <= line[-1] < size:
                raise OutOfRange(f"瓦片在面积表中的{name}号", (line[0], line[-1]), f"0–{size - 1}")
        return rows, columns


@kernel
def loss_units(loss_t_km2_a: float, area_units: int) -> int:
    """Loss of a cell [10 mg/a] from its modulus, rounded."""
    return int(np.float64(loss_t_km2_a) * area_units * _LOSS_UNITS_PER_MODULUS_AND_AREA_UNIT + 0.5)


def mean_loss_t_km2_a(units: int, area_units: int) -> float | None:
    """Mean modulus [t/(km²·a)] of a summed loss on a summed area; None where there is no area."""
    if area_units == 0:
        return None
    return (units / LOSS_UNITS_PER_T) / (area_units / AREA_UNITS_PER_KM2)
