"""The tasks of the tiled chain to directions where flats gather their flow: what is done to one tile.

Like those of the terrain chain: run again, a task gives the same, on any machine.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.engine.filled_tiles import DrainTask, TiledWorld, filled_around, steps_around
from shuibao.engine.terrain_tasks import DIRECTIONS, SLOPE, Settled
from shuibao.science.grid import Tile
from shuibao.science.terrain.accumulation import upstream_area
from shuibao.science.terrain.directions import UNDRAINED, Codes, rim_cells
from shuibao.science.terrain.gathered_flats import (
    STEPS,
    WAYS,
    AtMost,
    Lengths,
    Values,
    find_flats,
    higher_starts,
    rim_values,
    spread,
    turned,
    unknown,
    way_out_starts,
    with_rim,
)
from shuibao.science.terrain.rim_links import tile_ways
from shuibao.science.terrain.slope import greatest_descent

OPEN = "open"
OWN_WAYS_OUT, WAYS_OUT, FROM_HIGHER = "own_ways_out", "ways_out", "from_higher"
STEPS_SO_FAR, COSTS_SO_FAR = "steps", "costs"
"""Working layers until a tile is drained: directions with open flats; of its flat cells, ways out in the tile
and all; steps from higher ground, final. And what is lowered from version to version (`version_of`)."""


class Levelled(NamedTuple):
    """A tile's rim once filled: which cells lie in flats, and their steps from higher ground in the tile."""

    is_flat: NDArray[np.bool_]
    from_higher: Values


class SpreadTask(NamedTuple):
    """A tile, the version of its values, and what those of its rim cells are at most by ways beyond it."""

    tile: Tile
    version: int
    rim_values: Values


class CostTask(NamedTuple):
    """A tile, the final version of its steps from higher ground, and the codes that lead out across seams."""

    tile: Tile
    version: int
    rim_codes: Codes


class GatherTask(NamedTuple):
    """A tile, the final version of its costs, and the costs of the cells around it."""

    tile: Tile
    version: int
    halo_costs: Values


def version_of(layer: str, version: int) -> str:
    """The layer's name: a task never writes what it reads, so that it can run again."""
    return f"{layer}_{version}"


def level(world: TiledWorld, task: DrainTask) -> Levelled:
    """Fills a tile and finds its flats; leaves its slope and directions with open flats."""
    tile, padded = task.tile, filled_around(world, task)
    steps = steps_around(world.steps, tile)
    flats = find_flats(padded, steps)
    from_higher = spread(flats.codes, unknown(flats.codes), higher_starts(flats), STEPS, None)
    world.layers.write(SLOPE, tile, greatest_descent(padded, steps)[1:-1, 1:-1].copy())
    world.layers.write(OPEN, tile, flats.codes)
    world.layers.write(OWN_WAYS_OUT, tile, flats.ways_out)
    world.layers.write(version_of(STEPS_SO_FAR, 0), tile, from_higher)
    is_flat = flats.codes.reshape(-1)[rim_cells(flats.codes.shape)] == UNDRAINED
    return Levelled(is_flat, rim_values(flats.codes, from_higher))


def cross_steps(world: TiledWorld, task: SpreadTask) -> Values:
    """The rim cells' steps from higher ground when ways beyond the tile count; leaves the next version."""
    return _cross(world, task, STEPS_SO_FAR, STEPS, None)


def cost(world: TiledWorld, task: CostTask) -> Values:
    """The rim cells' costs to a way out in the tile or beside it; leaves those of all its flat cells."""
    codes = world.layers.read(OPEN, task.tile)
    from_higher = world.layers.read(version_of(STEPS_SO_FAR, task.version), task.tile)
    ways_out = with_rim(codes, world.layers.read(OWN_WAYS_OUT, task.tile), task.rim_codes)
    costs = spread(codes, unknown(codes), way_out_starts(codes, ways_out), WAYS, from_higher)
    world.layers.write(FROM_HIGHER, task.tile, from_higher)
    world.layers.write(WAYS_OUT, task.tile, ways_out)
    world.layers.write(version_of(COSTS_SO_FAR, 0), task.tile, costs)
    return rim_values(codes, costs)


def cross_costs(world: TiledWorld, task: SpreadTask) -> Values:
    """The rim cells' costs when ways beyond the tile count; leaves the next version."""
    return _cross(world, task, COSTS_SO_FAR, WAYS, world.layers.read(FROM_HIGHER, task.tile))


def gather(world: TiledWorld, task: GatherTask) -> Settled:
    """Drains a tile's flats and leaves its directions."""
    tile = task.tile
    codes, from_higher = world.layers.read(OPEN, tile), world.layers.read(FROM_HIGHER, tile)
    costs = world.layers.read(version_of(COSTS_SO_FAR, task.version), tile)
    ways_out = world.layers.read(WAYS_OUT, tile)
    directions = turned(codes, ways_out, costs, from_higher, task.halo_costs)
    world.layers.write(DIRECTIONS, tile, directions)
    area = upstream_area(directions, world.areas, origin=(tile.row, tile.column))
    ways = tile_ways(world.perimeters, tile, directions)
    return Settled(ways, area.reshape(-1)[rim_cells(directions.shape)])


def _cross(
    world: TiledWorld, task: SpreadTask, layer: str, lengths: Lengths, from_higher: Values | None
) -> Values:
    codes = world.layers.read(OPEN, task.tile)
    values = world.layers.read(version_of(layer, task.version), task.tile)
    at_most = AtMost(rim_cells(codes.shape), task.rim_values)
    values = spread(codes, values, at_most, lengths, from_higher)
    world.layers.write(version_of(layer, task.version + 1), task.tile, values)
    return rim_values(codes, values)
