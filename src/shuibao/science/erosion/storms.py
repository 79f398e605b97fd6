"""Storms in a record of rain by equal steps: where one ends, its energy, its I30 and its EI30."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

_I30_MIN = 30
_P15_MIN = 15
_ROUNDING_MM = 1e-6
"""Sums of tips (0.2 mm, 0.254 mm) meet the published thresholds exactly, but for the rounding of floats."""


class ExponentialEnergy(NamedTuple):
    """Energy of a mm of rain = peak · (1 − reduction · exp(−rate · intensity)), MJ/(hm²·mm) and mm/h."""

    peak: float
    reduction: float
    rate: float


class LogarithmicEnergy(NamedTuple):
    """Energy of a mm of rain = constant + factor · log10(intensity), to an intensity; a ceiling beyond."""

    constant: float
    factor: float
    intensity_max_mm_h: float
    ceiling: float


Energy = ExponentialEnergy | LogarithmicEnergy


class StormGap(NamedTuple):
    """A storm has ended when so many hours bring less than so many mm."""

    hours: float
    depth_mm: float


class ErosiveStorm(NamedTuple):
    """A storm is erosive when it reaches any of these; infinity where a criterion is not used."""

    depth_mm: float
    i30_mm_h: float
    depth_15min_mm: float


class Storm(NamedTuple):
    """Steps first … last of the record, its depth, energy E, I30, and the most rain in 15 min."""

    first: int
    last: int
    depth_mm: float
    energy_mj_hm2: float
    i30_mm_h: float
    depth_15min_mm: float

    @property
    def ei30(self) -> float:
        """Erosivity of the storm [MJ·mm/(hm²·h)]."""
        return self.energy_mj_hm2 * self.i30_mm_h


def unit_energy(intensity_mm_h: ArrayLike, energy: Energy) -> NDArray[np.float64]:
    """Kinetic energy of a mm of rain [MJ/(hm²·mm)], same shape as the intensity; never below 0.

    Brown & Foster 1987 and McGregor et al. 1995 (exponential), Wischmeier & Smith 1978 (logarithmic).
    """
    intensity = np.asarray(intensity_mm_h, dtype=np.float64)
    if isinstance(energy, ExponentialEnergy):
        return np.asarray(energy.peak * (1.0 - energy.reduction * np.exp(-energy.rate * intensity)))
    without_energy = 10.0 ** (-energy.constant / energy.factor)
    logarithm = np.log10(np.maximum(intensity, without_energy))
    rising = np.maximum(energy.constant + energy.factor * logarithm, 0.0)
    return np.where(intensity > energy.intensity_max_mm_h, energy.ceiling, rising)


def storm_energy(depths_mm: NDArray[np.float64], step_min: float, energy: Energy) -> float:
    """Energy E of a storm [MJ/hm²]: each step's depth times the energy of a mm at the step's intensity."""
    return float((depths_mm * unit_energy(depths_mm * 60.0 / step_min, energy)).sum())


def peak_depth(depths_mm: NDArray[np.float64], step_min: float, window_min: float) -> float:
    """The most rain in any window of that length [mm], the rain within a step taken as even.

    The sum over a window changes linearly as it moves between step bounds, so the most starts or ends at one.
    """
    bounds = np.arange(depths_mm.size + 1) * step_min
    cumulated = np.append(0.0, np.cumsum(depths_mm))
    later = np.interp(bounds + window_min, bounds, cumulated) - cumulated
    earlier = cumulated - np.interp(bounds - window_min, bounds, cumulated)
    return float(max(later.max(), earlier.max()))


def split_storms(depths_mm: NDArray[np.float64], step_min: float, gap: StormGap) -> NDArray[np.int64]:
    """First and last step of every storm, shape (storms, 2); all rain belongs to one.

    A storm has ended when the gap's hours bring less than the gap's depth (Wischmeier & Smith 1978). What
    little falls in those hours goes to the storm it is nearer to: the longest dry spell is the cut.
    NaN counts as dry.
    """
    rain = np.nan_to_num(depths_mm, nan=0.0)
    wet = np.flatnonzero(rain > 0)
    beyond = np.minimum(wet + 1 + int(np.ceil(gap.hours * 60.0 / step_min)), rain.size)
    cumulated = np.append(0.0, np.cumsum(rain))
    is_over = cumulated[beyond] - cumulated[wet + 1] < gap.depth_mm - _ROUNDING_MM
    over = np.flatnonzero(is_over | (wet == wet[-1:]))
    after_gap = np.searchsorted(wet, beyond)
    never = np.append(wet, np.iinfo(np.int64).max)

    found, first = [], 0
    while first < wet.size:
        end = int(over[np.searchsorted(over, first)])
        dry_spells = np.diff(never[end : after_gap[end] + 1])
        last = end + int(np.argmax(dry_spells))
        found.append((wet[first], wet[last]))
        first = last + 1
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def storms(depths_mm: NDArray[np.float64], step_min: float, gap: StormGap, energy: Energy) -> list[Storm]:
    """Every storm of a record, in order of time.

    EI30 = E · I30, I30 = twice the greatest depth in 30 min (Wischmeier & Smith 1978; Renard et al. 1997).
    """
    found = []
    for first, last in split_storms(depths_mm, step_min, gap):
        storm_mm = np.nan_to_num(depths_mm[first : last + 1], nan=0.0)
        found.append(
            Storm(
                int(first),
                int(last),
                float(storm_mm.sum()),
                storm_energy(storm_mm, step_min, energy),
                peak_depth(storm_mm, step_min, _I30_MIN) * 60.0 / _I30_MIN,
                peak_depth(storm_mm, step_min, _P15_MIN),
            )
        )
    return found


def is_erosive(storm: Storm, limits: ErosiveStorm) -> bool:
    """Whether the storm reaches any of the limits (Xie Yun et al. 2000; Wang Wanzhong 1984; RUSLE)."""
    return (
        storm.depth_mm >= limits.depth_mm - _ROUNDING_MM
        or storm.i30_mm_h >= limits.i30_mm_h - _ROUNDING_MM
        or storm.depth_15min_mm >= limits.depth_15min_mm - _ROUNDING_MM
    )


def breakpoint_ei30(ei30: ArrayLike, factor: float) -> NDArray[np.float64]:
    """EI30 as breakpoint rain would give it [MJ·mm/(hm²·h)], from a record by fixed steps.

    Yin et al. 2007, Catena 70:306-312: a factor for each length of step.
    """
    return np.asarray(ei30, dtype=np.float64) * factor
