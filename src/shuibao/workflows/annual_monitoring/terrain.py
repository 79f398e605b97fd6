"""L and S: terrain read once for the whole grid, the factors worked out tile by tile."""

from dataclasses import dataclass
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from shuibao.rules import RuleBook
from shuibao.rules.terrain import SlopeName, SteepnessName, slope_factor_choices, terrain_choices
from shuibao.science.erosion.slope_factors import SlopeFactorChoices, SlopeFactors, slope_factors
from shuibao.science.errors import InputError
from shuibao.science.grid import Tile
from shuibao.science.terrain.chain import Terrain, read_terrain
from shuibao.workflows.annual_monitoring.frame import Frame
from shuibao.workflows.annual_monitoring.plan import choice_of

STEEPNESS_VARIANTS: tuple[SteepnessName, ...] = get_args(SteepnessName)


class TerrainNumbers(NamedTuple):
    """The choices of [terrain], with the rules' values where nothing was written."""

    slope: SlopeName
    steepness: SteepnessName
    slope_length_max_m: float
    channel_area_km2: float
    slope_cap_deg: float


@dataclass(frozen=True)
class SlopeGround:
    """The terrain of the whole grid and the choices that turn it into L and S."""

    terrain: Terrain
    numbers: TerrainNumbers
    choices: dict[SteepnessName, SlopeFactorChoices]

    def slope_deg(self, tile: Tile) -> NDArray[np.float32]:
        """Slope in the tile [deg]."""
        return self.terrain.slope_deg[tile.slices]

    def factors(
        self, tile: Tile, *, variant: SteepnessName | None = None, length_max_m: float | None = None
    ) -> SlopeFactors:
        """L and S in the tile; by the run's choices where none is given."""
        chosen = self.choices[variant or self.numbers.steepness]
        if length_max_m is not None:
            chosen = chosen._replace(length_max_m=length_max_m)
        rows = tile.slices
        part = Terrain(
            self.terrain.slope_deg[rows],
            self.terrain.length_units[rows],
            self.terrain.directions[rows],
            self.terrain.steps.rows(tile.row, tile.row + tile.height),
        )
        return slope_factors(part, chosen)


def slope_ground(frame: Frame, book: RuleBook) -> SlopeGround:
    """The terrain of the frame's elevation, read as [terrain] says."""
    section = frame.plan.section("terrain")
    slope = choice_of(section, "slope", SlopeName, "greatest_descent")
    variant = choice_of(section, "steepness", SteepnessName, "csle3")
    longest, channel, cap = (
        section.number(key) if key in section else None
        for key in ("slope_length_max_m", "channel_area_km2", "slope_cap_deg")
    )
    choices = terrain_choices(book, slope, channel)
    by_variant = {name: slope_factor_choices(book, name, longest, cap) for name in STEEPNESS_VARIANTS}
    chosen = by_variant[variant]
    numbers = TerrainNumbers(
        slope, variant, chosen.length_max_m, choices.channel_area_m2 / 1e6, chosen.slope_cap_deg
    )
    grid = frame.grid
    terrain = read_terrain(_elevation(frame), grid.steps, grid.areas, choices)
    return SlopeGround(terrain, numbers, by_variant)


def _elevation(frame: Frame) -> NDArray[np.float32]:
    """The DEM on the run's grid. Raises InputError when it has no data at all."""
    elevation = np.empty(frame.grid.shape, dtype=np.float32)
    for tile in frame.grid.tiles(1024):
        elevation[tile.slices] = frame.elevation.read(tile)
    if not np.isfinite(elevation).any():
        raise InputError(f"{frame.elevation.raster.source.path} 没有一个有效的高程。请检查 nodata。")
    return elevation
