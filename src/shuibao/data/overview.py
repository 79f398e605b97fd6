"""Small pictures of large rasters: overviews read from COGs, coloured, and packed as PNG for a page."""

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyproj
import rasterio
import rasterio.enums
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from shuibao.science.errors import InputError

_PALETTE_SIZE = 256
_RAMP_STEPS = 48  # a ramp of few steps looks the same and packs far better

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Overview:
    """A raster made small. bounds: left, bottom, right, top in the CRS's unit.

    values: as stored; NaN in quantities and 0 in codes where there is no data.
    """

    values: NDArray[Any]
    bounds: Bounds
    crs: pyproj.CRS


def read_overview(path: Path, max_pixels: int, resampling: Literal["mode", "average", "nearest"]) -> Overview:
    """The first band with at most so many pixels, from the file's overviews where it has them.

    Raises InputError when the file cannot be read.
    """
    try:
        with rasterio.open(path) as dataset:
            shrink = max(1.0, math.sqrt(dataset.width * dataset.height / max_pixels))
            shape = max(1, int(dataset.height / shrink)), max(1, int(dataset.width / shrink))
            found = dataset.read(
                1, out_shape=shape, resampling=rasterio.enums.Resampling[resampling], masked=True
            )
            bounds = tuple(dataset.bounds)
            crs = pyproj.CRS.from_wkt(dataset.crs.to_wkt())
    except RasterioError as problem:
        raise InputError(f"读不了 {path}（{problem}）。请重新运行监测，生成完整的结果。") from problem
    missing = np.nan if found.dtype.kind == "f" else 0
    return Overview(np.ma.filled(found, missing), bounds, crs)


def coloured_classes(codes: NDArray[np.uint8], colours: Sequence[str]) -> NDArray[np.uint8]:
    """Rows × columns × RGBA: code 1 takes the first colour ("#rrggbb"); 0 is transparent."""
    table = np.zeros((256, 4), dtype=np.uint8)
    table[1 : len(colours) + 1] = _rgba(colours)
    return table[codes]


def coloured_ramp(
    values: NDArray[np.floating], colours: Sequence[str], low: float, high: float
) -> NDArray[np.uint8]:
    """Rows × columns × RGBA: low takes the first colour, high the last, evenly between; NaN is transparent.

    Values beyond low and high take the end colours. When low is high, everything is in the middle.
    """
    stops = np.linspace(0, 1, len(colours))
    steps = np.linspace(0, 1, _RAMP_STEPS)
    rgba = _rgba(colours).astype(np.float64)
    table = np.stack([np.interp(steps, stops, rgba[:, band]) for band in range(4)], axis=1)
    span = high - low
    share = (values.astype(np.float64) - low) / span if span > 0 else np.where(np.isnan(values), np.nan, 0.5)
    known = ~np.isnan(share)
    step = np.rint(np.where(known, share, 0).clip(0, 1) * (_RAMP_STEPS - 1)).astype(np.intp)
    picture: NDArray[np.uint8] = np.rint(table).astype(np.uint8)[step]
    picture[~known] = 0
    return picture


def png_base64(rgba: NDArray[np.uint8]) -> str:
    """A PNG of rows × columns × RGBA, as base64 text; with a palette where 256 colours are enough."""
    packed = np.ascontiguousarray(rgba).view(np.uint32)[:, :, 0]
    colours, codes = np.unique(packed, return_inverse=True)
    if len(colours) > _PALETTE_SIZE:
        return _packed(np.moveaxis(rgba, 2, 0), None)
    palette = colours.view(np.uint8).reshape(-1, 4)
    return _packed(codes.reshape(1, *packed.shape).astype(np.uint8), palette)


def _packed(bands: NDArray[np.uint8], palette: NDArray[np.uint8] | None) -> str:
    """bands: band × rows × columns; one band of palette numbers where there is a palette."""
    count, height, width = bands.shape
    # the transform says nothing here; without one rasterio warns of a raster that lies nowhere
    nowhere = from_origin(0, height, 1, 1)
    with MemoryFile(ext=".png") as file:
        with file.open(
            driver="PNG",
            height=height,
            width=width,
            count=count,
            dtype="uint8",
            transform=nowhere,
        ) as dataset:
            dataset.write(bands)
            if palette is not None:
                dataset.write_colormap(1, {code: tuple(map(int, rgba)) for code, rgba in enumerate(palette)})
        return base64.b64encode(file.read()).decode("ascii")


def _rgba(colours: Sequence[str]) -> NDArray[np.uint8]:
    """Opaque colours, shape (n, 4)."""
    return np.array([[*bytes.fromhex(colour.removeprefix("#")), 255] for colour in colours], dtype=np.uint8)
