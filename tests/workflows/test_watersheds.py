"""Watersheds as a folder of products: cover without gap or overlap, codes that lead downstream."""

import json
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import pyproj
import pytest
import rasterio
import rasterio.features
import rasterio.shutil
import shapely
import shapely.geometry
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from shuibao.science.errors import InputError
from shuibao.science.grid import Grid
from shuibao.science.terrain.boundaries import Runs, all_runs, boundary_runs
from shuibao.workflows.watersheds import WatershedResult, divide_land
from shuibao.workflows.watersheds.outlines import outlines
from shuibao.workflows.watersheds.units import INTERVAL, SLOPE, WHOLE

KM2 = 1e6


def write_dem(path: Path, heights: NDArray[np.floating], cell: float = 30, crs: str = "EPSG:4546") -> Path:
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": crs, "nodata": -9999.0}
    transform = Affine(cell, 0, 500_000, 0, -cell, 3_900_000)
    height, width = heights.shape
    with rasterio.open(path, "w", height=height, width=width, transform=transform, **profile) as dataset:
        dataset.write(np.where(np.isfinite(heights), heights, -9999).astype(np.float32), 1)
    return path


def layer(result: WatershedResult, name: str) -> geopandas.GeoDataFrame:
    return pyogrio.read_dataframe(result.directory / "watersheds.gpkg", layer=name)


def valley(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far from the middle [cells]."""
    return np.asarray(np.abs(x - x.mean()))


@pytest.fixture(scope="module")
def mountains(tmp_path_factory: pytest.TempPathFactory, reference: Path) -> WatershedResult:
    """Real ground with a hole of no data."""
    folder = tmp_path_factory.mktemp("mountains")
    with rasterio.open(reference / "bigtujunga_srtm30_utm11.tif") as source:
        heights = source.read(1, masked=True).astype(np.float32).filled(np.nan)
    heights[100:140, 200:230] = np.nan
    dem = write_dem(folder / "dem.tif", heights)
    return divide_land(dem, folder / "out", area_km2=6, workers=2)


def test_polygons_cover_the_land_once(mountains: WatershedResult) -> None:
    units = layer(mountains, "watersheds")
    assert units.geometry.is_valid.all()
    assert shapely.coverage_is_valid(units.geometry.to_numpy())
    with rasterio.open(mountains.directory.parent / "dem.tif") as dem:
        land = dem.read_masks(1) > 0
        times = np.zeros(land.shape, np.int64)
        for shape in units.geometry:
            times += rasterio.features.rasterize([shape], out_shape=land.shape, transform=dem.transform)
    np.testing.assert_array_equal(times, land)
    assert units.area.sum() == land.sum() * 900
    assert shapely.union_all(units.geometry.to_numpy()).area == pytest.approx(units.area.sum(), rel=1e-12)
    assert units["area_km2"].sum() == pytest.approx(mountains.summary["land_area_km2"])


def test_units_have_the_wanted_size_and_say_what_they_are(mountains: WatershedResult) -> None:
    units = layer(mountains, "watersheds")
    assert units["area_km2"].between(2, 12).all()
    assert set(units["kind"]) <= {WHOLE, INTERVAL, SLOPE}
    above = units.groupby("down")["upstream_area_km2"].sum().reindex(units["code"]).fillna(0).to_numpy()
    has_one_outlet = (units["kind"] != SLOPE).to_numpy()
    own = (units["area_km2"] - units["joined_area_km2"]).to_numpy()
    np.testing.assert_allclose((own + above)[has_one_outlet], units["upstream_area_km2"][has_one_outlet])
    np.testing.assert_array_equal((units["kind"] == INTERVAL).to_numpy(), above > 0)
    assert (units["min_elevation_m"] < units["max_elevation_m"]).all()
    assert units["mean_slope_deg"].between(0, 60).all()
    assert 0 < units["touches_edge"].sum() < len(units)
    assert not (units["touches_edge"] & units["upstream_complete"]).any()


def test_codes_are_places_and_lead_down_to_the_last_of_the_basin(mountains: WatershedResult) -> None:
    units, outlets = layer(mountains, "watersheds"), layer(mountains, "outlets")
    assert units["code"].is_unique
    below = dict(zip(units["code"], units["down"], strict=True))
    for code, basin in zip(units["code"], units["basin"], strict=True):
        steps = 0
        while isinstance(below[code], str):
            code, steps = below[code], steps + 1
            assert steps <= len(units)
        assert code == basin
    places = outlets.to_crs("EPSG:4490").geometry
    codes = [f"{round(p.x * 1e5):08d}-{round(p.y * 1e5):07d}" for p in places]
    assert codes == outlets["code"].tolist() == units["code"].tolist()
    assert units.geometry.contains(outlets.geometry).all()


def test_streams_lie_in_their_watersheds_and_run_into_each_other(mountains: WatershedResult) -> None:
    units, streams = layer(mountains, "watersheds"), layer(mountains, "streams")
    starts = shapely.get_point(streams.geometry.to_numpy(), 0)
    shapes = units.set_index("code").geometry.loc[streams["watershed"]]
    assert shapely.contains(shapes.to_numpy(), starts).all()
    assert streams["order"].min() == 1
    np.testing.assert_allclose(streams.length, streams["length_m"], atol=0.006)
    ends = shapely.get_point(streams.geometry.to_numpy(), -1)
    is_joined = np.isin(
        shapely.get_coordinates(ends).view(complex), shapely.get_coordinates(starts).view(complex)
    )
    assert is_joined.mean() > 0.9
    assert (streams["upstream_area_km2"] >= 0.1).all()


def test_the_folder_holds_layers_summary_and_provenance(mountains: WatershedResult) -> None:
    assert {path.name for path in mountains.directory.iterdir()} == {
        "watersheds.gpkg",
        "summary.json",
        "provenance.json",
    }
    summary = json.loads((mountains.directory / "summary.json").read_text(encoding="utf-8"))
    origin = json.loads((mountains.directory / "provenance.json").read_text(encoding="utf-8"))
    assert summary["run_id"] == origin["run_id"]
    assert list(origin["inputs"]) == ["dem.tif"]
    assert origin["parameters"]["watersheds"] == {"least_km2": 2.0, "target_km2": 6.0, "most_km2": 10.0}
    assert sum(summary["count_from_km2"].values()) == summary["count"]
    assert sum(kind["count"] for kind in summary["kinds"].values()) == summary["count"]
    assert any("触及 DEM 的边缘" in note for note in summary["notes"])
    assert any("未核验" in note for note in summary["notes"])


def test_threads_change_nothing(mountains: WatershedResult, tmp_path: Path) -> None:
    again = divide_land(mountains.directory.parent / "dem.tif", tmp_path / "again", area_km2=6, workers=1)
    assert again.summary == mountains.summary
    for name in ("watersheds", "streams", "outlets"):
        assert layer(again, name).equals(layer(mountains, name))


def test_one_valley_smaller_than_the_target_is_one_whole_watershed(tmp_path: Path) -> None:
    rows, columns = np.arange(90.0)[:, None], np.arange(121.0)[None, :]
    heights = 2000 - rows + 3 * valley(columns)
    heights[-1, :60] = heights[-1, 61:] = 4000
    result = divide_land(write_dem(tmp_path / "dem.tif", heights), tmp_path / "out", channel_km2=0.5)
    units = layer(result, "watersheds")
    assert len(units) == 1
    assert units["kind"].item() == WHOLE
    assert units["down"].isna().all()
    assert layer(result, "streams")["order"].tolist() == [1]


def test_two_basins_back_to_back_share_the_divide(tmp_path: Path) -> None:
    rows, columns = np.arange(200.0)[:, None], np.arange(101.0)[None, :]
    heights = 1000 - 2 * valley(rows) + 5 * valley(columns)
    result = divide_land(
        write_dem(tmp_path / "dem.tif", heights), tmp_path / "out", area_km2=9, channel_km2=0.5
    )
    units = layer(result, "watersheds")
    assert len(units) == 2
    assert units["area_km2"].tolist() == pytest.approx([9.09, 9.09], rel=2e-2)
    assert units["kind"].tolist() == [WHOLE, WHOLE]


def test_a_flat_without_streams_is_still_covered(tmp_path: Path) -> None:
    result = divide_land(
        write_dem(tmp_path / "dem.tif", np.full((40, 50), 7.0)),
        tmp_path / "out",
        area_km2=3,
        channel_km2=0.9,
    )
    units = layer(result, "watersheds")
    assert len(layer(result, "streams")) == 0
    assert units.area.sum() == 40 * 50 * 900
    assert (units["area_km2"] >= 1).all() or len(units) == 1
    assert (units["order"] == 0).all()


def test_a_cell_joined_at_a_corner_belongs_to_the_same_valid_polygon(tmp_path: Path) -> None:
    heights = np.full((3, 3), np.nan)
    heights[[0, 1, 2], [0, 1, 2]] = [3, 2, 1]
    result = divide_land(write_dem(tmp_path / "dem.tif", heights), tmp_path / "out")
    shape = layer(result, "watersheds").geometry.item()
    assert shape.is_valid
    assert len(shape.geoms) == 3


def test_a_dem_in_degrees_has_true_areas(reference: Path, tmp_path: Path) -> None:
    result = divide_land(
        reference / "wangmaogou_copdem30_1arcsec.tif", tmp_path / "out", area_km2=0.3, channel_km2=0.02
    )
    units = layer(result, "watersheds")
    assert units.crs.is_geographic
    assert units["area_km2"].sum() == pytest.approx(43 * 30.82 * 43 * 24.53 / KM2, rel=2e-3)
    assert units.geometry.is_valid.all()


def test_a_mosaic_is_read_and_all_its_parts_are_inputs(tmp_path: Path) -> None:
    rows, columns = np.arange(60.0)[:, None], np.arange(80.0)[None, :]
    write_dem(tmp_path / "part.tif", 500 - rows + valley(columns))
    with rasterio.open(tmp_path / "part.tif") as part:
        rasterio.shutil.copy(part, tmp_path / "dem.vrt", driver="VRT")
    result = divide_land(tmp_path / "dem.vrt", tmp_path / "out", area_km2=1, channel_km2=0.05)
    origin = json.loads((result.directory / "provenance.json").read_text(encoding="utf-8"))
    assert list(origin["inputs"]) == ["dem.vrt", "part.tif"]


@pytest.mark.parametrize(
    ("heights", "cell", "reason"),
    [
        (np.full((5, 5), np.nan), 30, "没有一个有效的高程"),
        (np.full((5, 5), -32768.0), 30, "高程 出现 -32768"),
        (np.zeros((5, 5)), 1, "像元只有 1 m"),
    ],
)
def test_a_dem_that_cannot_be_used_is_refused_and_nothing_is_left(
    tmp_path: Path, heights: NDArray[np.float64], cell: float, reason: str
) -> None:
    dem = write_dem(tmp_path / "dem.tif", heights, cell)
    with pytest.raises(InputError, match=reason):
        divide_land(dem, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["dem.tif"]


@given(
    seed=st.integers(0, 10**6),
    height=st.integers(1, 25),
    width=st.integers(3, 25),
    size=st.integers(1, 26),
    at_once=st.sampled_from([1, 40, 10**6]),
)
def test_polygons_of_any_labels_are_valid_add_up_and_do_not_show_the_tiles(
    seed: int, height: int, width: int, size: int, at_once: int
) -> None:
    labels = np.random.default_rng(seed).integers(0, 4, (height, width)).astype(np.int32)
    labels.flat[:3] = np.arange(1, 1 + labels.flat[:3].size)
    grid = Grid(height, width, Affine(30, 0, 0, 0, -30, 0), pyproj.CRS("EPSG:4546"))
    shapes = outlines(runs_of(labels, grid, size), 3, grid, at_once)
    assert all(shape.is_valid for shape in shapes)
    assert shapely.coverage_is_valid(shapes)
    assert [shape.area / 900 for shape in shapes] == np.bincount(labels.ravel(), minlength=4)[1:4].tolist()
    assert all(part.exterior.is_ccw for shape in shapes for part in shape.geoms)
    assert shapely.equals_identical(shapes, outlines(runs_of(labels, grid, 1000), 3, grid)).all()
    drawn = rasterio.features.shapes(labels, connectivity=4, transform=grid.transform)
    traced = [[], [], [], []]
    for outline, label in drawn:
        traced[int(label)].append(shapely.geometry.shape(outline))
    for shape, parts in zip(shapes, traced[1:], strict=True):
        same = shapely.normalize(shapely.simplify(shapely.MultiPolygon(parts), 0))
        assert shapely.normalize(shapely.simplify(shape, 0)).equals(same)
        assert len(shape.geoms) == len(parts)
        assert (
            shapely.get_num_interior_rings(list(shape.geoms)).sum()
            == shapely.get_num_interior_rings(parts).sum()
        )


def runs_of(labels: NDArray[np.int32], grid: Grid, size: int) -> Runs:
    """The boundaries of labels, cut out tile by tile."""
    padded = np.pad(labels, 1)
    parts = []
    for tile in grid.tiles(size):
        around = padded[tile.row : tile.row + tile.height + 2, tile.column : tile.column + tile.width + 2]
        parts.append(boundary_runs(around, tile, grid.shape))
    return all_runs(parts)
