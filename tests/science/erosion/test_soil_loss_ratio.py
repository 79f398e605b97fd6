"""Soil loss ratios of vegetation: the specification's vectors and their behaviour over the unit square."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuibao.rules import RuleBook
from shuibao.rules.cover import cai2000, jiang1996, responses
from shuibao.science.erosion.cover_alternatives import cover_cai2000, cover_jiang1996
from shuibao.science.erosion.soil_loss_ratio import exponential, forest_ratio, sigmoid_ratio
from shuibao.science.errors import OutOfRange

BOOK = RuleBook.load()
RESPONSES = responses(BOOK)
FRACTION = st.floats(0, 1)


@pytest.mark.parametrize(
    ("fvc", "shrub", "grass"),
    [(0, 0.49046, 0.49057), (0.3, 0.16671, 0.17429), (0.6, 0.03554, 0.03732), (0.9, 0.00658, 0.00682)],
)
def test_shrub_and_grass_ratios_are_the_published_ones(fvc: float, shrub: float, grass: float) -> None:
    assert sigmoid_ratio(float(fvc), RESPONSES.shrub) == pytest.approx(shrub, abs=6e-6)
    assert sigmoid_ratio(float(fvc), RESPONSES.grass) == pytest.approx(grass, abs=6e-6)


@pytest.mark.parametrize(
    ("fvc", "ground", "ratio"),
    [
        (0.6, 0.0, 0.39499),
        (0.6, 0.3, 0.13283),
        (0.6, 0.6, 0.03805),
        (0.6, 0.9, 0.00642),
        (0.0, 0.0, 0.42869),
        (1.0, 0.9, 0.00464),
    ],
)
def test_forest_ratios_are_the_published_ones(fvc: float, ground: float, ratio: float) -> None:
    assert forest_ratio(fvc, ground, RESPONSES.forest) == pytest.approx(ratio, abs=6e-6)


def test_the_least_forest_ratio_of_the_unit_square_lies_at_full_ground_cover() -> None:
    fvc, ground = (axis.ravel() for axis in np.meshgrid(np.linspace(0, 1, 201), np.linspace(0, 1, 201)))
    ratio = forest_ratio(fvc, ground, RESPONSES.forest)
    assert ratio.min() == pytest.approx(0.002119, abs=6e-7)
    assert forest_ratio(0.0, 1.0, RESPONSES.forest) == pytest.approx(0.002119, abs=6e-7)
    assert ground[np.argmin(ratio)] == 1


@given(FRACTION, FRACTION)
def test_ratios_lie_between_nothing_and_bare_ground(fvc: float, ground: float) -> None:
    assert 0 < sigmoid_ratio(fvc, RESPONSES.shrub) <= 0.5
    assert 0 < sigmoid_ratio(fvc, RESPONSES.grass) <= 0.5
    assert 0.0021 < forest_ratio(fvc, ground, RESPONSES.forest) <= 0.43


@given(FRACTION, FRACTION, FRACTION)
def test_more_cover_never_means_more_loss(one: float, other: float, ground: float) -> None:
    less, more = sorted((one, other))
    for vegetation in (RESPONSES.shrub, RESPONSES.grass):
        assert sigmoid_ratio(more, vegetation) <= sigmoid_ratio(less, vegetation) * (1 + 1e-12)
    forest = RESPONSES.forest
    assert forest_ratio(more, ground, forest) <= forest_ratio(less, ground, forest) + 1e-12
    assert forest_ratio(ground, more, forest) <= forest_ratio(ground, less, forest) + 1e-12


@given(st.floats(-7, 7))
def test_the_series_of_the_exponential_is_exact_to_twelve_digits(x: float) -> None:
    assert exponential(x) == pytest.approx(np.exp(x), rel=1e-12)


def test_a_gap_in_cover_stays_a_gap() -> None:
    assert np.isnan(sigmoid_ratio(np.nan, RESPONSES.grass))
    assert np.isnan(forest_ratio(np.nan, 0.5, RESPONSES.forest))


def test_cai_2000_gives_the_published_values() -> None:
    given_pct = [10, 30, 60, 0, 79, np.nan]
    ratio = cover_cai2000(given_pct, cai2000(BOOK))
    assert ratio == pytest.approx([0.3072, 0.1433, 0.0398, 1, 0, np.nan], abs=6e-5, nan_ok=True)


@given(st.floats(0, 100))
def test_cai_2000_stays_between_0_and_1(cover_pct: float) -> None:
    assert 0 <= cover_cai2000(cover_pct, cai2000(BOOK)) <= 1


def test_jiang_1996_gives_the_published_values() -> None:
    grass = cover_jiang1996([30, 60, 90, 5, 0], jiang1996(BOOK, "grass"))
    assert grass == pytest.approx([0.3517, 0.1004, 0.0286, 1, 1], abs=6e-5)
    forest = cover_jiang1996([5, 30, 100], jiang1996(BOOK, "forest"))
    assert forest == pytest.approx([1, np.exp(-0.0085 * 125), np.exp(-0.0085 * 95**1.5)], rel=1e-12)


def test_cover_as_a_fraction_above_100_per_cent_is_refused() -> None:
    with pytest.raises(OutOfRange, match="植被盖度 = 130"):
        cover_cai2000([30, 130], cai2000(BOOK))
    with pytest.raises(OutOfRange, match="植被盖度 = -1"):
        cover_jiang1996([-1], jiang1996(BOOK, "grass"))
