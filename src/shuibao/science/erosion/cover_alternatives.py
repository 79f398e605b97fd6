"""Cover factors C of other authors, to compare B with."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shuibao.science.erosion.valid_range import require_range


class Logarithmic(NamedTuple):
    """C = intercept − slope · lg f, and 0 above a cover of limit_pct (Cai Chongfa 2000)."""

    intercept: float
    slope: float
    limit_pct: float


class Decay(NamedTuple):
    """C = exp(−rate · (V − threshold)^exponent), and 1 up to the threshold (Jiang Zhongshan 1996)."""

    rate: float
    threshold_pct: float
    exponent: float


def cover_cai2000(fvc_pct: ArrayLike, curve: Logarithmic) -> NDArray[np.float64]:
    """C by Cai Chongfa et al. 2000 from vegetation cover in % [-].

    0.6508 − 0.3436 · lg f up to 78.3 %, 0 above, 1 on bare ground; it is 1 below 0.1 % too.
    """
    cover = np.asarray(fvc_pct, dtype=np.float64)
    require_range("植被盖度", cover, 0, 100, "%")
    line = curve.intercept - curve.slope * np.log10(np.where(cover > 0, cover, 1.0))
    vegetated = np.where(cover > curve.limit_pct, 0.0, np.minimum(line, 1.0))
    return np.where(np.isnan(cover), np.nan, np.where(cover > 0, vegetated, 1.0))


def cover_jiang1996(cover_pct: ArrayLike, curve: Decay) -> NDArray[np.float64]:
    """C by Jiang Zhongshan et al. 1996 (Loess Plateau) from cover in % [-], grassland or forest by its curve.

    exp(−0.0418 (V − 5)) for grass, exp(−0.0085 (V − 5)^1.5) for forest; 1 up to a cover of 5 %.
    """
    cover = np.asarray(cover_pct, dtype=np.float64)
    require_range("植被盖度", cover, 0, 100, "%")
    above = np.maximum(cover - curve.threshold_pct, 0.0)
    return np.asarray(np.exp(-curve.rate * above**curve.exponent))
