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
OWN_WAYS_OUT, OWN_STEPS = "own_ways_out", "own_steps"
WAYS_OUT, FROM_HIGHER, OWN_COSTS = "ways_out", "from_higher", "own_costs"
"""Working layers until a tile is settled: directions with open flats; of its flat cells, as far as the tile
alone tells, ways out and steps from higher ground; then both final, and the costs the tile alone tells."""


class Levelled(NamedTuple):
    """A tile's rim once filled: which cells lie in flats, and their steps from higher ground in the tile."""

    is_flat: NDArray[np.bool_]
    from_higher: Values


class SpreadTask(NamedTuple):
    """A tile and what its rim cells' values are at most by ways beyond it."""

    tile: Tile
    rim_values: Values


class CostTask(NamedTuple):
    """A tile, its rim cells' steps from higher ground beyond it, and the codes that lead out across seams."""

    tile: Tile
    rim_steps: Values
    rim_codes: Codes


class GatherTask(NamedTuple):
    """A tile, its rim cells' costs by ways beyond it, and the costs of the cells around it."""

    tile: Tile
    rim_costs: Values
    halo_costs: Values


def level(world: TiledWorld, task: DrainTask) -> Levelled:
    """Fills a tile and finds its flats; leaves its slope and directions with open flats."""
    tile, padded = task.tile, filled_around(world, task)
    steps = steps_around(world.steps, tile)
    flats = find_flats(padded, steps)
    from_higher = spread(flats.codes, unknown(flats.codes), higher_starts(flats), STEPS, None)
    world.layers.write(SLOPE, tile, greatest_descent(padded, steps)[1:-1, 1:-1].copy())
    world.layers.write(OPEN, tile, flats.codes)
    world.layers.write(OWN_WAYS_OUT, tile, flats.ways_out)
    world.layers.write(OWN_STEPS, tile, from_higher)
    is_flat = flats.codes.reshape(-1)[rim_cells(flats.codes.shape)] == UNDRAINED
    return Levelled(is_flat, rim_values(flats.codes, from_higher))


def cross_steps(world: TiledWorld, task: SpreadTask) -> Values:
    """The rim cells' steps from higher ground when ways beyond the tile count."""
    codes = world.layers.read(OPEN, task.tile)
    return rim_values(codes, _all_steps(world, task.tile, codes, task.rim_values))


def cost(world: TiledWorld, task: CostTask) -> Values:
    """The rim cells' costs to a way out in the tile or beside it; leaves those of all its flat cells."""
    codes = world.layers.read(OPEN, task.tile)
    from_higher = _all_steps(world, task.tile, codes, task.rim_steps)
    ways_out = with_rim(codes, world.layers.read(OWN_WAYS_OUT, task.tile), task.rim_codes)
    costs = spread(codes, unknown(codes), way_out_starts(codes, ways_out), WAYS, from_higher)
    world.layers.write(FROM_HIGHER, task.tile, from_higher)
    world.layers.write(WAYS_OUT, task.tile, ways_out)
    world.layers.write(OWN_COSTS, task.tile, costs)
    return rim_values(codes, costs)


def cross_costs(world: TiledWorld, task: SpreadTask) -> Values:
    """The rim cells' costs when ways beyond the tile count."""
    codes = world.layers.read(OPEN, task.tile)
    from_higher = world.layers.read(FROM_HIGHER, task.tile)
    return rim_values(codes, _all_costs(world, task.tile, codes, from_higher, task.rim_values))


def gather(world: TiledWorld, task: GatherTask) -> Settled:
    """Drains a tile's flats and leaves its directions."""
    tile = task.tile
    codes, from_higher = world.layers.read(OPEN, tile), world.layers.read(FROM_HIGHER, tile)
    costs = _all_costs(world, tile, codes, from_higher, task.rim_costs)
    ways_out = world.layers.read(WAYS_OUT, tile)
    directions = turned(codes, ways_out, costs, from_higher, task.halo_costs)
    world.layers.write(DIRECTIONS, tile, directions)
    area = upstream_area(directions, world.areas, origin=(tile.row, tile.column))
    ways = tile_ways(world.perimeters, tile, directions)
    return Settled(ways, area.reshape(-1)[rim_cells(directions.shape)])


def _all_steps(world: TiledWorld, tile: Tile, codes: Codes, rim_steps: Values) -> Values:
    at_most = AtMost(rim_cells(codes.shape), rim_steps)
    return spread(codes, world.layers.read(OWN_STEPS, tile), at_most, STEPS, None)


def _all_costs(world: TiledWorld, tile: Tile, codes: Codes, from_higher: Values, rim_costs: Values) -> Values:
    at_most = AtMost(rim_cells(codes.shape), rim_costs)
    return spread(codes, world.layers.read(OWN_COSTS, tile), at_most, WAYS, from_higher)
