"""Products in the making: a folder that appears whole or not at all, working rasters, and COGs at the end."""

import os
import re
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.shutil
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.windows import Window

from shuibao.science.errors import InputError
from shuibao.science.grid import Grid, Tile

_BLOCK = 512
_HOST = re.sub(r"[^A-Za-z0-9]", "_", socket.gethostname())


class CannotWrite(InputError):
    """A product could not be written: no room, no right."""


@contextmanager
def folder_when_whole(directory: Path, *, bytes_needed: int) -> Iterator[Path]:
    """A hidden folder beside `directory` to build in; renamed to it at the end, removed after any error.

    Raises CannotWrite when the directory exists and is not empty, cannot be made, or lacks room.
    """
    _require_new(directory)
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(directory)
        mine = f".{directory.name}.{_HOST}-{os.getpid()}-"
        building = Path(tempfile.mkdtemp(prefix=mine, suffix=".partial", dir=directory.parent))
    except OSError as problem:
        raise CannotWrite(
            f"不能在 {directory.parent} 写文件（{problem.strerror}）。请换一个有写权限的目录。"
        ) from problem
    try:
        _require_room(directory, bytes_needed)
        building.chmod(0o755)
        yield building
        if directory.exists():
            directory.rmdir()
        building.rename(directory)
    except OSError as problem:
        raise CannotWrite(
            f"写 {directory} 时出错（{problem.strerror or problem}）。请检查磁盘空间和权限；没有留下半成品。"
        ) from problem
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _remove_abandoned(directory: Path) -> None:
    """Removes what a killed run of this machine left: folders whose process is gone."""
    if os.name != "posix":
        return  # elsewhere asking after a process would end it
    for left in directory.parent.glob(f".{directory.name}.{_HOST}-*.partial"):
        number = left.name.removeprefix(f".{directory.name}.{_HOST}-").split("-")[0]
        if number.isdigit() and not _is_running(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _require_new(directory: Path) -> None:
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise CannotWrite(f"结果目录 {directory} 已存在且不为空。请换一个目录名，或先移走旧结果。")


def _require_room(directory: Path, bytes_needed: int) -> None:
    free = shutil.disk_usage(directory.parent).free
    if free < bytes_needed:
        raise CannotWrite(
            f"{directory.parent} 所在磁盘只剩 {free / 2**30:.2f} GiB，"
            f"这次运行约需 {bytes_needed / 2**30:.2f} GiB。请腾出空间或换一个目录。"
        )


@dataclass
class WorkingRaster:
    """A plain tiled GeoTIFF that tiles are written to in any order; it becomes a COG, then goes."""

    path: Path
    grid: Grid
    dtype: str
    nodata: float | None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _dataset: Any = None

    def __post_init__(self) -> None:
        self._dataset = rasterio.open(
            self.path,
            "w",
            driver="GTiff",
            height=self.grid.height,
            width=self.grid.width,
            count=1,
            dtype=self.dtype,
            nodata=self.nodata,
            crs=self.grid.crs.to_wkt(),
            transform=self.grid.transform,
            tiled=True,
            blockxsize=_BLOCK,
            blockysize=_BLOCK,
            BIGTIFF="IF_SAFER",
        )

    def write(self, tile: Tile, values: NDArray[Any]) -> None:
        """Puts a tile in its place. Raises CannotWrite when the disk is full."""
        window = Window(tile.column, tile.row, tile.width, tile.height)
        try:
            with self._lock:
                self._dataset.write(values, 1, window=window)
        except RasterioError as problem:
            raise CannotWrite(f"写 {self.path.name} 时出错：{problem}。请检查磁盘空间。") from problem

    def read(self, tile: Tile) -> NDArray[Any]:
        """A tile that was written before."""
        window = Window(tile.column, tile.row, tile.width, tile.height)
        with self._lock:
            values: NDArray[Any] = self._dataset.read(1, window=window)
        return values

    def publish(self, path: Path, tags: Mapping[str, str]) -> None:
        """Writes the COG with its overviews and removes this file."""
        try:
            with self._lock:
                self._dataset.update_tags(**tags)
                self._dataset.close()
            rasterio.shutil.copy(
                self.path,
                path,
                driver="COG",
                COMPRESS="ZSTD",
                LEVEL=1,
                PREDICTOR="FLOATING_POINT" if np.dtype(self.dtype).kind == "f" else "NO",
                BLOCKSIZE=_BLOCK,
                OVERVIEW_RESAMPLING=_overview_resampling(self.dtype),
                OVERVIEW_COMPRESS="ZSTD",
                BIGTIFF="IF_SAFER",
                NUM_THREADS=1,
            )
            _require_readable(path)
        except RasterioError as problem:
            raise CannotWrite(f"写 {path.name} 时出错：{problem}。请检查磁盘空间。") from problem
        self.path.unlink()


def _overview_resampling(dtype: str) -> str:
    """Bytes are codes (the commonest), floats quantities (the mean), other integers counts (the nearest)."""
    kind = np.dtype(dtype)
    if kind.itemsize == 1:
        return "MODE"
    return "AVERAGE" if kind.kind == "f" else "NEAREST"


def _require_readable(path: Path) -> None:
    """Reads the last block: a COG cut short by a full disk fails here, not in the user's hands."""
    with rasterio.open(path) as dataset:
        last = Window((dataset.width - 1) // _BLOCK * _BLOCK, (dataset.height - 1) // _BLOCK * _BLOCK, 1, 1)
        dataset.read(1, window=last)
