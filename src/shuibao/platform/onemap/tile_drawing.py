"""A tile of a raster, coloured, as PNG."""

import io
from pathlib import Path

import numpy as np
from PIL import Image
from rio_tiler.errors import TileOutsideBounds
from rio_tiler.io import Reader

from shuibao.data.overview import coloured_classes, coloured_ramp
from shuibao.platform.onemap.catalogue import COLOURS, LOSS_SHOWN_UP_TO

SIZE = 256


def tile(path: Path, is_classes: bool, z: int, x: int, y: int) -> bytes | None:
    """The PNG; None where the raster has nothing."""
    with Reader(str(path)) as reader:
        try:
            found = reader.tile(x, y, z, tilesize=SIZE, resampling_method="nearest")
        except TileOutsideBounds:
            return None
    values = found.array[0]
    if is_classes:
        rgba = coloured_classes(np.ma.filled(values, 0).astype(np.uint8), COLOURS)
    else:
        filled = np.ma.filled(values.astype(np.float64), np.nan)
        rgba = coloured_ramp(filled, COLOURS, 0.0, LOSS_SHOWN_UP_TO)
    if not rgba[:, :, 3].any():
        return None
    packed = io.BytesIO()
    Image.fromarray(rgba).save(packed, "PNG", compress_level=1)
    return packed.getvalue()
