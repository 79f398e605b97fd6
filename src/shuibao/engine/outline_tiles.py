"""Corners of the patches' outlines, tile by tile, from labels that tiles left among the working layers."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.data.working_tiles import WorkingTiles
from shuibao.engine.runner import Runner
from shuibao.science.grid import Grid, Tile
from shuibao.science.outlines import Corners, corners_in

LABELS = "labels"
"""Working layer: of each cell the label of its piece in its tile, 0 for none."""

Numbers = NDArray[np.int32]


class Neighbour(NamedTuple):
    """A tile of labels, and by label the number of the patch; 0 for none."""

    tile: Tile
    numbers: Numbers


class OutlineTask(NamedTuple):
    """A tile and those above, left, and above on the left, None beyond the grid; whether it ends the grid."""

    own: Neighbour
    above: Neighbour | None
    left: Neighbour | None
    corner: Neighbour | None
    is_last_row: bool
    is_last_column: bool


def outline_corners(
    grid: Grid, size: int, numbers_of: Callable[[Tile], Numbers], layers: WorkingTiles, run: Runner
) -> Iterator[Corners]:
    """The corners of all patches, tile by tile; each corner once."""
    tiles = {(tile.row, tile.column): tile for tile in grid.tiles(size)}
    return run(partial(_corners_of_tile, layers), _tasks(grid, size, tiles, numbers_of))


def _tasks(
    grid: Grid, size: int, tiles: dict[tuple[int, int], Tile], numbers_of: Callable[[Tile], Numbers]
) -> Iterator[OutlineTask]:
    def at(row: int, column: int) -> Neighbour | None:
        tile = tiles.get((row, column))
        return None if tile is None else Neighbour(tile, numbers_of(tile))

    for (row, column), tile in tiles.items():
        yield OutlineTask(
            Neighbour(tile, numbers_of(tile)),
            at(row - size, column),
            at(row, column - size),
            at(row - size, column - size),
            row + tile.height == grid.height,
            column + tile.width == grid.width,
        )


def _corners_of_tile(layers: WorkingTiles, task: OutlineTask) -> Corners:
    tile = task.own.tile
    height, width = tile.height + 1 + task.is_last_row, tile.width + 1 + task.is_last_column
    patches = np.zeros((height, width), np.int32)
    rows, columns = slice(1, tile.height + 1), slice(1, tile.width + 1)
    patches[rows, columns] = _numbered(layers, task.own)
    if task.above:
        patches[0, columns] = _numbered(layers, task.above)[-1]
    if task.left:
        patches[rows, 0] = _numbered(layers, task.left)[:, -1]
    if task.corner:
        patches[0, 0] = _numbered(layers, task.corner)[-1, -1]
    return corners_in(patches, tile.row, tile.column)


def _numbered(layers: WorkingTiles, neighbour: Neighbour) -> NDArray[np.int32]:
    found: NDArray[np.int32] = neighbour.numbers[layers.read(LABELS, neighbour.tile)]
    return found
