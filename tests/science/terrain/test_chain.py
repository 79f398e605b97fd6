"""The whole chain from heights to slope and slope length."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from shuibao.science.grid import CellAreas, CellSteps, Grid
from shuibao.science.terrain.accumulation import upstream_area
from shuibao.science.terrain.chain import Terrain, TerrainChoices, read_terrain
from shuibao.science.terrain.directions import NODATA, OUTLET
from shuibao.science.terrain.fill import fill_depressions
from shuibao.science.terrain.slope import SLOPE_METHODS, greatest_descent
from shuibao.science.terrain.slope_length import CutOff

CHOICES = TerrainChoices(greatest_descent, CutOff(0.5, 0.7, 2.86), 100_000)
Dem = Callable[[str], tuple[NDArray[np.float32], Grid]]
Steps = Callable[[int], CellSteps]

SQUARE_AREA = CellAreas(np.array([[1_000_000]]), 1000, 1000)


def test_the_ground_is_filled_in_place_and_its_slope_is_that_of_the_filled_ground(dem: Dem) -> None:
    heights, grid = dem("wangmaogou_copdem30_1arcsec")
    filled = fill_depressions(heights)
    terrain = read_terrain(heights, grid.steps, grid.areas, CHOICES)
    np.testing.assert_array_equal(heights, filled)
    np.testing.assert_array_equal(terrain.slope_deg, greatest_descent(filled, grid.steps))


def test_channels_begin_at_the_area_chosen(dem: Dem) -> None:
    heights, grid = dem("bigtujunga_srtm30_utm11")
    terrain = read_terrain(heights, grid.steps, grid.areas, CHOICES)
    is_channel = upstream_area(terrain.directions, grid.areas) >= 100_000 * 10_000
    assert 0.01 < is_channel.mean() < 0.2
    in_channel = terrain.length_units[is_channel]
    assert set(np.unique(in_channel)) == {300_000, 424_264}


@pytest.mark.parametrize("name", SLOPE_METHODS)
def test_loess_gullies_are_steep_and_their_slopes_short(dem: Dem, name: str) -> None:
    heights, grid = dem("wangmaogou_copdem30_1arcsec")
    terrain = read_terrain(heights, grid.steps, grid.areas, CHOICES._replace(slope=SLOPE_METHODS[name]))
    assert 15 < np.median(terrain.slope_deg) < 30
    assert 30 < np.median(terrain.length_units) / 10_000 < 150


def test_rows_of_the_result_keep_their_own_steps(dem: Dem) -> None:
    heights, grid = dem("wangmaogou_copdem30_1arcsec")
    terrain = read_terrain(heights, grid.steps, grid.areas, CHOICES)
    part = terrain.rows(10, 14)
    assert isinstance(part, Terrain)
    assert part.slope_deg.shape == part.length_units.shape == part.directions.shape == (4, 43)
    assert part.steps.along_row.tolist() == terrain.steps.along_row[10:14].tolist()


def test_single_and_double_precision_agree_on_whole_metres(dem: Dem) -> None:
    heights, grid = dem("wangmaogou_copdem30_1arcsec")
    double = read_terrain(heights.astype(np.float64), grid.steps, grid.areas, CHOICES)
    single = read_terrain(heights, grid.steps, grid.areas, CHOICES)
    for layer in range(3):
        np.testing.assert_array_equal(double[layer], single[layer])


def test_one_cell_a_flat_and_nothing_have_a_result(square: Steps) -> None:
    one = read_terrain(np.array([[7.0]], np.float32), square(1), SQUARE_AREA, CHOICES)
    assert [layer.item() for layer in one[:3]] == [0, 50_000, OUTLET]
    flat = read_terrain(np.full((9, 9), 3, np.float32), square(9), SQUARE_AREA, CHOICES)
    assert (flat.slope_deg == 0).all()
    assert (flat.length_units > 0).all()
    nothing = read_terrain(np.full((4, 5), np.nan, np.float32), square(4), SQUARE_AREA, CHOICES)
    assert np.isnan(nothing.slope_deg).all()
    assert (nothing.directions == NODATA).all()
    assert (nothing.length_units == 0).all()


def test_a_quarter_turn_of_a_hill_turns_everything(square: Steps) -> None:
    rows, columns = np.mgrid[-25:26, -25:26]
    hill = 900 - np.hypot(rows, columns) * 4 + np.random.default_rng(11).random((51, 51))
    hill = hill.astype(np.float32)
    turned = read_terrain(np.rot90(hill).copy(), square(51), SQUARE_AREA, CHOICES)
    straight = read_terrain(hill, square(51), SQUARE_AREA, CHOICES)
    np.testing.assert_allclose(turned.slope_deg, np.rot90(straight.slope_deg), rtol=1e-6)
    np.testing.assert_array_equal(turned.length_units, np.rot90(straight.length_units))
