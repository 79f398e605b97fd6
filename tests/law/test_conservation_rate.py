"""The water and soil conservation rate and the way to its targets."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import shape

from shuibao.law import conservation_rate as rate
from shuibao.science.errors import OutOfRange

BOUNDARIES = Path(__file__).parents[2] / "src/shuibao/data/boundaries/shanxi_cities.geojson"

YUNCHENG_KM2 = 14_182.88
PROVINCE_KM2 = 156_669.88
CITIES = {
    "太原市": (6910, 68.5, 73.51),
    "大同市": (14056, 73.85, 75.5),
    "阳泉市": (4559, 62.81, 74.08),
    "长治市": (13955, 67.9, 83.68),
    "晋城市": (9425, 67.61, 81.5),
    "朔州市": (10624, 71.32, 72.22),
    "晋中市": (16392, 66.9, 75.22),
    "运城市": (YUNCHENG_KM2, 77.25, 83.9),
    "忻州市": (25151, 63.56, 66.22),
    "临汾市": (20275, 64.13, 71.54),
    "吕梁市": (21140, 53.77, 56.73),
}
"""Land area [km²], targets of 2025 and 2035 [%]."""

parts = st.lists(
    st.tuples(st.floats(1, 1e5), st.floats(0, 1), st.floats(0, 1)).map(
        lambda drawn: (drawn[0], drawn[0] * drawn[1], drawn[0] * drawn[1] * drawn[2])
    ),
    min_size=1,
    max_size=12,
)


def test_yuncheng_meets_its_target_at_the_ceiling():
    assert rate.conservation_rate_pct(YUNCHENG_KM2, 3226.6) == pytest.approx(77.25, abs=0.005)


def test_the_ceilings_of_yuncheng_and_of_the_province():
    ceilings = [rate.erosion_ceiling_km2(YUNCHENG_KM2, target) for target in (77.25, 78.76, 83.9)]
    assert ceilings == pytest.approx([3226.6, 3012.4, 2283.4], abs=0.05)
    assert rate.erosion_ceiling_km2(PROVINCE_KM2, 66.18) == pytest.approx(52_985, abs=1)
    assert rate.erosion_ceiling_km2(PROVINCE_KM2, 72.43) == pytest.approx(43_194, abs=1)


def test_the_second_half_of_yunchengs_path_is_steeper():
    first = rate.yearly_change_km2_a(3226.6, 2025, 3012.4, 2030)
    second = rate.yearly_change_km2_a(3012.4, 2030, 2283.4, 2035)
    assert (first, second) == pytest.approx((-42.8, -145.8), abs=0.05)
    assert rate.yearly_reduction_km2_a(3012.4, 2030, 2283.4, 2035) == pytest.approx(145.8, abs=0.05)
    assert rate.yearly_reduction_km2_a(2000, 2030, 2283.4, 2035) < 0


@pytest.mark.parametrize(("column", "province"), [(1, 66.177), (2, 72.434)])
def test_city_targets_add_up_to_the_provinces_by_land_area(column: int, province: float):
    targets = [city[column] for city in CITIES.values()]
    land = [city[0] for city in CITIES.values()]
    assert rate.area_weighted_rate_pct(targets, land) == pytest.approx(province, abs=5e-4)


@pytest.mark.parametrize(("column", "province"), [(1, 66.18), (2, 72.44)])
def test_city_targets_add_up_on_the_shipped_boundaries(column: int, province: float):
    geod = Geod(ellps="GRS80")
    cities = json.loads(BOUNDARIES.read_text(encoding="utf-8"))["features"]
    land = [abs(geod.geometry_area_perimeter(shape(city["geometry"]))[0]) / 1e6 for city in cities]
    targets = [CITIES[city["properties"]["city_name"]][column] for city in cities]
    assert rate.area_weighted_rate_pct(targets, land) == pytest.approx(province, abs=0.006)


def test_the_nations_published_rate():
    assert rate.conservation_rate_pct(79.47, 25.55) == pytest.approx(67.85, abs=0.005)  # Yellow River, 2022


def test_the_straight_path_between_two_targets():
    assert rate.path_rate_pct(77.25, 2025, 78.76, 2030, 2025) == 77.25
    assert rate.path_rate_pct(77.25, 2025, 78.76, 2030, 2030) == pytest.approx(78.76)
    assert rate.path_rate_pct(78.76, 2030, 83.9, 2035, 2032) == pytest.approx(80.816)
    assert rate.lead_on_path_pct(80.0, 78.76, 2030, 83.9, 2035, 2032) == pytest.approx(-0.816)


def test_the_reachable_rate_is_the_present_rate_and_the_reducible_share():
    assert rate.reachable_rate_pct(1000, 400, 150) == pytest.approx(75)
    assert rate.reachable_rate_pct(1000, 400, 0) == pytest.approx(60)


def test_a_target_is_allotted_by_what_each_can_reduce():
    rates = rate.allotted_rates_pct(70, [1000, 1000], [500, 300], [300, 100])
    assert rates == pytest.approx([65, 75])
    assert rate.allotted_rates_pct(50, [1000, 1000], [500, 300], [300, 100]) == pytest.approx([50, 70])


@given(parts, st.floats(0, 1))
def test_allotted_rates_add_up_to_the_target(found: list[tuple[float, float, float]], share: float):
    land, erosion, reducible = (list(column) for column in zip(*found, strict=True))
    target = rate.conservation_rate_pct(sum(land), sum(erosion) - share * sum(reducible))
    rates = rate.allotted_rates_pct(target, land, erosion, reducible)
    assert rate.area_weighted_rate_pct(rates, land) == pytest.approx(target, abs=1e-6)
    for allotted, whole, eroding, less in zip(rates, land, erosion, reducible, strict=True):
        assert rate.conservation_rate_pct(whole, eroding) <= allotted + 1e-9
        assert allotted <= rate.reachable_rate_pct(whole, eroding, less) + 1e-6


@given(st.floats(1, 1e6), st.floats(0, 100))
def test_a_ceiling_gives_back_its_rate(land: float, target: float):
    ceiling = rate.erosion_ceiling_km2(land, target)
    assert rate.conservation_rate_pct(land, ceiling) == pytest.approx(target, abs=1e-9)


def test_areas_rates_and_years_that_cannot_be_are_refused():
    with pytest.raises(OutOfRange, match="国土面积"):
        rate.conservation_rate_pct(0, 0)
    with pytest.raises(OutOfRange, match="水土流失面积"):
        rate.conservation_rate_pct(100, 101)
    with pytest.raises(OutOfRange, match="水土保持率"):
        rate.erosion_ceiling_km2(100, 101)
    with pytest.raises(OutOfRange, match="目标年"):
        rate.yearly_change_km2_a(5, 2030, 4, 2030)
    with pytest.raises(OutOfRange, match="年份"):
        rate.path_rate_pct(70, 2025, 75, 2030, 2031)
    with pytest.raises(OutOfRange, match="个数"):
        rate.area_weighted_rate_pct([], [])
    with pytest.raises(OutOfRange, match="可消减"):
        rate.reachable_rate_pct(100, 20, 30)
    with pytest.raises(OutOfRange, match="需消减"):
        rate.allotted_rates_pct(95, [100, 100], [40, 40], [10, 10])
    with pytest.raises(OutOfRange, match="个数"):
        rate.allotted_rates_pct(95, [100, 100], [40], [10, 10])
    with pytest.raises(OutOfRange, match="可消减"):
        rate.allotted_rates_pct(95, [100, 100], [0, 40], [10, 30])
