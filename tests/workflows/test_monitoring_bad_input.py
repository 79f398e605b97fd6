"""Bad input is refused in one sentence that names file, place and remedy, and leaves nothing behind."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from affine import Affine

from shuibao.data.regions import regions
from shuibao.science.errors import DomainError
from shuibao.workflows.annual_monitoring import load_plan, run


def refused(land: Any, tmp_path: Path, message: str, *overrides: str) -> None:
    """The run is refused with this message, in one line, and no product is left."""
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(DomainError, match=message) as caught:
        run(load_plan(land.run_file(), overrides), out=tmp_path / "result")
    assert "\n" not in str(caught.value)
    after = sorted(path.name for path in tmp_path.iterdir() if path.name != "RUN.toml")
    assert after == [name for name in before if name != "RUN.toml"]


def test_a_dem_without_crs(landscape: Any, tmp_path: Path) -> None:
    landscape.raster("dem.tif", np.ones(landscape.shape, np.float32), crs=None)
    refused(landscape, tmp_path, r"dem\.tif 没有坐标系")


def test_zones_without_crs(landscape: Any, tmp_path: Path) -> None:
    landscape.polygons("zones.gpkg", [landscape.rows(0, 60)], {"code": ["A"], "name": ["全"]}, None)
    refused(landscape, tmp_path, r"zones\.gpkg 没有坐标系")


def test_grids_that_do_not_overlap(landscape: Any, tmp_path: Path) -> None:
    landscape.raster(
        "k.tif", np.full((10, 10), 0.04, np.float32), transform=Affine(10, 0, 600_000, 0, -10, 3e6)
    )
    landscape.sections["soil"] = {"raster": "k.tif"}
    refused(landscape, tmp_path, r"k\.tif 与 DEM 不重叠")


def test_zones_elsewhere(landscape: Any, tmp_path: Path) -> None:
    shape = shapely.affinity.translate(landscape.rows(0, 60), 1e5, 0)
    landscape.polygons("zones.gpkg", [shape], {"code": ["A"], "name": ["全"]})
    refused(landscape, tmp_path, r"zones\.gpkg 的统计单元与 DEM 不重叠")


def test_zones_that_overlap_name_both(landscape: Any, tmp_path: Path) -> None:
    shapes = [landscape.rows(0, 35), landscape.rows(30, 60)]
    landscape.polygons("zones.gpkg", shapes, {"code": ["A", "B"], "name": ["上", "下"]})
    refused(landscape, tmp_path, r"统计单元 A 与 B 重叠，占较小者面积的 16\.7%")


def test_a_code_twice(landscape: Any, tmp_path: Path) -> None:
    shapes = [landscape.rows(0, 30), landscape.rows(30, 60)]
    landscape.polygons("zones.gpkg", shapes, {"code": ["A", "A"], "name": ["上", "下"]})
    refused(landscape, tmp_path, "重复的编码：A")


def test_a_column_the_zones_do_not_have(landscape: Any, tmp_path: Path) -> None:
    refused(landscape, tmp_path, r"没有字段 adcode。它有：code、name", "zones.code=adcode")


def on_a_county(land: Any, east_m: float = 0, *, swapped: bool = False) -> None:
    """Puts the DEM on 平陆县 and its zone on the county, moved or with swapped axes."""
    county = regions("counties")["140829"].boundary
    west, _, _, north = county.bounds
    degrees = Affine(0.01, 0, west, 0, -0.01, north)
    land.raster(
        "dem.tif",
        500 + np.random.default_rng(0).random(land.shape, np.float32),
        transform=degrees,
        crs="EPSG:4490",
    )
    land.sections["land_use"] = {"constant": 43}
    shape = shapely.affinity.translate(county, east_m / 91_000, 0)
    if swapped:
        shape = shapely.transform(shape, lambda xy: xy[:, ::-1])
    land.polygons("zones.gpkg", [shape], {"code": ["140829"], "name": ["平陆县"]}, "EPSG:4490")


def test_zones_shifted_like_gcj02_are_warned_about_with_the_offset(landscape: Any) -> None:
    on_a_county(landscape, 525)
    notes = run(load_plan(landscape.run_file())).notes
    assert any("GCJ-02" in note and "东 52" in note for note in notes)


def test_zones_in_their_place_are_not_warned_about(landscape: Any) -> None:
    on_a_county(landscape)
    assert not any("偏移" in note for note in run(load_plan(landscape.run_file())).notes)


def test_swapped_longitude_and_latitude(landscape: Any, tmp_path: Path) -> None:
    on_a_county(landscape, swapped=True)
    refused(landscape, tmp_path, r"经纬度颠倒了.*y 11.*对调后与随附边界的中心相差 0 m")


def test_unknown_land_use_is_listed_with_its_area(landscape: Any, tmp_path: Path) -> None:
    codes = np.full(landscape.shape, 43, np.uint8)
    codes[:10, :10], codes[50:, 40:] = 99, 17
    landscape.raster("land_use.tif", codes)
    refused(landscape, tmp_path, r"17（0\.04 km²）、99（0\.01 km²）")


def test_a_constant_that_is_no_land_use(landscape: Any, tmp_path: Path) -> None:
    landscape.sections["land_use"] = {"constant": 5}
    refused(landscape, tmp_path, "不是监测规程的土地利用编码")


@pytest.mark.parametrize(
    ("ndvi", "message"),
    [(np.float32(3500), "10 000"), (np.float32(1.7), r"NDVI"), (np.float32(-3), "NDVI")],
)
def test_ndvi_out_of_range_or_scaled(landscape: Any, tmp_path: Path, ndvi: Any, message: str) -> None:
    landscape.raster("ndvi.tif", np.full((3, *landscape.shape), ndvi))
    landscape.table("dates.csv", "band,date\n1,2025-03-01\n2,2025-07-01\n3,2025-10-01\n")
    landscape.sections["rainfall"]["half_month_weights"] = [1] * 24
    landscape.sections["cover"] = {
        "ndvi": "ndvi.tif", "dates": "dates.csv", "ndvi_soil": 0.05, "ndvi_vegetation": 0.9,
    }  # fmt: skip
    refused(landscape, tmp_path, message)


def test_cover_in_the_wrong_unit(landscape: Any, tmp_path: Path) -> None:
    landscape.raster("fvc.tif", np.full((24, *landscape.shape), 60, np.uint8))
    landscape.sections["rainfall"]["half_month_weights"] = [1] * 24
    landscape.sections["cover"] = {"fvc": "fvc.tif"}
    refused(landscape, tmp_path, r"fvc\.tif：植被盖度换算后为 60–60.*unit")


def test_cover_with_too_few_half_months(landscape: Any, tmp_path: Path) -> None:
    landscape.raster("fvc.tif", np.full((12, *landscape.shape), 0.5, np.float32))
    landscape.sections["rainfall"]["half_month_weights"] = [1] * 24
    landscape.sections["cover"] = {"fvc": "fvc.tif"}
    refused(landscape, tmp_path, "应有 24 个半月，读到 12 个")


def test_cover_by_half_months_needs_weights(landscape: Any, tmp_path: Path) -> None:
    landscape.raster("fvc.tif", np.full((24, *landscape.shape), 0.5, np.float32))
    landscape.sections["cover"] = {"fvc": "fvc.tif"}
    refused(landscape, tmp_path, "half_month_weights")


def test_forest_without_ground_cover(rugged: Any, tmp_path: Path) -> None:
    rugged.sections["cover"].pop("understorey")
    refused(rugged, tmp_path, r"cover\.understorey|林下盖度")


def test_a_truncated_dem(landscape: Any, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).random((600, 600), dtype=np.float32)
    path = landscape.folder / landscape.raster("dem.tif", noise)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    refused(landscape, tmp_path, r"dem\.tif.*(不完整|不是能读的栅格)")


def test_a_dem_with_an_unmarked_nodata_value(landscape: Any, tmp_path: Path) -> None:
    heights = np.full(landscape.shape, 500, np.float32)
    heights[3, 5] = -32768
    landscape.raster("dem.tif", heights)
    refused(landscape, tmp_path, r"dem\.tif：高程 出现 -32768.*第 4 行第 6 列.*nodata")


def test_a_dem_of_nothing(landscape: Any, tmp_path: Path) -> None:
    landscape.raster("dem.tif", np.full(landscape.shape, -9999, np.float32), nodata=-9999)
    refused(landscape, tmp_path, "没有一个有效的高程")


def test_a_k_in_other_units(landscape: Any, tmp_path: Path) -> None:
    landscape.raster("k.tif", np.full(landscape.shape, 4.0, np.float32))
    landscape.sections["soil"] = {"raster": "k.tif"}
    refused(landscape, tmp_path, r"k\.tif：土壤可蚀性 K 出现 4")


def test_a_result_folder_that_is_not_empty(landscape: Any, tmp_path: Path) -> None:
    (tmp_path / "result").mkdir()
    (tmp_path / "result" / "keep.txt").touch()
    refused(landscape, tmp_path, "已存在且不为空")
    assert (tmp_path / "result" / "keep.txt").exists()


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("soil.constnt=1", r"不认识 'constnt'。是不是 constant"),
        ("sole.constant=1", r"不认识 'sole'"),
        ("rainfall.constant=abc", "应写数值"),
        ("rainfall.raster=r.tif", "只能写一种"),
        ("terrain.steepness=csle5", "csle3、csle4"),
        ("terrain.slope_length_max_m=0", "坡长上限"),
        ("year=25", "四位年份"),
        ("zones.file=none.gpkg", r"找不到 .*none\.gpkg"),
        ("tolerance.constant=9000", "容许土壤流失量"),
        ("rotation.constant=1.5", "耕作措施因子 T"),
        ("targets.region=999999", "没有 999999 的目标"),
        ("crs=EPSG:999999", "认不出坐标系"),
    ],
)
def test_a_wrong_key_or_value_in_the_run_file(
    landscape: Any, tmp_path: Path, override: str, message: str
) -> None:
    refused(landscape, tmp_path, message, override)


def test_a_section_that_is_missing(landscape: Any, tmp_path: Path) -> None:
    landscape.sections.pop("tolerance")
    refused(landscape, tmp_path, r"缺少 \[tolerance\]")


def test_rain_with_sentinels_and_a_missing_month(landscape: Any, tmp_path: Path) -> None:
    landscape.table("stations.csv", "station,lon,lat\nS,111.0,35.2\n")
    days = np.arange("2024-01-01", "2025-01-01", dtype="datetime64[D]")
    rows = "".join(f"S,{day},{-25374.6 if day.astype(str)[5:7] == '06' else 3}\n" for day in days)
    landscape.table("rain.csv", "station,date,mm\n" + rows)
    landscape.sections["rainfall"] = {"daily": "rain.csv", "stations": "stations.csv"}
    refused(landscape, tmp_path, "6月上半月、6月下半月")


def test_a_measure_nobody_knows(landscape: Any, tmp_path: Path) -> None:
    landscape.polygons("m.gpkg", [landscape.rows(0, 5)], {"code": ["0299"]})
    landscape.sections["measures"] = {"polygons": "m.gpkg", "column": "code"}
    refused(landscape, tmp_path, "0299（1 个图斑）")
