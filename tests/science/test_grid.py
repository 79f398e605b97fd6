"""A grid knows its true cell sizes and areas in every CRS, and refuses what is not north up."""

import numpy as np
import pyproj
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st

from shuibao.science.crs import ALBERS_CHINA
from shuibao.science.errors import InputError
from shuibao.science.grid import AREA_UNITS_PER_M2, Grid, Tile

GEOD = pyproj.Geod(ellps="GRS80")


def area_of_cell_m2(grid: Grid, row: int, column: int) -> float:
    units = grid.areas
    return float(units.units[row // units.rows, column // units.columns]) / AREA_UNITS_PER_M2


def test_a_cell_of_a_geographic_grid_has_the_area_of_its_ellipsoidal_quadrangle() -> None:
    grid = Grid(40, 30, Affine(0.01, 0, 110.0, 0, -0.01, 36.0), pyproj.CRS("EPSG:4490"))
    for row in (0, 17, 39):
        top = 36.0 - row * 0.01
        # an edge along a parallel is cut into geodesics short enough to follow it
        longitudes = np.linspace(110.0, 110.01, 50)
        ring_x = np.concatenate([longitudes, longitudes[::-1]])
        ring_y = np.concatenate([np.full(50, top - 0.01), np.full(50, top)])
        expected = abs(GEOD.polygon_area_perimeter(ring_x, ring_y)[0])
        assert area_of_cell_m2(grid, row, 5) == pytest.approx(expected, rel=1e-7)


def test_areas_of_a_transverse_mercator_grid_are_ellipsoidal_not_planar() -> None:
    grid = Grid(256, 256, Affine(30, 0, 500_000, 0, -30, 3_900_000), pyproj.CRS("EPSG:32649"))
    to_degrees = pyproj.Transformer.from_crs("EPSG:32649", "EPSG:4326", always_xy=True)
    left, top = 500_000 + 100 * 30, 3_900_000 - 100 * 30
    x, y = to_degrees.transform([left, left + 30, left + 30, left], [top - 30, top - 30, top, top])
    expected = abs(pyproj.Geod(ellps="WGS84").polygon_area_perimeter(x, y)[0])
    assert expected != pytest.approx(900, rel=1e-4)
    assert area_of_cell_m2(grid, 100, 100) == pytest.approx(expected, rel=2e-6)


def test_areas_of_an_equal_area_grid_are_planar() -> None:
    grid = Grid(10, 10, Affine(30, 0, 0, 0, -30, 4_000_000), pyproj.CRS(ALBERS_CHINA))
    assert area_of_cell_m2(grid, 3, 3) == 900


def test_steps_shrink_towards_the_pole_and_agree_with_geodesics() -> None:
    grid = Grid(3000, 10, Affine(1 / 1200, 0, 111, 0, -1 / 1200, 37.5), pyproj.CRS("EPSG:4490"))
    east = grid.steps.along_row_m
    assert (np.diff(east) > 0).all()
    latitude = grid.row_centres[1500]
    _, _, there = GEOD.inv(111, latitude, 111 + 1 / 1200, latitude)
    assert east[1500] == pytest.approx(there, rel=1e-6)
    _, _, down = GEOD.inv(111, latitude - 1 / 2400, 111, latitude + 1 / 2400)
    assert grid.steps.along_column_m[1500] == pytest.approx(down, rel=1e-6)
    assert grid.steps.diagonal_m[0] == pytest.approx(np.hypot(east[0], grid.steps.along_column_m[0]))


def test_a_rotated_or_south_up_raster_is_refused() -> None:
    for transform in (Affine(30, 1, 0, 0, -30, 0), Affine(30, 0, 0, 0, 30, 0)):
        with pytest.raises(InputError, match="正北朝上"):
            Grid(10, 10, transform, pyproj.CRS("EPSG:32649"))


@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 60))
def test_tiles_cover_every_cell_once(height: int, width: int, size: int) -> None:
    grid = Grid(height, width, Affine(1, 0, 0, 0, -1, 0), pyproj.CRS("EPSG:32649"))
    covered = np.zeros(grid.shape, int)
    for tile in grid.tiles(size):
        covered[tile.slices] += 1
    assert (covered == 1).all()
    assert grid.whole == Tile(0, 0, height, width)
