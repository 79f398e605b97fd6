"""Cover and biological measures factor B: soil loss ratios of shrub, grass and forest, weighted by half-months."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shuibao.science.compiled import kernel
from shuibao.science.erosion.land_use import FOREST, GRASS, SHRUB, CODE_LIMIT, LandUseClass, codes_in
from shuibao.science.erosion.valid_range import clipped_fraction, require_extremes, require_range
from shuibao.science.errors import DomainError

HALF_MONTHS = 24
_BLOCK = 1024


class Sigmoid(NamedTuple):
    """1 / (offset + factor · exp(rate · FVC)): the ratio of shrub land and of grassland."""

    offset: float
    factor: float
    rate: float


class Understorey(NamedTuple):
    """Ratio of forest and orchard: floor · exp(−rate · GD) − canopy · exp(FVC − FVC · GD) + constant."""

    floor: float
    rate: float
    canopy: float
    constant: float


class Responses(NamedTuple):
    """How soil loss answers to cover, by form of vegetation."""

    shrub: Sigmoid
    grass: Sigmoid
    forest: Understorey


class Logarithmic(NamedTuple):
    """C = intercept − slope · lg f, nothing lost above a cover of `limit_pct` (Cai Chongfa 2000)."""

    intercept: float
    slope: float
    limit_pct: float


class Decay(NamedTuple):
    """C = exp(−rate · (V − threshold)^exponent) above the threshold, 1 below (Jiang Zhongshan 1996)."""

    rate: float
    threshold_pct: float
    exponent: float


class CoverTables(NamedTuple):
    """What B needs to know of every land-use code 0–255.

    form: FIXED, SHRUB, GRASS, FOREST, or 0 for a code without a class.
    fixed: B of a code whose form is FIXED, NaN otherwise.
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
        listed = "、".join(str(code) for code in self.codes)
        super().__init__(
            f"土地利用 {listed} 缺少林下盖度（含枯落物），不能计算 B。"
            "请在 [cover] understorey 表中给出这些编码 24 个半月的 ground_cover（0–1）。"
        )


class FixedCoverMissing(DomainError):
    """A land-use code without vegetation whose B is not in the table."""

    def __init__(self, codes: Iterable[int]) -> None:
        self.codes = tuple(codes)
        listed = "、".join(str(code) for code in self.codes)
        super().__init__(f"土地利用 {listed} 没有 B 的定值。请在规则表 cover.fixed.* 中补充，或核对土地利用编码。")


@kernel
def sigmoid_ratio(fvc: NDArray[np.float64], response: Sigmoid) -> NDArray[np.float64]:
    """Soil loss ratio of shrub land or grassland [-] from its cover, a fraction 0–1.

    《区域水土流失动态监测技术规定（试行）》 2018. Falls from about 0.49 at bare ground to about 0.004.
    """
    return 1.0 / (response.offset + response.factor * np.exp(response.rate * fvc))


@kernel
def forest_ratio(
    fvc: NDArray[np.float64], ground_cover: NDArray[np.float64], response: Understorey
) -> NDArray[np.float64]:
    """Soil loss ratio of forest or orchard [-] from crown cover and the cover under the trees, fractions 0–1.

    《区域水土流失动态监测技术规定（试行）》 2018. Positive on the whole unit square; ground cover decides it.
    """
    return (
        response.floor * np.exp(-response.rate * ground_cover)
        - response.canopy * np.exp(fvc - fvc * ground_cover)
        + response.constant
    )


def weighted_ratio(ratios: ArrayLike, weights: ArrayLike) -> NDArray[np.float64]:
    """Σ ratio · weight / Σ weight over the 24 half-months, the first axis [-].

    Used for B with soil loss ratios of vegetation, and for T with those of crops.
    """
    by_half_month = np.asarray(ratios, dtype=np.float64)
    shares = np.asarray(weights, dtype=np.float64)
    shares = shares.reshape(shares.shape + (1,) * (by_half_month.ndim - shares.ndim))
    return np.asarray((by_half_month * shares).sum(axis=0) / shares.sum(axis=0))


def cover_tables(
    classes: Sequence[LandUseClass],
    fixed: Mapping[int, float],
    ground_cover: Mapping[int, Sequence[float]],
    responses: Responses,
) -> CoverTables:
    """The tables of `cover_factor`, from what is known of some codes.

    fixed: B by code. ground_cover: 24 fractions by code.
    Raises OutOfRange for a B or a ground cover outside 0–1.
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
        require_range(f"土地利用 {code} 的林下盖度", values, 0, 1, "（若为百分数请除以 100）")
        tables.ground_cover[code] = clipped_fraction(np.asarray(values))
    return tables


def cover_factor(
    fvc: NDArray[np.floating],
    land_use: NDArray[np.uint8],
    weights: NDArray[np.floating],
    tables: CoverTables,
) -> NDArray[np.float32]:
    """Cover and biological measures factor B [-], shape of the land use.

    Vegetated classes: Σ SLR · WR / Σ WR over 24 half-months; the others their fixed value (cropland 1, for T acts
    there). NaN where the land use is 0, and where vegetation lacks a cover or a weight it needs; a half-month
    without weight needs no cover.

    fvc: cover as a fraction, (24, …). weights: share of R by half-month, (24,) or (24, …).
    Raises OutOfRange, UnknownLandUse, GroundCoverMissing or FixedCoverMissing.
    """
    _require_known(land_use, tables)
    require_range("半月权重 WR", weights, 0, np.inf)
    cells = land_use.size
    by_cell = weights.reshape(HALF_MONTHS, -1) if weights.ndim > 1 else weights.reshape(HALF_MONTHS, 1)

    cover = np.empty(cells, dtype=np.float32)
    found = _cover_cells(
        np.ascontiguousarray(fvc, dtype=np.float32).reshape(HALF_MONTHS, cells),
        np.ascontiguousarray(land_use).reshape(cells),
        np.ascontiguousarray(by_cell, dtype=np.float64),
        tables,
        cover,
    )
    require_extremes("植被盖度 FVC", found, 0, 1, "（若为百分数请写 unit = \"percent\"）")
    return cover.reshape(land_use.shape)


def cover_given(
    cover: NDArray[np.floating], land_use: NDArray[np.uint8], cropland: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """A factor B that was given as it is, but 1 on cropland, where T acts instead. NaN where the land use is 0."""
    require_range("B", cover, 0, 1)
    outside = np.where(land_use == 0, np.float32(np.nan), cover.astype(np.float32))
    return np.where(cropland[land_use], np.float32(1), outside)


def cover_cai2000(fvc_pct: ArrayLike, curve: Logarithmic) -> NDArray[np.float64]:
    """C by Cai Chongfa et al. 2000 (三峡库区), an alternative to compare with [-].

    0.6508 − 0.3436 · lg f up to 78.3 %, 0 above, 1 for bare ground; where the line passes 1 (below 0.1 %), 1.
    """
    cover = np.asarray(fvc_pct, dtype=np.float64)
    require_range("植被盖度", cover, 0, 100, "%")
    line = curve.intercept - curve.slope * np.log10(np.where(cover > 0, cover, 1.0))
    ratio = np.where(cover > curve.limit_pct, 0.0, np.minimum(line, 1.0))
    return np.where(cover == 0, 1.0, ratio)


def cover_jiang1996(cover_pct: ArrayLike, curve: Decay) -> NDArray[np.float64]:
    """C by Jiang Zhongshan et al. 1996 (黄土丘陵), grassland or forest by its curve, to compare with [-].

    exp(−0.0418 (V − 5)) for grass, exp(−0.0085 (V − 5)^1.5) for forest; 1 up to a cover of 5 %.
    """
    cover = np.asarray(cover_pct, dtype=np.float64)
    require_range("植被盖度", cover, 0, 100, "%")
    above = np.maximum(cover - curve.threshold_pct, 0.0)
    return np.asarray(np.exp(-curve.rate * above**curve.exponent))


def rate_of_base(base: float) -> float:
    """The rate of a Sigmoid whose source writes base^(100 · FVC)."""
    return 100.0 * math.log(base)


def _require_known(land_use: NDArray[np.uint8], tables: CoverTables) -> None:
    """Every code present has a class and what its class needs."""
    present = codes_in(land_use, tables.form > 0)
    bare = [code for code in present if tables.form[code] < SHRUB and math.isnan(tables.fixed[code])]
    if bare:
        raise FixedCoverMissing(bare)
    open_floor = [
        code for code in present if tables.form[code] == FOREST and np.isnan(tables.ground_cover[code]).any()
    ]
    if open_floor:
        raise GroundCoverMissing(open_floor)


@kernel
def _cover_cells(
    fvc: NDArray[np.float32],
    land_use: NDArray[np.uint8],
    weights: NDArray[np.float64],
    tables: CoverTables,
    cover: NDArray[np.float32],
) -> tuple[float, float]:
    """B of each cell into `cover`; returns the least and the greatest cover that was used.

    In blocks, half-month by half-month: the rows of `fvc` lie far apart in memory, the block's sums stay near.
    """
    responses = tables.responses
    step = 0 if weights.shape[1] == 1 else 1
    loss, share = np.empty(_BLOCK), np.empty(_BLOCK)
    low, high = np.inf, -np.inf
    for start in range(0, land_use.size, _BLOCK):
        stop = min(start + _BLOCK, land_use.size)
        loss[:] = 0.0
        share[:] = 0.0
        for k in range(HALF_MONTHS):
            for i in range(start, stop):
                form = tables.form[land_use[i]]
                weight = weights[k, i * step]
                if form < SHRUB or weight == 0.0:
                    continue
                raw = np.float64(fvc[k, i])
                low = raw if raw < low else low
                high = raw if raw > high else high
                bounded = 1.0 if raw > 1.0 else (0.0 if raw < 0.0 else raw)
                if form == SHRUB:
                    ratio = sigmoid_ratio(bounded, responses.shrub)
                elif form == GRASS:
                    ratio = sigmoid_ratio(bounded, responses.grass)
                else:
                    ratio = forest_ratio(bounded, tables.ground_cover[land_use[i], k], responses.forest)
                loss[i - start] += weight * ratio
                share[i - start] += weight
        for i in range(start, stop):
            if tables.form[land_use[i]] < SHRUB:
                cover[i] = tables.fixed[land_use[i]]
            else:
                cover[i] = loss[i - start] / share[i - start]
    return low, high
