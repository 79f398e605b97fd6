"""The patches' file: outlines put aside as corners and drawn batch by batch are those of the whole."""

from pathlib import Path

import geopandas
import numpy as np
import pyproj
import pytest
import rasterio.features
import shapely
from affine import Affine

from shuibao.science.grid import Grid
from shuibao.science.outlines import corners_in
from shuibao.science.patches import label_alike
from shuibao.workflows.annual_monitoring.patch_outlines import outlines_aside, write_patches

GRID = Grid(20, 30, Affine(10, 0, 500_000, 0, -10, 3_900_000), pyproj.CRS("EPSG:4546"))


def drawn(labels: np.ndarray, count: int, folder: Path, batch: int) -> list[np.ndarray]:
    """The outlines, batch by batch; their corners come from two halves, the lower first."""
    padded = np.pad(labels, 1)
    halves = [corners_in(padded[10:], 10, 0), corners_in(padded[:11], 0, 0)]
    outlines = outlines_aside(halves, folder, GRID, batch)
    return [outlines.polygons(place) for place in range(-(-count // batch))]


@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_batches_do_not_change_the_outlines(tmp_path: Path, batch: int) -> None:
    labels, count = label_alike(np.random.default_rng(4).integers(-1, 2, GRID.shape).astype(np.int32))
    found = np.concatenate(drawn(labels, count, tmp_path, batch))
    shapes = rasterio.features.shapes(labels, mask=labels > 0, connectivity=4, transform=GRID.transform)
    expected = {int(label): shapely.geometry.shape(outline) for outline, label in shapes}
    assert [shape.wkt for shape in found] == [expected[label].wkt for label in range(1, count + 1)]
    assert shapely.is_valid(found).all()


def test_batches_are_written_one_after_the_other(tmp_path: Path) -> None:
    labels, count = label_alike(np.random.default_rng(5).integers(-1, 2, GRID.shape).astype(np.int32))
    batches = drawn(labels, count, tmp_path / "corners", 40)
    tables = [
        geopandas.GeoDataFrame(
            {
                "id": [f"{place}-{number}" for number in range(len(shapes))],
                "status": None if place else "新增",
            },
            geometry=shapes,
            crs=GRID.crs,
        )
        for place, shapes in enumerate(batches)
    ]
    path = tmp_path / "patches.gpkg"
    write_patches(path, tables, tables[0][:2], "2026-01-01T00:00:00Z")
    written = geopandas.read_file(path, layer="patches")
    assert len(tables) > 3
    assert written["id"].tolist() == [name for table in tables for name in table["id"]]
    assert written["status"].isna().sum() == count - 40
    assert written.geometry.to_wkt().tolist() == [shape.wkt for shapes in batches for shape in shapes]
    assert len(geopandas.read_file(path, layer="ended")) == 2
