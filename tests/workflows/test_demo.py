"""The demo's generated data: valid inputs of a run, the same every time, marked 示例数据 throughout."""

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pyproj
import pytest
import rasterio
import rasterio.features
from numpy.typing import NDArray

from shuibao.rules import RuleBook
from shuibao.science.errors import OutOfRange
from shuibao.workflows.demo import write_demo

CELL_M = 600
YEARS = (2024, 2025)
MARK = "示例数据"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("demo")
    write_demo(directory, cell_m=CELL_M)
    return directory


def band(path: Path, number: int = 1) -> NDArray[np.generic]:
    with rasterio.open(path) as raster:
        values: NDArray[np.generic] = raster.read(number)
    return values


def county_of_cells(demo: Path) -> NDArray[np.uint8]:
    """1–13 by county, 0 outside."""
    counties = pyogrio.read_dataframe(demo / "inputs" / "counties.gpkg").to_crs("EPSG:4546")
    with rasterio.open(demo / "inputs" / "dem.tif") as dem:
        held: NDArray[np.uint8] = rasterio.features.rasterize(
            zip(counties.geometry, range(1, len(counties) + 1), strict=True),
            dem.shape,
            transform=dem.transform,
            dtype="uint8",
        )
    return held


def test_the_same_data_are_written_again_byte_for_byte(demo: Path, tmp_path: Path) -> None:
    write_demo(tmp_path, cell_m=CELL_M)
    first = {file.relative_to(demo): file.read_bytes() for file in demo.rglob("*") if file.is_file()}
    again = {file.relative_to(tmp_path): file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}

    assert first.keys() == again.keys()
    assert [name for name in first if first[name] != again[name]] == []


def test_the_run_files_name_inputs_that_exist_and_the_second_year_compares_with_the_first(demo: Path) -> None:
    plans = {year: tomllib.loads((demo / f"{year}.toml").read_text(encoding="utf-8")) for year in YEARS}

    assert "baseline" not in plans[2024]
    assert plans[2025]["baseline"] == "2024"
    for year, plan in plans.items():
        assert plan["year"] == year
        assert plan["demo"] is True
        sections = [section.values() for section in plan.values() if isinstance(section, dict)]
        named = [value for values in sections for value in values if str(value).startswith("inputs/")]
        assert len(named) == 10
        assert all((demo / name).exists() for name in named)


def test_titles_tags_and_layers_say_that_all_of_it_is_made_up(demo: Path) -> None:
    for year in YEARS:
        assert MARK in tomllib.loads((demo / f"{year}.toml").read_text(encoding="utf-8"))["title"]
    for path in (demo / "inputs").glob("*.tif"):
        with rasterio.open(path) as raster:
            assert raster.tags()["demo"] == MARK
            assert MARK in raster.tags()["TIFFTAG_IMAGEDESCRIPTION"]
            assert all(MARK in description for description in raster.descriptions)
    for path in (demo / "inputs").glob("*.gpkg"):
        assert pyogrio.read_info(path)["layer_metadata"]["demo"] == MARK
    assert (demo / "示例数据.txt").read_text(encoding="utf-8").startswith(MARK)


def test_fine_rasters_share_one_grid_and_coarse_ones_share_its_box(demo: Path) -> None:
    with rasterio.open(demo / "inputs" / "dem.tif") as dem:
        assert dem.crs.to_epsg() == 4546
        assert dem.transform.a == CELL_M
        box, shape, transform = dem.bounds, dem.shape, dem.transform
    for year in YEARS:
        with rasterio.open(demo / "inputs" / f"land_use_{year}.tif") as land_use:
            assert (land_use.shape, land_use.transform) == (shape, transform)
        with rasterio.open(demo / "inputs" / f"fvc_{year}.tif") as cover:
            assert (cover.bounds, cover.count, cover.transform.a) == (box, 24, 240)
    with rasterio.open(demo / "inputs" / "soil_types.tif") as soil:
        assert soil.bounds == box


def test_the_counties_are_the_real_thirteen_and_fill_their_published_area(demo: Path) -> None:
    counties = pyogrio.read_dataframe(demo / "inputs" / "counties.gpkg")
    assert pyproj.CRS(counties.crs).to_epsg() == 4490
    assert counties["adcode"].nunique() == 13
    assert counties["adcode"].str.startswith("1408").all()

    cells = np.count_nonzero(county_of_cells(demo))
    assert cells * CELL_M**2 / 1e6 == pytest.approx(14_180, rel=2e-3)


def test_land_use_codes_are_those_of_the_monitoring_rules(demo: Path) -> None:
    known = {row["code"] for row in RuleBook.load().value("land_use.classes")}
    for year in YEARS:
        found = {int(code) for code in np.unique(band(demo / "inputs" / f"land_use_{year}.tif"))}
        assert {12, 13, 21, 31, 32, 33, 43, 51, 52, 53, 71} <= found
        assert found <= known


def test_every_soil_type_on_the_map_has_a_texture_that_sums_to_100(demo: Path) -> None:
    table = pd.read_csv(demo / "inputs" / "soil_texture.csv")
    assert set(np.unique(band(demo / "inputs" / "soil_types.tif"))) <= set(table["type"])
    assert (table[["sand", "silt", "clay"]].sum(axis=1) == 100).all()


def test_the_second_year_turns_fields_to_wood_and_has_new_building_sites_and_more_measures(
    demo: Path,
) -> None:
    before, after = (band(demo / "inputs" / f"land_use_{year}.tif") for year in YEARS)
    assert np.count_nonzero((before == 13) & np.isin(after, (32, 33, 43))) > 0
    assert np.count_nonzero((before != 53) & (after == 53)) > 0
    assert np.count_nonzero((before == 53) & (after == 43)) > 0
    assert np.mean(before != after) < 0.01

    measures = [pyogrio.read_dataframe(demo / "inputs" / f"measures_{year}.gpkg") for year in YEARS]
    assert len(measures[1]) > len(measures[0]) > 500
    assert measures[1].area.sum() > measures[0].area.sum()
    assert measures[0].crs.to_epsg() == 4546


def test_measure_codes_have_a_factor_in_the_rules(demo: Path) -> None:
    known = {name.removeprefix("measure.") for name in RuleBook.load().ids_under("measure")}
    for year in YEARS:
        measures = pyogrio.read_dataframe(demo / "inputs" / f"measures_{year}.gpkg")
        assert set(measures["code"]) <= known
        assert measures.is_valid.all()


def test_cover_is_greatest_in_summer_and_under_trees_there_is_a_value_for_every_half_month(
    demo: Path,
) -> None:
    winter, summer = (band(demo / "inputs" / "fvc_2025.tif", number).astype(int) for number in (1, 15))
    assert (summer >= winter).all()
    assert summer.max() <= 99

    table = pd.read_csv(demo / "inputs" / "understorey.csv")
    assert table["ground_cover"].between(0, 1).all()
    assert (
        table.groupby("code")["half_month"].apply(sorted).map(lambda months: months == [*range(1, 25)]).all()
    )
    assert set(table["code"]) == {21, 23, 31, 33}


def test_rain_is_erosive_in_summer_and_strongest_in_the_south_east(demo: Path) -> None:
    rain = pd.read_csv(demo / "inputs" / "rain_daily.csv", dtype={"station": str}, parse_dates=["date"])
    stations = pd.read_csv(demo / "inputs" / "rain_stations.csv", dtype={"station": str})
    assert set(rain["station"]) == set(stations["station"])
    assert not rain.duplicated(["station", "date"]).any()
    assert rain["mm"].min() > 0

    years = rain["date"].dt.year.nunique()
    is_warm = rain["date"].dt.month.between(5, 9)
    erosive = rain["mm"].where(rain["mm"] >= 10, 0)
    rain["r"] = erosive**1.7265 * np.where(is_warm, 0.3937, 0.3101)
    by_station = rain.groupby("station")["r"].sum() / years
    yearly_mm = rain.groupby("station")["mm"].sum() / years

    assert by_station.between(900, 2000).all()
    assert yearly_mm.between(400, 650).all()
    assert rain["r"][is_warm].sum() / rain["r"].sum() > 0.85
    assert by_station["53968"] > by_station["53957"]  # Yuanqu, Hejin


def test_plains_lie_below_mountains_and_are_flat_where_mountains_are_steep(demo: Path) -> None:
    z = band(demo / "inputs" / "dem.tif")
    counties = pyogrio.read_dataframe(demo / "inputs" / "counties.gpkg")
    held = county_of_cells(demo)
    slope_deg = np.degrees(np.arctan(np.hypot(*np.gradient(z.astype(float), CELL_M))))
    number = {name: place for place, name in enumerate(counties["name"], start=1)}
    linyi, yuanqu = held == number["临猗县"], held == number["垣曲县"]

    assert z[held > 0].min() > 200
    assert 1900 < z[held > 0].max() < 2500
    assert np.median(slope_deg[linyi]) < 1
    assert np.median(slope_deg[yuanqu]) > 5
    assert np.array_equal(np.rint(z.astype(float) * 100), (z.astype(float) * 100).round(2).round())


def test_a_cell_size_that_does_not_fill_the_box_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(OutOfRange, match="cell_m"):
        write_demo(tmp_path / "demo", cell_m=70)
    assert not (tmp_path / "demo").exists()


def test_progress_is_told_in_chinese(tmp_path: Path) -> None:
    told: list[str] = []
    write_demo(tmp_path, cell_m=2400, progress=told.append)
    assert told[0] == "生成地形"
    assert len(told) == 4
