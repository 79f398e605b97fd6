"""The terrain chain on tiles: the same bytes as `read_terrain` on the whole array, in bounded memory.

Rounds of tile tasks (`terrain_tasks`), between which only perimeters are joined:
1. `survey` gives each tile's spill graph           → the final levels of all rim cells
2. `drain` fills, takes slope and directions        → distances in flats, told on (`cross_flats`) until final
3. `settle` drains the flats                        → the area that enters each rim cell
4. `trace` finds channels and lengths inside tiles  → the slope length that enters each rim cell
After that any tile's terrain can be had by `terrain_of`, in any order, as often as needed.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from shuibao.engine.filled_tiles import GROUND, PASSES, drain_tasks, final_levels
from shuibao.engine.runner import Runner
from shuibao.engine.terrain_tasks import (
    OPEN,
    Drained,
    FlatTask,
    Settled,
    SettleTask,
    TerrainTask,
    TerrainWorld,
    TraceTask,
    cross_flats,
    drain,
    settle,
    terrain_of,
    trace,
)
from shuibao.science.grid import Tile
from shuibao.science.terrain.chain import Terrain
from shuibao.science.terrain.directions import Codes
from shuibao.science.terrain.downstream import area_inflow, downstream_order, length_inflow
from shuibao.science.terrain.open_flats import (
    Distances,
    codes_over_seams,
    distances_over_seams,
    flat_seams,
)
from shuibao.science.terrain.perimeter import Nodes, Perimeters
from shuibao.science.terrain.rim_links import LengthLinks, Ways
from shuibao.science.terrain.seams import Seams, seams

Outcome = TypeVar("Outcome")


class RimSlopes(NamedTuple):
    """Of every node: slope [deg], final distance in its flat, whether its tile has flats."""

    slope_deg: NDArray[np.float32]
    distances: Distances
    has_flats: dict[Tile, bool]


class RimWays(NamedTuple):
    """Of every node: where it leads, the order of all nodes downstream, the area that enters it."""

    ways: Ways
    order: Nodes
    area_inflow: NDArray[np.int64]


def join_terrain(world: TerrainWorld, run: Runner) -> NDArray[np.int32]:
    """The slope length that enters every node [0.1 mm], −1 where none does: what `terrain_of` still needs.

    Afterwards directions, slope, channels and lengths inside tiles are among the working layers.
    Raises InputError when the DEM cannot be read or a height is infinite.
    """
    pairs = seams(world.perimeters)
    levels = final_levels(world, run, pairs)
    rim = _drain_tiles(world, run, levels)
    flats = flat_seams(pairs, levels, rim.distances)
    del pairs, levels
    _join_flats(world, run, flats, rim.distances)
    ways = _settle_tiles(world, run, flats, rim)
    return _join_lengths(world, run, ways, rim.slope_deg)


def map_terrain(
    world: TerrainWorld,
    lengths: NDArray[np.int32],
    work: Callable[[Tile, Terrain], Outcome],
    run: Runner,
) -> Iterator[Outcome]:
    """What `work` makes of each tile's terrain, in the order of the tiles; `lengths` is `join_terrain`'s."""
    perimeters = world.perimeters
    tasks = (TerrainTask(tile, lengths[perimeters.place(tile)]) for tile in perimeters.tiles)
    return run(partial(_work_on, world, work), tasks)


def _work_on(world: TerrainWorld, work: Callable[[Tile, Terrain], Outcome], task: TerrainTask) -> Outcome:
    return work(task.tile, terrain_of(world, task))


def _drain_tiles(world: TerrainWorld, run: Runner, levels: NDArray[np.float32]) -> RimSlopes:
    perimeters = world.perimeters
    rim = RimSlopes(np.empty_like(levels), np.empty(levels.size, np.int32), {})
    outcomes = run(partial(drain, world), drain_tasks(perimeters, levels))
    found: Drained
    for tile, found in zip(perimeters.tiles, outcomes, strict=True):
        place = perimeters.place(tile)
        rim.slope_deg[place], rim.distances[place] = found.slope_deg, found.distances
        rim.has_flats[tile] = found.has_flats
        world.layers.remove(GROUND, tile)
        world.layers.remove(PASSES, tile)
    return rim


def _join_flats(world: TerrainWorld, run: Runner, flats: Seams, distances: Distances) -> None:
    """Lets tiles tell on their rim cells' distances until none is shortened any more."""
    perimeters = world.perimeters
    while True:
        over = distances_over_seams(flats, distances)
        shortened = np.flatnonzero(over < distances)
        if shortened.size == 0:
            return
        tiles = perimeters.tiles_of(shortened)
        tasks = (FlatTask(tile, over[perimeters.place(tile)]) for tile in tiles)
        for tile, found in zip(tiles, run(partial(cross_flats, world), tasks), strict=True):
            distances[perimeters.place(tile)] = found


def _settle_tiles(world: TerrainWorld, run: Runner, flats: Seams, rim: RimSlopes) -> RimWays:
    perimeters = world.perimeters
    over = distances_over_seams(flats, rim.distances)
    codes = codes_over_seams(flats, rim.distances)
    outcomes = run(partial(settle, world), _settle_tasks(perimeters, rim.has_flats, over, codes))
    ways = join_ways(perimeters, outcomes)
    for tile in perimeters.tiles:
        world.layers.remove(OPEN, tile)
    return ways


def join_ways(perimeters: Perimeters, settled: Iterable[Settled]) -> RimWays:
    """What the tiles tell of their rims, put together, and the area that enters every node."""
    ways = Ways(np.empty(perimeters.count, np.int32), np.empty(perimeters.count, np.bool_))
    area = np.empty(perimeters.count, np.int64)
    for tile, found in zip(perimeters.tiles, settled, strict=True):
        place = perimeters.place(tile)
        ways.following[place], ways.crosses[place] = found.ways
        area[place] = found.area
    order = downstream_order(ways)
    return RimWays(ways, order, area_inflow(ways, order, area))


def _settle_tasks(
    perimeters: Perimeters, has_flats: dict[Tile, bool], over: Distances, codes: Codes
) -> Iterator[SettleTask]:
    for tile in perimeters.tiles:
        place = perimeters.place(tile)
        yield SettleTask(tile, has_flats[tile], over[place], codes[place])


def _join_lengths(
    world: TerrainWorld, run: Runner, rim: RimWays, slope_deg: NDArray[np.float32]
) -> NDArray[np.int32]:
    perimeters = world.perimeters
    count = perimeters.count
    lengths = np.empty(count, np.int32)
    links = LengthLinks(np.empty(count, np.int64), np.empty(count, np.bool_))
    tasks = (TraceTask(tile, rim.area_inflow[perimeters.place(tile)]) for tile in perimeters.tiles)
    for tile, found in zip(perimeters.tiles, run(partial(trace, world), tasks), strict=True):
        place = perimeters.place(tile)
        lengths[place] = found.lengths
        links.added[place], links.is_whole[place] = found.links
    return length_inflow(rim.ways, rim.order, lengths, links, slope_deg, world.choices.cutoff)
