"""Filling on tiles: the spill graph of each, the final levels of all rims, and each tile filled by them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.data.working_tiles import WorkingTiles
from shuibao.engine.runner import Runner
from shuibao.science.errors import InputError
from shuibao.science.grid import CellAreas, CellSteps, Tile
from shuibao.science.terrain.basins import basin_passes, basins, fill_basins, rim_passes
from shuibao.science.terrain.directions import rim_cells
from shuibao.science.terrain.perimeter import NOWHERE, Perimeters
from shuibao.science.terrain.rim_levels import passes_of_world, rim_levels
from shuibao.science.terrain.seams import Seams
from shuibao.science.terrain.spill_graph import Passes, joined

GROUND = "ground"
PASSES = "passes"
"""Working layers until a tile is filled: ground [m], passes between a tile's basins."""

_PASS = np.dtype([("first", np.int32), ("second", np.int32), ("level", np.float32)])


@dataclass(frozen=True)
class TiledWorld:
    """What every task knows: the cut into tiles, the DEM, the working layers, cell sizes.

    read_tile: heights [m] of a tile, 32 bit, NaN outside.
    """

    perimeters: Perimeters
    read_tile: Callable[[Tile], NDArray[np.float32]]
    layers: WorkingTiles
    steps: CellSteps
    areas: CellAreas


class Survey(NamedTuple):
    """A tile's rim as found: heights [m], and the passes between nodes of the world through the tile."""

    heights: NDArray[np.float32]
    passes: Passes


class DrainTask(NamedTuple):
    """A tile with the final levels [m] of its rim and of the cells around it."""

    tile: Tile
    rim_levels: NDArray[np.float32]
    halo_levels: NDArray[np.float32]


def survey(world: TiledWorld, tile: Tile) -> Survey:
    """The spill graph of a tile's rim; leaves the ground and the passes between the tile's basins.

    Raises InputError when a height is infinite.
    """
    ground = world.read_tile(tile) + np.float32(0)  # no minus zero: equal levels are equal bytes
    if np.isinf(ground).any():
        raise InputError("高程中有无穷大的值。请把 DEM 的无效像元设为 nodata。")
    found = basins(ground)
    tree = basin_passes(ground, found)
    world.layers.write(GROUND, tile, ground)
    world.layers.write(PASSES, tile, _as_table(tree))
    heights = ground.reshape(-1)[rim_cells(ground.shape)]
    between = rim_passes(tree, found.nodes, heights.size)
    return Survey(heights, passes_of_world(between, world.perimeters.place(tile).start))


def filled_around(world: TiledWorld, task: DrainTask) -> NDArray[np.float32]:
    """The filled surface of a tile and of one more cell around it [m]."""
    tile = task.tile
    ground = world.layers.read(GROUND, tile)
    passes = world.layers.read(PASSES, tile)
    tree = Passes(*(np.ascontiguousarray(passes[name]) for name in _PASS.names or ()))
    padded = np.empty((tile.height + 2, tile.width + 2), ground.dtype)
    padded[1:-1, 1:-1] = fill_basins(ground, basins(ground), tree, task.rim_levels)
    padded.reshape(-1)[rim_cells(padded.shape)] = task.halo_levels
    return padded


def steps_around(steps: CellSteps, tile: Tile) -> CellSteps:
    """The steps of a tile's rows and of one more at either end (beyond the world that of the last)."""
    rows = np.arange(tile.row - 1, tile.row + tile.height + 1).clip(0, steps.along_row_m.size - 1)
    return CellSteps(*(lengths[rows] for lengths in steps))


def final_levels(world: TiledWorld, run: Runner, pairs: Seams) -> NDArray[np.float32]:
    """The level of every node on the filled surface [m]."""
    perimeters = world.perimeters
    heights = np.empty(perimeters.count, np.float32)
    passes = []
    outcomes = run(partial(survey, world), perimeters.tiles)
    for tile, found in zip(perimeters.tiles, outcomes, strict=True):
        heights[perimeters.place(tile)] = found.heights
        passes.append(found.passes)
    return rim_levels(perimeters, pairs, heights, joined(*passes))


def drain_tasks(perimeters: Perimeters, levels: NDArray[np.float32]) -> Iterator[DrainTask]:
    """Every tile with the levels of its rim and around it."""
    for tile in perimeters.tiles:
        halo = perimeters.halo(tile)
        around = np.where(halo == NOWHERE, np.float32(np.nan), levels[halo])
        yield DrainTask(tile, levels[perimeters.place(tile)], around)


def _as_table(passes: Passes) -> NDArray[np.void]:
    table = np.empty(passes.levels.size, _PASS)
    table["first"], table["second"], table["level"] = passes
    return table
