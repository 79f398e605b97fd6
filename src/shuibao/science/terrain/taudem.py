"""Flow directions in TauDEM's codes: 1 E, then counter-clockwise to 8 SE; an outlet has no code there."""

import numpy as np
from numpy.typing import NDArray

from shuibao.science.errors import OutOfRange
from shuibao.science.terrain.directions import NODATA, OUTLET, Codes

NO_DIRECTION = -32768
"""TauDEM's nodata: outside, and where nothing is known to flow."""

_OURS = np.array([1, 128, 64, 32, 16, 8, 4, 2], dtype=np.uint8)
"""Our codes in the order of TauDEM's 1–8."""


def to_taudem(directions: Codes) -> NDArray[np.int16]:
    """TauDEM's codes 1–8 of our directions; NO_DIRECTION outside and at outlets."""
    table = np.full(256, NO_DIRECTION, dtype=np.int16)
    table[_OURS] = np.arange(1, 9, dtype=np.int16)
    return np.take(table, directions)


def from_taudem(codes: NDArray[np.integer], is_land: NDArray[np.bool_]) -> Codes:
    """Our directions of TauDEM's codes: land without a code is an outlet, the rest is outside.

    Raises OutOfRange for a code that is none of TauDEM's.
    """
    known = (codes >= 1) & (codes <= 8)
    strange = codes[~known & (codes != NO_DIRECTION) & (codes != 0) & (codes != -1)]
    if strange.size:
        raise OutOfRange("TauDEM 流向编码", int(strange.flat[0]), "1–8，无数据为 -32768、-1 或 0")
    directions = np.where(is_land, OUTLET, NODATA).astype(np.uint8)
    directions[known] = _OURS[codes[known] - 1]
    return directions
