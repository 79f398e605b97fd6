"""Codes in rain records, and counters that start anew at midnight."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuibao.rules.book import RuleBook
from shuibao.rules.rainfall import rain_codes
from shuibao.science.erosion.rain_record import decode_rain, depths_of_counter

CODES = rain_codes(RuleBook.load())
NAN = np.nan


def _depths(counter: list[list[float]]) -> np.ndarray:
    readings = np.array(counter)
    return depths_of_counter(readings, np.isnan(readings))


@pytest.mark.parametrize(
    "code", [-25374.6, -25349.2, -25298.4, -9999, -0.1, 32766, 32744, 999999, 99999, 9999, 999.9]
)
def test_missing_codes_and_negative_values_are_missing_and_never_zero(code: float) -> None:
    found = decode_rain(np.array([code, 3.0]), CODES)
    assert np.isnan(found.mm[0])
    assert found.mm[1] == 3.0
    assert found.is_missing.tolist() == [True, False]


@pytest.mark.parametrize("code", [32700, 999990])
def test_trace_is_no_rain(code: float) -> None:
    found = decode_rain(np.array([code]), CODES)
    assert (found.mm[0], found.is_trace[0], found.is_missing[0]) == (0.0, True, False)


@pytest.mark.parametrize("code", [30012, 31105, 32003])
def test_snow_and_dew_codes_are_recognised(code: float) -> None:
    assert decode_rain(np.array([code]), CODES).is_coded[0]


def test_more_than_a_metre_a_day_is_beyond_belief() -> None:
    found = decode_rain(np.array([1000.0, 1000.1]), CODES)
    assert found.is_implausible.tolist() == [False, True]


def test_a_counters_readings_become_the_rain_of_each_step() -> None:
    assert _depths([[0, 1, 1, 3], [0.5, 0.5, 0.5, 0.5]]).tolist() == [[0, 1, 0, 2], [0.5, 0, 0, 0]]


def test_rain_of_a_gap_is_spread_over_the_gap_and_the_reading_after_it() -> None:
    assert _depths([[1, NAN, NAN, 4]]).tolist() == [[1, 1, 1, 1]]
    assert _depths([[NAN, NAN, 3, 3]]).tolist() == [[1, 1, 1, 0]]


def test_rain_after_a_days_last_reading_is_unknown_and_the_next_day_starts_anew() -> None:
    found = _depths([[1, 2, NAN, NAN], [NAN, 4, 4, 4]])
    assert found[0, :2].tolist() == [1, 1]
    assert np.isnan(found[0, 2:]).all()
    assert found[1].tolist() == [2, 2, 0, 0]


def test_steps_known_to_be_dry_take_no_share_of_the_rain_that_follows() -> None:
    readings = np.array([[1, NAN, NAN, 4]])
    is_unknown = np.array([[False, False, True, False]])
    assert depths_of_counter(readings, is_unknown).tolist() == [[1, 0, 1.5, 1.5]]


def test_a_counter_never_read_says_nothing() -> None:
    assert np.isnan(_depths([[NAN, NAN], [NAN, NAN]])).all()


@given(
    st.lists(st.lists(st.integers(0, 20), min_size=6, max_size=6), min_size=1, max_size=5),
    st.lists(st.booleans(), min_size=30, max_size=30),
)
def test_the_rain_of_a_day_is_its_last_reading(rain: list[list[int]], unread: list[bool]) -> None:
    counter = np.cumsum(np.array(rain, dtype=float), axis=1)
    counter[np.array(unread[: counter.size]).reshape(counter.shape)] = NAN
    last = np.fmax.reduce(counter, axis=1, initial=0.0)
    found = depths_of_counter(counter, np.isnan(counter))
    assert np.nansum(found, axis=1) == pytest.approx(last)
    assert (found[~np.isnan(found)] >= 0).all()
