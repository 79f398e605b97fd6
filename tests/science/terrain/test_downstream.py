"""From rim cell to rim cell: where water that enters a tile leaves it, and what it has become by then."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from shuibao.science.grid import CellSteps
from shuibao.science.terrain.accumulation import upstream_cells
from shuibao.science.terrain.directions import COLUMN_OF_CODE, NODATA, OUTLET, ROW_OF_CODE, rim_cells
from shuibao.science.terrain.downstream import area_inflow, downstream_order, length_inflow
from shuibao.science.terrain.fill import fill_depressions
from shuibao.science.terrain.flow import flow_directions
from shuibao.science.terrain.rim_links import ENDS, LengthLinks, Ways, length_links, rim_exits
from shuibao.science.terrain.slope import greatest_descent
from shuibao.science.terrain.slope_length import CutOff, slope_lengths, step_units

Rough = Callable[..., NDArray[np.float32]]
Steps = Callable[[int], CellSteps]
USUAL = CutOff(0.5, 0.7, 2.86)


def exit_by_walking(directions: NDArray[np.uint8], cell: int) -> int:
    """The last cell of a way before it leaves; ENDS if it does not."""
    row, column = divmod(int(cell), directions.shape[1])
    while directions[row, column] not in (OUTLET, NODATA):
        code = directions[row, column]
        r, c = row + ROW_OF_CODE[code], column + COLUMN_OF_CODE[code]
        if not (0 <= r < directions.shape[0] and 0 <= c < directions.shape[1]):
            return int(row * directions.shape[1] + column)
        row, column = r, c
    return ENDS


@pytest.mark.parametrize("seed", range(3))
def test_ways_leave_where_walking_leads(rough: Rough, square: Steps, seed: int) -> None:
    directions = flow_directions(fill_depressions(rough(seed, (90, 80))), square(90))
    tile = directions[11:70, 8:71].copy()
    rim = rim_cells(tile.shape)
    exits = rim_exits(tile)
    expected = [exit_by_walking(tile, cell) for cell in rim]
    assert [rim[place] if place != ENDS else ENDS for place in exits] == expected
    assert (exits == ENDS).any()
    assert (exits != ENDS).any()


@pytest.mark.parametrize("channel_cells", [3, 40, 10**9])
@pytest.mark.parametrize("seed", range(3))
def test_links_foretell_the_length_that_leaves(
    rough: Rough, square: Steps, seed: int, channel_cells: int
) -> None:
    filled = fill_depressions(rough(seed, (90, 80)))
    directions, slope = flow_directions(filled, square(90)), greatest_descent(filled, square(90))
    is_channel = upstream_cells(directions) >= channel_cells
    cut = slice(11, 70), slice(8, 71)
    tile = directions[cut].copy(), slope[cut].copy(), is_channel[cut].copy(), step_units(square(59)), USUAL
    rim, exits, links = rim_cells(tile[0].shape), rim_exits(tile[0]), length_links(*tile)
    alone = slope_lengths(*tile).flat[rim]
    rng = np.random.default_rng(seed)
    for place in rng.choice(np.flatnonzero(exits != ENDS), 40):
        enters = rng.integers(0, 5_000_000)
        inflow = np.full(rim.size, -1, np.int32)
        inflow[place] = enters
        leaves = slope_lengths(*tile, inflow).flat[rim][exits[place]]
        foretold = links.added[place] + (enters if links.is_whole[place] else 0)
        assert leaves == max(alone[exits[place]], foretold)


def test_area_is_added_up_over_seams() -> None:
    ways = Ways(np.array([1, 2, 3, -1], np.int32), np.array([True, False, True, False]))
    order = downstream_order(ways)
    assert order.tolist() == [0, 1, 2, 3]
    assert area_inflow(ways, order, np.array([5, 99, 7, 99])).tolist() == [0, 5, 0, 12]


def test_the_longest_length_crosses_a_seam_unless_it_is_cut() -> None:
    ways = Ways(np.array([2, 2, -1], np.int32), np.array([True, True, False]))
    links = LengthLinks(np.zeros(3, np.int64), np.zeros(3, np.bool_))
    local, order = np.array([300, 200, 0], np.int32), downstream_order(ways)
    slopes = np.array([10, 10, 10], np.float32)
    assert length_inflow(ways, order, local, links, slopes, USUAL).tolist() == [-1, -1, 300]
    slopes = np.array([30, 10, 10], np.float32)
    assert length_inflow(ways, order, local, links, slopes, USUAL).tolist() == [-1, -1, 200]
    slopes = np.array([30, 30, 10], np.float32)
    assert length_inflow(ways, order, local, links, slopes, USUAL).tolist() == [-1, -1, 0]
