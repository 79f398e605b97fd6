"""The slope steepness factor S."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import DTypeLike

from shuibao.science.erosion import steepness
from shuibao.science.erosion.steepness import Steepness, slope_steepness
from shuibao.science.errors import OutOfRange

CSLE3 = Steepness((5, 10, 90), (10.8, 16.8, 21.91), (0.03, -0.5, -0.96))
CSLE4 = Steepness((5, 10, 25, 90), (10.8, 16.8, 20.204, 29.585), (0.03, -0.5, -1.2404, -5.6079))

SLOPES = [0, 1, 3, 4.999, 5, 7, 9.999, 10, 15, 20, 25, 30, 35]
PUBLISHED = {
    CSLE3: [
        0.03, 0.2185, 0.5952, 0.9711, 0.9642, 1.5474, 2.4170,
        2.8446, 4.7107, 6.5337, 8.2996, 9.9950, 11.6071,
    ],
    CSLE4: [
        0.03, 0.2185, 0.5952, 0.9711, 0.9642, 1.5474, 2.4170,
        2.2680, 3.9888, 5.6698, 6.8953, 9.1846, 11.3614,
    ],
}  # fmt: skip


@pytest.mark.parametrize("pieces", PUBLISHED)
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_s_of_the_published_slopes(pieces: Steepness, kind: DTypeLike) -> None:
    factor = slope_steepness(np.array(SLOPES, kind), pieces)
    assert factor.dtype == np.float64
    np.testing.assert_allclose(factor, PUBLISHED[pieces], rtol=0, atol=5.01e-5)


def test_just_below_25_degrees_the_four_pieces_are_an_eighth_lower() -> None:
    assert slope_steepness(np.array([24.999]), CSLE4)[0] == pytest.approx(7.2979, abs=5e-5)


def test_steeper_slopes_count_as_the_cap() -> None:
    slopes = np.array([20.0, 35.0, 60.0])
    capped = slope_steepness(slopes, CSLE3, slope_cap_deg=35)
    assert capped.tolist() == slope_steepness(np.array([20.0, 35.0, 35.0]), CSLE3).tolist()


@given(st.floats(0, 90), st.floats(0, 90))
def test_within_a_piece_s_grows_with_the_slope(one: float, other: float) -> None:
    low, high = sorted((one, other))
    for first, end in ((0, 5), (5, 10), (10, 90.1)):
        if first <= low and high < end:
            factor = slope_steepness(np.array([low, high]), CSLE3)
            assert 0 < factor[0] <= factor[1]


def test_outside_stays_outside_and_the_shape_is_kept() -> None:
    factor = slope_steepness(np.array([[np.nan, 7.0]], np.float32), CSLE3)
    assert np.isnan(factor[0, 0])
    assert factor.shape == (1, 2)
    assert np.isnan(slope_steepness(np.full(3, np.nan), CSLE3)).all()
    assert slope_steepness(np.empty(0), CSLE3).size == 0


@pytest.mark.parametrize("slope", [-0.1, 90.5])
def test_slopes_beyond_0_to_90_degrees_are_refused(slope: float) -> None:
    with pytest.raises(OutOfRange, match="坡度"):
        slope_steepness(np.array([3.0, slope]), CSLE3)


def test_the_example_in_the_docstring() -> None:
    assert doctest.testmod(steepness).failed == 0
