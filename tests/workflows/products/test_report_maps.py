"""Maps of the report: read from a result's COGs, drawn to scale, with labels that fit."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio
import shapely
from affine import Affine

from shuibao.data.cell_holders import cell_holders
from shuibao.science.errors import InputError
from shuibao.science.grid import Grid
from shuibao.workflows.annual_monitoring.frame import Zones
from shuibao.workflows.annual_monitoring.report import Maps, read_maps
from shuibao.workflows.annual_monitoring.report.drawn_maps import draw
from shuibao.workflows.annual_monitoring.report.maps import outlines


def write(path: Path, values: np.ndarray, nodata: float) -> None:
    height, width = values.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=height,
        width=width,
        count=1,
        dtype=values.dtype,
        nodata=nodata,
        crs="EPSG:4546",
        transform=Affine(30, 0, 500_000, 0, -30, 3_900_000),
    ) as dataset:
        dataset.write(values, 1)


@pytest.fixture
def zones() -> Zones:
    shape = np.array([shapely.box(500_000, 3_899_100, 500_900, 3_900_000)], dtype=object)
    grid = Grid(30, 30, Affine(30, 0, 500_000, 0, -30, 3_900_000), pyproj.CRS("EPSG:4546"))
    cells = cell_holders(shape, grid)
    return Zones(("140829",), ("平陆县",), np.array([0.81]), np.array([0.0]), shape, cells)


def test_the_maps_come_from_the_results_rasters(tmp_path: Path, zones: Zones) -> None:
    codes = np.ones((30, 30), dtype=np.uint8)
    codes[:10] = 0
    write(tmp_path / "intensity.tif", codes, 0)
    write(tmp_path / "r.tif", np.full((30, 30), 1500, dtype=np.float32), np.nan)
    maps = read_maps(tmp_path, zones)
    assert maps.bounds == (500_000, 3_899_100, 500_900, 3_900_000)
    assert (maps.intensity == codes).all()
    assert maps.rain is not None and (maps.rain == 1500).all()
    assert maps.relief is None and maps.loss_t_km2_a is None
    (outline,) = maps.outlines
    assert (outline.label_x, outline.label_y) == pytest.approx((500_450, 3_899_550), abs=10)


def test_a_broken_raster_is_named(tmp_path: Path, zones: Zones) -> None:
    (tmp_path / "intensity.tif").write_bytes(b"II*\0")
    with pytest.raises(InputError, match=r"intensity\.tif"):
        read_maps(tmp_path, zones)


def test_a_projected_map_is_drawn_to_scale(maps: Maps) -> None:
    sheet = draw(maps).sheet
    assert sheet.height == pytest.approx(500, abs=0.1)  # 15 by 30 km with the same margin around
    assert sheet.scale_text == "5 km"
    assert sheet.scale_pct == pytest.approx(100 * 5 / 31.2, abs=0.01)
    assert [label.name for label in sheet.labels] == ["平陆县", "盐湖区", "垣曲县"]
    assert sheet.labels[1].x == pytest.approx(50, abs=1)
    assert len(sheet.zone_paths) == 3
    assert "EPSG:4546" in sheet.crs_name


def test_a_map_in_degrees_is_as_high_as_the_ground(maps: Maps) -> None:
    shapes = np.array([shapely.box(111, 35, 112, 36)], dtype=object)
    degrees = replace(
        maps,
        bounds=(111, 35, 112, 36),
        crs=pyproj.CRS("EPSG:4490"),
        outlines=outlines(("1",), ("县",), shapes),
    )
    geod = pyproj.Geod(ellps="GRS80")
    wide, high = geod.inv(111.5, 35.5, 111.51, 35.5)[2], geod.inv(111.5, 35.5, 111.5, 35.51)[2]
    assert draw(degrees).sheet.height == pytest.approx(1000 * high / wide, rel=1e-3)


def test_the_picture_lies_where_the_raster_lies(maps: Maps) -> None:
    picture = draw(maps).intensity
    margin = 0.02 * 30_000 / 31_200 * 1000
    assert (picture.x, picture.width) == (pytest.approx(margin, abs=0.02), pytest.approx(961.54, abs=0.02))
    assert picture.y + picture.height == pytest.approx(draw(maps).sheet.height - margin / 2, abs=0.1)


def test_a_quantity_that_is_the_same_everywhere_has_a_map(maps: Maps) -> None:
    loss, rain, relief = draw(maps).quantities
    assert rain.picture is None and rain.low == "缺"
    assert relief.picture is not None
    assert (relief.low, relief.high) == ("2.50", "2.50")
    assert loss.picture is not None and loss.low != loss.high


def test_names_that_do_not_fit_are_left_out(maps: Maps) -> None:
    narrow = np.array([shapely.box(500_000, 3_900_000, 500_300, 3_915_000)], dtype=object)
    wide = np.array([shapely.box(500_300, 3_900_000, 530_000, 3_915_000)], dtype=object)
    both = outlines(("1", "2"), ("一个很长的名字", "宽"), np.concatenate([narrow, wide]))
    sizes = [label.size for label in draw(replace(maps, outlines=both)).sheet.labels]
    assert sizes == ["none", "all"]


def test_counties_that_do_not_quite_touch_have_one_border_without_slits(maps: Maps) -> None:
    shapes = np.array(
        [shapely.box(0, 0, 10_000, 10_000), shapely.box(10_000, 0, 20_000, 10_000)], dtype=object
    )
    hole = shapely.box(9_999, 4_999, 10_000, 5_001)
    shapes[0] = shapely.difference(shapes[0], hole)
    drawn = draw(
        replace(maps, bounds=(0, 0, 20_000, 10_000), outlines=outlines(("1", "2"), ("甲", "乙"), shapes))
    )
    assert drawn.sheet.border_path.count("M") == 1
