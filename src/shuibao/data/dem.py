"""What is known of elevation files: plausible heights, and the files a DEM is made of."""

from pathlib import Path

import pyproj
import rasterio

from shuibao.data.files import File, file_named
from shuibao.data.raster import RasterFile
from shuibao.science.errors import InputError

ELEVATION_RANGE_M = (-500.0, 9000.0)
"""Lowest and highest land on Earth, with room: beyond it stands a nodata value nobody marked."""


def dem_files(source: RasterFile) -> list[tuple[str, File]]:
    """The DEM's file, and for a mosaic (VRT) its parts, each with the name to show; a virtual DEM by itself.

    Raises InputError when a part is missing or in another CRS than the mosaic says.
    """
    found: list[tuple[str, File]] = [(source.path.name, source.path)]
    if not isinstance(source.path, Path):
        return found
    with rasterio.open(source.path) as dataset:
        parts = [file_named(name) for name in dataset.files if Path(name) != source.path]
    for part in parts:
        _require_same_crs(source, part)
        found.append((part.name, part))
    return found


def _require_same_crs(source: RasterFile, part: File) -> None:
    if source.path.suffix.lower() != ".vrt":
        return
    if isinstance(part, Path) and not part.exists():
        raise InputError(f"{source.path} 的一部分 {part} 不存在。请重新拼接。")
    with rasterio.open(part) as dataset:
        crs = None if dataset.crs is None else pyproj.CRS.from_wkt(dataset.crs.to_wkt())
    if crs != source.grid.crs:
        named = "没有坐标系" if crs is None else f"的坐标系是 {crs.name}"
        raise InputError(
            f"{source.path} 的一部分 {part.name} {named}，与整体 {source.grid.crs.name} 不同。请先统一。"
        )
