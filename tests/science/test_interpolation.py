"""From stations to points: exact at the stations, honest about the method."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuibao.data.station_table import read_stations
from shuibao.rules.book import RuleBook
from shuibao.rules.rainfall import interpolation
from shuibao.science.crs import parse_crs, transformer
from shuibao.science.erosion.interpolation import StationsCoincide, StationsTooFew, interpolate

BOOK = RuleBook.load()
AUTO, KRIGING, IDW = (interpolation(BOOK, method) for method in ("auto", "kriging", "idw"))

SHANXI = Path(__file__).parents[1] / "reference" / "shanxi_stations.csv"

sites = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=6, max_size=25, unique=True
).map(lambda pairs: np.array(pairs, dtype=float) * 1000)


def _values(stations: np.ndarray, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(500, 3000, len(stations))


def _shanxi() -> np.ndarray:
    places = read_stations(SHANXI)
    to_belt = transformer(parse_crs("EPSG:4490", "test"), parse_crs("EPSG:4546", "test"))
    return np.column_stack(
        to_belt.transform([place.lon for place in places.values()], [place.lat for place in places.values()])
    )


@settings(deadline=None, max_examples=25)
@given(sites, st.integers(0, 1000))
def test_both_methods_are_exact_at_the_stations(stations: np.ndarray, seed: int) -> None:
    values = _values(stations, seed)
    for method in (KRIGING, IDW):
        assert interpolate(stations, values, stations, method).values == pytest.approx(values, rel=1e-6)


@settings(deadline=None, max_examples=25)
@given(sites, st.integers(0, 1000))
def test_inverse_distances_stay_between_the_least_and_the_greatest_station(
    stations: np.ndarray, seed: int
) -> None:
    values = _values(stations, seed)
    points = np.random.default_rng(seed).uniform(-1e5, 4e5, (50, 2))
    found = interpolate(stations, values, points, IDW).values
    assert (found >= values.min()).all()
    assert (found <= values.max()).all()


@settings(deadline=None, max_examples=15)
@given(sites, st.integers(0, 1000))
def test_the_order_of_the_stations_does_not_matter(stations: np.ndarray, seed: int) -> None:
    values = _values(stations, seed)
    points = np.random.default_rng(seed).uniform(0, 3e5, (20, 2))
    order = np.random.default_rng(seed).permutation(len(values))
    plain = interpolate(stations, values, points, IDW).values
    assert interpolate(stations[order], values[order], points, IDW).values == pytest.approx(plain)


def test_kriging_keeps_to_a_change_of_unit() -> None:
    stations = _shanxi()
    values = 800 + 1500 * (stations[:, 0] - stations[:, 0].min()) / np.ptp(stations[:, 0])
    points = stations[:20] + 7000.0
    mm = interpolate(stations, values, points, KRIGING).values
    assert interpolate(stations, values / 17.02, points, KRIGING).values == pytest.approx(mm / 17.02)


def test_kriging_finds_a_trend_over_shanxi_between_the_stations() -> None:
    """Erosivity grows from the north-west to the south-east; each tenth station is left out and predicted."""
    stations = _shanxi()
    x, y = ((column - column.min()) / np.ptp(column) for column in stations.T)
    values = 700 + 1000 * x + 1000 * (1 - y)
    left_out = np.arange(0, len(values), 10)
    kept = np.setdiff1d(np.arange(len(values)), left_out)
    found = interpolate(stations[kept], values[kept], stations[left_out], AUTO)
    assert found.method == "普通克里金"
    assert "101 站" in found.note or f"{kept.size} 站" in found.note
    assert np.abs(found.values - values[left_out]).max() < 60


def test_a_winter_half_month_without_erosivity_is_zero_everywhere() -> None:
    stations = _shanxi()
    found = interpolate(stations, np.zeros(len(stations)), stations + 500.0, AUTO)
    assert found.method == "常数"
    assert (found.values == 0).all()


def test_kriging_never_goes_below_zero() -> None:
    stations = _shanxi()
    values = np.zeros(len(stations))
    values[:3] = 500.0
    grid = np.stack(np.meshgrid(*(np.linspace(c.min(), c.max(), 30) for c in stations.T)), axis=-1)
    found = interpolate(stations, values, grid.reshape(-1, 2), KRIGING).values
    assert found.min() >= 0


def test_few_stations_fall_back_to_inverse_distances_and_say_why() -> None:
    stations = _shanxi()[:8]
    found = interpolate(stations, _values(stations, 1), stations + 1000, AUTO)
    assert found.method == "反距离加权"
    assert "8 站" in found.note
    assert "至少要 20 站" in found.note


def test_the_method_asked_for_is_used() -> None:
    stations = _shanxi()
    values = _values(stations, 2)
    assert interpolate(stations, values, stations[:3], IDW).method == "反距离加权"
    assert interpolate(stations[:8], values[:8], stations[:3], KRIGING).method == "普通克里金"


def test_one_station_holds_for_the_whole_area() -> None:
    found = interpolate(np.array([[0.0, 0.0]]), np.array([1500.0]), np.array([[1e5, 2e5]]), AUTO)
    assert found.values.tolist() == [1500.0]


def test_no_points_give_no_values() -> None:
    stations = _shanxi()
    for method in (KRIGING, IDW):
        assert interpolate(stations, _values(stations, 3), np.empty((0, 2)), method).values.shape == (0,)


def test_kriging_with_too_few_stations_is_refused() -> None:
    with pytest.raises(StationsTooFew, match="只有 2 个雨量站"):
        interpolate(np.array([[0.0, 0], [1e4, 0]]), np.array([1.0, 2]), np.zeros((1, 2)), KRIGING)


def test_two_stations_at_one_place_are_refused() -> None:
    with pytest.raises(StationsCoincide, match="第 1 个与第 2 个"):
        interpolate(np.array([[0.0, 0], [0.5, 0]]), np.array([1.0, 2]), np.zeros((1, 2)), AUTO)
