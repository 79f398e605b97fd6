"""Raster files: their grid, and arrays read from them, with errors that name the file."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import rasterio
from numpy.typing import NDArray
from rasterio.errors import RasterioError, RasterioIOError
from rasterio.windows import Window

from shuibao.data.files import File
from shuibao.science.errors import InputError
from shuibao.science.grid import Grid, Tile


@dataclass(frozen=True)
class RasterFile:
    """A raster that has been looked at: its grid and bands. Each thread opens its own handle."""

    path: File
    grid: Grid
    bands: int
    nodata: float | None
    dtype: str
    _handles: threading.local = field(default_factory=threading.local, repr=False, compare=False)

    def __reduce__(self) -> tuple[type["RasterFile"], tuple[File, Grid, int, float | None, str]]:
        """Another process opens its own handle."""
        return RasterFile, (self.path, self.grid, self.bands, self.nodata, self.dtype)

    def _handle(self) -> Any:
        if not hasattr(self._handles, "dataset"):
            self._handles.dataset = rasterio.open(self.path)
        return self._handles.dataset

    def read(self, tile: Tile, bands: Sequence[int] = (1,)) -> NDArray[np.float32]:
        """Bands × rows × columns of the file's own cells, NaN where the file has no data.

        Raises InputError when the bytes cannot be read: a file cut short, a damaged block.
        """
        window = Window(tile.column, tile.row, tile.width, tile.height)
        try:
            found = self._handle().read(list(bands), window=window, masked=True)
        except RasterioError as problem:
            raise InputError(
                f"{self.path}：读第 {tile.row + 1}–{tile.row + tile.height} 行时出错，文件可能不完整或已损坏"
                f"（{_reason(problem)}）。请重新传输或重新生成这个文件。"
            ) from problem
        values: NDArray[np.float32] = np.ma.filled(found.astype(np.float32), np.float32(np.nan))
        return values


def look_at(path: File, crs: pyproj.CRS | None = None) -> RasterFile:
    """The raster's grid and bands; `crs` is for a file whose owner knows the CRS that the file does not say.

    Raises InputError when it cannot be opened, has no CRS, or is not north up.
    """
    if isinstance(path, Path) and not path.exists():
        raise InputError(f"找不到栅格文件 {path}。请检查路径（相对于运行文件所在目录）。")
    try:
        with rasterio.open(path) as dataset:
            if dataset.crs is None and crs is None:
                raise InputError(
                    f"{path} 没有坐标系，不会替您猜。请用 gdal_edit.py -a_srs EPSG:… 写入正确的坐标系。"
                )
            return RasterFile(
                path,
                Grid(
                    dataset.height,
                    dataset.width,
                    dataset.transform,
                    crs or pyproj.CRS.from_wkt(dataset.crs.to_wkt()),
                ),
                dataset.count,
                dataset.nodata,
                dataset.dtypes[0],
            )
    except RasterioIOError as problem:
        if not isinstance(path, Path):
            raise InputError(f"打不开 {path}：{_reason(problem)}。请检查地址、权限和网络。") from problem
        raise InputError(f"{path} 不是能读的栅格：{_reason(problem)}。请换成 GeoTIFF。") from problem


def _reason(problem: Exception) -> str:
    return str(problem.__cause__ or problem).splitlines()[0][:160]
