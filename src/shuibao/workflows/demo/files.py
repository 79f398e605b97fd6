"""Writes the demo's rasters, layers and tables, each marked 示例数据 where its format has room for it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import rasterio
from numpy.typing import NDArray

from shuibao.science.grid import Grid

MARK = "示例数据"
# GeoPackages carry a clock: held still, so that the same data are the same bytes.
MADE_ON = "2025-12-31T00:00:00.000Z"


def write_raster(
    path: Path, values: NDArray[np.generic], grid: Grid, what: str, bands: Sequence[str] = ()
) -> None:
    """A tiled GeoTIFF of rows × columns or bands × rows × columns; without nodata, for the box is full."""
    layers = values if values.ndim == 3 else values[None]
    profile = {
        "driver": "GTiff",
        "dtype": values.dtype.name,
        "count": len(layers),
        "height": grid.height,
        "width": grid.width,
        "crs": grid.crs.to_wkt(),
        "transform": grid.transform,
        "tiled": True,
        "blockxsize": 512,
        "blockysize": 512,
        "compress": "ZSTD",
        "zstd_level": 1,
        "predictor": 3 if values.dtype.kind == "f" else 2,
        "interleave": "band",
    }
    with rasterio.open(path, "w", **profile) as target:
        target.update_tags(TIFFTAG_IMAGEDESCRIPTION=f"{MARK}：{what}", demo=MARK)
        for number, layer in enumerate(layers, start=1):
            target.write(layer, number)
            target.set_band_description(number, f"{bands[number - 1] if bands else what}（{MARK}）")


def write_layer(path: Path, layer: geopandas.GeoDataFrame, name: str, what: str) -> None:
    """A GeoPackage of one layer."""
    path.unlink(missing_ok=True)
    with _clock_held_still():
        pyogrio.write_dataframe(
            layer,
            path,
            layer=name,
            driver="GPKG",
            layer_metadata={"demo": MARK, "DESCRIPTION": f"{MARK}：{what}"},
            layer_options={"DESCRIPTION": f"{MARK}：{what}"},
        )


def write_table(path: Path, table: pd.DataFrame) -> None:
    """A CSV file, UTF-8, with a line of column names and nothing else."""
    table.to_csv(path, index=False, lineterminator="\n")


@contextmanager
def _clock_held_still() -> Iterator[None]:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": MADE_ON})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
