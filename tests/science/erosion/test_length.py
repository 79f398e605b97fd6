"""The slope length factor L."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuibao.science.erosion import length
from shuibao.science.erosion.length import (
    LengthExponents,
    area_length_factor,
    length_exponent,
    segment_length_factor,
    slope_length_factor,
)

CSLE = LengthExponents((1, 3, 5), (0.2, 0.3, 0.4, 0.5), 22.13)


@pytest.mark.parametrize(
    ("length_in_m", "length_out_m", "slope_deg", "published"),
    [
        (0, 10, 8, 0.67222),
        (10, 20, 8, 1.22910),
        (40, 50, 15, 2.137878),
        (90, 100, 8, 3.10751),
        (290, 300, 8, 5.47654),
        (0, 22.13, 8, 1),
        (0, 100, 8, 2.125736),
        (40, 50, 0.5, 1.38256),
        (40, 50, 2, 1.60777),
        (40, 50, 4, 1.85868),
    ],
)
def test_l_of_the_published_segments(
    length_in_m: float, length_out_m: float, slope_deg: float, published: float
) -> None:
    factor = segment_length_factor(
        np.array([length_in_m]), np.array([length_out_m]), np.array([slope_deg]), CSLE
    )
    assert factor[0] == pytest.approx(published, abs=6e-6)


@pytest.mark.parametrize(
    ("area_in_m2", "contour_ratio", "published"),
    [(0, 1, 0.67222), (400, 1, 2.13788), (400, np.sqrt(2), 1.79773)],
)
def test_l_from_contributing_area_of_the_published_cells(
    area_in_m2: float, contour_ratio: float, published: float
) -> None:
    factor = area_length_factor(
        np.array([area_in_m2]), 10.0, np.array([8.0]), np.array([contour_ratio]), CSLE
    )
    assert factor[0] == pytest.approx(published, abs=6e-6)


def test_a_limit_of_the_exponent_belongs_below_it() -> None:
    slopes = np.array([0, 1, 1.001, 3, 3.001, 5, 5.001, 40], np.float32)
    assert length_exponent(slopes, CSLE).tolist() == [0.2, 0.2, 0.3, 0.3, 0.4, 0.4, 0.5, 0.5]


lengths_m = st.floats(0.5, 400)


@given(lengths_m, lengths_m, st.sampled_from([0.5, 2.0, 4.0, 20.0]))
def test_the_segments_of_a_slope_average_to_the_whole(upper_m: float, lower_m: float, slope: float) -> None:
    slopes = np.full(2, slope)
    segments = segment_length_factor(
        np.array([0, upper_m]), np.array([upper_m, upper_m + lower_m]), slopes, CSLE
    )
    whole = slope_length_factor(np.array([upper_m + lower_m]), slopes[:1], CSLE)
    mean = (segments[0] * upper_m + segments[1] * lower_m) / (upper_m + lower_m)
    assert mean == pytest.approx(whole[0], rel=1e-9)


@given(st.integers(0, 60), st.floats(2, 30), st.sampled_from([0.5, 2.0, 4.0, 20.0]))
def test_flow_one_cell_wide_has_the_same_l_by_area_and_by_length(
    cells: int, cell_m: float, slope: float
) -> None:
    slopes, above_m = np.array([slope]), np.array([cells * cell_m])
    by_area = area_length_factor(above_m * cell_m, cell_m, slopes, np.ones(1), CSLE)
    by_length = segment_length_factor(above_m, above_m + cell_m, slopes, CSLE)
    assert by_area[0] == pytest.approx(by_length[0], rel=1e-9)


def test_the_example_in_the_docstring() -> None:
    assert doctest.testmod(length).failed == 0
