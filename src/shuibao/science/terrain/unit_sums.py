"""What lies in each watershed: area, mean slope, lowest and highest ground, summed tile by tile."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.grid import CellAreas
from shuibao.science.terrain.directions import Elevation
from shuibao.science.terrain.land import Labels

_SLOPE_UNITS_PER_DEG = 100


@dataclass
class UnitSums:
    """Sums by label (0 unused): area [cm²], Σ area · slope [cm² · 0.01°], lowest and highest height [m].

    Whole numbers: adding tiles up in any order gives the same.
    """

    area: NDArray[np.int64]
    slope: NDArray[np.int64]
    lowest_m: NDArray[np.float32]
    highest_m: NDArray[np.float32]

    @classmethod
    def zeros(cls, count: int) -> "UnitSums":
        """Nothing yet, for labels 1 … count."""
        size = count + 1
        return cls(
            np.zeros(size, np.int64),
            np.zeros(size, np.int64),
            np.full(size, np.inf, np.float32),
            np.full(size, -np.inf, np.float32),
        )

    def add(self, other: "UnitSums", labels: NDArray[np.int64]) -> None:
        """Takes in other sums, whose labels are to count as these; 0 is left out."""
        counts = labels > 0
        into = labels[counts]
        np.add.at(self.area, into, other.area[counts])
        np.add.at(self.slope, into, other.slope[counts])
        np.minimum.at(self.lowest_m, into, other.lowest_m[counts])
        np.maximum.at(self.highest_m, into, other.highest_m[counts])

    @property
    def mean_slope_deg(self) -> NDArray[np.float64]:
        """Mean slope by area [deg]; NaN for a label without land."""
        weight = self.area * _SLOPE_UNITS_PER_DEG
        slope_deg = np.full(weight.shape, np.nan)
        np.divide(self.slope, weight, out=slope_deg, where=weight > 0)
        return slope_deg


def unit_sums(
    labels: Labels,
    count: int,
    slope_deg: NDArray[np.float32],
    heights: Elevation,
    areas: CellAreas,
    origin: tuple[int, int] = (0, 0),
) -> UnitSums:
    """The sums of one tile. origin: its first row and column in the grid the areas belong to."""
    sums = UnitSums.zeros(count)
    _add_cells(
        labels, slope_deg, heights, areas, *origin, sums.area, sums.slope, sums.lowest_m, sums.highest_m
    )
    return sums


@kernel
def _add_cells(
    labels: Labels,
    slope_deg: NDArray[np.float32],
    heights: Elevation,
    areas: CellAreas,
    first_row: int,
    first_column: int,
    area: NDArray[np.int64],
    slope: NDArray[np.int64],
    lowest_m: NDArray[np.float32],
    highest_m: NDArray[np.float32],
) -> None:
    height, width = labels.shape
    for row in range(height):
        units = areas.units[(first_row + row) // areas.rows]
        for column in range(width):
            label = labels[row, column]
            if label <= 0:
                continue
            own = units[(first_column + column) // areas.columns]
            area[label] += own
            slope[label] += own * np.int64(np.rint(slope_deg[row, column] * _SLOPE_UNITS_PER_DEG))
            lowest_m[label] = min(lowest_m[label], heights[row, column])
            highest_m[label] = max(highest_m[label], heights[row, column])
