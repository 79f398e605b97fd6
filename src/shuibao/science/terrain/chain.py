"""From heights to slope and slope length in one go, with as little memory as that takes."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.grid import AREA_UNITS_PER_M2, CellAreas, CellSteps
from shuibao.science.terrain.accumulation import upstream_area
from shuibao.science.terrain.directions import Elevation
from shuibao.science.terrain.fill import fill_depressions
from shuibao.science.terrain.flow import flow_directions
from shuibao.science.terrain.slope import SlopeMethod
from shuibao.science.terrain.slope_length import CutOff, StepUnits, slope_lengths, step_units


class TerrainChoices(NamedTuple):
    """How terrain is read: slope method, cut-off of slope length, area that makes a channel."""

    slope: SlopeMethod
    cutoff: CutOff
    channel_area_m2: float


class Terrain(NamedTuple):
    """What L and S need of each cell: slope, slope length at its lower end, direction, step lengths."""

    slope_deg: NDArray[np.float32]
    length_units: NDArray[np.int32]
    directions: NDArray[np.uint8]
    steps: StepUnits

    def rows(self, first: int, end: int) -> "Terrain":
        """Rows first … end − 1."""
        part = slice(first, end)
        return Terrain(
            self.slope_deg[part], self.length_units[part], self.directions[part], self.steps.rows(first, end)
        )


def read_terrain(
    elevation: Elevation, steps: CellSteps, areas: CellAreas, choices: TerrainChoices
) -> Terrain:
    """Slope [deg] and slope length [0.1 mm] of every valid cell. The elevation is filled in place.

    Slope is measured on the filled surface. A channel is where the upstream area reaches the chosen one.
    """
    units = step_units(steps)
    fill_depressions(elevation, out=elevation)
    directions = flow_directions(elevation, steps)
    is_channel = upstream_area(directions, areas) >= round(choices.channel_area_m2 * AREA_UNITS_PER_M2)
    slope_deg = choices.slope(elevation, steps)
    length_units = slope_lengths(directions, slope_deg, is_channel, units, choices.cutoff)
    return Terrain(slope_deg, length_units, directions, units)
