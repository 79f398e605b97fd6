"""Slope: planes up to their rim, cones, one-sided edges."""

from collections.abc import Callable

import numpy as np
import pytest
from affine import Affine
from pyproj import CRS

from shuibao.science.grid import CellSteps, Grid
from shuibao.science.terrain.directions import COLUMN_OFFSETS, ROW_OFFSETS
from shuibao.science.terrain.slope import SLOPE_METHODS, SlopeMethod, greatest_descent, horn

Steps = Callable[[int], CellSteps]
both = pytest.mark.parametrize("method", SLOPE_METHODS.values(), ids=SLOPE_METHODS)


def steps_of(rows: int, east_m: float, south_m: float) -> CellSteps:
    one = np.ones(rows)
    return CellSteps(one * east_m, one * south_m, one * np.hypot(east_m, south_m))


@both
@pytest.mark.parametrize("cell", [(10.0, 10.0), (24.5, 30.9), (40.0, 7.0)])
@pytest.mark.parametrize("k", [0, 2, 4, 6])
def test_a_plane_along_an_axis_has_one_slope_up_to_its_rim(
    method: SlopeMethod, cell: tuple[float, float], k: int
) -> None:
    rows, columns = np.mgrid[:7, :9]
    along = columns * cell[0] * COLUMN_OFFSETS[k] + rows * cell[1] * ROW_OFFSETS[k]
    plane = 500 - along * np.tan(np.radians(12.0))
    np.testing.assert_allclose(method(plane, steps_of(7, *cell)), 12.0, rtol=1e-6)


@pytest.mark.parametrize("cell", [(10.0, 10.0), (24.5, 30.9)])
@pytest.mark.parametrize("k", [1, 3, 5, 7])
def test_a_plane_along_a_diagonal_has_one_slope_but_in_the_two_corners_beside_it(
    cell: tuple[float, float], k: int
) -> None:
    rows, columns = np.mgrid[:7, :9]
    diagonal_m = np.hypot(*cell)
    # contours across the cells' diagonal: the fall per diagonal step is the same everywhere
    east, south = cell[0] * COLUMN_OFFSETS[k] / diagonal_m, cell[1] * ROW_OFFSETS[k] / diagonal_m
    plane = 500 - (columns * cell[0] * east + rows * cell[1] * south) * np.tan(np.radians(12.0))
    slope = greatest_descent(plane, steps_of(7, *cell))
    beside = np.zeros(slope.shape, np.bool_)
    if COLUMN_OFFSETS[k] == ROW_OFFSETS[k]:
        beside[0, -1] = beside[-1, 0] = True
    else:
        beside[0, 0] = beside[-1, -1] = True
    np.testing.assert_allclose(slope[~beside], 12.0, rtol=1e-6)
    assert (slope[beside] < 12.0).all()
    np.testing.assert_allclose(horn(plane, steps_of(7, *cell)), 12.0, rtol=1e-6)


@both
def test_a_hole_does_not_change_the_slope_of_a_plane(method: SlopeMethod, square: Steps) -> None:
    plane = np.repeat(np.arange(9.0)[:, None], 9, axis=1)
    plane[3:5, 4] = np.nan
    slope = method(plane, square(9))
    assert np.isnan(slope[3:5, 4]).all()
    np.testing.assert_allclose(slope[np.isfinite(plane)], np.degrees(np.arctan(0.1)), rtol=1e-6)


@both
def test_the_slope_of_geographic_cells_uses_their_true_size(method: SlopeMethod) -> None:
    grid = Grid(9, 9, Affine(1 / 3600, 0, 110.3, 0, -1 / 3600, 37.6), CRS("EPSG:4490"))
    column = np.arange(9) * np.tan(np.radians(20.0)) * grid.steps.along_row_m[4]
    east = method(np.tile(column, (9, 1)), grid.steps)
    np.testing.assert_allclose(east, 20.0, rtol=1e-4)
    south = method(np.tile(column[:, None], (1, 9)), grid.steps)
    expected = np.tan(np.radians(20.0)) * grid.steps.along_row_m[4] / grid.steps.along_column_m[4]
    np.testing.assert_allclose(south, np.degrees(np.arctan(expected)), rtol=1e-4)


def test_a_cone_has_its_slope_along_eight_lines_and_up_to_8_percent_less_between(square: Steps) -> None:
    rows, columns = np.mgrid[-30:31, -30:31]
    cone = 1000 - np.hypot(rows, columns) * 10 * np.tan(np.radians(15.0))
    slope = greatest_descent(cone, square(61))
    on_a_line = (rows == 0) | (columns == 0) | (abs(rows) == abs(columns))
    np.testing.assert_allclose(slope[on_a_line], 15.0, rtol=1e-6)
    tangent = np.tan(np.radians(slope)) / np.tan(np.radians(15.0))
    assert tangent.max() < 1 + 1e-6
    assert tangent.min() > np.cos(np.radians(22.5)) - 0.002


def test_horn_weighs_the_rows_one_two_one() -> None:
    cells = np.random.default_rng(3).random((6, 7)) * 100
    weights = np.array([1, 2, 1])
    expected = np.zeros((4, 5))
    for row in range(4):
        for column in range(5):
            block = cells[row : row + 3, column : column + 3]
            east = weights @ (block[:, 2] - block[:, 0]) / 80
            south = weights @ (block[2] - block[0]) / 160
            expected[row, column] = np.degrees(np.arctan(np.hypot(east, south)))
    np.testing.assert_allclose(horn(cells, steps_of(6, 10, 20))[1:-1, 1:-1], expected, rtol=1e-6)


@both
def test_flats_single_cells_and_strips_have_a_slope(method: SlopeMethod, square: Steps) -> None:
    assert (method(np.full((4, 4), 7, np.float32), square(4)) == 0).all()
    assert method(np.array([[3.0]]), square(1)) == 0
    strip = np.arange(5.0)[None, :]
    np.testing.assert_allclose(method(strip, square(1)), np.degrees(np.arctan(0.1)), rtol=1e-6)
    np.testing.assert_allclose(method(strip.T, square(5)), np.degrees(np.arctan(0.1)), rtol=1e-6)
    assert np.isnan(method(np.full((2, 2), np.nan), square(2))).all()


def test_a_pit_has_no_way_down_and_so_no_greatest_descent(square: Steps) -> None:
    bowl = np.ones((5, 5))
    bowl[2, 2] = 0
    assert greatest_descent(bowl, square(5))[2, 2] == 0


@both
def test_a_quarter_turn_of_the_ground_turns_the_slope(method: SlopeMethod, square: Steps) -> None:
    ground = np.random.default_rng(5).random((20, 20)) * 30
    ground[4:6, 7] = np.nan
    turned = method(np.rot90(ground).copy(), square(20))
    np.testing.assert_allclose(turned, np.rot90(method(ground, square(20))), rtol=1e-6)
