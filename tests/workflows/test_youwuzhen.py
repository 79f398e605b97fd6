"""A complete real watershed (游屋圳): legacy CRS, unequal grids, daily rain, soil and land-use tables."""

import csv
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import rasterio
import rasterio.features
import shapely.geometry

from shuibao.workflows.annual_monitoring import MonitoringResult, load_plan, run

DATA = Path(__file__).parents[2] / ".." / "shared" / "data" / "youwuzhen"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.is_dir(), reason="the watershed's data may not be shipped and is not here"),
]

# the watershed's own land-use numbers: paddy, orchard, forest, village, bare ground
LAND_USE = {33: 11, 4: 21, 6: 31, 8: 31, 18: 52, 104: 83, 106: 83}

RUN = """title = "游屋圳小流域"
year = 2017

[dem]
file = "{data}/dem30m.tif"
[zones]
file = "watershed.gpkg"
code = "code"
name = "name"
[rainfall]
daily = "rain.csv"
stations = "stations.csv"
[soil]
types = "{data}/soil30m.tif"
table = "soil.csv"
[land_use]
raster = "{data}/landuse30m.tif"
table = "land_use.csv"
[cover]
constant = 0.05
[rotation]
constant = 0.3
[tolerance]
constant = "southern_red_soil"
"""


def convert_rain(folder: Path) -> None:
    lines = (DATA / "pcp_daily.csv").read_text().splitlines()[2:]
    rows = (line.split(",") for line in lines)
    text = "".join(f"81502750,{when.split()[0]},{mm}\n" for when, mm in rows)
    (folder / "rain.csv").write_text("station,date,mm\n" + text)
    (folder / "stations.csv").write_text("station,lon,lat\n81502750,116.4,25.683333\n")


def convert_soil(folder: Path) -> None:
    """Top layer; fine earth without its stones; carbon from organic matter."""
    lines = [
        line for line in (DATA / "soil_properties_lookup.csv").read_text().splitlines() if line[0] != "#"
    ]
    rows = ["type,sand,silt,clay,carbon"]
    for soil in csv.DictReader(lines):
        top = {
            name: float(soil[name].split("-")[0]) for name in ("SOL_SAND", "SOL_SILT", "SOL_CLAY", "SOL_OM")
        }
        fine = top["SOL_SAND"] + top["SOL_SILT"] + top["SOL_CLAY"]
        shares = (100 * top[name] / fine for name in ("SOL_SAND", "SOL_SILT", "SOL_CLAY"))
        rows.append(
            ",".join([soil["SEQN"], *(f"{share:.4f}" for share in shares), f"{top['SOL_OM'] / 1.724:.4f}"])
        )
    (folder / "soil.csv").write_text("\n".join(rows) + "\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run file for the watershed, with its rain and tables in the columns a run reads."""
    folder = tmp_path_factory.mktemp("youwuzhen")
    convert_rain(folder)
    convert_soil(folder)
    (folder / "land_use.csv").write_text("value,code\n" + "".join(f"{a},{b}\n" for a, b in LAND_USE.items()))
    with rasterio.open(DATA / "landuse30m.tif") as dataset:
        inside = dataset.read_masks(1)
        shapes = rasterio.features.shapes(
            inside, mask=inside > 0, connectivity=8, transform=dataset.transform
        )
        outline = shapely.union_all([shapely.geometry.shape(shape) for shape, _ in shapes])
        frame = geopandas.GeoDataFrame(
            {"code": ["yw"], "name": ["游屋圳"]}, geometry=[outline], crs=dataset.crs
        )
    frame.to_crs("EPSG:4490").to_file(folder / "watershed.gpkg")
    (folder / "RUN.toml").write_text(RUN.format(data=DATA.resolve().as_posix()), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def result(folder: Path) -> MonitoringResult:
    """The watershed's year."""
    return run(load_plan(folder / "RUN.toml"), out=folder / "out")


def read(folder: Path, name: str) -> Any:
    with rasterio.open(folder / "out" / f"{name}.tif") as dataset:
        return dataset.read(1)


def test_the_whole_watershed_has_a_result(result: MonitoringResult) -> None:
    assert result.totals.land_area_km2 == pytest.approx(7310 * 900 / 1e6, rel=2e-3)
    assert result.totals.polygon_area_km2 == pytest.approx(result.totals.land_area_km2, rel=2e-3)
    assert result.coverage_pct > 99.8


def test_unequal_grids_were_aligned_and_the_report_says_so(result: MonitoringResult, folder: Path) -> None:
    assert any("landuse30m.tif" in note and "对齐" in note for note in result.notes)
    with rasterio.open(DATA / "dem30m.tif") as dem, rasterio.open(folder / "out" / "soil_loss.tif") as loss:
        assert (loss.shape, loss.transform) == (dem.shape, dem.transform)


def test_land_use_and_soil_lie_where_the_source_has_them(result: MonitoringResult, folder: Path) -> None:
    with rasterio.open(DATA / "landuse30m.tif") as source:
        paddy = source.read(1) == 33
    t = read(folder, "t")[2 : 2 + 85, :125]
    assert (t[paddy] == np.float32(0.3)).mean() > 0.99
    assert len(np.unique(read(folder, "k")[np.isfinite(read(folder, "soil_loss"))])) == 5


def test_erosivity_is_that_of_the_wet_south(result: MonitoringResult, folder: Path) -> None:
    r = read(folder, "r")
    assert 5000 < r[np.isfinite(r)].mean() < 15_000
    assert sum(result.totals.class_area_km2) == pytest.approx(result.totals.land_area_km2)
