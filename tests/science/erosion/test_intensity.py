"""Intensity classes of SL 190-2007."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuibao.science.erosion import intensity
from shuibao.science.erosion.intensity import ModulusLimits, ShareLimits, SheetTable, WindLimits
from shuibao.science.errors import OutOfRange

WATER = ModulusLimits(2500, 5000, 8000, 15000)
WIND = WindLimits(200, 2500, 5000, 8000, 15000)
SHEET = SheetTable(
    (5, 8, 15, 25, 35),
    (30, 45, 60, 75),
    ((3, 3, 4, 5, 6), (2, 3, 3, 4, 5), (2, 2, 3, 3, 4), (2, 2, 2, 3, 3)),
    (2, 3, 4, 5, 6),
)
losses = st.floats(0, 1e6)
tolerances = st.floats(1, 2500)


def classes(*loss_t_km2_a: float, tolerance: float = 1000) -> list[int]:
    return intensity.water_classes(np.array(loss_t_km2_a), tolerance, WATER).tolist()


def test_a_limit_belongs_to_the_class_above_it():
    assert classes(0, 999.999, 1000, 2499.999, 2500, 5000, 8000, 15000) == [1, 1, 2, 2, 3, 4, 5, 6]
    assert classes(4999.999, 7999.999, 14999.999) == [3, 4, 5]


def test_the_tolerance_of_the_region_is_where_erosion_begins():
    assert classes(199.9, 200, 999, tolerance=200) == [1, 2, 2]
    assert classes(499.9, 500, tolerance=500) == [1, 2]


def test_published_moduli_fall_into_their_classes():
    moderate_by_csle3, light_by_csle4, dry_slope, terraced = 2857.97, 2419.97, 10240.4, 860.2
    assert classes(moderate_by_csle3, light_by_csle4, dry_slope, terraced) == [3, 2, 5, 1]


def test_the_tolerance_may_differ_from_cell_to_cell():
    loss = np.full((2, 2), 600.0, dtype=np.float32)
    tolerance = np.array([[200, 1000], [np.nan, 600]], dtype=np.float32)
    assert intensity.water_classes(loss, tolerance, WATER).tolist() == [[2, 1], [0, 2]]


def test_a_tolerance_at_the_limit_of_moderate_leaves_no_light_class():
    assert classes(2499, 2500, tolerance=2500) == [1, 3]


@pytest.mark.parametrize("tolerance", [0.0, -1.0, 2500.1, np.inf])
def test_a_tolerance_that_cannot_be_is_refused(tolerance: float):
    with pytest.raises(OutOfRange, match="容许土壤流失量"):
        classes(100, tolerance=tolerance)


def test_a_negative_modulus_is_refused():
    with pytest.raises(OutOfRange, match="土壤侵蚀模数"):
        classes(3, -1)


def test_no_modulus_no_class():
    assert classes(np.nan) == [0]
    assert intensity.water_classes(np.empty((0, 3), dtype=np.float32), 1000, WATER).shape == (0, 3)


def test_wind_has_one_first_limit_everywhere():
    loss = np.array([199, 200, 2500, 5000, 8000, 15000, np.nan])
    assert intensity.wind_classes(loss, WIND).tolist() == [1, 2, 3, 4, 5, 6, 0]


@given(losses, losses, tolerances)
def test_more_loss_is_never_a_lower_class(one: float, other: float, tolerance: float):
    low, high = sorted((one, other))
    assert classes(low, tolerance=tolerance) <= classes(high, tolerance=tolerance)


@given(losses, tolerances, tolerances)
def test_a_stricter_tolerance_never_hides_erosion(loss: float, one: float, other: float):
    strict, lax = sorted((one, other))
    assert classes(loss, tolerance=strict) >= classes(loss, tolerance=lax)


def test_water_and_wind_count_once_with_the_higher_class():
    water = np.array([0, 1, 2, 4, 3], dtype=np.uint8)
    wind = np.array([5, 0, 3, 2, 3], dtype=np.uint8)
    assert intensity.combined_classes(water, wind).tolist() == [0, 1, 3, 4, 3]


def test_a_loss_as_a_lowering_of_the_surface():
    lowering = intensity.lowering_mm_a([1000, 2500, 5000, 8000, 15000], 1.35)
    assert lowering == pytest.approx([0.741, 1.852, 3.704, 5.926, 11.111], abs=5e-4)


def test_soil_without_weight_is_refused():
    with pytest.raises(OutOfRange, match="容重"):
        intensity.lowering_mm_a(1000, 0)


@pytest.mark.parametrize(
    ("cover_pct", "row"), [(20, [1, 3, 3, 4, 5, 6]), (30, [1, 2, 3, 3, 4, 5]), (59.9, [1, 2, 2, 3, 3, 4])]
)
def test_woods_and_grass_by_slope_and_cover(cover_pct: float, row: list[int]):
    slope = np.array([4.9, 5, 8, 15, 25, 35])
    assert intensity.sheet_classes_of_vegetation(slope, np.full(6, cover_pct), SHEET).tolist() == row


def test_dense_cover_is_slight_on_any_slope():
    slope = np.array([6.0, 40, 90])
    assert intensity.sheet_classes_of_vegetation(slope, np.array([75.0, 90, 100]), SHEET).tolist() == [
        1,
        1,
        1,
    ]
    assert intensity.sheet_classes_of_vegetation(slope, np.full(3, 74.9), SHEET).tolist() == [2, 3, 3]


def test_sloping_cropland_by_slope():
    slope = np.array([0, 4.99, 5, 8, 15, 25, 35, 60, np.nan])
    assert intensity.sheet_classes_of_cropland(slope, SHEET).tolist() == [1, 1, 2, 3, 4, 5, 6, 6, 0]


def test_the_table_needs_slope_and_cover():
    slope, cover = np.array([np.nan, 20.0]), np.array([20.0, np.nan])
    assert intensity.sheet_classes_of_vegetation(slope, cover, SHEET).tolist() == [0, 0]
    with pytest.raises(OutOfRange, match="盖度"):
        intensity.sheet_classes_of_vegetation(np.array([10.0]), np.array([130.0]), SHEET)
    with pytest.raises(OutOfRange, match="坡度"):
        intensity.sheet_classes_of_cropland(np.array([-3.0]), SHEET)


def test_gullies_by_their_share_of_the_area():
    share = np.array([0, 0.1, 9.9, 10, 25, 35, 50, 100, np.nan])
    limits = ShareLimits(10, 25, 35, 50)
    assert intensity.share_classes(share, limits).tolist() == [1, 2, 2, 3, 4, 5, 6, 6, 0]


def test_collapses_by_their_share_of_the_area():
    limits = ShareLimits(10, 15, 20, 30)
    assert intensity.share_classes(np.array([5.0, 10, 15, 20, 30]), limits).tolist() == [2, 3, 4, 5, 6]


def test_gullies_by_their_density():
    density = np.array([0.5, 1, 2, 3, 5, 7, np.nan])
    assert intensity.gully_density_classes(density, (1, 2, 3, 5, 7)).tolist() == [1, 2, 3, 4, 5, 6, 0]
