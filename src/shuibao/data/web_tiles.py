"""Rasters made ready for the web map: Web Mercator COGs, whose blocks are the map's own tiles."""

from pathlib import Path

import rasterio
import rasterio.shutil
from rasterio.errors import RasterioError

from shuibao.data.products import CannotWrite

_BLOCK = 256


def write_web_raster(source: Path, target: Path) -> None:
    """Writes the source as a COG on the web's tile grid. Bytes are codes and stay codes; others are means.

    Made beside the target first: a target that is there is whole. Raises CannotWrite.
    """
    with rasterio.open(source) as dataset:
        is_code = dataset.dtypes[0] == "uint8"
    part = target.with_suffix(".partial.tif")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        rasterio.shutil.copy(
            source,
            part,
            driver="COG",
            TILING_SCHEME="GoogleMapsCompatible",
            WARP_RESAMPLING="NEAREST" if is_code else "BILINEAR",
            OVERVIEW_RESAMPLING="MODE" if is_code else "AVERAGE",
            ADD_ALPHA="NO",
            COMPRESS="ZSTD",
            LEVEL=1,
            BLOCKSIZE=_BLOCK,
            BIGTIFF="IF_SAFER",
            NUM_THREADS=1,
        )
    except RasterioError as problem:
        raise CannotWrite(f"写 {target.name} 时出错：{problem}。请检查磁盘空间。") from problem
    part.replace(target)
