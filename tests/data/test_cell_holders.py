"""A cell belongs to the polygon that holds its centre: on any tile the cells GDAL finds on the whole grid."""

from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import rasterio.features
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Polygon, box

from shuibao.data.cell_holders import cell_holders
from shuibao.science.grid import Grid

GRID = Grid(70, 90, Affine(10, 0, 500_000, 0, -10, 3_900_000), pyproj.CRS("EPSG:4546"))


def in_cells(rows_and_columns: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Places given in columns and rows, as map coordinates."""
    return [(500_000 + 10 * column, 3_900_000 - 10 * row) for column, row in rows_and_columns]


def areas_of(corners: list[list[tuple[float, float]]]) -> list[Any]:
    """Valid polygons with these corners, as far as they have an area."""
    shapes = shapely.make_valid([Polygon(in_cells(ring)) for ring in corners])
    return [shape if "Polygon" in shape.geom_type else Polygon() for shape in shapes]


def by_gdal(shapes: list[Any]) -> np.ndarray:
    """What GDAL burns on the whole grid."""
    found: np.ndarray = rasterio.features.rasterize(
        [(shape, place) for place, shape in enumerate(shapes) if not shape.is_empty],
        out_shape=GRID.shape, transform=GRID.transform, fill=-1, dtype="int32",
    )  # fmt: skip
    return found


def by_tiles(shapes: list[Any], size: int) -> np.ndarray:
    """The same, tile by tile."""
    held = cell_holders(np.array(shapes, dtype=object), GRID)
    found = np.full(GRID.shape, -9, np.int32)
    for tile in GRID.tiles(size):
        found[tile.slices] = held.read(tile)
    return found


halves = st.integers(-20, 200).map(lambda twice: twice / 2)
ragged = st.floats(-10, 100, allow_nan=False)


@pytest.mark.parametrize("size", [7, 32, 512])
@given(corners=st.lists(st.lists(st.tuples(halves, halves), min_size=3, max_size=8), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_corners_and_edges_on_centres_and_sides_of_cells_fall_as_gdal_has_them(
    size: int, corners: list[list[tuple[float, float]]]
) -> None:
    shapes = areas_of(corners)
    np.testing.assert_array_equal(by_tiles(shapes, size), by_gdal(shapes))


@given(
    corners=st.lists(st.lists(st.tuples(ragged, ragged), min_size=3, max_size=12), min_size=1, max_size=6),
    size=st.sampled_from([5, 16, 33]),
)
@settings(max_examples=100, deadline=None)
def test_any_polygons_on_any_tiles_are_as_on_the_whole_grid(
    corners: list[list[tuple[float, float]]], size: int
) -> None:
    shapes = areas_of(corners)
    np.testing.assert_array_equal(by_tiles(shapes, size), by_gdal(shapes))


def test_holes_parts_and_shared_edges_leave_no_cell_out_and_none_twice() -> None:
    left = Polygon(
        in_cells([(2, 3), (40.3, 2), (45.7, 60), (3, 66.5)]), [in_cells([(10, 10), (30, 12), (20, 40)])]
    )
    right = Polygon(in_cells([(40.3, 2), (88, 1), (80, 69), (45.7, 60)]))
    islands = MultiPolygon(
        [box(500_130, 3_899_650, 500_200, 3_899_820), box(500_850, 3_899_900, 500_890, 3_899_990)]
    )
    shapes = [left, right, Polygon(), islands]
    for size in (8, 31, 64, 128):
        np.testing.assert_array_equal(by_tiles(shapes, size), by_gdal(shapes))


def test_only_the_areas_of_a_mixed_shape_hold_cells() -> None:
    area = box(500_100, 3_899_500, 500_300, 3_899_800)
    other = box(500_500, 3_899_400, 500_700, 3_899_600)
    line = LineString([(500_400, 3_899_900), (500_800, 3_899_400)])
    mixed = GeometryCollection([area, line, MultiPolygon([other])])
    np.testing.assert_array_equal(by_tiles([mixed], 16), by_gdal([MultiPolygon([area, other])]))
    assert (by_tiles([Polygon()], 16) == -1).all()


def test_polygons_travel_to_other_processes(tmp_path: Path) -> None:
    import pickle

    held = cell_holders(np.array([box(500_100, 3_899_500, 500_300, 3_899_800)], dtype=object), GRID)
    arrived = pickle.loads(pickle.dumps(held))
    np.testing.assert_array_equal(arrived.read(GRID.whole), held.read(GRID.whole))
