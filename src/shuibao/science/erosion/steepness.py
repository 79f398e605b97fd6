"""The slope steepness factor S."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.errors import OutOfRange


class Steepness(NamedTuple):
    """The pieces of S by slope: upper limits [deg], factors of the sine and constants [-]."""

    limits_deg: tuple[float, ...]
    factors: tuple[float, ...]
    constants: tuple[float, ...]


def slope_steepness(
    slope_deg: NDArray[np.floating], pieces: Steepness, slope_cap_deg: float = 90.0
) -> NDArray[np.float64]:
    """Slope steepness factor S of the Chinese soil loss equation [-], same shape as the slope.

    Piecewise in the sine of the slope: McCool et al. 1987 below 10 degrees, Liu et al. 1994 above, whose data
    end at 55 % (28.8 degrees). A limit belongs to the piece above it, where S jumps. NaN stays NaN.

    slope_cap_deg: steeper slopes count as this one.
    Raises OutOfRange when a slope lies outside 0–90 degrees.

    >>> csle = Steepness((5, 10, 90), (10.8, 16.8, 21.91), (0.03, -0.5, -0.96))
    >>> slope_steepness(np.array([0.0, 5.0, 25.0]), csle).round(3)
    array([0.03 , 0.964, 8.3  ])
    """
    slope = np.asarray(slope_deg, np.float64)
    wrong = slope[(slope < 0) | (slope > 90)]
    if wrong.size:
        raise OutOfRange("坡度（°）", float(wrong[0]), "0–90")

    slope = np.minimum(slope, slope_cap_deg)
    limits, factors, constants = (np.array(column, np.float64) for column in pieces)
    piece = np.minimum(np.searchsorted(limits, slope, side="right"), limits.size - 1)
    steepness: NDArray[np.float64] = factors[piece] * np.sin(np.radians(slope)) + constants[piece]
    return steepness
