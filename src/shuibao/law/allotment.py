"""Sharing out a target of the conservation rate: what each part must reduce, and the rate it then has.

Areas are km² and rates %. The erosion area is the one of a year's monitoring (see conservation_rate).
"""

from collections.abc import Sequence
from typing import NamedTuple

from shuibao.law.conservation_rate import conservation_rate_pct, erosion_ceiling_km2
from shuibao.science.errors import OutOfRange

_ROUNDING_KM2 = 1e-6
"""A square metre: what the arithmetic of a target may be off by."""


class Part(NamedTuple):
    """A county: land, present erosion area, and what of it can be reduced [km²]."""

    land_km2: float
    erosion_km2: float
    reducible_km2: float


class Share(NamedTuple):
    """What falls to a part. weight [-]: the parts' weights sum to 1; is_capped: it reduces all it can."""

    weight: float
    reduction_km2: float
    ceiling_km2: float
    rate_pct: float
    is_capped: bool


class Allotment(NamedTuple):
    """The whole: land, erosion area, the target's ceiling, what must be lost [km²], and the shares."""

    land_km2: float
    erosion_km2: float
    ceiling_km2: float
    needed_km2: float
    shares: tuple[Share, ...]


def allot(target_pct: float, parts: Sequence[Part], area_weight: float) -> Allotment:
    """The shares of a target, by erosion area and by what can be reduced.

    A part's weight is `area_weight` times its share of the erosion area plus the rest times its share of
    the reducible area. No part reduces more than it can: what is too much for it falls to the others, by
    their weights. A whole that has its target already leaves the parts as they are.
    Raises OutOfRange when the parts together cannot reduce so much.
    """
    _check(parts, area_weight)
    land, erosion = sum(part.land_km2 for part in parts), sum(part.erosion_km2 for part in parts)
    ceiling = erosion_ceiling_km2(land, target_pct)
    needed = max(erosion - ceiling, 0.0)
    reducible = sum(part.reducible_km2 for part in parts)
    if needed > reducible + _ROUNDING_KM2:
        raise OutOfRange(
            "需消减的水土流失面积（km²）", round(needed, 2), f"0–{reducible:.2f}（各县可消减之和）"
        )
    weights = _weights(parts, erosion, reducible, area_weight)
    reductions = _shared(needed, weights, [part.reducible_km2 for part in parts])
    shares = tuple(
        Share(
            weight,
            reduction,
            part.erosion_km2 - reduction,
            conservation_rate_pct(part.land_km2, part.erosion_km2 - reduction),
            needed > 0 and reduction >= part.reducible_km2 - _ROUNDING_KM2,
        )
        for part, weight, reduction in zip(parts, weights, reductions, strict=True)
    )
    return Allotment(land, erosion, ceiling, needed, shares)


def _check(parts: Sequence[Part], area_weight: float) -> None:
    if not parts:
        raise OutOfRange("分配的县数", 0, "至少 1")
    if not 0 <= area_weight <= 1:
        raise OutOfRange("水土流失面积的权重", area_weight, "0–1")
    for part in parts:
        if not 0 <= part.reducible_km2 <= part.erosion_km2 <= part.land_km2:
            raise OutOfRange("可消减面积（km²）", part.reducible_km2, f"0–水土流失面积 {part.erosion_km2:g}")


def _weights(parts: Sequence[Part], erosion: float, reducible: float, area_weight: float) -> list[float]:
    if erosion == 0 or reducible == 0:
        return [1 / len(parts)] * len(parts)
    return [
        area_weight * part.erosion_km2 / erosion + (1 - area_weight) * part.reducible_km2 / reducible
        for part in parts
    ]


def _shared(needed: float, weights: Sequence[float], most: Sequence[float]) -> list[float]:
    """The needed area by weight, none above its most; what is cut off goes round again."""
    shares, rest, free = [0.0] * len(most), needed, list(range(len(most)))
    while rest > _ROUNDING_KM2 and free:
        together = sum(weights[place] for place in free)
        if together == 0:
            break
        round_rest = rest
        for place in free:
            given = min(round_rest * weights[place] / together, most[place] - shares[place])
            shares[place] += given
            rest -= given
        free = [place for place in free if most[place] - shares[place] > _ROUNDING_KM2]
    return shares
