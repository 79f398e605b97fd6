"""Directions where flats gather their flow, on tiles: the same as `gathered_directions` on the whole array.

Rounds of tile tasks (`gathered_tasks`), between which only perimeters are joined:
1. `survey` gives each tile's spill graph      → the final levels of all rim cells
2. `level` fills and finds flats               → steps from higher ground, told on (`cross_steps`) until final
3. `cost` finds what the ways out cost         → costs, told on (`cross_costs`) until final
4. `gather` drains the flats                   → the area that enters each rim cell
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.engine.filled_tiles import GROUND, PASSES, TiledWorld, drain_tasks, final_levels
from shuibao.engine.gathered_tasks import (
    COSTS_SO_FAR,
    FROM_HIGHER,
    OPEN,
    OWN_WAYS_OUT,
    STEPS_SO_FAR,
    WAYS_OUT,
    CostTask,
    GatherTask,
    Levelled,
    SpreadTask,
    cost,
    cross_costs,
    cross_steps,
    gather,
    level,
    version_of,
)
from shuibao.engine.runner import Runner
from shuibao.engine.terrain_tiles import RimWays, join_ways
from shuibao.science.grid import Tile
from shuibao.science.terrain.directions import UNDRAINED, Codes
from shuibao.science.terrain.gathered_flats import FAR, STEPS, WAYS, Values, values_over_seams
from shuibao.science.terrain.perimeter import NOWHERE, Perimeters
from shuibao.science.terrain.seams import Seams, seams


class RimFlats(NamedTuple):
    """Of every node: whether it lies in a flat, and its steps from higher ground."""

    is_flat: NDArray[np.bool_]
    from_higher: Values


def join_directions(world: TiledWorld, run: Runner) -> RimWays:
    """Where every node leads and the area that enters it; directions and slope are left as working layers.

    Raises InputError when the DEM cannot be read or a height is infinite.
    """
    pairs = seams(world.perimeters)
    levels = final_levels(world, run, pairs)
    rim = _level_tiles(world, run, levels)
    flats, codes_out = _flat_seams(pairs, levels, rim.is_flat)
    del pairs, levels
    join = partial(_join, world, run)
    versions = join(cross_steps, STEPS_SO_FAR, rim.from_higher, partial(_steps_over, flats))
    costs = _cost_tiles(world, run, versions, codes_out)
    versions = join(cross_costs, COSTS_SO_FAR, costs, partial(_costs_over, flats, rim.from_higher))
    outcomes = run(partial(gather, world), _gather_tasks(world.perimeters, versions, costs))
    ways = join_ways(world.perimeters, outcomes)
    for tile in world.perimeters.tiles:
        for layer in (OPEN, WAYS_OUT, FROM_HIGHER, version_of(COSTS_SO_FAR, versions[tile])):
            world.layers.remove(layer, tile)
    return ways


def _level_tiles(world: TiledWorld, run: Runner, levels: NDArray[np.float32]) -> RimFlats:
    perimeters = world.perimeters
    rim = RimFlats(np.empty(perimeters.count, np.bool_), np.empty(perimeters.count, np.int64))
    outcomes = run(partial(level, world), drain_tasks(perimeters, levels))
    found: Levelled
    for tile, found in zip(perimeters.tiles, outcomes, strict=True):
        place = perimeters.place(tile)
        rim.is_flat[place], rim.from_higher[place] = found
        world.layers.remove(GROUND, tile)
        world.layers.remove(PASSES, tile)
    return rim


def _flat_seams(pairs: Seams, levels: NDArray[np.float32], is_flat: NDArray[np.bool_]) -> tuple[Seams, Codes]:
    """The pairs of flat cells, both ways; each flat node's lowest code to a level cell that drains."""
    level_pairs = pairs.chosen(levels[pairs.first] == levels[pairs.second]).both_ways()
    from_flats = level_pairs.chosen(is_flat[level_pairs.first])
    out = from_flats.chosen(~is_flat[from_flats.second])
    codes = np.full(is_flat.size, UNDRAINED, np.uint8)
    np.minimum.at(codes, out.first, out.codes)
    return from_flats.chosen(is_flat[from_flats.second]), codes


def _steps_over(flats: Seams, values: Values) -> Values:
    return values_over_seams(flats, values, STEPS, None)


def _costs_over(flats: Seams, from_higher: Values, values: Values) -> Values:
    return values_over_seams(flats, values, WAYS, from_higher)


def _join(
    world: TiledWorld,
    run: Runner,
    cross: Callable[[TiledWorld, SpreadTask], Values],
    layer: str,
    values: Values,
    values_over: Callable[[Values], Values],
) -> dict[Tile, int]:
    """The final versions of a layer once tiles have told on their rims' values until none is lowered.

    values: those of the nodes, made final in place.
    """
    perimeters = world.perimeters
    versions = dict.fromkeys(perimeters.tiles, 0)
    while True:
        over = values_over(values)
        lowered = np.flatnonzero(over < values)
        if lowered.size == 0:
            return versions
        tiles = perimeters.tiles_of(lowered)
        tasks = [SpreadTask(tile, versions[tile], over[perimeters.place(tile)]) for tile in tiles]
        for tile, found in zip(tiles, run(partial(cross, world), tasks), strict=True):
            values[perimeters.place(tile)] = found
            world.layers.remove(version_of(layer, versions[tile]), tile)
            versions[tile] += 1


def _cost_tiles(world: TiledWorld, run: Runner, versions: dict[Tile, int], codes_out: Codes) -> Values:
    perimeters = world.perimeters
    costs = np.empty(perimeters.count, np.int64)
    tasks = (CostTask(tile, versions[tile], codes_out[perimeters.place(tile)]) for tile in perimeters.tiles)
    for tile, found in zip(perimeters.tiles, run(partial(cost, world), tasks), strict=True):
        costs[perimeters.place(tile)] = found
        world.layers.remove(version_of(STEPS_SO_FAR, versions[tile]), tile)
        world.layers.remove(OWN_WAYS_OUT, tile)
    return costs


def _gather_tasks(perimeters: Perimeters, versions: dict[Tile, int], costs: Values) -> Iterator[GatherTask]:
    for tile in perimeters.tiles:
        halo = perimeters.halo(tile)
        around = np.where(halo == NOWHERE, FAR, costs[halo])
        yield GatherTask(tile, versions[tile], around)
