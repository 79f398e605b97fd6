"""EI30: published series at four steps and three energies, and what must hold for any storm."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuibao.rules.book import RuleBook, RuleUnknown
from shuibao.rules.rainfall import StepNotCorrectable, energy, erosive_storm, fixed_interval_factor, storm_gap
from shuibao.science.erosion.storms import (
    Storm,
    breakpoint_ei30,
    is_erosive,
    peak_depth,
    split_storms,
    storms,
    unit_energy,
)

BOOK = RuleBook.load()
GAP = storm_gap(BOOK)
ENERGIES = ("brown_foster", "mcgregor", "wischmeier_smith")

HYETOR = np.array([1.1, 2.3, 3.2, 1.9, 4.1, 5.9, 2.5, 3.1, 2.9, 1.2, 0.5, 0.2])

depths = st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.2, 0.254, 1.0, 5.0, 12.7]), max_size=400).map(np.array)


@pytest.mark.parametrize(
    ("step_min", "i30", "expected"),
    [
        (5, 41.4, [(7.24790, 300.0629), (7.85934, 325.3768), (7.36202, 304.7878)]),
        (10, 25.0, [(5.97511, 149.3777), (6.91968, 172.9920), (6.60253, 165.0634)]),
        (30, 11.8, [(4.03256, 47.5842), (4.81445, 56.8105), (5.39877, 63.7055)]),
        (60, 5.9, [(3.27287, 19.3099), (3.77598, 22.2783), (4.63928, 27.3718)]),
    ],
)
def test_the_series_of_hyetor_has_its_energy_and_ei30(
    step_min: int, i30: float, expected: list[tuple[float, float]]
) -> None:
    for name, (e, ei30) in zip(ENERGIES, expected, strict=True):
        (storm,) = storms(HYETOR, step_min, GAP, energy(BOOK, name))
        assert storm.depth_mm == pytest.approx(28.9)
        assert storm.i30_mm_h == pytest.approx(i30)
        assert storm.energy_mj_hm2 == pytest.approx(e, abs=5e-6)
        assert storm.ei30 == pytest.approx(ei30, abs=5e-5)


@pytest.mark.parametrize(
    ("step_min", "rain", "i30", "e", "ei30"),
    [
        (10, [2.5, 5.8, 8.2, 6.1, 3.4, 2.0, 1.5], 40.2, 7.06039, 283.8275),
        (15, [5.2, 8.3, 6.1, 3.4, 2.0], 28.8, 5.52110, 159.0078),
    ],
)
def test_the_examples_of_rainerosr_have_their_energy_and_ei30(
    step_min: int, rain: list[float], i30: float, e: float, ei30: float
) -> None:
    (storm,) = storms(np.array(rain), step_min, GAP, energy(BOOK, "brown_foster"))
    assert storm.i30_mm_h == pytest.approx(i30)
    assert storm.energy_mj_hm2 == pytest.approx(e, abs=5e-6)
    assert storm.ei30 == pytest.approx(ei30, abs=5e-5)


def test_wischmeier_and_smiths_energy_ends_at_76_mm_per_hour() -> None:
    formula = energy(BOOK, "wischmeier_smith")
    assert unit_energy([76.0, 76.1, 200.0], formula) == pytest.approx([0.2832, 0.283, 0.283], abs=5e-5)


@pytest.mark.parametrize("name", ENERGIES)
def test_energy_of_the_finest_drizzle_is_never_negative(name) -> None:
    found = unit_energy(np.array([0.0, 1e-6, 0.04, 0.05]), energy(BOOK, name))
    assert (found >= 0).all()


def test_a_step_that_does_not_divide_30_minutes_gives_part_of_itself_to_the_window() -> None:
    assert peak_depth(np.array([4.0, 8.0]), 20, 30) == pytest.approx(10.0)
    assert peak_depth(np.array([6.0]), 60, 30) == pytest.approx(3.0)


def test_rain_of_127_hundredths_within_six_hours_keeps_a_storm_together() -> None:
    """Five tips of 0.254 mm are 1.27 mm, but for the rounding of floats; four are less."""
    rain = np.zeros(200)
    rain[[0, 80]] = 20.0
    rain[[15, 30, 45, 60, 72]] = 0.254
    assert split_storms(rain, 5, GAP).tolist() == [[0, 80]]

    rain[30] = 0.0
    assert split_storms(rain, 5, GAP).tolist() == [[0, 15], [45, 80]]


def test_the_drizzle_of_a_pause_goes_to_the_storm_it_is_nearer_to() -> None:
    """A storm keeps its tail and its first drops: the pause is cut at its longest dry spell."""
    rain = np.zeros(60)
    rain[[0, 1, 2, 33, 34, 40]] = [20.0, 0.5, 0.2, 0.3, 0.2, 25.0]
    assert split_storms(rain, 10, GAP).tolist() == [[0, 2], [33, 40]]


def test_six_dry_hours_split_a_storm_and_five_do_not() -> None:
    rain = np.zeros(24)
    rain[[0, 6, 13]] = 5.0
    assert split_storms(rain, 60, GAP).tolist() == [[0, 6], [13, 13]]


def test_a_record_without_rain_has_no_storms() -> None:
    assert storms(np.zeros(100), 5, GAP, energy(BOOK, "mcgregor")) == []
    assert storms(np.full(100, np.nan), 5, GAP, energy(BOOK, "mcgregor")) == []
    assert split_storms(np.empty(0), 5, GAP).shape == (0, 2)


@given(depths)
def test_all_rain_belongs_to_one_storm(rain: np.ndarray) -> None:
    found = storms(rain, 10, GAP, energy(BOOK, "brown_foster"))
    assert sum(storm.depth_mm for storm in found) == pytest.approx(rain.sum())
    assert all(one.last < other.first for one, other in pairwise(found))


@given(depths, st.integers(0, 50), st.integers(0, 50))
def test_dry_hours_before_and_after_change_no_storm(rain: np.ndarray, before: int, after: int) -> None:
    padded = np.concatenate([np.zeros(before), rain, np.zeros(after)])
    formula = energy(BOOK, "brown_foster")
    plain, moved = storms(rain, 10, GAP, formula), storms(padded, 10, GAP, formula)
    assert [storm.first + before for storm in plain] == [storm.first for storm in moved]
    assert [storm.ei30 for storm in plain] == pytest.approx([storm.ei30 for storm in moved])


@given(depths.filter(lambda rain: rain.size > 0))
def test_a_coarser_record_of_the_same_rain_never_has_more_rain_in_30_minutes(rain: np.ndarray) -> None:
    fine = np.append(rain, np.zeros(-rain.size % 6))
    coarse = fine.reshape(-1, 6).sum(axis=1)
    assert peak_depth(coarse, 30, 30) <= peak_depth(fine, 5, 30) + 1e-9


def _storm(depth: float = 0.0, i30: float = 0.0, p15: float = 0.0) -> Storm:
    return Storm(0, 0, depth, 1.0, i30, p15)


@pytest.mark.parametrize(
    ("rule", "erosive", "not_erosive"),
    [
        ("xie2000", _storm(depth=12.0), _storm(depth=11.9, i30=100, p15=11)),
        ("xie2000_i30", _storm(i30=15.0), _storm(depth=50, i30=14.9)),
        ("wang1984", _storm(depth=9.9), _storm(depth=9.8, i30=100)),
        ("rusle", _storm(depth=12.7), _storm(depth=12.6, i30=100, p15=6.34)),
        ("rusle", _storm(p15=6.35), _storm(depth=12.446, p15=6.096)),
    ],
)
def test_a_storm_is_erosive_from_its_rules_limit_on(rule, erosive: Storm, not_erosive: Storm) -> None:
    assert is_erosive(erosive, erosive_storm(BOOK, rule))
    assert not is_erosive(not_erosive, erosive_storm(BOOK, rule))


def test_fifty_tips_of_a_hundredth_of_an_inch_are_half_an_inch() -> None:
    (storm,) = storms(np.full(50, 0.254), 5, GAP, energy(BOOK, "brown_foster"))
    assert is_erosive(storm, erosive_storm(BOOK, "rusle"))


@pytest.mark.parametrize(("step_min", "factor"), [(1, 1.0), (5, 1.014), (60, 1.730)])
def test_a_fixed_interval_record_is_corrected_by_yin_2007(step_min: int, factor: float) -> None:
    assert breakpoint_ei30(100.0, fixed_interval_factor(BOOK, step_min)) == pytest.approx(100 * factor)


def test_corrections_nobody_has_read_are_not_interpolated() -> None:
    with pytest.raises(RuleUnknown, match=r"rainfall\.fixed_interval\.10"):
        fixed_interval_factor(BOOK, 10)
    with pytest.raises(StepNotCorrectable, match="20 分钟"):
        fixed_interval_factor(BOOK, 20)
