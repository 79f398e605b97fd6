"""Overviews: small, true to the data and its gaps; pictures with the colours that were asked for."""

import base64
import warnings
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from shuibao.data.overview import coloured_classes, coloured_ramp, png_base64, read_overview
from shuibao.data.products import WorkingRaster
from shuibao.science import crs as reference
from shuibao.science.errors import InputError
from shuibao.science.grid import Grid

GRID = Grid(1200, 1600, Affine(30, 0, 500_000, 0, -30, 3_900_000), reference.parse_crs("EPSG:4546", "test"))


def published(folder: Path, values: NDArray[np.generic], nodata: float) -> Path:
    raster = WorkingRaster(folder / "work.tif", GRID, str(values.dtype), nodata)
    raster.write(GRID.whole, values)
    raster.publish(folder / "made.tif", {})
    return folder / "made.tif"


def decoded(png: str) -> NDArray[np.uint8]:
    """Rows × columns × RGBA of a PNG, its palette looked up."""
    warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a picture lies nowhere
    with MemoryFile(base64.b64decode(png)) as file, file.open() as dataset:
        if dataset.count == 4:
            return np.moveaxis(dataset.read(), 0, 2)
        palette = np.zeros((256, 4), dtype=np.uint8)
        for code, colour in dataset.colormap(1).items():
            palette[code] = colour
        return palette[dataset.read(1)]


def test_classes_stay_classes_and_the_bounds_stay_the_same(tmp_path: Path) -> None:
    codes = np.full(GRID.shape, 3, dtype=np.uint8)
    codes[:600] = 5
    codes[:, :800] = 0
    overview = read_overview(published(tmp_path, codes, 0), 10_000, "mode")
    assert overview.values.size <= 10_000
    assert set(np.unique(overview.values)) == {0, 3, 5}
    assert overview.bounds == GRID.bounds
    assert overview.crs == GRID.crs


def test_quantities_are_averaged_and_gaps_stay_gaps(tmp_path: Path) -> None:
    values = np.tile(np.array([[10.0, 20.0]], dtype=np.float32), (1200, 800))
    values[:, 800:] = np.nan
    overview = read_overview(published(tmp_path, values, np.nan), 4000, "average")
    half = overview.values.shape[1] // 2
    assert overview.values[:, : half - 1] == pytest.approx(15.0)
    assert np.isnan(overview.values[:, half + 1 :]).all()


def test_a_small_raster_is_read_as_it_is(tmp_path: Path) -> None:
    codes = np.random.default_rng(1).integers(0, 7, GRID.shape).astype(np.uint8)
    overview = read_overview(published(tmp_path, codes, 0), 10**9, "nearest")
    assert (overview.values == codes).all()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.tif"):
        read_overview(tmp_path / "none.tif", 100, "mode")


def test_class_one_takes_the_first_colour_and_none_is_transparent() -> None:
    picture = coloured_classes(np.array([[0, 1], [2, 9]], dtype=np.uint8), ("#e3efda", "#f7eab5"))
    assert picture.tolist() == [
        [[0, 0, 0, 0], [0xE3, 0xEF, 0xDA, 255]],
        [[0xF7, 0xEA, 0xB5, 255], [0, 0, 0, 0]],
    ]


def test_a_ramp_runs_from_low_to_high_and_stops_there() -> None:
    values = np.array([[-5.0, 0.0, 10.0, 99.0, np.nan]])
    picture = coloured_ramp(values, ("#000000", "#ffffff"), 0.0, 10.0)[0]
    assert picture[:, 0].tolist() == [0, 0, 255, 255, 0]
    assert picture[:, 3].tolist() == [255, 255, 255, 255, 0]


def test_a_ramp_without_a_span_is_all_middle() -> None:
    picture = coloured_ramp(np.array([[7.0, np.nan]]), ("#000000", "#ffffff"), 7.0, 7.0)[0]
    assert 120 <= picture[0, 0] <= 135
    assert picture[1, 3] == 0


@pytest.mark.parametrize("colours", [5, 256, 300])
def test_a_png_gives_back_its_pixels(colours: int) -> None:
    random = np.random.default_rng(colours)
    table = random.integers(0, 256, (colours, 4)).astype(np.uint8)
    picture = table[random.integers(0, colours, (40, 50))]
    assert (decoded(png_base64(picture)) == picture).all()


def test_a_png_of_one_transparent_pixel() -> None:
    assert decoded(png_base64(np.zeros((1, 1, 4), dtype=np.uint8))).tolist() == [[[0, 0, 0, 0]]]


def test_the_same_picture_is_the_same_text() -> None:
    picture = coloured_ramp(np.random.default_rng(2).random((30, 40)), ("#000000", "#00ff00"), 0, 1)
    assert png_base64(picture) == png_base64(picture.copy())


def test_the_overview_is_read_without_opening_the_whole_raster(tmp_path: Path) -> None:
    path = published(tmp_path, np.ones(GRID.shape, dtype=np.float32), np.nan)
    with rasterio.open(path) as dataset:
        assert dataset.overviews(1)
    assert read_overview(path, 30_000, "average").values.shape == (150, 200)
