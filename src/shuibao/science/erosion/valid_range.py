"""Refusing values outside the range a formula is defined for, with the worst of them named."""

import numpy as np
from numpy.typing import ArrayLike

from shuibao.science.errors import OutOfRange

ROUNDING = 1e-6
"""What resampling in float32 may add to a bound: no reason to refuse."""


def extremes(values: ArrayLike) -> tuple[float, float]:
    """The least and the greatest value, NaN left out; (inf, -inf) where there is none."""
    array = np.asarray(values)
    if array.dtype.kind != "f":
        array = array.astype(np.float64)
    lowest = np.fmin.reduce(array, axis=None, initial=np.inf)
    highest = np.fmax.reduce(array, axis=None, initial=-np.inf)
    return float(lowest), float(highest)


def require_range(name: str, values: ArrayLike, low: float, high: float, unit: str = "") -> None:
    """Nothing, when every value that is not NaN lies in low…high (bounds included, give or take rounding).

    Raises OutOfRange naming the value that is furthest outside.
    """
    require_extremes(name, extremes(values), low, high, unit)


def require_extremes(name: str, found: tuple[float, float], low: float, high: float, unit: str = "") -> None:
    """As require_range, for extremes that are known already."""
    below, above = low - found[0], found[1] - high
    if max(below, above) <= ROUNDING:
        return
    worst = found[0] if below >= above else found[1]
    allowed = f"{low:g}–{high:g}{f' {unit}' if unit else ''}"
    raise OutOfRange(name, f"{worst:g}", allowed if np.isfinite([low, high]).all() else f"≥ {low:g}")
