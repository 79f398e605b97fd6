"""The tasks of the tiled terrain chain: what is done to one tile, from the rim values that come in.

Every task is a function of the world and of a small value, and gives a small value: it can run on any thread,
process or machine that reaches the DEM and the working layers. Run again, a task gives the same.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.engine.filled_tiles import DrainTask, TiledWorld, filled_around, steps_around
from shuibao.science.grid import AREA_UNITS_PER_M2, CellSteps, Tile
from shuibao.science.terrain.accumulation import upstream_area
from shuibao.science.terrain.chain import Terrain, TerrainChoices
from shuibao.science.terrain.directions import Codes, rim_cells
from shuibao.science.terrain.open_flats import (
    Distances,
    crossed_distances,
    has_flats,
    open_directions,
    settled_directions,
)
from shuibao.science.terrain.rim_links import LengthLinks, Ways, length_links, tile_ways
from shuibao.science.terrain.slope_length import raise_lengths, slope_lengths, step_units

OPEN = "open"
DIRECTIONS = "directions"
SLOPE = "slope"
CHANNELS = "channels"
LENGTHS = "lengths"
FILLED = "filled"
AREA = "area"
"""Working layers beside those of filling. For a while: directions with flats that run on.
To the end: directions, slope [deg], channels, slope lengths inside tiles [0.1 mm], and filled surface [m] and
area if they are kept."""


@dataclass(frozen=True)
class TerrainWorld(TiledWorld):
    """What every task of the chain knows.

    kept: which of FILLED and AREA (unit of `areas`) are left among the working layers.
    """

    choices: TerrainChoices
    kept: frozenset[str] = frozenset()


class Drained(NamedTuple):
    """A tile's rim once filled: slope [deg] and distances in flats, and whether flats touch the rim."""

    slope_deg: NDArray[np.float32]
    distances: Distances
    has_flats: bool


class FlatTask(NamedTuple):
    """A tile with flats, and its rim cells' least distances by ways beyond it."""

    tile: Tile
    rim_distances: Distances


class SettleTask(NamedTuple):
    """A tile; if it has flats, its rim cells' distances by ways beyond it, and the codes that lead there."""

    tile: Tile
    has_flats: bool
    rim_distances: Distances
    rim_codes: Codes


class Settled(NamedTuple):
    """Where a tile's rim cells lead, and the area that drains through them inside the tile."""

    ways: Ways
    area: NDArray[np.int64]


class TraceTask(NamedTuple):
    """A tile and the area that enters at its rim cells."""

    tile: Tile
    area_inflow: NDArray[np.int64]


class Traced(NamedTuple):
    """Slope length [0.1 mm] at a tile's rim cells inside the tile, and what becomes of lengths that enter."""

    lengths: NDArray[np.int32]
    links: LengthLinks


class TerrainTask(NamedTuple):
    """A tile and the slope length that enters at its rim cells [0.1 mm]; −1 where none does."""

    tile: Tile
    length_inflow: NDArray[np.int32]


def drain(world: TerrainWorld, task: DrainTask) -> Drained:
    """Fills a tile; leaves its slope and its directions with open flats."""
    tile, padded = task.tile, filled_around(world, task)
    steps = steps_around(world.steps, tile)
    codes, rim_distances = open_directions(padded, steps)
    slope_deg = world.choices.slope(padded, steps)[1:-1, 1:-1].copy()
    world.layers.write(OPEN, tile, codes)
    world.layers.write(SLOPE, tile, slope_deg)
    if FILLED in world.kept:
        world.layers.write(FILLED, tile, padded[1:-1, 1:-1])
    return Drained(slope_deg.reshape(-1)[rim_cells(codes.shape)], rim_distances, has_flats(codes))


def cross_flats(world: TerrainWorld, task: FlatTask) -> Distances:
    """The rim cells' distances in flats when ways beyond the tile count."""
    return crossed_distances(world.layers.read(OPEN, task.tile), task.rim_distances)


def settle(world: TerrainWorld, task: SettleTask) -> Settled:
    """Drains a tile's flats and leaves its directions."""
    tile = task.tile
    directions = world.layers.read(OPEN, tile)
    if task.has_flats:
        directions = settled_directions(directions, task.rim_distances, task.rim_codes)
    world.layers.write(DIRECTIONS, tile, directions)
    area = upstream_area(directions, world.areas, origin=(tile.row, tile.column))
    ways = tile_ways(world.perimeters, tile, directions)
    return Settled(ways, area.reshape(-1)[rim_cells(directions.shape)])


def trace(world: TerrainWorld, task: TraceTask) -> Traced:
    """Finds a tile's channels and the slope lengths inside it; leaves both."""
    tile = task.tile
    directions = world.layers.read(DIRECTIONS, tile)
    slope_deg = world.layers.read(SLOPE, tile)
    area = upstream_area(directions, world.areas, task.area_inflow, (tile.row, tile.column))
    is_channel = area >= round(world.choices.channel_area_m2 * AREA_UNITS_PER_M2)
    world.layers.write(CHANNELS, tile, is_channel)
    if AREA in world.kept:
        world.layers.write(AREA, tile, area)

    ground = directions, slope_deg, is_channel, step_units(_steps(world.steps, tile)), world.choices.cutoff
    lengths = slope_lengths(*ground)
    world.layers.write(LENGTHS, tile, lengths)
    return Traced(lengths.reshape(-1)[rim_cells(directions.shape)], length_links(*ground))


def terrain_of(world: TerrainWorld, task: TerrainTask) -> Terrain:
    """Slope and slope length of every cell of a tile, as `read_terrain` gives them for the whole."""
    lengths = world.layers.read(LENGTHS, task.tile).copy()
    directions = world.layers.read(DIRECTIONS, task.tile)
    slope_deg = world.layers.read(SLOPE, task.tile)
    is_channel = world.layers.read(CHANNELS, task.tile)
    units = step_units(_steps(world.steps, task.tile))
    raise_lengths(lengths, directions, slope_deg, is_channel, units, world.choices.cutoff, task.length_inflow)
    return Terrain(slope_deg, lengths, directions, units)


def _steps(steps: CellSteps, tile: Tile) -> CellSteps:
    return CellSteps(*(lengths[tile.slices[0]] for lengths in steps))
