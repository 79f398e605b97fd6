"""Cover and biological measures factor B: soil loss ratios weighted by half-months, or a value by code."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shuibao.science.erosion.cover_kernels import cover_cells
from shuibao.science.erosion.half_months import HALF_MONTHS
from shuibao.science.erosion.land_use import CODE_LIMIT, FIXED, FOREST, LandUseClass, codes_in
from shuibao.science.erosion.soil_loss_ratio import Responses
from shuibao.science.erosion.valid_range import require_range
from shuibao.science.errors import DomainError, OutOfRange


class CoverTables(NamedTuple):
    """What B needs to know of every land-use code 0–255.

    form: FIXED, SHRUB, GRASS, FOREST, or 0 for a code without a class.
    fixed: B of a code whose form is FIXED, NaN where not given.
    ground_cover: GD as a fraction, code × half-month, NaN where not given.
    """

    form: NDArray[np.uint8]
    fixed: NDArray[np.float64]
    ground_cover: NDArray[np.float64]
    responses: Responses


class GroundCoverMissing(DomainError):
    """Forest or orchard without the cover under the trees: no satellite sees it, it must be given."""

    def __init__(self, codes: Iterable[int]) -> None:
        self.codes = tuple(codes)
        super().__init__(
            f"土地利用 {_listed(self.codes)} 缺少林下盖度（含枯落物），不能计算 B。"
            "请在 [cover] understorey 表中给出这些编码 24 个半月的 ground_cover（0–1）。"
        )


class FixedCoverMissing(DomainError):
    """A land-use code without vegetation whose B is not in the table."""

    def __init__(self, codes: Iterable[int]) -> None:
        self.codes = tuple(codes)
        super().__init__(
            f"土地利用 {_listed(self.codes)} 没有 B 的定值。"
            "请在规则表 cover.fixed.* 中补充，或核对土地利用编码。"
        )


def weighted_ratio(ratios: ArrayLike, weights: ArrayLike) -> NDArray[np.float64]:
    """Σ ratio · weight / Σ weight over the 24 half-months, the first axis [-]; NaN where all weights are 0.

    For B with soil loss ratios of vegetation, for T with those of crops. weights: (24,) or as the ratios.
    """
    by_half_month = np.asarray(ratios, dtype=np.float64)
    shares = np.asarray(weights, dtype=np.float64)
    shares = shares.reshape(shares.shape + (1,) * (by_half_month.ndim - shares.ndim))
    total, share = np.broadcast_arrays((by_half_month * shares).sum(axis=0), shares.sum(axis=0))
    ratio = np.full(total.shape, np.nan)
    np.divide(total, share, where=share > 0, out=ratio)
    return ratio


def cover_tables(
    classes: Sequence[LandUseClass],
    fixed: Mapping[int, float],
    ground_cover: Mapping[int, Sequence[float]],
    responses: Responses,
) -> CoverTables:
    """The tables of `cover_factor`, from what is known of some codes.

    fixed: B by code. ground_cover: 24 fractions by code.
    Raises OutOfRange for a B or a ground cover outside 0–1, or a ground cover that is not 24 values.
    """
    tables = CoverTables(
        np.zeros(CODE_LIMIT, dtype=np.uint8),
        np.full(CODE_LIMIT, np.nan),
        np.full((CODE_LIMIT, HALF_MONTHS), np.nan),
        responses,
    )
    for land_use in classes:
        tables.form[land_use.code] = land_use.form
    for code, value in fixed.items():
        require_range(f"土地利用 {code} 的 B", value, 0, 1)
        tables.fixed[code] = value
    for code, values in ground_cover.items():
        if len(values) != HALF_MONTHS:
            raise OutOfRange(f"土地利用 {code} 林下盖度的个数", len(values), f"= {HALF_MONTHS}")
        require_range(f"土地利用 {code} 的林下盖度", values, 0, 1, "（若为百分数请除以 100）")
        tables.ground_cover[code] = values
    return tables


def cover_factor(
    fvc: NDArray[np.floating],
    land_use: NDArray[np.uint8],
    weights: NDArray[np.floating],
    tables: CoverTables,
) -> NDArray[np.float32]:
    """Cover and biological measures factor B [-], shape of the land use.

    Vegetated classes: Σ SLR · WR / Σ WR over the 24 half-months. Others: their fixed value (cropland 1, for
    T acts there). NaN where the land use is 0, and where vegetation lacks a cover it needs: a half-month
    without weight needs none.

    fvc: cover as a fraction, (24, …). weights: share of R by half-month, (24,) or (24, …).
    Raises OutOfRange, UnknownLandUse, GroundCoverMissing or FixedCoverMissing.
    """
    _require_complete(land_use, tables)
    cells = land_use.size
    cover = np.empty(cells, dtype=np.float32)
    outside, negative = cover_cells(
        np.ascontiguousarray(fvc, dtype=np.float32).reshape(HALF_MONTHS, cells),
        np.ascontiguousarray(land_use).reshape(cells),
        np.ascontiguousarray(weights).reshape(HALF_MONTHS, cells if weights.ndim > 1 else 1),
        *tables,
        cover,
    )
    if outside:
        require_range("植被盖度 FVC", fvc, 0, 1, '（若为百分数请写 unit = "percent"）')
    if negative:
        require_range("半月权重 WR", weights, 0, np.inf)
    return cover.reshape(land_use.shape)


def cover_given(
    cover: NDArray[np.floating], land_use: NDArray[np.uint8], cropland: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """A factor B that was given as it is, but 1 on cropland, where T acts. NaN where the land use is 0.

    cropland: by code, shape (256,).
    Raises OutOfRange for a B outside 0–1.
    """
    require_range("B", cover, 0, 1)
    factor = cover.astype(np.float32)
    factor[cropland[land_use]] = 1
    factor[land_use == 0] = np.nan
    return factor


def _require_complete(land_use: NDArray[np.uint8], tables: CoverTables) -> None:
    """Every code present has a class and what its class needs."""
    present = codes_in(land_use, tables.form > 0)
    without_value = [
        code for code in present if tables.form[code] == FIXED and math.isnan(tables.fixed[code])
    ]
    if without_value:
        raise FixedCoverMissing(without_value)
    without_ground = [
        code for code in present if tables.form[code] == FOREST and np.isnan(tables.ground_cover[code]).any()
    ]
    if without_ground:
        raise GroundCoverMissing(without_ground)


def _listed(codes: Iterable[int]) -> str:
    return "、".join(str(code) for code in codes)
