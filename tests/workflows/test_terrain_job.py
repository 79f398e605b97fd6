"""Terrain products: the same bytes for every cut, thread and cluster; killed, they go on."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import rasterio
from affine import Affine
from distributed import Client, LocalCluster

from shuibao.rules import RuleBook
from shuibao.rules.terrain import slope_factor_choices, terrain_choices
from shuibao.science.erosion.slope_factors import slope_factors
from shuibao.science.errors import DomainError
from shuibao.science.grid import Grid
from shuibao.science.terrain.accumulation import upstream_area, upstream_cells
from shuibao.science.terrain.chain import read_terrain
from shuibao.workflows import terrain

# distributed leaves sockets to the garbage collector
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

ALL = tuple(terrain.PRODUCTS)
UTM = "EPSG:32649"


def write_dem(path: Path, heights: np.ndarray, **facts: Any) -> Path:
    profile = {
        "driver": "GTiff", "height": heights.shape[0], "width": heights.shape[1], "count": 1, "crs": UTM,
        "dtype": heights.dtype.name, "transform": Affine(30, 0, 400_000, 0, -30, 4_000_000), "nodata": -9999,
    }  # fmt: skip
    with rasterio.open(path, "w", **(profile | facts)) as dataset:
        dataset.write(heights, 1)
    return path


def rough(shape: tuple[int, int], seed: int = 3) -> np.ndarray:
    """Ground with nested pits, wide flats, holes and a lake larger than a tile of 64."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    heights = 800 - 0.3 * rows + 25 * np.sin(columns / 17) * np.cos(rows / 23) + rng.random(shape) * 2
    heights = np.round(heights, 0)
    middle = (rows - shape[0] / 2) ** 2 + (columns - shape[1] / 2) ** 2
    heights[middle < 60**2] = 700
    heights[20:24, 100:140] = -9999
    return heights.astype(np.float32)


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.tif"))}


def test_products_equal_those_of_the_whole_array(tmp_path: Path) -> None:
    heights = rough((230, 310))
    dem = write_dem(tmp_path / "dem.tif", heights)
    terrain.run(dem, out=tmp_path / "out", products=ALL, tile=64)

    ground = np.where(heights == -9999, np.nan, heights).astype(np.float32)
    outside = np.isnan(ground)
    grid = Grid(230, 310, Affine(30, 0, 400_000, 0, -30, 4_000_000), pyproj.CRS(UTM))
    book = RuleBook.load()
    found = read_terrain(ground, grid.steps, grid.areas, terrain_choices(book))
    factors = slope_factors(found, slope_factor_choices(book))
    expected = {
        "filled": np.where(outside, -9999, ground),
        "direction": found.directions,
        "accumulation": upstream_cells(found.directions),
        "area_km2": np.where(outside, np.nan, upstream_area(found.directions, grid.areas) / 1e10),
        "slope": found.slope_deg,
        "slope_length": np.where(outside, np.nan, found.length_units / 1e4).astype(np.float32),
        "ls": factors.length * factors.steepness,
    }
    for name, values in expected.items():
        with rasterio.open(tmp_path / "out" / f"{name}.tif") as dataset:
            assert dataset.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
            np.testing.assert_array_equal(dataset.read(1), values, err_msg=name)
    outlets = found.directions == 0
    assert expected["accumulation"][outlets].sum() == (~outside).sum()


def test_tiles_threads_and_a_cluster_give_the_same_bytes(tmp_path: Path, cluster: LocalCluster) -> None:
    dem = write_dem(tmp_path / "dem.tif", rough((300, 257)))
    address = cluster.scheduler_address
    ways: list[dict[str, Any]] = [
        {"tile": 1000}, {"tile": 64, "workers": 4}, {"tile": 97, "workers": 2}, {"tile": 256},
        {"tile": 64, "cluster": address},
    ]  # fmt: skip
    found = []
    for number, way in enumerate(ways):
        terrain.run(dem, out=tmp_path / str(number), products=ALL, **way)
        found.append(digests(tmp_path / str(number)))
    assert len(found[0]) == len(ALL)
    assert all(other == found[0] for other in found[1:])
    assert not list(tmp_path.glob(".*"))


def test_a_worker_that_is_killed_does_not_change_the_result(tmp_path: Path) -> None:
    dem = write_dem(tmp_path / "dem.tif", rough((400, 400)))
    terrain.run(dem, out=tmp_path / "calm", tile=32)
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as unlucky:  # type: ignore[no-untyped-call]
        with Client(unlucky, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            pids = list(client.run(os.getpid).values())
        killed = []

        def kill_one(_step: str, done: float) -> None:
            if done > 0.2 and not killed:
                os.kill(pids[0], signal.SIGKILL)
                killed.append(pids[0])

        terrain.run(
            dem, out=tmp_path / "storm", tile=32, cluster=unlucky.scheduler_address, progress=kill_one
        )
    assert killed
    assert digests(tmp_path / "storm") == digests(tmp_path / "calm")


def test_a_killed_run_goes_on_and_gives_the_same_bytes(tmp_path: Path) -> None:
    dem = write_dem(tmp_path / "dem.tif", rough((900, 900)))
    terrain.run(dem, out=tmp_path / "calm", products=("ls", "accumulation"), tile=64)
    command = [sys.executable, "-m", "shuibao.cli.main", "terrain", str(dem), "--out", str(tmp_path / "out")]
    command += ["--tile", "64", "--workers", "1", "--products", "ls,accumulation"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 120
        while len(list(tmp_path.glob(".out.*.work/outcomes/drain/*"))) < 40:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.kill()
    assert not (tmp_path / "out").exists()
    left = {path: path.stat().st_mtime_ns for path in tmp_path.glob(".out.*.work/outcomes/survey/*")}
    assert len(left) == 15 * 15

    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert digests(tmp_path / "out") == digests(tmp_path / "calm")
    assert not list(tmp_path.glob(".out.*"))


def test_a_mosaic_equals_the_file_it_was_cut_from(tmp_path: Path) -> None:
    heights = rough((120, 200))
    dem = write_dem(tmp_path / "dem.tif", heights)
    west = write_dem(tmp_path / "west.tif", heights[:, :90])
    shifted = Affine(30, 0, 400_000 + 90 * 30, 0, -30, 4_000_000)
    east = write_dem(tmp_path / "east.tif", heights[:, 90:], transform=shifted)
    vrt = write_vrt(tmp_path / "both.vrt", (200, 120), [(west, 0, 90), (east, 90, 110)])
    terrain.run(dem, out=tmp_path / "one", products=("slope", "ls"), tile=50)
    terrain.run(vrt, out=tmp_path / "two", products=("slope", "ls"), tile=64)
    for name in ("slope", "ls"):
        with (
            rasterio.open(tmp_path / "one" / f"{name}.tif") as a,
            rasterio.open(tmp_path / "two" / f"{name}.tif") as b,
        ):
            np.testing.assert_array_equal(a.read(1), b.read(1))


def write_vrt(path: Path, size: tuple[int, int], parts: list[tuple[Path, int, int]]) -> Path:
    """A mosaic of files side by side: (file, first column, columns)."""
    width, height = size
    sources = "".join(
        f'<SimpleSource><SourceFilename relativeToVRT="1">{part.name}</SourceFilename>'
        "<SourceBand>1</SourceBand>"
        f'<SrcRect xOff="0" yOff="0" xSize="{columns}" ySize="{height}"/>'
        f'<DstRect xOff="{first}" yOff="0" xSize="{columns}" ySize="{height}"/></SimpleSource>'
        for part, first, columns in parts
    )
    path.write_text(
        f'<VRTDataset rasterXSize="{width}" rasterYSize="{height}"><SRS>{UTM}</SRS>'
        "<GeoTransform>400000, 30, 0, 4000000, 0, -30</GeoTransform>"
        f'<VRTRasterBand dataType="Float32" band="1"><NoDataValue>-9999</NoDataValue>{sources}'
        "</VRTRasterBand></VRTDataset>"
    )
    return path


def test_a_geographic_dem_has_true_cell_sizes(reference: Path, tmp_path: Path) -> None:
    dem = reference / "wangmaogou_copdem30_1arcsec.tif"
    made = terrain.run(dem, out=tmp_path / "out", products=ALL, tile=16)
    with rasterio.open(made.files["area_km2"]) as dataset:
        assert np.nanmax(dataset.read(1)) < made.grid.areas.units.sum() * made.grid.width / 1e10
    with rasterio.open(made.files["filled"]) as filled, rasterio.open(dem) as given:
        assert filled.dtypes == given.dtypes
        assert (filled.read(1) >= given.read(1)).all()


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., None]:
    """Runs that must be refused with a message, and leave nothing."""

    def check(dem: Path, message: str, **choices: Any) -> None:
        before = sorted(path.name for path in tmp_path.iterdir())
        with pytest.raises(DomainError, match=message) as caught:
            terrain.run(dem, out=tmp_path / "out", **choices)
        assert "\n" not in str(caught.value)
        assert sorted(path.name for path in tmp_path.iterdir()) == before

    return check


def test_absurd_heights_are_refused_with_their_place(tmp_path: Path, refused: Callable[..., None]) -> None:
    for value in (-32768, 1e38, -1e38):
        heights = rough((100, 100))
        heights[70, 33] = value
        refused(write_dem(tmp_path / "dem.tif", heights), r"dem\.tif：高程.*第 71 行第 34 列", tile=32)


def test_a_mosaic_of_two_systems_is_refused(tmp_path: Path, refused: Callable[..., None]) -> None:
    heights = rough((50, 150))[:, :60]
    west = write_dem(tmp_path / "west.tif", heights)
    east = write_dem(tmp_path / "east.tif", heights, crs="EPSG:32650")
    vrt = write_vrt(tmp_path / "both.vrt", (120, 50), [(west, 0, 60), (east, 60, 60)])
    refused(vrt, r"east\.tif 的坐标系是 .*zone 50N")
    east.unlink()
    refused(vrt, r"both\.vrt.*east\.tif|both\.vrt.*不完整")


def test_a_damaged_block_in_the_middle_is_named(tmp_path: Path, refused: Callable[..., None]) -> None:
    dem = write_dem(
        tmp_path / "dem.tif",
        rough((512, 512)),
        tiled=True,
        blockxsize=128,
        blockysize=128,
        compress="deflate",
    )
    data = bytearray(dem.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = os.urandom(2000)
    dem.write_bytes(bytes(data))
    refused(dem, r"dem\.tif：读第 \d+–\d+ 行", tile=128)


def test_too_little_disk_is_said_before_starting(tmp_path: Path, refused: Callable[..., None]) -> None:
    vrt = write_vrt(tmp_path / "huge.vrt", (2_000_000, 2_000_000), [])
    refused(vrt, "约需")


def test_an_unknown_product_lists_those_there_are(tmp_path: Path, refused: Callable[..., None]) -> None:
    refused(write_dem(tmp_path / "dem.tif", rough((20, 150))), "twi.*accumulation", products=("twi",))


def test_a_cluster_that_does_not_answer_is_named(tmp_path: Path, refused: Callable[..., None]) -> None:
    refused(
        write_dem(tmp_path / "dem.tif", rough((20, 150))),
        r"连不上集群 tcp://127\.0\.0\.1:9",
        cluster="tcp://127.0.0.1:9",
    )
