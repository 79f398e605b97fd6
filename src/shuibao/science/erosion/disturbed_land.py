"""Soil loss of disturbed land and works by calculation unit (SL 773-2018), six kinds of unit.

Losses are tonnes in the period the rainfall erosivity stands for: a year, or the months of the works.
"""

from typing import NamedTuple

import numpy as np

from shuibao.science.errors import OutOfRange


class DisturbedSurface(NamedTuple):
    """Coefficients of a disturbed surface (一般扰动地表).

    reference_length_m: of L. steepness: a, b, c, d in S = a + b/[1 + exp(c − d sin θ)].
    exponent_limits_deg, exponents: m of L by slope; a limit belongs to the exponent below it.
    turned_soil_factor: K of a turned surface over K.
    """

    reference_length_m: float
    steepness: tuple[float, float, float, float]
    exponent_limits_deg: tuple[float, ...]
    exponents: tuple[float, ...]
    turned_soil_factor: float


class CutFace(NamedTuple):
    """Coefficients of an excavated face (工程开挖面), for rain on it or for water that flows onto it.

    erodibility: a, b in G = a exp[b SIL (1 − CLA)/ρ]. length: reference [m] and exponent.
    steepness: a, b in a sin θ + b.
    """

    erodibility: tuple[float, float]
    length: tuple[float, float]
    steepness: tuple[float, float]


class HeapFace(NamedTuple):
    """Coefficients of a spoil heap (工程堆积体) of one soil, for rain on it or for water that flows onto it.

    erodibility: a, b in G = a exp(b δ). length: reference [m] and exponent.
    steepness: reference [°] and exponent.
    """

    erodibility: tuple[float, float]
    length: tuple[float, float]
    steepness: tuple[float, float]


class Inflow(NamedTuple):
    """Water that flows onto the unit from above.

    runoff: a, b in F = a W^b. greatest_m3_m: the most a single inflow W may be.
    """

    runoff: tuple[float, float]
    greatest_m3_m: float


class Slope(NamedTuple):
    """A calculation unit's surface.

    length_m: along the ground, down the slope. width_m: across it.
    """

    slope_deg: float
    length_m: float
    width_m: float


class CutSoil(NamedTuple):
    """Soil of an excavated face: silt and clay as fractions 0–1, bulk density [t/m³]."""

    silt: float
    clay: float
    bulk_density_t_m3: float


def projected_length_m(slope: Slope, length_cap_m: float) -> float:
    """Horizontal slope length λ [m], at most the cap. SL 773-2018: λ = λx cos θ."""
    _require("坡度（°）", slope.slope_deg, 0, 90)
    _require_positive("坡长（m）", slope.length_m)
    return min(slope.length_m * float(np.cos(np.radians(slope.slope_deg))), length_cap_m)


def projected_area_hm2(slope: Slope) -> float:
    """Horizontal area A [hm²]; the cap on the length does not shorten it. SL 773-2018."""
    _require("坡度（°）", slope.slope_deg, 0, 90)
    _require_positive("坡长（m）", slope.length_m)
    _require_positive("坡宽（m）", slope.width_m)
    return slope.width_m * slope.length_m * float(np.cos(np.radians(slope.slope_deg))) / 10_000


def cleared_surface_loss_t(
    erosivity: float,
    erodibility: float,
    protection: float,
    slope: Slope,
    surface: DisturbedSurface,
    length_cap_m: float,
) -> float:
    """Loss of a surface stripped of its vegetation (植被破坏型一般扰动地表) [t].

    SL 773-2018: M_yz = R K L S B E T A.

    erosivity: R [MJ·mm/(hm²·h)] of the period. erodibility: K [t·hm²·h/(hm²·MJ·mm)]. protection: B·E·T, 0–1.
    """
    _require("降雨侵蚀力 R", erosivity, 0, np.inf)
    _require("土壤可蚀性 K", erodibility, 0, np.inf)
    _require("B·E·T", protection, 0, 1)
    length = projected_length_m(slope, length_cap_m)
    exponent = surface.exponents[
        int(np.searchsorted(surface.exponent_limits_deg, slope.slope_deg, side="left"))
    ]
    length_factor = (length / surface.reference_length_m) ** exponent
    a, b, c, d = surface.steepness
    steepness_factor = a + b / (1 + np.exp(c - d * _sine(slope)))
    modulus = erosivity * erodibility * length_factor * steepness_factor * protection
    return float(modulus) * projected_area_hm2(slope)


def turned_surface_loss_t(
    erosivity: float,
    erodibility: float,
    protection: float,
    slope: Slope,
    surface: DisturbedSurface,
    length_cap_m: float,
) -> float:
    """Loss of a surface whose soil was turned over (地表翻扰型一般扰动地表) [t]. SL 773-2018: K_yd = N K.

    Arguments as for a cleared surface; erodibility is that of the soil before it was turned.
    """
    turned = surface.turned_soil_factor * erodibility
    return cleared_surface_loss_t(erosivity, turned, protection, slope, surface, length_cap_m)


def cut_face_loss_t(
    erosivity: float, soil: CutSoil, slope: Slope, rain: CutFace, length_cap_m: float
) -> float:
    """Loss of an excavated face with no inflow from above (上方无来水工程开挖面) [t].

    SL 773-2018: M_kw = R G L S A.
    """
    _require("降雨侵蚀力 R", erosivity, 0, np.inf)
    return erosivity * _cut_face_response(soil, slope, rain, length_cap_m)


def cut_face_with_inflow_loss_t(
    erosivity: float,
    inflow_m3_m: float,
    soil: CutSoil,
    slope: Slope,
    faces: tuple[CutFace, CutFace],
    inflow: Inflow,
    length_cap_m: float,
) -> float:
    """Loss of an excavated face with inflow from above (上方有来水工程开挖面) [t].

    SL 773-2018: M_ky = F G L S A + M_kw.

    inflow_m3_m: W of a single inflow, per metre of width. faces: coefficients for rain, for inflow.
    """
    rain, runoff = faces
    washed = _runoff_factor(inflow_m3_m, inflow) * _cut_face_response(soil, slope, runoff, length_cap_m)
    return washed + cut_face_loss_t(erosivity, soil, slope, rain, length_cap_m)


def heap_loss_t(
    erosivity: float, gravel: float, shape: float, slope: Slope, rain: HeapFace, length_cap_m: float
) -> float:
    """Loss of a spoil heap with no inflow from above (上方无来水工程堆积体) [t].

    SL 773-2018: M_dw = X R G L S A.

    gravel: mass fraction δ of stones, 0–1. shape: X of the heap, 0–1.
    """
    _require("降雨侵蚀力 R", erosivity, 0, np.inf)
    _require("堆积体形态因子 X", shape, 0, 1)
    return shape * erosivity * _heap_response(gravel, slope, rain, length_cap_m)


def heap_with_inflow_loss_t(
    erosivity: float,
    inflow_m3_m: float,
    gravel: float,
    shape: float,
    slope: Slope,
    faces: tuple[HeapFace, HeapFace],
    inflow: Inflow,
    length_cap_m: float,
) -> float:
    """Loss of a spoil heap with inflow from above (上方有来水工程堆积体) [t].

    SL 773-2018: M_dy = F G L S A + M_dw.

    faces: coefficients for rain, for inflow. Other arguments as for a heap without inflow.
    """
    rain, runoff = faces
    washed = _runoff_factor(inflow_m3_m, inflow) * _heap_response(gravel, slope, runoff, length_cap_m)
    return washed + heap_loss_t(erosivity, gravel, shape, slope, rain, length_cap_m)


def modulus_t_km2(loss_t: float, area_hm2: float) -> float:
    """Loss of the period per square kilometre [t/km²]. SL 773-2018."""
    _require_positive("面积（hm²）", area_hm2)
    return 100 * loss_t / area_hm2


def new_loss_t(disturbed_t: float, background_t: float) -> float:
    """Loss the disturbance added (新增土壤流失量) [t], negative when less is lost than before (SL 773)."""
    return disturbed_t - background_t


def _cut_face_response(soil: CutSoil, slope: Slope, face: CutFace, length_cap_m: float) -> float:
    """G L S A of an excavated face."""
    _require("粉粒含量", soil.silt, 0, 1)
    _require("黏粒含量", soil.clay, 0, 1)
    _require("粉粒与黏粒含量之和", soil.silt + soil.clay, 0, 1)
    _require_positive("土壤容重（t/m³）", soil.bulk_density_t_m3)
    a, b = face.erodibility
    erodibility = a * np.exp(b * soil.silt * (1 - soil.clay) / soil.bulk_density_t_m3)
    reference, exponent = face.length
    length = (projected_length_m(slope, length_cap_m) / reference) ** exponent
    factor, constant = face.steepness
    steepness = factor * _sine(slope) + constant
    return float(erodibility * length * steepness) * projected_area_hm2(slope)


def _heap_response(gravel: float, slope: Slope, face: HeapFace, length_cap_m: float) -> float:
    """G L S A of a spoil heap."""
    _require("砾石质量分数 δ", gravel, 0, 1)
    a, b = face.erodibility
    reference, exponent = face.length
    length = (projected_length_m(slope, length_cap_m) / reference) ** exponent
    reference_deg, power = face.steepness
    steepness = (slope.slope_deg / reference_deg) ** power
    return float(a * np.exp(b * gravel) * length * steepness) * projected_area_hm2(slope)


def _runoff_factor(inflow_m3_m: float, inflow: Inflow) -> float:
    """F of the water from above. SL 773-2018: F = 10000 W^0.95."""
    _require("单宽来水量 W（m³/m）", inflow_m3_m, 0, inflow.greatest_m3_m)
    factor, exponent = inflow.runoff
    return float(factor * inflow_m3_m**exponent)


def _sine(slope: Slope) -> float:
    return float(np.sin(np.radians(slope.slope_deg)))


def _require(name: str, value: float, least: float, greatest: float) -> None:
    if not least <= value <= greatest:
        raise OutOfRange(name, value, f"{least:g}–{greatest:g}")


def _require_positive(name: str, value: float) -> None:
    if not value > 0:
        raise OutOfRange(name, value, "大于 0")
