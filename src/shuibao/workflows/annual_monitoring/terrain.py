"""L and S: terrain joined over all tiles, the factors worked out tile by tile."""

from dataclasses import dataclass
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from shuibao.engine.terrain_tasks import DIRECTIONS, TerrainTask, TerrainWorld, terrain_of
from shuibao.engine.terrain_tiles import join_terrain
from shuibao.rules import RuleBook
from shuibao.rules.terrain import SlopeName, SteepnessName, slope_factor_choices, terrain_choices
from shuibao.science.erosion.slope_factors import (
    SlopeFactorChoices,
    SlopeFactors,
    length_factor,
    slope_factors,
    steepness_factor,
)
from shuibao.science.errors import InputError
from shuibao.science.grid import Tile
from shuibao.science.terrain.chain import Terrain
from shuibao.science.terrain.directions import NODATA
from shuibao.science.terrain.perimeter import Perimeters
from shuibao.workflows.annual_monitoring.frame import Frame
from shuibao.workflows.annual_monitoring.plan import choice_of
from shuibao.workflows.annual_monitoring.workshop import Workshop

STEEPNESS_VARIANTS: tuple[SteepnessName, ...] = get_args(SteepnessName)


class TerrainNumbers(NamedTuple):
    """The choices of [terrain], with the rules' values where nothing was written."""

    slope: SlopeName
    steepness: SteepnessName
    slope_length_max_m: float
    channel_area_km2: float
    slope_cap_deg: float


@dataclass(frozen=True)
class TileSlope:
    """The terrain of one tile and the choices that turn it into L and S."""

    terrain: Terrain
    numbers: TerrainNumbers
    choices: dict[SteepnessName, SlopeFactorChoices]

    def factors(self) -> SlopeFactors:
        """L and S by the run's choices."""
        return slope_factors(self.terrain, self._chosen)

    def length_at(self, length_max_m: float) -> NDArray[np.float32]:
        """L with slopes no longer than this."""
        return length_factor(self.terrain, self._chosen._replace(length_max_m=length_max_m))

    def steepness_by(self, variant: SteepnessName) -> NDArray[np.float32]:
        """S by another formula."""
        return steepness_factor(self.terrain, self.choices[variant])

    @property
    def _chosen(self) -> SlopeFactorChoices:
        return self.choices[self.numbers.steepness]


@dataclass(frozen=True)
class SlopeGround:
    """Terrain joined over all tiles: any tile of the cut can be asked for, in any order."""

    world: TerrainWorld
    length_inflow: NDArray[np.int32]
    numbers: TerrainNumbers
    choices: dict[SteepnessName, SlopeFactorChoices]

    def of(self, tile: Tile) -> TileSlope:
        """The terrain of a tile."""
        inflow = self.length_inflow[self.world.perimeters.place(tile)]
        return TileSlope(terrain_of(self.world, TerrainTask(tile, inflow)), self.numbers, self.choices)


def slope_ground(frame: Frame, book: RuleBook, workshop: Workshop) -> SlopeGround:
    """The terrain of the frame's elevation, read as [terrain] says, joined over the workshop's tiles.

    Raises InputError when the DEM has no height at all.
    """
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
    world = TerrainWorld(
        Perimeters(grid.height, grid.width, workshop.tile),
        frame.elevation.read,
        workshop.layers,
        grid.steps,
        grid.areas,
        choices,
    )
    lengths = join_terrain(world, workshop.run)
    _require_ground(world, frame)
    return SlopeGround(world, lengths, numbers, by_variant)


def _require_ground(world: TerrainWorld, frame: Frame) -> None:
    """Raises InputError when no tile has a cell with a height."""
    codes = (world.layers.read(DIRECTIONS, tile) for tile in world.perimeters.tiles)
    if all((found == NODATA).all() for found in codes):
        raise InputError(f"{frame.elevation.raster.source.path} 没有一个有效的高程。请检查 nodata。")
