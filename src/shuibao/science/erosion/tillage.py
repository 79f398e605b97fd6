"""Tillage measures factor T: rotation and mapped tillage, on cropland alone."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.erosion.cover import weighted_ratio
from shuibao.science.erosion.half_months import HALF_MONTHS, half_month_name
from shuibao.science.erosion.valid_range import require_range
from shuibao.science.errors import DomainError


class CropSpan(NamedTuple):
    """What covers a field from its first to its last half-month, both included.

    first, last: 0–23; across New Year where the last is before the first.
    ratio: soil loss ratio of the crop, or of the fallow between two [-].
    """

    name: str
    first: int
    last: int
    ratio: float


class CalendarBroken(DomainError):
    """Half-months that no crop takes, or two."""

    def __init__(self, half_month: int, names: Sequence[str]) -> None:
        found = f"被{'、'.join(names)}重复占用" if names else "没有作物或休闲"
        super().__init__(
            f"作物历的{half_month_name(half_month)}{found}。请让每个半月恰好属于一种作物或休闲。"
        )
        self.half_month, self.names = half_month, tuple(names)


def tillage_factor(
    rotation: NDArray[np.floating],
    tillage: NDArray[np.floating] | None,
    land_use: NDArray[np.uint8],
    cropland: NDArray[np.bool_],
) -> NDArray[np.float32]:
    """Tillage measures factor T [-], shape of the land use: rotation × tillage on cropland, 1 elsewhere.

    rotation: T of the rotation zone; NaN where no zone lies, which leaves T of cropland NaN.
    tillage: T of the mapped tillage measure, NaN where there is none; None when none is mapped.
    cropland: by code, shape (256,). NaN where the land use is 0.
    Raises OutOfRange for a T outside 0–1.
    """
    is_cropland = cropland[land_use]
    factor = np.where(land_use == 0, np.float32(np.nan), np.float32(1))
    require_range("轮作措施因子 T", rotation[is_cropland], 0, 1)
    factor[is_cropland] = rotation[is_cropland]
    if tillage is not None:
        mapped = tillage[is_cropland]
        require_range("耕作措施因子 T", mapped, 0, 1)
        factor[is_cropland] *= np.where(np.isnan(mapped), 1.0, mapped).astype(np.float32)
    return factor


def calendar_ratios(spans: Sequence[CropSpan]) -> NDArray[np.float64]:
    """Soil loss ratio of the field in each of the 24 half-months [-].

    Raises CalendarBroken unless every half-month belongs to exactly one span, OutOfRange for a ratio not in
    0–1.
    """
    crops: list[list[CropSpan]] = [[] for _ in range(HALF_MONTHS)]
    for span in spans:
        require_range(f"{span.name}的起止半月", (span.first, span.last), 0, HALF_MONTHS - 1)
        require_range(f"{span.name}的土壤流失比率", span.ratio, 0, 1)
        for step in range((span.last - span.first) % HALF_MONTHS + 1):
            crops[(span.first + step) % HALF_MONTHS].append(span)
    for half_month, there in enumerate(crops):
        if len(there) != 1:
            raise CalendarBroken(half_month, [span.name for span in there])
    return np.array([there[0].ratio for there in crops])


def rotation_of_calendar(spans: Sequence[CropSpan], weights: NDArray[np.floating]) -> NDArray[np.float64]:
    """T of a rotation from its crop calendar [-]: Σ SLR of the crop · WR / Σ WR, as B of vegetation is made.

    weights: share of R by half-month, (24,) or (24, …).
    """
    shares = np.asarray(weights, dtype=np.float64)
    ratios = calendar_ratios(spans).reshape((HALF_MONTHS,) + (1,) * (shares.ndim - 1))
    return weighted_ratio(np.broadcast_to(ratios, shares.shape), shares)
