"""A result folder appears whole or not at all; a COG is the same whatever order its tiles were written in."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio
from affine import Affine

from shuibao.data.products import CannotWrite, WorkingRaster, folder_when_whole
from shuibao.science.grid import Grid

GRID = Grid(700, 900, Affine(30, 0, 400_000, 0, -30, 3_900_000), pyproj.CRS("EPSG:32649"))


def test_a_folder_appears_only_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "result"
    with folder_when_whole(target, bytes_needed=1) as folder:
        (folder / "a.txt").write_text("a")
        assert not target.exists()
    assert [path.name for path in target.iterdir()] == ["a.txt"]
    assert [path.name for path in target.parent.iterdir()] == ["result"]


def test_nothing_is_left_after_an_error_or_an_interrupt(tmp_path: Path) -> None:
    for error in (ValueError, KeyboardInterrupt):
        with pytest.raises(error), folder_when_whole(tmp_path / "r", bytes_needed=1) as folder:
            (folder / "a.txt").write_text("a")
            raise error
        assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_used_and_a_full_one_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with folder_when_whole(tmp_path / "empty", bytes_needed=1) as folder:
        (folder / "a").touch()
    with (
        pytest.raises(CannotWrite, match="已存在且不为空"),
        folder_when_whole(tmp_path / "empty", bytes_needed=1),
    ):
        pass


def test_too_little_room_is_said_before_starting(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="约需"), folder_when_whole(tmp_path / "r", bytes_needed=2**60):
        pytest.fail("must not start")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(CannotWrite, match="不能在"),
        folder_when_whole(tmp_path / "file" / "r", bytes_needed=1),
    ):
        pytest.fail("must not start")


@pytest.mark.parametrize(("dtype", "nodata"), [("float32", np.nan), ("uint8", 0)])
def test_the_cog_does_not_depend_on_the_order_of_the_tiles(tmp_path: Path, dtype: str, nodata: float) -> None:
    values = np.random.default_rng(1).integers(0, 7, GRID.shape).astype(dtype)
    digests = set()
    for name, size, backwards in (("a", 256, False), ("b", 97, True), ("c", 2000, False)):
        raster = WorkingRaster(tmp_path / f"{name}.work.tif", GRID, dtype, nodata)
        for tile in sorted(GRID.tiles(size), reverse=backwards):
            raster.write(tile, values[tile.slices])
        raster.publish(tmp_path / f"{name}.tif", {"TIFFTAG_IMAGEDESCRIPTION": "示例数据"})
        digests.add(hashlib.sha256((tmp_path / f"{name}.tif").read_bytes()).hexdigest())
    assert len(digests) == 1
    with rasterio.open(tmp_path / "a.tif") as dataset:
        np.testing.assert_array_equal(dataset.read(1), values)
        assert dataset.overviews(1)
        assert dataset.tags()["TIFFTAG_IMAGEDESCRIPTION"] == "示例数据"
        assert dataset.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
    assert not list(tmp_path.glob("*.work.tif"))


def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from shuibao.data.products import folder_when_whole\n"
        "with folder_when_whole(Path(sys.argv[1]), bytes_needed=1): os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "r")], check=False)
    assert [path.suffix for path in tmp_path.iterdir()] == [".partial"]
    with folder_when_whole(tmp_path / "r", bytes_needed=1):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["r"]
