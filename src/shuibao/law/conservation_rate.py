"""Conservation rate (水土保持率): the share of the land that does not erode, and the way to its targets.

Areas are km² and rates %. Rates of parts add up by land area. Three areas must never be mixed: the erosion
area of a year's monitoring, which alone belongs here; the historic erosion area; the area ever treated.
"""

from collections.abc import Sequence

import numpy as np

from shuibao.science.errors import OutOfRange

_ROUNDING_KM2 = 1e-6
"""A square metre: what the arithmetic of a target may be off by."""


def conservation_rate_pct(land_km2: float, erosion_km2: float) -> float:
    """Share of the land without erosion of 轻度 and above [%]. 水利部 definition of 水土保持率."""
    _require_land(land_km2)
    _require("水土流失面积（km²）", erosion_km2, 0, land_km2)
    return 100 * (1 - erosion_km2 / land_km2)


def erosion_ceiling_km2(land_km2: float, rate_pct: float) -> float:
    """Erosion area at which the land has just this rate [km²]: what a target allows."""
    _require_land(land_km2)
    _require("水土保持率（%）", rate_pct, 0, 100)
    return land_km2 * (1 - rate_pct / 100)


def yearly_change_km2_a(from_km2: float, from_year: int, to_km2: float, to_year: int) -> float:
    """Change of the erosion area in each year of a straight path [km²/a]; negative when area must be lost."""
    _require_later(from_year, to_year)
    return (to_km2 - from_km2) / (to_year - from_year)


def yearly_reduction_km2_a(erosion_km2: float, year: int, ceiling_km2: float, target_year: int) -> float:
    """Erosion area to lose in each year to be at the ceiling in time [km²/a]; negative when below already."""
    return -yearly_change_km2_a(erosion_km2, year, ceiling_km2, target_year)


def path_rate_pct(from_rate_pct: float, from_year: int, to_rate_pct: float, to_year: int, year: int) -> float:
    """Rate due in a year on the straight path between two rates [%]."""
    _require_later(from_year, to_year)
    _require("年份", year, from_year, to_year)
    return from_rate_pct + (to_rate_pct - from_rate_pct) * (year - from_year) / (to_year - from_year)


def lead_on_path_pct(
    rate_pct: float, from_rate_pct: float, from_year: int, to_rate_pct: float, to_year: int, year: int
) -> float:
    """How far the year's rate is ahead of the straight path [percentage points]; negative is behind."""
    return rate_pct - path_rate_pct(from_rate_pct, from_year, to_rate_pct, to_year, year)


def area_weighted_rate_pct(rates_pct: Sequence[float], land_km2: Sequence[float]) -> float:
    """Rate of the whole from the rates and land areas of its parts [%]."""
    if not rates_pct or len(rates_pct) != len(land_km2):
        raise OutOfRange("水土保持率的个数", len(rates_pct), f"与国土面积的个数 {len(land_km2)} 相同且不为 0")
    for rate, land in zip(rates_pct, land_km2, strict=True):
        _require("水土保持率（%）", rate, 0, 100)
        _require_land(land)
    return float(np.average(rates_pct, weights=land_km2))


def reachable_rate_pct(land_km2: float, erosion_km2: float, reducible_km2: float) -> float:
    """Rate when all that can be reduced has been (远期目标值) [%]. 水利部: present rate + reducible share."""
    _require("可消减水土流失面积（km²）", reducible_km2, 0, erosion_km2)
    return conservation_rate_pct(land_km2, erosion_km2 - reducible_km2)


def allotted_reductions_km2(needed_km2: float, reducible_km2: Sequence[float]) -> list[float]:
    """Each part's share of a reduction, in proportion to what it can reduce [km²].

    Raises OutOfRange when the parts together cannot reduce so much.
    """
    for area in reducible_km2:
        _require("可消减水土流失面积（km²）", area, 0, np.inf)
    together = float(np.sum(reducible_km2))
    _require("需消减的水土流失面积（km²）", needed_km2, 0, together + _ROUNDING_KM2)
    share = min(needed_km2 / together, 1.0) if together > 0 else 0.0
    return [share * area for area in reducible_km2]


def allotted_rates_pct(
    target_pct: float, land_km2: Sequence[float], erosion_km2: Sequence[float], reducible_km2: Sequence[float]
) -> list[float]:
    """Target rate of each part, so that the whole comes to its target [%].

    Each part reduces in proportion to what it can reduce. A whole that has its target already leaves the
    parts as they are. Raises OutOfRange when the target cannot be reached.
    """
    if not len(land_km2) == len(erosion_km2) == len(reducible_km2):
        counts = (len(land_km2), len(erosion_km2), len(reducible_km2))
        raise OutOfRange("国土、水土流失、可消减面积的个数", counts, "三者相同")
    ceiling = erosion_ceiling_km2(float(np.sum(land_km2)), target_pct)
    needed = max(float(np.sum(erosion_km2)) - ceiling, 0.0)
    shares = allotted_reductions_km2(needed, reducible_km2)
    parts = zip(land_km2, erosion_km2, reducible_km2, shares, strict=True)
    rates = []
    for land, erosion, reducible, share in parts:
        _require("可消减水土流失面积（km²）", reducible, 0, erosion)
        rates.append(conservation_rate_pct(land, erosion - share))
    return rates


def _require_land(land_km2: float) -> None:
    if not land_km2 > 0:
        raise OutOfRange("国土面积（km²）", land_km2, "大于 0")


def _require_later(from_year: int, to_year: int) -> None:
    if to_year <= from_year:
        raise OutOfRange("目标年", to_year, f"晚于 {from_year}")


def _require(name: str, value: float, least: float, greatest: float) -> None:
    if not least <= value <= greatest:
        raise OutOfRange(name, value, f"{least:g}–{greatest:g}")
