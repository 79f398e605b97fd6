"""T: on cropland alone, rotation times tillage; and T of a crop calendar."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuibao.rules import RuleBook, RuleUnknown
from shuibao.rules.land_use import land_use_classes
from shuibao.rules.rotation import (
    UnknownRotation,
    crop_ratio,
    scenarios,
    tillage_measure_factor,
    zone_factor,
)
from shuibao.science.erosion.land_use import code_mask
from shuibao.science.erosion.tillage import (
    CalendarBroken,
    CropSpan,
    calendar_ratios,
    rotation_of_calendar,
    tillage_factor,
)
from shuibao.science.errors import OutOfRange

BOOK = RuleBook.load()
CROPLAND = code_mask(entry.code for entry in land_use_classes(BOOK) if entry.is_cropland)
LAND_USE = np.array([[11, 12, 13], [31, 0, 53]], dtype=np.uint8)


def test_t_acts_on_cropland_alone() -> None:
    rotation = np.full((2, 3), 0.4, dtype=np.float32)
    factor = tillage_factor(rotation, None, LAND_USE, CROPLAND)
    assert factor.dtype == np.float32
    assert factor == pytest.approx(np.array([[0.4, 0.4, 0.4], [1, np.nan, 1]]), nan_ok=True)


def test_a_mapped_tillage_measure_multiplies_the_rotation() -> None:
    rotation = np.array([[0.5, 0.5, np.nan], [np.nan, 0.5, 7]])
    tillage = np.array([[0.431, np.nan, 0.431], [0.2, 0.2, 9]])
    factor = tillage_factor(rotation, tillage, LAND_USE, CROPLAND)
    assert factor == pytest.approx(np.array([[0.2155, 0.5, np.nan], [1, np.nan, 1]]), nan_ok=True)


def test_t_beyond_1_on_cropland_is_refused() -> None:
    rotation = np.full((2, 3), 0.4)
    with pytest.raises(OutOfRange, match="轮作措施因子 T = 40"):
        tillage_factor(rotation * 100, None, LAND_USE, CROPLAND)
    with pytest.raises(OutOfRange, match="耕作措施因子 T = -1"):
        tillage_factor(rotation, rotation - 1.4, LAND_USE, CROPLAND)


def test_t_of_a_double_crop_is_its_ratios_weighted_by_erosivity() -> None:
    wheat, maize = CropSpan("冬小麦", 19, 10, 0.2), CropSpan("夏玉米", 11, 18, 0.6)
    ratios = calendar_ratios([wheat, maize])
    assert ratios.tolist() == [0.2] * 11 + [0.6] * 8 + [0.2] * 5
    weights = np.zeros(24)
    weights[[9, 13]] = 0.25, 0.75
    assert rotation_of_calendar([wheat, maize], weights) == pytest.approx(0.25 * 0.2 + 0.75 * 0.6)
    by_cell = np.repeat(weights[:, None], 3, axis=1)
    assert rotation_of_calendar([wheat, maize], by_cell) == pytest.approx([0.5] * 3)


@given(st.lists(st.floats(0, 1), min_size=24, max_size=24), st.integers(0, 2**32 - 1))
def test_t_of_a_calendar_lies_between_its_crops(ratios: list[float], seed: int) -> None:
    spans = [CropSpan(str(k), k, k, ratio) for k, ratio in enumerate(ratios)]
    weights = np.random.default_rng(seed).random(24)
    factor = float(rotation_of_calendar(spans, weights))
    assert min(ratios) - 1e-9 <= factor <= max(ratios) + 1e-9


def test_a_calendar_with_a_gap_or_an_overlap_is_refused() -> None:
    with pytest.raises(CalendarBroken, match="6月下半月没有作物或休闲"):
        calendar_ratios([CropSpan("冬小麦", 19, 10, 0.2), CropSpan("夏玉米", 12, 18, 0.6)])
    with pytest.raises(CalendarBroken, match="6月上半月被冬小麦、夏玉米重复占用"):
        calendar_ratios([CropSpan("冬小麦", 19, 10, 0.2), CropSpan("夏玉米", 10, 18, 0.6)])
    with pytest.raises(OutOfRange, match="起止半月 = 24"):
        calendar_ratios([CropSpan("谷子", 0, 24, 0.53)])


def test_the_one_published_zone_has_its_value_and_those_of_shanxi_refuse() -> None:
    assert zone_factor(BOOK, "beijiang") == 0.281
    for zone in ("jindong_tushishan", "fenwei_gudi", "jinbei_bashang", "jinxi_huangtu"):
        with pytest.raises(RuleUnknown, match=r"rotation\.zone\..*constant = 1"):
            zone_factor(BOOK, zone)
    with pytest.raises(UnknownRotation, match=r"轮作区 'shanxi' 不在规则表中.*fenwei_gudi.*T 值"):
        zone_factor(BOOK, "shanxi")


def test_tillage_measures_crops_and_scenarios_come_from_the_rules() -> None:
    assert tillage_measure_factor(BOOK, "contour") == 0.431
    assert crop_ratio(BOOK, "millet") == 0.53
    assert scenarios(BOOK) == (0.3, 0.4, 0.5)
    with pytest.raises(RuleUnknown):
        crop_ratio(BOOK, "winter_wheat")
