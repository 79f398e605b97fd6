"""The tasks that find streams and label land, tile by tile, once directions are there.

Like those of the terrain chain: run again, a task gives the same, on any machine.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.engine.filled_tiles import TiledWorld
from shuibao.engine.terrain_tasks import DIRECTIONS, SLOPE
from shuibao.science.grid import Tile
from shuibao.science.terrain.accumulation import upstream_area
from shuibao.science.terrain.boundaries import Runs, boundary_runs
from shuibao.science.terrain.directions import OUTLET, rim_cells
from shuibao.science.terrain.land import Labels, label_land
from shuibao.science.terrain.leftovers import Borders, borders
from shuibao.science.terrain.perimeter import NOWHERE
from shuibao.science.terrain.rim_links import last_cells
from shuibao.science.terrain.streams import Integers, StreamCells, stream_cells
from shuibao.science.terrain.unit_sums import UnitSums, unit_sums


class StreamTask(NamedTuple):
    """A tile and the area that enters at its rim cells."""

    tile: Tile
    area_inflow: Integers


class TileStreams(NamedTuple):
    """A tile's stream cells, and the first that each rim cell's flow meets in it (flat index; or NOWHERE)."""

    cells: StreamCells
    met: Integers


class LabelTask(NamedTuple):
    """A tile with the labels of its stream cells, of its rim and of the cells around it.

    names: the labels that occur, 0 first, ascending; all others are places in it. is_wanted: for each name,
    whether its borders are. cells: flat indices in the tile.
    """

    tile: Tile
    names: Integers
    is_wanted: NDArray[np.bool_]
    cells: Integers
    labels: Labels
    rim_labels: Labels
    halo_labels: Labels


class Labelled(NamedTuple):
    """What lies in a tile: sums by name, borders of wanted labels, and the runs of all boundaries."""

    names: Integers
    sums: UnitSums
    borders: Borders
    runs: Runs


def find_streams(world: TiledWorld, channel_area: int, task: StreamTask) -> TileStreams:
    """The stream cells of a tile: channels from `channel_area` [cm²] on, and outlets."""
    tile, width = task.tile, world.perimeters.width
    origin = tile.row, tile.column
    directions = world.layers.read(DIRECTIONS, tile)
    area = upstream_area(directions, world.areas, task.area_inflow, origin)
    cells = stream_cells(directions, area, channel_area, width, origin)
    ends = directions.copy()
    ends.reshape(-1)[cells_in(tile, cells.cell, width)] = OUTLET
    last = last_cells(ends)
    row, column = np.divmod(last, tile.width)
    is_met = (last != NOWHERE) & (ends[row, column] == OUTLET)
    met = np.where(is_met, (row + tile.row) * width + column + tile.column, NOWHERE)
    return TileStreams(cells, met)


def cells_in(tile: Tile, cells: Integers, width: int) -> Integers:
    """Flat indices in a tile of cells of the grid. width: columns of the grid."""
    row, column = np.divmod(cells, width)
    return (row - tile.row) * tile.width + column - tile.column


def label_tile(world: TiledWorld, task: LabelTask) -> Labelled:
    """Labels a tile's land, and takes out of it all that is wanted of the labels."""
    tile, perimeters = task.tile, world.perimeters
    directions = world.layers.read(DIRECTIONS, tile)
    around = np.empty((tile.height + 2, tile.width + 2), np.int32)
    land = label_land(directions, task.cells, task.labels, task.rim_labels)
    around[1:-1, 1:-1] = land
    around.reshape(-1)[rim_cells(around.shape)] = task.halo_labels

    first_row, first_column = int(tile.row > 0), int(tile.column > 0)
    sides = borders(np.ascontiguousarray(around[first_row:, first_column:]), task.is_wanted)
    runs = boundary_runs(around, tile, (perimeters.height, perimeters.width))
    slope_deg, heights = world.layers.read(SLOPE, tile), world.read_tile(tile)
    sums = unit_sums(land, task.names.size - 1, slope_deg, heights, world.areas, (tile.row, tile.column))
    names = task.names.astype(np.int32)
    return Labelled(
        task.names,
        sums,
        sides._replace(one=task.names[sides.one], other=task.names[sides.other]),
        runs._replace(first=names[runs.first], second=names[runs.second]),
    )
