"""Cells that drain through each cell, over all tiles: a second, plain count beside the true area."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.engine.runner import Runner
from shuibao.engine.terrain_tasks import DIRECTIONS, TerrainWorld
from shuibao.science.grid import Tile
from shuibao.science.terrain.accumulation import upstream_cells
from shuibao.science.terrain.directions import rim_cells
from shuibao.science.terrain.downstream import area_inflow, downstream_order
from shuibao.science.terrain.rim_links import Ways, tile_ways


class Counted(NamedTuple):
    """Where a tile's rim cells lead, and the cells that drain through them inside the tile."""

    ways: Ways
    cells: NDArray[np.int64]


class CellsTask(NamedTuple):
    """A tile and the cells that enter at its rim."""

    tile: Tile
    inflow: NDArray[np.int64]


def count_rim(world: TerrainWorld, tile: Tile) -> Counted:
    """The tile's own count at its rim. Needs the tile's final directions among the working layers."""
    directions = world.layers.read(DIRECTIONS, tile)
    cells = upstream_cells(directions)
    return Counted(
        tile_ways(world.perimeters, tile, directions), cells.reshape(-1)[rim_cells(directions.shape)]
    )


def map_cells(world: TerrainWorld, work: Callable[[Tile, NDArray[np.int64]], None], run: Runner) -> None:
    """Hands every tile's count of upstream cells [-], itself included, to `work`; after `join_terrain`."""
    perimeters = world.perimeters
    ways = Ways(np.empty(perimeters.count, np.int32), np.empty(perimeters.count, np.bool_))
    cells = np.empty(perimeters.count, np.int64)
    for tile, found in zip(perimeters.tiles, run(partial(count_rim, world), perimeters.tiles), strict=True):
        place = perimeters.place(tile)
        ways.following[place], ways.crosses[place] = found.ways
        cells[place] = found.cells
    inflow = area_inflow(ways, downstream_order(ways), cells)
    tasks = (CellsTask(tile, inflow[perimeters.place(tile)]) for tile in perimeters.tiles)
    for _ in run(partial(_count_on, world, work), tasks):
        pass


def _count_on(world: TerrainWorld, work: Callable[[Tile, NDArray[np.int64]], None], task: CellsTask) -> None:
    work(task.tile, upstream_cells(world.layers.read(DIRECTIONS, task.tile), task.inflow))
