"""Watersheds on tiles: the content of the whole grid for every cut and runner; killed, they go on."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyogrio
import pyproj
import pytest
import rasterio
import rasterio.features
import shapely
from affine import Affine
from distributed import Client, LocalCluster
from numpy.typing import NDArray

from shuibao.rules import RuleBook
from shuibao.rules.watersheds import division_choices
from shuibao.science.errors import DomainError
from shuibao.science.grid import Grid
from shuibao.science.terrain.accumulation import upstream_area
from shuibao.science.terrain.fill import fill_depressions
from shuibao.science.terrain.gathered_flats import gathered_directions
from shuibao.science.terrain.land import label_land
from shuibao.science.terrain.leftovers import borders, is_leftover, join_leftovers
from shuibao.science.terrain.streams import links_of, network, stream_cells
from shuibao.science.terrain.watersheds import divide
from shuibao.workflows.watersheds import WatershedResult, divide_land

# distributed leaves sockets to the garbage collector
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

CRS = "EPSG:4546"
PLACE = Affine(30, 0, 500_000, 0, -30, 3_900_000)
SIZES: dict[str, Any] = {"area_km2": 3.0, "channel_km2": 0.05}


def write_dem(path: Path, heights: NDArray[np.float32]) -> Path:
    height, width = heights.shape
    profile = {"driver": "GTiff", "height": height, "width": width, "count": 1, "dtype": "float32"}
    with rasterio.open(path, "w", crs=CRS, transform=PLACE, nodata=-9999, **profile) as dataset:
        dataset.write(np.where(np.isfinite(heights), heights, -9999).astype(np.float32), 1)
    return path


def rough(shape: tuple[int, int], seed: int = 3) -> NDArray[np.float32]:
    """Ground with pits, flats, a lake larger than a tile of 64, a hole, and a corner of nothing."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices(shape)
    heights = 800 - 0.3 * rows + 25 * np.sin(columns / 17) * np.cos(rows / 23) + rng.random(shape) * 2
    heights = np.round(heights)
    heights[(rows - shape[0] / 2) ** 2 + (columns - shape[1] / 2) ** 2 < 60**2] = 700
    heights[20:44, 100:140] = np.nan
    heights[: 3 * shape[0] // 4, -100:] = np.nan
    return heights.astype(np.float32)


def content(folder: Path) -> list[Any]:
    """All layers, with every vertex, and the summary's bytes."""
    found: list[Any] = [(folder / "summary.json").read_bytes()]
    for layer in ("watersheds", "streams", "outlets"):
        table = pyogrio.read_dataframe(folder / "watersheds.gpkg", layer=layer)
        found += [table.drop(columns="geometry").to_csv(), table.geometry.to_wkb().tolist()]
    return found


@pytest.fixture(scope="module")
def dem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dem(tmp_path_factory.mktemp("dem") / "dem.tif", rough((300, 330)))


@pytest.fixture(scope="module")
def whole(dem: Path) -> WatershedResult:
    return divide_land(dem, dem.parent / "whole", tile=1000, **SIZES)


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("tile", [64, 97, 1000])
def test_tiles_and_threads_change_nothing(
    dem: Path, whole: WatershedResult, tmp_path: Path, tile: int, workers: int
) -> None:
    divide_land(dem, tmp_path / "out", tile=tile, workers=workers, **SIZES)
    assert content(tmp_path / "out") == content(whole.directory)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("tile", [64, 97])
def test_a_cluster_changes_nothing(
    dem: Path, whole: WatershedResult, tmp_path: Path, cluster: LocalCluster, tile: int
) -> None:
    divide_land(dem, tmp_path / "out", tile=tile, cluster=cluster.scheduler_address, **SIZES)
    assert content(tmp_path / "out") == content(whole.directory)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def labels_in_memory(heights: NDArray[np.float32], grid: Grid) -> NDArray[np.int64]:
    """The watershed of every cell, by functions for one array and in no particular order of numbers."""
    choices = division_choices(RuleBook.load(), **SIZES)
    directions = gathered_directions(fill_depressions(heights), grid.steps)
    area = upstream_area(directions, grid.areas)
    streams = network(stream_cells(directions, area, choices.channel_area, grid.width), grid.shape)
    links = links_of(streams, choices.channel_area, choices.sizes.least)
    division = divide(links, choices.sizes)
    labels = label_land(directions, streams.cell, division.of_link[links.of_node].astype(np.int32))
    is_wanted = is_leftover(division, choices.sizes)
    is_wanted[0] = True
    joined = join_leftovers(division, borders(np.pad(labels, 1), is_wanted), choices.sizes)
    return np.asarray(joined.leader[labels])


def test_watersheds_are_those_of_the_whole_grid_in_memory(dem: Path, tmp_path: Path) -> None:
    heights = rough((300, 330))
    expected = labels_in_memory(heights, Grid(300, 330, PLACE, pyproj.CRS(CRS)))
    divide_land(dem, tmp_path / "out", tile=64, workers=2, **SIZES)
    units = pyogrio.read_dataframe(tmp_path / "out" / "watersheds.gpkg", layer="watersheds")
    drawn = rasterio.features.rasterize(
        list(zip(units.geometry, range(1, len(units) + 1), strict=True)), heights.shape, transform=PLACE
    )
    pairs = np.unique(np.stack((drawn.ravel(), expected.ravel())), axis=1)
    assert len(units) == np.unique(expected).size - 1
    assert pairs.shape[1] == len(units) + 1
    np.testing.assert_array_equal(drawn > 0, np.isfinite(heights))
    assert_outlines(units, expected)


def assert_outlines(units: geopandas.GeoDataFrame, labels: NDArray[np.int64]) -> None:
    """Lines are those of the cells, their vertices at turns and where three labels meet."""
    assert units.geometry.is_valid.all()
    assert shapely.coverage_is_valid(units.geometry.to_numpy())
    padded = np.pad(labels, 1)
    around = np.sort([padded[:-1, :-1], padded[:-1, 1:], padded[1:, :-1], padded[1:, 1:]], axis=0)
    is_meeting = (np.diff(around, axis=0) != 0).sum(axis=0) >= 2
    for shape in units.geometry:
        for part in shape.geoms:
            for ring in (part.exterior, *part.interiors):
                x, y = np.array(ring.coords).T
                column, row = np.rint(~PLACE * (x, y)).astype(np.int64)
                step = np.sign(np.diff([column, row], axis=1))
                turns = (step != np.roll(step, 1, axis=1)).any(axis=0)
                assert (np.abs(step).sum(axis=0) == 1).all()
                assert (turns | is_meeting[row[:-1], column[:-1]]).all()


def test_a_worker_that_is_killed_does_not_change_the_result(
    dem: Path, whole: WatershedResult, tmp_path: Path
) -> None:
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as unlucky:  # type: ignore[no-untyped-call]
        with Client(unlucky, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            pids = list(client.run(os.getpid).values())
        killed = []

        def kill_one(_step: str, done: float) -> None:
            if done > 0.3 and not killed:
                os.kill(pids[0], signal.SIGKILL)
                killed.append(pids[0])

        address = unlucky.scheduler_address
        divide_land(dem, tmp_path / "storm", tile=64, cluster=address, progress=kill_one, **SIZES)
    assert killed
    assert content(tmp_path / "storm") == content(whole.directory)


def test_a_killed_run_goes_on_and_gives_the_same(tmp_path: Path) -> None:
    dem = write_dem(tmp_path / "dem.tif", rough((900, 900)))
    divide_land(dem, tmp_path / "calm", tile=64, workers=2, **SIZES)
    command = [
        sys.executable,
        "-m",
        "shuibao.cli.main",
        "watersheds",
        str(dem),
        "--out",
        str(tmp_path / "out"),
    ]
    command += ["--tile", "64", "--workers", "1", "--area-km2", "3", "--channel-km2", "0.05"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 120
        while len(list(tmp_path.glob(".out.*.work/outcomes/gather/*"))) < 40:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.kill()
    assert not (tmp_path / "out").exists()
    assert len(list(tmp_path.glob(".out.*.work/outcomes/survey/*"))) == 15 * 15

    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert content(tmp_path / "out") == content(tmp_path / "calm")
    assert not list(tmp_path.glob(".out.*"))


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., None]:
    """Runs that must be refused with a message, and leave nothing."""

    def check(dem: Path, message: str, **choices: Any) -> None:
        before = sorted(path.name for path in tmp_path.iterdir())
        with pytest.raises(DomainError, match=message):
            divide_land(dem, tmp_path / "out", **choices)
        assert sorted(path.name for path in tmp_path.iterdir()) == before

    return check


def test_an_absurd_height_is_refused_with_its_place(tmp_path: Path, refused: Callable[..., None]) -> None:
    for value in (np.inf, 1e5):
        heights = rough((100, 150))
        heights[70, 33] = value
        dem = tmp_path / "dem.tif"
        write_dem(dem, heights)
        with rasterio.open(dem, "r+") as dataset:
            dataset.write(heights[70:71, 33:34], 1, window=((70, 71), (33, 34)))
        refused(dem, r"dem\.tif：高程.*第 71 行第 34 列", tile=32)


def test_too_little_disk_is_said_before_starting(tmp_path: Path, refused: Callable[..., None]) -> None:
    vrt = tmp_path / "huge.vrt"
    vrt.write_text(
        f'<VRTDataset rasterXSize="2000000" rasterYSize="2000000"><SRS>{CRS}</SRS>'
        "<GeoTransform>500000, 30, 0, 3900000, 0, -30</GeoTransform>"
        '<VRTRasterBand dataType="Float32" band="1"/></VRTDataset>'
    )
    refused(vrt, "约需")


def test_the_run_id_does_not_know_how_it_was_run(dem: Path, whole: WatershedResult, tmp_path: Path) -> None:
    divide_land(dem, tmp_path / "out", tile=128, workers=2, **SIZES)
    ids = [
        json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["run_id"]
        for folder in (tmp_path / "out", whole.directory)
    ]
    assert ids[0] == ids[1]
