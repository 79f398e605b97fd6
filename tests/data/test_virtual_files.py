"""Inputs that GDAL reaches through its virtual file systems: opened, named and hashed like any other."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyproj
import pytest
import rasterio
from affine import Affine
from shapely.geometry import box

from shuibao.data.content_hash import content_hash
from shuibao.data.files import VirtualFile, file_named
from shuibao.data.raster import look_at
from shuibao.data.vector import read_polygons
from shuibao.science.errors import InputError

CRS = "EPSG:4546"


def write_raster(path: Path, values: np.ndarray, **facts: Any) -> Path:
    layout = {"driver": "GTiff", "count": 1, "height": values.shape[0], "width": values.shape[1]}
    place = {
        "crs": CRS,
        "transform": Affine(10, 0, 5e5, 0, -10, 3.9e6),
        "dtype": values.dtype,
        "nodata": -9999,
    }
    with rasterio.open(path, "w", **(layout | place | facts)) as dataset:
        dataset.write(values, 1)
    return path


def zipped(path: Path) -> VirtualFile:
    """The file in a zip of its own, and its virtual name."""
    archive = path.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.write(path, path.name)
    found = file_named(f"/vsizip/{archive}/{path.name}")
    assert isinstance(found, VirtualFile)
    return found


@pytest.fixture
def heights() -> np.ndarray:
    return np.arange(1200, dtype=np.float32).reshape(30, 40)


SERVER = """
import http.server, sys
from pathlib import Path

class Ranges(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.answer(False)

    def do_GET(self):
        self.answer(True)

    def answer(self, with_body):
        file = Path(sys.argv[1]) / self.path.lstrip("/")
        if not file.is_file():
            return self.send_error(404)
        content = file.read_bytes()
        first, last, status = 0, len(content) - 1, 200
        if "Range" in self.headers:
            first, last = (int(place) for place in self.headers["Range"].removeprefix("bytes=").split("-"))
            last, status = min(last, len(content) - 1), 206
        self.send_response(status)
        self.send_header("Content-Length", str(last - first + 1))
        if status == 206:
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
        self.end_headers()
        if with_body:
            self.wfile.write(content[first : last + 1])

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ranges)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server in a process of its own that hands out parts of the folder's files."""
    monkeypatch.setenv("GDAL_HTTP_TIMEOUT", "10")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    command = [sys.executable, "-c", SERVER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        server.terminate()


def test_what_is_virtual_keeps_its_name_letter_by_letter(tmp_path: Path) -> None:
    for name in ("/vsicurl/https://x.org//a/b.tif", "/vsizip//d/a.zip/b.tif", "s3://bucket//b.tif"):
        file = file_named(name, tmp_path)
        assert isinstance(file, VirtualFile)
        assert (str(file), file.name, file.suffix) == (name, "b.tif", ".tif")
        assert file.absolute() == file
    assert file_named("vsi/b.tif", tmp_path) == tmp_path / "vsi" / "b.tif"
    assert file_named("C:/a/b.tif") == Path("C:/a/b.tif")


def test_a_raster_in_a_zip_is_read_and_hashed_by_its_pixels(tmp_path: Path, heights: np.ndarray) -> None:
    file = zipped(write_raster(tmp_path / "dem.tif", heights))
    raster = look_at(file)
    np.testing.assert_array_equal(raster.read(raster.grid.whole)[0], heights)
    found = content_hash(file)
    assert found.startswith("pixels-sha256:")
    repacked = zipped(
        write_raster(
            tmp_path / "again.tif", heights, compress="deflate", tiled=True, blockxsize=16, blockysize=16
        )
    )
    assert content_hash(repacked) == found
    for name, change in (("nodata", {"nodata": -1}), ("crs", {"crs": "EPSG:4547"})):
        assert content_hash(zipped(write_raster(tmp_path / f"{name}.tif", heights, **change))) != found
    heights[29, 39] += 1
    assert content_hash(zipped(write_raster(tmp_path / "cell.tif", heights))) != found


def test_a_raster_of_a_server_is_read_and_hashed_like_one_in_a_zip(
    tmp_path: Path, heights: np.ndarray, served: str
) -> None:
    path = write_raster(tmp_path / "dem.tif", heights)
    for name in (f"/vsicurl/{served}/dem.tif", f"{served}/dem.tif"):
        raster = look_at(file_named(name))
        np.testing.assert_array_equal(raster.read(raster.grid.whole)[0], heights)
        assert content_hash(file_named(name)) == content_hash(zipped(path))


def test_polygons_in_a_zip_are_read_and_hashed_by_their_features(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame(
        {"code": ["A", "B"]}, geometry=[box(5e5, 0, 5e5 + 9, 9), box(5e5, 9, 5e5 + 9, 20)], crs=CRS
    )
    frame.to_file(tmp_path / "zones.geojson", driver="GeoJSON")
    file = zipped(tmp_path / "zones.geojson")
    found = read_polygons(file, ("code",), pyproj.CRS(CRS), None)
    assert found.attributes["code"] == ["A", "B"]
    first = content_hash(file)
    assert first.startswith("features-sha256:")
    frame["code"] = ["A", "C"]
    frame.to_file(tmp_path / "later.geojson", driver="GeoJSON")
    assert content_hash(zipped(tmp_path / "later.geojson")) != first


def test_what_cannot_be_opened_is_named_with_what_to_check(tmp_path: Path) -> None:
    missing = file_named(f"/vsizip/{tmp_path}/none.zip/dem.tif")
    with pytest.raises(InputError, match=r"打不开 /vsizip/.*none\.zip/dem\.tif.*请检查地址、权限和网络"):
        look_at(missing)
    with pytest.raises(InputError, match="打不开"):
        content_hash(missing)
