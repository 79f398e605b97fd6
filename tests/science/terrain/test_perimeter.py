"""Perimeter cells as one list: every rim cell has one place, and knows its neighbours in other tiles."""

import numpy as np
import pytest

from shuibao.science.grid import Tile
from shuibao.science.terrain.directions import COLUMN_OF_CODE, ROW_OF_CODE, rim_cells
from shuibao.science.terrain.perimeter import NOWHERE, Perimeters
from shuibao.science.terrain.seams import seams, world_rim

WORLDS = [(1, 1, 1), (5, 7, 1), (9, 10, 4), (9, 10, 3), (8, 8, 8), (10, 3, 2), (1, 20, 6), (7, 7, 5)]


def cells_of(perimeters: Perimeters) -> list[tuple[int, int]]:
    """Row and column of every node."""
    cells = []
    for tile in perimeters.tiles:
        rows, columns = np.divmod(rim_cells((tile.height, tile.width)), tile.width)
        cells += list(zip((rows + tile.row).tolist(), (columns + tile.column).tolist(), strict=True))
    return cells


@pytest.mark.parametrize("world", WORLDS)
def test_every_rim_cell_of_every_tile_has_its_place(world: tuple[int, int, int]) -> None:
    perimeters = Perimeters(*world)
    rows, columns = np.array(cells_of(perimeters)).T
    assert perimeters.count == rows.size
    assert perimeters.nodes_at(rows, columns).tolist() == list(range(rows.size))
    for tile in perimeters.tiles:
        place = perimeters.place(tile)
        nodes = np.arange(perimeters.count)[place]
        assert nodes.size == rim_cells((tile.height, tile.width)).size
        assert perimeters.tiles_of(nodes) == [tile]


@pytest.mark.parametrize("world", WORLDS)
def test_the_halo_is_the_ring_of_cells_around_a_tile(world: tuple[int, int, int]) -> None:
    perimeters = Perimeters(*world)
    numbers = np.full((world[0] + 2, world[1] + 2), NOWHERE)
    for node, (row, column) in enumerate(cells_of(perimeters)):
        numbers[row + 1, column + 1] = node
    for tile in perimeters.tiles:
        padded = numbers[tile.row : tile.row + tile.height + 2, tile.column : tile.column + tile.width + 2]
        assert perimeters.halo(tile).tolist() == padded.flat[rim_cells(padded.shape)].tolist()


@pytest.mark.parametrize("world", WORLDS)
def test_seams_are_all_pairs_of_neighbours_in_different_tiles(world: tuple[int, int, int]) -> None:
    perimeters = Perimeters(*world)
    cells = cells_of(perimeters)
    node_at = {cell: node for node, cell in enumerate(cells)}
    tile_of = {
        node: tile for tile in perimeters.tiles for node in range(perimeters.count)[perimeters.place(tile)]
    }
    expected = {
        (node, node_at[near])
        for (row, column), node in node_at.items()
        for near in [(row + r, column + c) for r in (-1, 0, 1) for c in (-1, 0, 1)]
        if near in node_at and tile_of[node] != tile_of[node_at[near]]
    }
    both = seams(perimeters).both_ways()
    assert set(zip(both.first.tolist(), both.second.tolist(), strict=True)) == expected
    for first, second, code in zip(*both, strict=True):
        row, column = cells[first]
        assert cells[second] == (row + ROW_OF_CODE[code], column + COLUMN_OF_CODE[code])


def test_the_rim_of_the_world_is_all_around() -> None:
    perimeters = Perimeters(5, 6, 2)
    cells = cells_of(perimeters)
    found = {cells[node] for node in world_rim(perimeters)}
    assert found == {(r, c) for r in range(5) for c in range(6) if r in (0, 4) or c in (0, 5)}


def test_the_last_tiles_are_cut_off() -> None:
    assert Perimeters(5, 4, 3).tiles == [
        Tile(0, 0, 3, 3),
        Tile(0, 3, 3, 1),
        Tile(3, 0, 2, 3),
        Tile(3, 3, 2, 1),
    ]
