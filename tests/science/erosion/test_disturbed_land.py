"""Soil loss of disturbed land and works (SL 773-2018)."""

from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuibao.science.erosion import disturbed_land as works
from shuibao.science.erosion.disturbed_land import (
    CutFace,
    CutSoil,
    DisturbedSurface,
    HeapFace,
    Inflow,
    Slope,
)
from shuibao.science.errors import OutOfRange

R, K, CAP = 1628.71, 0.04, 100.0
SURFACE = DisturbedSurface(20, (-1.5, 17, 2.3, 6.1), (1, 3, 5), (0.2, 0.3, 0.4, 0.5), 2.13)
CUT_RAIN = CutFace((0.004, 4.28), (5, -0.57), (0.80, 0.38))
CUT_INFLOW = CutFace((0.004, 1.86), (5, -0.73), (1.18, 0.10))
RUNOFF = Inflow((10_000, 0.95), 3)
LOESS = CutSoil(0.55, 0.15, 1.35)
HEAP = HeapFace((0.05, -1.5), (5, 0.6), (25, 1.2))
"""Made-up coefficients: the standard's are not known."""


def hectare(slope_deg: float, length_m: float) -> Slope:
    """A slope as wide as makes one hectare of projected area."""
    return Slope(slope_deg, length_m, 10_000 / (length_m * cos(radians(slope_deg))))


@pytest.mark.parametrize(
    ("slope_deg", "length_m", "cleared", "turned"),
    [(5, 40, 83.920, 178.749), (15, 50, 411.147, 875.744), (25, 60, 878.067, 1870.283)],
)
def test_disturbed_surfaces_as_computed_by_hand(
    slope_deg: float, length_m: float, cleared: float, turned: float
):
    slope = hectare(slope_deg, length_m)
    assert works.cleared_surface_loss_t(R, K, 1, slope, SURFACE, CAP) == pytest.approx(cleared, abs=5e-4)
    assert works.turned_surface_loss_t(R, K, 1, slope, SURFACE, CAP) == pytest.approx(turned, abs=5e-4)


def test_excavated_faces_as_computed_by_hand():
    slope = hectare(45, 8)
    rain = works.cut_face_loss_t(R, LOESS, slope, CUT_RAIN, CAP)
    both = works.cut_face_with_inflow_loss_t(R, 1, LOESS, slope, (CUT_RAIN, CUT_INFLOW), RUNOFF, CAP)
    assert rain == pytest.approx(25.2804, abs=5e-5)
    assert both == pytest.approx(90.3216, abs=5e-5)


def test_the_length_is_projected_and_capped_and_the_area_is_only_projected():
    assert works.projected_length_m(Slope(5, 40, 10), CAP) == pytest.approx(39.8478, abs=5e-5)
    assert works.projected_length_m(Slope(30, 400, 10), CAP) == 100
    assert works.projected_area_hm2(Slope(60, 400, 10)) == pytest.approx(0.2)


def test_a_heap_is_its_shape_times_rain_soil_length_and_slope():
    slope = hectare(25, 5 / cos(radians(25)))
    loss = works.heap_loss_t(R, 0.0, 0.92, slope, HEAP, CAP)
    assert loss == pytest.approx(0.92 * R * 0.05)
    with_inflow = works.heap_with_inflow_loss_t(
        R, 1.0, 0.0, 0.92, slope, (HEAP, HEAP), Inflow((10_000, 0.95), 1.5), CAP
    )
    assert with_inflow == pytest.approx(loss + 10_000 * 0.05)


def test_modulus_and_new_loss():
    assert works.modulus_t_km2(25.0, 2.0) == 1250
    assert works.new_loss_t(83.9, 12.4) == pytest.approx(71.5)
    assert works.new_loss_t(1.0, 3.0) == -2


@given(st.floats(0, 3), st.floats(0, 3))
def test_more_inflow_never_takes_less_soil(one: float, other: float):
    low, high = (
        works.cut_face_with_inflow_loss_t(
            R, inflow, LOESS, hectare(40, 10), (CUT_RAIN, CUT_INFLOW), RUNOFF, CAP
        )
        for inflow in sorted((one, other))
    )
    assert low <= high


@given(st.floats(1, 500), st.floats(0.5, 20))
def test_twice_the_width_loses_twice_as_much(length_m: float, width_m: float):
    one = works.cleared_surface_loss_t(R, K, 0.3, Slope(12, length_m, width_m), SURFACE, CAP)
    two = works.cleared_surface_loss_t(R, K, 0.3, Slope(12, length_m, 2 * width_m), SURFACE, CAP)
    assert two == pytest.approx(2 * one)


def test_no_inflow_leaves_the_rain_alone():
    slope = hectare(45, 8)
    dry = works.cut_face_with_inflow_loss_t(R, 0, LOESS, slope, (CUT_RAIN, CUT_INFLOW), RUNOFF, CAP)
    assert dry == pytest.approx(25.2804, abs=5e-5)


def test_a_unit_that_cannot_be_is_refused():
    slope = hectare(45, 8)
    faces = (CUT_RAIN, CUT_INFLOW)
    with pytest.raises(OutOfRange, match="单宽来水量"):
        works.cut_face_with_inflow_loss_t(R, 3.1, LOESS, slope, faces, RUNOFF, CAP)
    with pytest.raises(OutOfRange, match="粉粒与黏粒"):
        works.cut_face_loss_t(R, CutSoil(0.8, 0.3, 1.35), slope, CUT_RAIN, CAP)
    with pytest.raises(OutOfRange, match="容重"):
        works.cut_face_loss_t(R, CutSoil(0.5, 0.1, 0), slope, CUT_RAIN, CAP)
    with pytest.raises(OutOfRange, match="坡长"):
        works.projected_length_m(Slope(10, 0, 5), CAP)
    with pytest.raises(OutOfRange, match="坡宽"):
        works.projected_area_hm2(Slope(10, 5, -5))
    with pytest.raises(OutOfRange, match="坡度"):
        works.projected_area_hm2(Slope(95, 5, 5))
    with pytest.raises(OutOfRange, match="B·E·T"):
        works.cleared_surface_loss_t(R, K, 1.5, slope, SURFACE, CAP)
    with pytest.raises(OutOfRange, match="降雨侵蚀力"):
        works.heap_loss_t(float("nan"), 0.1, 0.92, slope, HEAP, CAP)
    with pytest.raises(OutOfRange, match="面积"):
        works.modulus_t_km2(1, 0)
