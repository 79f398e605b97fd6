"""The slope length factor L: of a segment, of a whole slope, and from the contributing area."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class LengthExponents(NamedTuple):
    """The exponent m of L by slope, and the length of the unit plot [m].

    limits_deg: upper limits of all exponents but the last.
    """

    limits_deg: tuple[float, ...]
    exponents: tuple[float, ...]
    plot_length_m: float


def length_exponent(slope_deg: NDArray[np.floating], exponents: LengthExponents) -> NDArray[np.float64]:
    """Slope length exponent m [-] (Wischmeier & Smith 1978, steps in degrees). A limit belongs below it.

    >>> csle = LengthExponents((1, 3, 5), (0.2, 0.3, 0.4, 0.5), 22.13)
    >>> length_exponent(np.array([1.0, 1.1, 5.0, 30.0]), csle)
    array([0.2, 0.3, 0.4, 0.5])
    """
    piece = np.searchsorted(np.array(exponents.limits_deg), slope_deg, side="left")
    return np.array(exponents.exponents)[piece]


def segment_length_factor(
    length_in_m: NDArray[np.floating],
    length_out_m: NDArray[np.floating],
    slope_deg: NDArray[np.floating],
    exponents: LengthExponents,
) -> NDArray[np.float64]:
    """Slope length factor L of a segment of a slope [-], from the lengths at its upper and lower end.

    L = (λ_out^(m+1) − λ_in^(m+1)) / ((λ_out − λ_in) · 22.13^m): Foster & Wischmeier 1974
    (Trans. ASAE 17: 305–309).
    """
    m = length_exponent(slope_deg, exponents)
    plot_m = exponents.plot_length_m
    above, below = np.asarray(length_in_m) / plot_m, np.asarray(length_out_m) / plot_m
    factor: NDArray[np.float64] = (below ** (m + 1) - above ** (m + 1)) / (below - above)
    return factor


def slope_length_factor(
    length_m: NDArray[np.floating], slope_deg: NDArray[np.floating], exponents: LengthExponents
) -> NDArray[np.float64]:
    """Slope length factor L of a whole slope [-]: (λ / 22.13)^m (Wischmeier & Smith 1978)."""
    m = length_exponent(slope_deg, exponents)
    factor: NDArray[np.float64] = (np.asarray(length_m) / exponents.plot_length_m) ** m
    return factor


def area_length_factor(
    area_in_m2: NDArray[np.floating],
    cell_m: float,
    slope_deg: NDArray[np.floating],
    contour_ratio: NDArray[np.floating],
    exponents: LengthExponents,
) -> NDArray[np.float64]:
    """Slope length factor L of a square cell from the area that drains into it [-].

    L = ((A + D²)^(m+1) − A^(m+1)) / (D^(m+2) · x^m · 22.13^m): Desmet & Govers 1996
    (J. Soil Water Conserv. 51: 427–433). For flow one cell wide it is the segment's L.

    contour_ratio: x = |sin α| + |cos α| of the aspect α, 1 to √2.
    """
    m = length_exponent(slope_deg, exponents)
    area = np.asarray(area_in_m2, np.float64)
    gained = (area + cell_m**2) ** (m + 1) - area ** (m + 1)
    factor: NDArray[np.float64] = gained / (
        cell_m ** (m + 2) * (contour_ratio * exponents.plot_length_m) ** m
    )
    return factor
