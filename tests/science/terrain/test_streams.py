"""The stream network: cells, links between confluences, Strahler's order."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from shuibao.science.grid import Grid
from shuibao.science.terrain.accumulation import upstream_area, upstream_cells
from shuibao.science.terrain.directions import OUTLET
from shuibao.science.terrain.fill import fill_depressions
from shuibao.science.terrain.flow import flow_directions
from shuibao.science.terrain.slope_length import StepUnits, step_units
from shuibao.science.terrain.streams import (
    Network,
    in_one,
    link_lengths,
    links_of,
    network,
    stream_cells,
)

NO_SPLIT = 10**9
OUT = 255


def tree(down: list[int], own: list[int]) -> Network:
    """Cells that drain into each other, listed upstream first, each with the land beside it."""
    area = np.array(own)
    for cell, below in enumerate(down):
        if below >= 0:
            area[below] += area[cell]
    codes = np.where(np.array(down) < 0, OUTLET, 1).astype(np.uint8)
    return Network(np.arange(len(down)), codes, area, np.array(down))


def test_orders_grow_only_where_two_of_the_greatest_order_meet() -> None:
    """Strahler 1957, figure 1: 1 + 1 = 2, 2 + 1 = 2, 2 + 2 = 3, 3 + 2 = 3."""
    down = [4, 4, 5, 5, 7, 7, 8, 8, 12, 11, 11, 12, -1]
    links = links_of(tree(down, [1] * 13), 1, NO_SPLIT)
    order = dict(zip(links.of_node.tolist(), range(13), strict=True))
    assert {cell: int(links.order[link]) for link, cell in order.items()} == {
        0: 1, 1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 1, 7: 3, 8: 3, 9: 1, 10: 1, 11: 2, 12: 3,
    }  # fmt: skip


def test_three_heads_at_one_place_make_order_two() -> None:
    links = links_of(tree([3, 3, 3, -1], [1, 1, 1, 1]), 1, NO_SPLIT)
    assert links.order[links.of_node].tolist() == [1, 1, 1, 2]


def test_a_symmetric_y_has_two_heads_and_a_stem() -> None:
    directions = np.array([[2, OUT, 8], [OUT, 4, OUT], [OUT, 0, OUT]], np.uint8)
    streams = network(stream_cells(directions, upstream_cells(directions), 1, 3), (3, 3))
    links = links_of(streams, 1, NO_SPLIT)
    assert links.area.tolist() == [1, 1, 4]
    assert links.own_area.tolist() == [1, 1, 2]
    assert links.order.tolist() == [1, 1, 2]
    assert links.down.tolist() == [2, 2, -1]
    steps = StepUnits(*(np.full(3, length, np.int32) for length in (10, 10, 14)))
    assert link_lengths(links, streams, steps, 3).tolist() == [14, 14, 10]


def test_an_outlet_that_no_channel_reaches_is_a_link_of_order_zero() -> None:
    directions = np.array([[1, 1, 0], [4, 0, 0]], np.uint8)
    cells = stream_cells(directions, upstream_cells(directions), 3, 3)
    assert cells.cell.tolist() == [2, 4, 5]
    links = links_of(network(cells, (2, 3)), 3, NO_SPLIT)
    assert sorted(zip(links.area.tolist(), links.order.tolist(), strict=True)) == [(1, 0), (1, 0), (3, 1)]


def test_no_cell_is_a_stream_where_nothing_lies() -> None:
    directions = np.full((4, 5), OUT, np.uint8)
    cells = stream_cells(directions, upstream_cells(directions), 1, 5)
    links = links_of(network(cells, (4, 5)), 1, NO_SPLIT)
    assert links.first.size == 0


def test_a_long_link_is_split_where_too_much_land_lies_beside_it() -> None:
    streams = tree([1, 2, 3, 4, 5, -1], [4, 4, 4, 4, 4, 4])
    links = links_of(streams, 1, 10)
    assert links.own_area.tolist() == [8, 8, 8]
    assert links.order.tolist() == [1, 1, 1]
    assert links.down.tolist() == [1, 2, -1]


@pytest.mark.parametrize("name", ["wangmaogou_copdem30_1arcsec", "bigtujunga_srtm30_utm11"])
def test_real_links_add_up_and_do_not_depend_on_tiles(
    dem: Callable[[str], tuple[NDArray[np.float32], Grid]], name: str
) -> None:
    heights, grid = dem(name)
    directions = flow_directions(fill_depressions(heights), grid.steps)
    area = upstream_area(directions, grid.areas)
    channel = 10**9
    cells = stream_cells(directions, area, channel, grid.width)
    tiles = grid.tiles(61)[::-1]
    parts = [
        stream_cells(directions[t.slices], area[t.slices], channel, grid.width, (t.row, t.column))
        for t in tiles
    ]
    for whole, tiled in zip(cells, in_one(parts), strict=True):
        np.testing.assert_array_equal(whole, tiled)
    streams = network(cells, grid.shape)
    links = links_of(streams, channel, 10**11)
    outlets = links.down < 0
    assert links.own_area.sum() == area[directions == OUTLET].sum() == links.area[outlets].sum()
    assert (links.down[~outlets] > np.flatnonzero(~outlets)).all()
    assert (links.order[links.area >= channel] > 0).all()
    assert (links.order[links.area < channel] == 0).all()
    total = link_lengths(links, streams, step_units(grid.steps), grid.width).sum()
    assert total > 0
