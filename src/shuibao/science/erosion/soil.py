"""Soil erodibility K: by EPIC, by the nomograph, in SI, with the Chinese regressions as an option."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shuibao.science.compiled import kernel
from shuibao.science.erosion.valid_range import require_range
from shuibao.science.errors import DomainError, OutOfRange

STRUCTURE_CODES = (1, 4)
PERMEABILITY_CODES = (1, 6)

Correction = Literal["none", "zhang_si", "zhang_us"]
"""No correction; the regression of Zhang 2008 read as one in SI units; or read as one in US units."""


class Epic(NamedTuple):
    """Coefficients of the EPIC equation, term by term, in the order they stand in it."""

    sand_floor: float
    sand_span: float
    sand_decay: float
    silt_exponent: float
    carbon_reduction: float
    carbon_offset: float
    carbon_rate: float
    high_sand_reduction: float
    high_sand_offset: float
    high_sand_rate: float


class Nomograph(NamedTuple):
    """Coefficients of the nomograph's equation, and the silt + very fine sand it is valid to [%]."""

    texture_factor: float
    texture_exponent: float
    organic_matter_limit_pct: float
    structure_factor: float
    structure_base: float
    permeability_factor: float
    permeability_base: float
    silt_vfs_limit_pct: float


class Regression(NamedTuple):
    """K measured on plots = offset + factor · K estimated (Zhang et al. 2008)."""

    offset: float
    factor: float


class Conversion(NamedTuple):
    """K in SI = offset + factor · K in US units, whatever was chosen between the two."""

    offset: float
    factor: float
    correction: Correction


class TextureLimits(NamedTuple):
    """How far sand + silt + clay may be from 100 %, and the most organic carbon of a mineral soil [%]."""

    sum_tolerance_pct: float
    carbon_limit_pct: float


class TextureSumWrong(DomainError):
    """Sand, silt and clay that do not add up to 100 %."""

    def __init__(self, sand: float, silt: float, clay: float, tolerance_pct: float, count: int) -> None:
        total = sand + silt + clay
        super().__init__(
            f"土壤质地：砂粒 {sand:g} + 粉粒 {silt:g} + 黏粒 {clay:g} = {total:g}，"
            f"应为 100 ± {tolerance_pct:g} %（共 {count} 处）。{_unit_hint(total)}"
        )
        self.sand, self.silt, self.clay, self.count = sand, silt, clay, count


class ErodibilityNegative(DomainError):
    """K below zero: the formula or the regression does not hold for these soils."""

    def __init__(self, lowest: float, count: int, remedy: str) -> None:
        super().__init__(
            f"土壤可蚀性 K 的最小值为 {lowest:.5f}，小于 0（共 {count} 处），没有物理意义。{remedy}"
        )
        self.lowest, self.count = lowest, count


def epic_erodibility(
    sand_pct: ArrayLike, silt_pct: ArrayLike, clay_pct: ArrayLike, carbon_pct: ArrayLike, epic: Epic
) -> NDArray[np.floating]:
    """Soil erodibility K of the EPIC model in US units, same shape and kind of float as the inputs.

    Williams 1990 (EPIC), from sand, silt, clay and organic carbon in %; computed in float64. NaN stays NaN.
    Raises OutOfRange where there is neither silt nor clay: the equation divides by their sum.
    """
    given = [np.asarray(values) for values in (sand_pct, silt_pct, clay_pct, carbon_pct)]
    is_single = all(values.dtype == np.float32 for values in given)
    kind: type[np.floating] = np.float32 if is_single else np.float64
    shape = np.broadcast_shapes(*(values.shape for values in given))
    sand, silt, clay, carbon = (
        np.ascontiguousarray(np.broadcast_to(values.astype(kind, copy=False), shape)).reshape(-1)
        for values in given
    )
    k_us: NDArray[np.floating] = np.empty(sand.size, dtype=kind)
    without_fines = _epic_cells(sand, silt, clay, carbon, epic, k_us)
    if without_fines:
        raise OutOfRange("粉粒 + 黏粒", f"0（共 {without_fines} 处）", "> 0 %")
    return np.asarray(k_us.reshape(shape))


@kernel
def _epic_cell(sand: float, silt: float, clay: float, carbon: float, epic: Epic) -> float:
    not_sand = 1.0 - sand / 100.0
    sandiness = epic.sand_floor + epic.sand_span * np.exp(-epic.sand_decay * sand * (1.0 - silt / 100.0))
    siltiness = (silt / (clay + silt)) ** epic.silt_exponent
    bound = carbon + np.exp(epic.carbon_offset - epic.carbon_rate * carbon)
    high_sand = not_sand + np.exp(epic.high_sand_offset + epic.high_sand_rate * not_sand)
    k_us: float = (
        sandiness
        * siltiness
        * (1.0 - epic.carbon_reduction * carbon / bound)
        * (1.0 - epic.high_sand_reduction * not_sand / high_sand)
    )
    return k_us


@kernel
def _epic_cells(
    sand: NDArray[np.floating],
    silt: NDArray[np.floating],
    clay: NDArray[np.floating],
    carbon: NDArray[np.floating],
    epic: Epic,
    k_us: NDArray[np.floating],
) -> int:
    """K into `k_us`; returns in how many cells the equation is not defined."""
    without_fines = 0
    for i in range(sand.size):
        if np.float64(clay[i]) + np.float64(silt[i]) == 0.0:
            without_fines += 1
            k_us[i] = np.nan
        else:
            k_us[i] = _epic_cell(
                np.float64(sand[i]), np.float64(silt[i]), np.float64(clay[i]), np.float64(carbon[i]), epic
            )
    return without_fines


def nomograph_erodibility(
    silt_vfs_pct: ArrayLike,
    clay_pct: ArrayLike,
    organic_matter_pct: ArrayLike,
    structure: ArrayLike,
    permeability: ArrayLike,
    nomograph: Nomograph,
) -> NDArray[np.float64]:
    """Soil erodibility K of the nomograph in US units.

    Wischmeier & Smith 1978. Above 70 % of silt and very fine sand the graph bends away from its equation.
    structure: code 1–4; permeability: code 1–6. NaN in any stays NaN.
    Raises OutOfRange outside the validity, ErodibilityNegative where the equation falls below zero within it.
    """
    require_range(
        "粉粒 + 极细砂",
        silt_vfs_pct,
        0,
        nomograph.silt_vfs_limit_pct,
        "%（诺谟图公式的适用范围，超出请用 epic）",
    )
    require_range("有机质", organic_matter_pct, 0, nomograph.organic_matter_limit_pct, "%")
    require_range("结构等级", structure, *STRUCTURE_CODES)
    require_range("渗透等级", permeability, *PERMEABILITY_CODES)

    fine, clay, organic, arrangement, seepage = (
        np.asarray(values, dtype=np.float64)
        for values in (silt_vfs_pct, clay_pct, organic_matter_pct, structure, permeability)
    )
    texture = fine * (100.0 - clay)
    k_us = (
        nomograph.texture_factor
        * texture**nomograph.texture_exponent
        * (nomograph.organic_matter_limit_pct - organic)
        + nomograph.structure_factor * (arrangement - nomograph.structure_base)
        + nomograph.permeability_factor * (seepage - nomograph.permeability_base)
    ) / 100.0
    _refuse_negative(k_us, '诺谟图公式不适用于这些土壤，请改用 method = "epic" 或直接给出 K。')
    return np.asarray(k_us)


def organic_matter(carbon_pct: ArrayLike, matter_per_carbon: float) -> NDArray[np.float64]:
    """Organic matter [%] of organic carbon [%], by the van Bemmelen factor."""
    return np.asarray(carbon_pct, dtype=np.float64) * matter_per_carbon


def si_conversion(us_to_si: float, correction: Correction, regression: Regression) -> Conversion:
    """How K in US units becomes K in SI, t·hm²·h/(hm²·MJ·mm).

    Zhang Keli et al. 2008 (J. Arid Environ. 72:1002) give one line, and the literature reads it in two units,
    about two times apart: `zhang_si` corrects K already in SI; `zhang_us` corrects K in US units, which is
    then converted.
    """
    if correction == "zhang_si":
        return Conversion(regression.offset, regression.factor * us_to_si, correction)
    if correction == "zhang_us":
        return Conversion(regression.offset * us_to_si, regression.factor * us_to_si, correction)
    return Conversion(0.0, us_to_si, correction)


def erodibility_si(k_us: NDArray[np.floating], conversion: Conversion) -> NDArray[np.floating]:
    """Soil erodibility K [t·hm²·h/(hm²·MJ·mm)], same shape and kind of float.

    Raises ErodibilityNegative where the correction falls below zero: to cut at zero would make the sandiest
    soils of a map free of erosion without a word.
    """
    corrected = conversion.offset + conversion.factor * np.asarray(k_us, dtype=np.float64)
    _refuse_negative(
        corrected,
        f'订正 correction = "{conversion.correction}" 不适用于这些土壤，请改用 "none"，或直接给出 K 图层。',
    )
    return np.asarray(corrected, dtype=np.asarray(k_us).dtype)


def check_texture(
    sand_pct: ArrayLike, silt_pct: ArrayLike, clay_pct: ArrayLike, limits: TextureLimits
) -> None:
    """Nothing, when sand, silt and clay are percentages that add up to 100 wherever all three are known.

    Raises TextureSumWrong or OutOfRange; the sum is looked at first, for it tells which unit was meant.
    """
    sand, silt, clay = np.broadcast_arrays(sand_pct, silt_pct, clay_pct)
    off = np.abs(sand + silt + clay - 100.0)
    wrong = off > limits.sum_tolerance_pct
    if np.any(wrong):
        worst = int(np.argmax(np.where(wrong, off, 0.0)))
        raise TextureSumWrong(
            float(sand.flat[worst]),
            float(silt.flat[worst]),
            float(clay.flat[worst]),
            limits.sum_tolerance_pct,
            int(np.sum(wrong)),
        )
    for name, values in (("砂粒", sand), ("粉粒", silt), ("黏粒", clay)):
        require_range(name, values, 0, 100, "%")


def check_carbon(carbon_pct: ArrayLike, limits: TextureLimits) -> None:
    """Nothing, when organic carbon [%] is that of a mineral soil. Raises OutOfRange otherwise."""
    require_range("有机碳", carbon_pct, 0, limits.carbon_limit_pct, "%（若单位是 g/kg 请除以 10）")


def _refuse_negative(k: NDArray[np.float64], remedy: str) -> None:
    negative = k < 0
    if negative.any():
        raise ErodibilityNegative(float(np.fmin.reduce(k, axis=None)), int(negative.sum()), remedy)


def _unit_hint(total: float) -> str:
    if 900 < total < 1100:
        return "看起来单位是 g/kg，请除以 10 换成 %。"
    if 0.9 < total < 1.1:
        return "看起来单位是小数，请乘以 100 换成 %。"
    return "请检查三个质地图层（或表列）的单位、无数据值和是否同一来源。"
