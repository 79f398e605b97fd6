"""Vegetation cover from NDVI: the dimidiate pixel model, with end-members by class of land use."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shuibao.science.compiled import kernel
from shuibao.science.erosion.land_use import CODE_LIMIT, codes_in
from shuibao.science.erosion.valid_range import extremes, require_extremes, require_range
from shuibao.science.errors import DomainError, OutOfRange

_SCALED_FROM = 100.0
"""NDVI this large was stored as an integer, not measured."""

_BLOCK = 1024


class EndMembers(NamedTuple):
    """NDVI of bare soil and of full vegetation by land-use code, shape (256,); NaN where a code has none."""

    soil: NDArray[np.float64]
    vegetation: NDArray[np.float64]


class EndMembersMissing(DomainError):
    """Vegetated land without the NDVI of its bare soil and of its full cover."""

    def __init__(self, codes: Iterable[int]) -> None:
        self.codes = tuple(codes)
        listed = "、".join(str(code) for code in self.codes)
        super().__init__(
            f"土地利用 {listed} 没有 NDVI 端元。"
            "请在 endmembers 表（code,ndvi_soil,ndvi_vegetation）中补充这些编码。"
        )


class NdviScaled(OutOfRange):
    """NDVI stored as integers, ten thousand times too large."""

    def __init__(self, value: float) -> None:
        super().__init__(
            "NDVI", f"{value:g}", "-1–1（看起来放大了 10 000 倍，请除以 10 000，并把填充值设为无数据）"
        )


def end_members(by_code: Mapping[int, tuple[float, float]]) -> EndMembers:
    """End-members of some codes, each (NDVI of bare soil, NDVI of full vegetation).

    Raises OutOfRange where they lie outside −1…1, or the soil is not below the vegetation.
    """
    table = EndMembers(np.full(CODE_LIMIT, np.nan), np.full(CODE_LIMIT, np.nan))
    for code, (soil, vegetation) in by_code.items():
        require_range(f"土地利用 {code} 的 NDVI 端元", (soil, vegetation), -1, 1)
        if not soil < vegetation:
            raise OutOfRange(
                f"土地利用 {code} 的 ndvi_soil", f"{soil:g}", f"< ndvi_vegetation（{vegetation:g}）"
            )
        table.soil[code], table.vegetation[code] = soil, vegetation
    return table


def cover_fraction(
    ndvi: NDArray[np.floating], land_use: NDArray[np.uint8], ends: EndMembers, vegetated: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Vegetation cover FVC as a fraction 0–1, shape of the NDVI (half-months first).

    Dimidiate pixel model: (NDVI − NDVI of soil) / (NDVI of vegetation − NDVI of soil), cut to 0–1. NaN stays
    NaN; NaN too where the class has no end-members, which only a class without vegetation may lack.

    vegetated: by code, shape (256,): the classes whose cover counts.
    Raises NdviScaled, OutOfRange or EndMembersMissing.
    """
    present = codes_in(land_use, np.ones(CODE_LIMIT, dtype=np.bool_))
    without = [code for code in present if vegetated[code] and np.isnan(ends.soil[code])]
    if without:
        raise EndMembersMissing(without)
    require_ndvi(ndvi)

    layers = np.ascontiguousarray(ndvi, dtype=np.float32).reshape(ndvi.shape[0], land_use.size)
    cover = np.empty_like(layers)
    _cover_cells(layers, np.ascontiguousarray(land_use).reshape(-1), ends, cover)
    return cover.reshape(ndvi.shape)


def require_ndvi(ndvi: ArrayLike) -> None:
    """Nothing, when every NDVI that is not NaN lies in −1…1. Raises NdviScaled or OutOfRange otherwise."""
    require_ndvi_extremes(extremes(ndvi))


def require_ndvi_extremes(found: tuple[float, float]) -> None:
    """As require_ndvi, for the least and the greatest value."""
    largest = max((value for value in found if np.isfinite(value)), key=abs, default=0.0)
    if abs(largest) >= _SCALED_FROM:
        raise NdviScaled(largest)
    require_extremes("NDVI", found, -1, 1)


@kernel
def dimidiate(ndvi: float, soil: float, vegetation: float) -> float:
    """Vegetation cover [-] of one NDVI between its end-members, cut to 0–1. NaN stays NaN."""
    cover = (ndvi - soil) / (vegetation - soil)
    return 0.0 if cover < 0.0 else (1.0 if cover > 1.0 else cover)


@kernel
def _cover_cells(
    ndvi: NDArray[np.float32], land_use: NDArray[np.uint8], ends: EndMembers, cover: NDArray[np.float32]
) -> None:
    """Cover of each cell and layer, in blocks whose end-members are looked up once."""
    soil, vegetation = np.empty(_BLOCK), np.empty(_BLOCK)
    for start in range(0, land_use.size, _BLOCK):
        codes = land_use[start : start + _BLOCK]
        for i in range(codes.size):
            soil[i], vegetation[i] = ends.soil[codes[i]], ends.vegetation[codes[i]]
        for k in range(ndvi.shape[0]):
            layer, result = ndvi[k, start : start + _BLOCK], cover[k, start : start + _BLOCK]
            for i in range(layer.size):
                result[i] = dimidiate(np.float64(layer[i]), soil[i], vegetation[i])
