"""R from daily rain: the published coefficients, own vectors, and what must hold for any rain."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuibao.rules.book import RuleBook
from shuibao.rules.rainfall import annual_regression, daily_model, zhang_fit
from shuibao.science.erosion.rainfall import (
    NoErosivity,
    annual_erosivity,
    daily_erosivity,
    half_month_weights,
    zhang_erosivity,
    zhang_parameters,
)

BOOK = RuleBook.load()
XIE = daily_model(BOOK)
ZHANG = zhang_fit(BOOK)

rains = st.lists(st.floats(0, 500), min_size=1, max_size=40).map(np.array)


@pytest.mark.parametrize(
    ("rain_mm", "warm", "cold"),
    [
        (9.9, 0.0, 0.0),
        (10.0, 20.973, 16.520),
        (12.0, 28.732, 22.631),
        (25.0, 102.026, 80.361),
        (50.0, 337.627, 265.934),
        (100.0, 1117.289, 880.039),
    ],
)
def test_a_day_of_rain_has_the_erosivity_of_xie_2016(rain_mm: float, warm: float, cold: float) -> None:
    assert daily_erosivity(rain_mm, 7, XIE) == pytest.approx(warm, abs=5e-4)
    assert daily_erosivity(rain_mm, 11, XIE) == pytest.approx(cold, abs=5e-4)


def test_may_to_september_are_warm_and_the_rest_cold() -> None:
    of_months = daily_erosivity(np.full(12, 50.0), np.arange(1, 13), XIE)
    assert np.flatnonzero(of_months > 300).tolist() == [4, 5, 6, 7, 8]


def test_the_threshold_of_12_mm_drops_days_of_10_mm() -> None:
    model = daily_model(BOOK, 12)
    assert daily_erosivity([11.9, 12.0], [7, 7], model) == pytest.approx([0, 28.732], abs=5e-4)


def test_missing_rain_stays_missing() -> None:
    assert np.isnan(daily_erosivity([np.nan, 20.0], [7, 7], XIE)).tolist() == [True, False]


def test_zhang_2002_has_the_parameters_of_the_mini_year() -> None:
    parameters = zhang_parameters(31.14545454545455, 342.6, ZHANG)
    assert parameters.beta == pytest.approx(1.4902375, abs=5e-8)
    assert parameters.alpha == pytest.approx(1.2263687, abs=5e-8)


def test_zhang_2002_drops_days_below_12_mm() -> None:
    parameters = zhang_parameters(31.14545, 342.6, ZHANG)
    assert zhang_erosivity([11.9, 12.0], parameters, ZHANG.threshold_mm)[0] == 0
    assert zhang_erosivity([11.9, 12.0], parameters, ZHANG.threshold_mm)[1] > 0


@pytest.mark.parametrize(
    ("name", "rain_mm", "expected"),
    [
        ("national", 500.0, 0.0534 * 500**1.6548),
        ("shanxi", 500.0, 0.0068 * 500**1.99),
        ("shanxi_erosive", 300.0, 0.34 * 300**1.48),
    ],
)
def test_yearly_regressions_follow_their_power_law(name, rain_mm: float, expected: float) -> None:
    assert annual_erosivity(rain_mm, annual_regression(BOOK, name)) == pytest.approx(expected)


def test_shanxis_regression_gives_shanxis_published_mean_for_its_usual_rain() -> None:
    """663–2810 and a mean of 1629 were published; the province's rain is 400–650 mm."""
    assert 1000 < annual_erosivity(500.0, annual_regression(BOOK, "shanxi")) < 2810


@given(rains)
def test_more_rain_is_never_less_erosive(rain: np.ndarray) -> None:
    sorted_rain = np.sort(rain)
    assert (np.diff(daily_erosivity(sorted_rain, 7, XIE)) >= 0).all()


@given(st.lists(st.floats(0, 1e5), min_size=24, max_size=24).filter(lambda values: sum(values) > 1e-6))
def test_half_month_weights_add_up_to_one(values: list[float]) -> None:
    assert half_month_weights(values).sum() == pytest.approx(1, abs=1e-12)


def test_half_month_weights_are_taken_point_by_point() -> None:
    surfaces = np.arange(24.0)[:, None] * np.array([1.0, 5.0]) + np.array([0.0, 3.0])
    weights = half_month_weights(surfaces)
    assert weights.shape == (24, 2)
    assert weights.sum(axis=0) == pytest.approx([1, 1])


def test_a_place_without_erosivity_has_no_weights() -> None:
    with pytest.raises(NoErosivity, match="半月权重无定义"):
        half_month_weights(np.zeros(24))
