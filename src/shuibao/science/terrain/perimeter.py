"""The perimeters of all tiles of a world as one list of nodes: all that tiles tell one another about."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from shuibao.science.grid import Tile
from shuibao.science.terrain.directions import rim_cells

Nodes = NDArray[np.int64]
"""Places in the list of perimeter cells."""

NOWHERE = -1
"""No node: beyond the world."""


@dataclass(frozen=True)
class Perimeters:
    """A world of height × width cells cut into squares of `size`: nodes are their rim cells, tile by tile.

    Within a tile they stand in the order of `rim_cells`.
    """

    height: int
    width: int
    size: int

    @cached_property
    def tiles(self) -> list[Tile]:
        """The tiles, row by row; the last ones are cut off."""
        return [
            Tile(row, column, min(self.size, self.height - row), min(self.size, self.width - column))
            for row in range(0, self.height, self.size)
            for column in range(0, self.width, self.size)
        ]

    @cached_property
    def _starts(self) -> Nodes:
        """Each tile's first node, and the number of all nodes."""
        counts = [_rim_length(tile.height, tile.width) for tile in self.tiles]
        return np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))

    @property
    def count(self) -> int:
        """Number of nodes."""
        return int(self._starts[-1])

    def place(self, tile: Tile) -> slice:
        """Where a tile's rim cells stand in the list."""
        number = tile.row // self.size * -(-self.width // self.size) + tile.column // self.size
        return slice(int(self._starts[number]), int(self._starts[number + 1]))

    def tiles_of(self, nodes: Nodes) -> list[Tile]:
        """The tiles that have any of these nodes."""
        numbers = np.unique(np.searchsorted(self._starts, nodes, side="right") - 1)
        return [self.tiles[number] for number in numbers]

    def nodes_at(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Nodes:
        """Nodes of cells that lie on their tiles' rims; NOWHERE beyond the world."""
        is_inside = (rows >= 0) & (rows < self.height) & (columns >= 0) & (columns < self.width)
        tile_row, r = np.divmod(np.where(is_inside, rows, 0), self.size)
        tile_column, c = np.divmod(np.where(is_inside, columns, 0), self.size)
        height = np.minimum(self.size, self.height - tile_row * self.size)
        width = np.minimum(self.size, self.width - tile_column * self.size)
        number = tile_row * -(-self.width // self.size) + tile_column
        on_side = width + (r - 1) * np.minimum(width, 2) + (c > 0)
        in_last_row = self._starts[number + 1] - self._starts[number] - width + c
        place = np.where(r == 0, c, np.where(r == height - 1, in_last_row, on_side))
        return np.where(is_inside, self._starts[number] + place, NOWHERE)

    def halo(self, tile: Tile) -> Nodes:
        """Nodes of the cells around a tile, in the order of the rim of a tile one cell larger all around."""
        row, column = np.divmod(rim_cells((tile.height + 2, tile.width + 2)), tile.width + 2)
        return self.nodes_at(row + (tile.row - 1), column + (tile.column - 1))


def _rim_length(height: int, width: int) -> int:
    return height * width if height < 3 or width < 3 else 2 * (height + width) - 4
