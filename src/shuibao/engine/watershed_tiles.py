"""Streams found and land labelled on tiles: all that is kept are stream cells, rims and boundaries."""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.engine.filled_tiles import TiledWorld
from shuibao.engine.runner import Runner
from shuibao.engine.terrain_tiles import RimWays
from shuibao.engine.watershed_tasks import (
    Labelled,
    LabelTask,
    StreamTask,
    TileStreams,
    cells_in,
    find_streams,
    label_tile,
)
from shuibao.science.grid import Tile
from shuibao.science.terrain.boundaries import Runs, all_runs
from shuibao.science.terrain.downstream import first_met
from shuibao.science.terrain.land import Labels
from shuibao.science.terrain.leftovers import Borders, all_borders
from shuibao.science.terrain.perimeter import NOWHERE, Perimeters
from shuibao.science.terrain.streams import Integers, StreamCells, in_one
from shuibao.science.terrain.unit_sums import UnitSums


class Streams(NamedTuple):
    """All stream cells, and for every node the first that its flow meets (flat index; NOWHERE outside)."""

    cells: StreamCells
    met: Integers


class Land(NamedTuple):
    """Of labelled land: sums by label, borders of the wanted labels, runs of all boundaries."""

    sums: UnitSums
    borders: Borders
    runs: Runs


def join_streams(world: TiledWorld, channel_area: int, rim: RimWays, run: Runner) -> Streams:
    """The stream cells of the world: channels from `channel_area` [cm²] on, and outlets.

    Needs the tiles' directions among the working layers.
    """
    perimeters = world.perimeters
    met, parts = np.empty(perimeters.count, np.int64), []
    tasks = (StreamTask(tile, rim.area_inflow[perimeters.place(tile)]) for tile in perimeters.tiles)
    found: TileStreams
    outcomes = run(partial(find_streams, world, channel_area), tasks)
    for tile, found in zip(perimeters.tiles, outcomes, strict=True):
        parts.append(found.cells)
        met[perimeters.place(tile)] = found.met
    return Streams(in_one(parts), first_met(rim.ways, rim.order, met))


def join_land(
    world: TiledWorld, streams: Streams, labels: Labels, is_wanted: NDArray[np.bool_], run: Runner
) -> Land:
    """What the land is once each cell has the label of the first stream cell its flow meets.

    labels: of the stream cells, from 1 on. is_wanted: by label, whether its borders are; 0 is the outside.
    """
    sums = UnitSums.zeros(is_wanted.size - 1)
    sides, runs = [], []
    found: Labelled
    for found in run(partial(label_tile, world), _label_tasks(world.perimeters, streams, labels, is_wanted)):
        sums.add(found.sums, found.names)
        sides.append(found.borders)
        runs.append(found.runs)
    return Land(sums, all_borders(sides), all_runs(runs))


def _label_tasks(
    perimeters: Perimeters, streams: Streams, labels: Labels, is_wanted: NDArray[np.bool_]
) -> Iterator[LabelTask]:
    cells = streams.cells.cell
    place = np.minimum(np.searchsorted(cells, streams.met), cells.size - 1)
    of_node = np.where(streams.met == NOWHERE, 0, labels[place])
    for tile in perimeters.tiles:
        halo = perimeters.halo(tile)
        own = _places_of(tile, cells, perimeters.width)
        rim = of_node[perimeters.place(tile)]
        around = np.where(halo == NOWHERE, 0, of_node[halo])
        names, known = np.unique(np.concatenate(([0], labels[own], rim, around)), return_inverse=True)
        parts = np.split(known.astype(np.int32), np.cumsum((1, own.size, rim.size)))
        inside = cells_in(tile, cells[own], perimeters.width)
        yield LabelTask(tile, names, is_wanted[names], inside, *parts[1:])


def _places_of(tile: Tile, cells: Integers, width: int) -> Integers:
    """Where a tile's cells stand in an ascending list of cells of the grid."""
    starts = np.arange(tile.row, tile.row + tile.height) * width + tile.column
    low, high = np.searchsorted(cells, starts), np.searchsorted(cells, starts + tile.width)
    counts = high - low
    before = np.cumsum(counts) - counts
    return np.asarray(np.arange(counts.sum()) + np.repeat(low - before, counts))
