"""L and S of many cells in one pass, from slope and slope length as the terrain gives them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.erosion.length import LengthExponents
from shuibao.science.erosion.steepness import Steepness
from shuibao.science.grid import STEP_UNITS_PER_M
from shuibao.science.terrain.chain import Terrain
from shuibao.science.terrain.slope_length import own_step


class SlopeFactorChoices(NamedTuple):
    """The coefficients of L and S, and the greatest slope length [m] and slope [deg] that count."""

    length: LengthExponents
    steepness: Steepness
    length_max_m: float
    slope_cap_deg: float


class SlopeFactors(NamedTuple):
    """Slope length factor L and slope steepness factor S [-]; NaN outside."""

    length: NDArray[np.float32]
    steepness: NDArray[np.float32]


def slope_factors(terrain: Terrain, choices: SlopeFactorChoices) -> SlopeFactors:
    """L (`segment_length_factor`) and S (`slope_steepness`) of each cell.

    The segment ends at the cell's slope length, or at the greatest one that counts, and is as long as the
    cell's own step; at the start of a slope it is the half step.
    """
    return SlopeFactors(length_factor(terrain, choices), steepness_factor(terrain, choices))


def length_factor(terrain: Terrain, choices: SlopeFactorChoices) -> NDArray[np.float32]:
    """L alone."""
    found = np.empty(terrain.slope_deg.shape, np.float32)
    _fill_length(terrain, _tables(choices), found)
    return found


def steepness_factor(terrain: Terrain, choices: SlopeFactorChoices) -> NDArray[np.float32]:
    """S alone."""
    found = np.empty(terrain.slope_deg.shape, np.float32)
    _fill_steepness(terrain.slope_deg, _tables(choices), found)
    return found


class _Tables(NamedTuple):
    """The choices as the kernel reads them: columns as arrays, lengths in step units."""

    exponent_limits_deg: NDArray[np.float64]
    exponents: NDArray[np.float64]
    steepness_limits_deg: NDArray[np.float64]
    sine_factors: NDArray[np.float64]
    constants: NDArray[np.float64]
    slope_cap_deg: float
    plot_units: float
    longest_units: int


def _tables(choices: SlopeFactorChoices) -> _Tables:
    length, steepness = choices.length, choices.steepness
    return _Tables(
        np.array(length.limits_deg, np.float64),
        np.array(length.exponents, np.float64),
        np.array(steepness.limits_deg, np.float64),
        np.array(steepness.factors, np.float64),
        np.array(steepness.constants, np.float64),
        float(choices.slope_cap_deg),
        float(length.plot_length_m * STEP_UNITS_PER_M),
        round(choices.length_max_m * STEP_UNITS_PER_M),
    )


@kernel
def _power_above_one(base: float, exponent: float) -> float:
    """base^(exponent + 1). A square root takes a fifth of a power's time, and m is 0.5 on most slopes."""
    return float(base * np.sqrt(base) if exponent == 0.5 else base ** (exponent + 1))


@kernel
def _length_factor(slope_deg: float, below: int, step: int, tables: _Tables) -> float:
    """L of the segment that ends at the length `below`."""
    piece = 0
    while piece < tables.exponent_limits_deg.size and slope_deg > tables.exponent_limits_deg[piece]:
        piece += 1
    m = tables.exponents[piece]
    below = min(below, tables.longest_units)
    above = max(below - step, 0)
    gained = _power_above_one(below / tables.plot_units, m) - _power_above_one(above / tables.plot_units, m)
    return gained * tables.plot_units / (below - above)


@kernel
def _steepness_factor(slope_deg: float, tables: _Tables) -> float:
    """S of a slope."""
    slope_deg = min(slope_deg, tables.slope_cap_deg)
    piece = 0
    while piece < tables.constants.size - 1 and slope_deg >= tables.steepness_limits_deg[piece]:
        piece += 1
    return float(tables.sine_factors[piece] * np.sin(np.radians(slope_deg)) + tables.constants[piece])


@kernel
def _fill_length(terrain: Terrain, tables: _Tables, found: NDArray[np.float32]) -> None:
    for row in range(found.shape[0]):
        for column in range(found.shape[1]):
            slope_deg = float(terrain.slope_deg[row, column])
            if np.isnan(slope_deg):
                found[row, column] = np.nan
                continue
            step = own_step(terrain.directions[row, column], row, terrain.steps)
            below = int(terrain.length_units[row, column])
            found[row, column] = _length_factor(slope_deg, below, step, tables)


@kernel
def _fill_steepness(slope_deg: NDArray[np.float32], tables: _Tables, found: NDArray[np.float32]) -> None:
    for row in range(found.shape[0]):
        for column in range(found.shape[1]):
            slope = float(slope_deg[row, column])
            found[row, column] = np.nan if np.isnan(slope) else _steepness_factor(slope, tables)
