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
    FROM_HIGHER,
    OPEN,
    OWN_COSTS,
    OWN_STEPS,
    OWN_WAYS_OUT,
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
)
from shuibao.engine.runner import Runner
from shuibao.engine.terrain_tiles import RimWays, join_ways
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
    steps = _join(world, run, cross_steps, rim.from_higher, partial(_steps_over, flats))
    costs = _cost_tiles(world, run, steps, codes_out)
    over = _join(world, run, cross_costs, costs, partial(_costs_over, flats, rim.from_higher))
    outcomes = run(partial(gather, world), _gather_tasks(world.perimeters, over, costs))
    ways = join_ways(world.perimeters, outcomes)
    _forget(world, OPEN, OWN_WAYS_OUT, OWN_STEPS, WAYS_OUT, FROM_HIGHER, OWN_COSTS)
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
    values: Values,
    values_over: Callable[[Values], Values],
) -> Values:
    """What comes over seams once tiles have told on their rims' values until none is lowered any more.

    values: made final in place.
    """
    perimeters = world.perimeters
    while True:
        over = values_over(values)
        lowered = np.flatnonzero(over < values)
        if lowered.size == 0:
            return over
        tiles = perimeters.tiles_of(lowered)
        tasks = (SpreadTask(tile, over[perimeters.place(tile)]) for tile in tiles)
        for tile, found in zip(tiles, run(partial(cross, world), tasks), strict=True):
            values[perimeters.place(tile)] = found


def _cost_tiles(world: TiledWorld, run: Runner, steps_over: Values, codes_out: Codes) -> Values:
    perimeters = world.perimeters
    costs = np.empty(perimeters.count, np.int64)
    tasks = (
        CostTask(tile, steps_over[perimeters.place(tile)], codes_out[perimeters.place(tile)])
        for tile in perimeters.tiles
    )
    for tile, found in zip(perimeters.tiles, run(partial(cost, world), tasks), strict=True):
        costs[perimeters.place(tile)] = found
    return costs


def _gather_tasks(perimeters: Perimeters, over: Values, costs: Values) -> Iterator[GatherTask]:
    for tile in perimeters.tiles:
        halo = perimeters.halo(tile)
        around = np.where(halo == NOWHERE, FAR, costs[halo])
        yield GatherTask(tile, over[perimeters.place(tile)], around)


def _forget(world: TiledWorld, *layers: str) -> None:
    for tile in world.perimeters.tiles:
        for layer in layers:
            world.layers.remove(layer, tile)
