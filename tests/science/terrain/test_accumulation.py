"""What drains through a cell: exact sums, whatever the order or the cut."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from shuibao.science.grid import CellAreas, CellSteps, Grid
from shuibao.science.terrain.accumulation import inflow_counts, upstream_area, upstream_cells
from shuibao.science.terrain.directions import COLUMN_OF_CODE, NODATA, OUTLET, ROW_OF_CODE, rim_cells
from shuibao.science.terrain.fill import fill_depressions
from shuibao.science.terrain.flow import flow_directions

Steps = Callable[[int], CellSteps]
Rough = Callable[..., NDArray[np.float32]]


def test_a_row_of_cells_adds_up() -> None:
    row = np.array([[1, 1, 1, 0]], np.uint8)
    assert upstream_cells(row).tolist() == [[1, 2, 3, 4]]
    assert inflow_counts(row).tolist() == [[0, 1, 1, 1]]


def test_tributaries_join() -> None:
    directions = np.array([[2, 4, 8], [1, 4, 16], [255, 0, 255]], np.uint8)
    assert upstream_cells(directions).tolist() == [[1, 1, 1], [1, 6, 1], [0, 7, 0]]
    assert inflow_counts(directions)[1, 1] == 5


@pytest.mark.parametrize("seed", range(4))
def test_the_outlets_carry_every_valid_cell(rough: Rough, square: Steps, seed: int) -> None:
    heights = rough(seed, (130, 110))
    directions = flow_directions(fill_depressions(heights), square(130))
    cells = upstream_cells(directions)
    assert cells[directions == OUTLET].sum() == np.isfinite(heights).sum()
    assert (cells[directions == NODATA] == 0).all()


def test_true_areas_come_from_the_grid_and_reach_the_outlets(
    dem: Callable[[str], tuple[NDArray[np.float32], Grid]],
) -> None:
    heights, grid = dem("wangmaogou_copdem30_1arcsec")
    directions = flow_directions(fill_depressions(heights), grid.steps)
    area = upstream_area(directions, grid.areas)
    total = int(grid.areas.units[:, 0].sum()) * grid.width
    assert area[directions == OUTLET].sum() == total
    assert total / 1e4 == pytest.approx(43 * 30.82 * 43 * 24.53, rel=2e-3)


def test_areas_by_blocks_follow_the_origin_of_a_tile() -> None:
    areas = CellAreas(np.arange(12).reshape(3, 4) + 1, 2, 3)
    outlets = np.zeros((5, 10), np.uint8)
    whole = upstream_area(outlets, areas)
    assert whole[4, 9] == 12
    assert whole[1, 2] == 1
    assert whole[2, 3] == 6
    np.testing.assert_array_equal(
        upstream_area(outlets[1:4, 2:9].copy(), areas, origin=(1, 2)), whole[1:4, 2:9]
    )


def inflow_from_outside(
    directions: NDArray[np.uint8], values: NDArray[np.int64], tile: tuple[slice, slice]
) -> NDArray[np.int64]:
    """Per rim cell of a tile, the sum of the values that flow in from outside it."""
    is_tile = np.zeros(directions.shape, np.bool_)
    is_tile[tile] = True
    inflow = np.zeros_like(values)
    for row, column in np.argwhere(~is_tile & (directions != NODATA)):
        code = directions[row, column]
        target = row + ROW_OF_CODE[code], column + COLUMN_OF_CODE[code]
        inflow[target] += values[row, column]
    return inflow[tile].flat[rim_cells(inflow[tile].shape)]


@pytest.mark.parametrize("seed", range(3))
def test_a_tile_with_its_inflow_sums_like_the_whole(rough: Rough, square: Steps, seed: int) -> None:
    directions = flow_directions(fill_depressions(rough(seed, (90, 80))), square(90))
    whole = upstream_cells(directions)
    tile = slice(17, 63), slice(21, 70)
    part = upstream_cells(directions[tile].copy(), inflow_from_outside(directions, whole, tile))
    np.testing.assert_array_equal(part, whole[tile])


def test_nothing_drains_nothing() -> None:
    assert (upstream_cells(np.full((3, 3), NODATA, np.uint8)) == 0).all()
    assert upstream_cells(np.array([[OUTLET]], np.uint8)) == 1
