"""Change of intensity between two years."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuibao.science.erosion.cell_areas import TileAreas
from shuibao.science.erosion.change import (
    ChangeStatus,
    add_transitions,
    change_status,
    net_reduction,
    status_areas,
    zero_transitions,
)
from shuibao.science.errors import OutOfRange
from shuibao.science.grid import CellAreas


def years(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, CellAreas]:
    """Classes of two years, zones, and areas that differ from block to block."""
    random = np.random.default_rng(seed)
    before = random.integers(0, 7, (19, 26)).astype(np.uint8)
    after = np.where(random.random(before.shape) < 0.7, before, random.integers(0, 7, before.shape))
    zone = random.integers(-1, 3, before.shape).astype(np.int32)
    return before, after.astype(np.uint8), zone, CellAreas(random.integers(90, 110, (5, 7)), 4, 4)


def transitions_of(before: list[int], after: list[int], area: int = 10) -> np.ndarray:
    cells = TileAreas(CellAreas(np.array([[area]]), 1, len(before)), 0, 0)
    transitions = zero_transitions(1)
    zone = np.zeros((1, len(before)), dtype=np.int32)
    add_transitions(np.array([before], np.uint8), np.array([after], np.uint8), zone, cells, transitions)
    return transitions[0]


def test_areas_move_from_the_row_of_the_year_before_to_the_column_of_this_year():
    transition = transitions_of([1, 1, 3, 3, 6, 0, 2], [1, 2, 1, 3, 4, 5, 0])
    assert transition.sum() == 50
    assert [transition[0, 0], transition[0, 1], transition[2, 0], transition[2, 2], transition[5, 3]] == [
        10
    ] * 5


def test_what_a_move_of_class_means():
    assert change_status(1, 2) is ChangeStatus.NEW
    assert change_status(1, 6) is ChangeStatus.NEW
    assert change_status(4, 1) is ChangeStatus.GONE
    assert change_status(4, 2) is ChangeStatus.LIGHTER
    assert change_status(2, 3) is ChangeStatus.HEAVIER
    assert change_status(5, 5) is ChangeStatus.SAME
    assert change_status(1, 1) is None
    assert [status.value for status in ChangeStatus] == ["新增", "消减", "减轻", "加重", "存量"]


@pytest.mark.parametrize(("before", "after"), [(0, 2), (2, 7), (-1, 1)])
def test_a_class_that_is_none_has_no_status(before: int, after: int):
    with pytest.raises(OutOfRange, match="强度等级"):
        change_status(before, after)


def test_the_net_reduction_is_what_went_less_what_came():
    transition = transitions_of([2, 3, 6, 1, 4, 2], [1, 1, 1, 2, 2, 2])
    assert net_reduction(transition) == 20
    assert status_areas(transition) == {"新增": 10, "消减": 30, "减轻": 10, "加重": 0, "存量": 10}


@given(st.integers(0, 10_000))
def test_row_and_column_sums_are_the_class_areas_of_the_two_years(seed: int):
    before, after, zone, cells = years(seed)
    transitions = zero_transitions(3)
    add_transitions(before, after, zone, TileAreas(cells, 0, 0), transitions)
    area = np.repeat(np.repeat(cells.units, 4, 0), 4, 1)[:19, :26]
    both = (before > 0) & (after > 0)
    for code in range(3):
        here = both & (zone == code)
        assert transitions[code].sum(axis=1).tolist() == [
            area[here & (before == c)].sum() for c in range(1, 7)
        ]
        assert transitions[code].sum(axis=0).tolist() == [
            area[here & (after == c)].sum() for c in range(1, 7)
        ]
        lost = area[here & (before > 1)].sum() - area[here & (after > 1)].sum()
        assert net_reduction(transitions[code]) == lost


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 26))
def test_tiles_add_up_to_the_whole(seed: int, size: int):
    before, after, zone, cells = years(seed)
    whole, summed = zero_transitions(3), zero_transitions(3)
    add_transitions(before, after, zone, TileAreas(cells, 0, 0), whole)
    for top in range(0, 19, size):
        for left in range(0, 26, size):
            cut = slice(top, top + size), slice(left, left + size)
            add_transitions(before[cut], after[cut], zone[cut], TileAreas(cells, top, left), summed)
    np.testing.assert_array_equal(summed, whole)


def test_years_that_do_not_fit_are_refused():
    before, after, zone, cells = years(1)
    areas = TileAreas(cells, 0, 0)
    with pytest.raises(OutOfRange, match="行列数"):
        add_transitions(before[1:], after, zone, areas, zero_transitions(3))
    with pytest.raises(OutOfRange, match="统计单元"):
        add_transitions(before, after, zone, areas, zero_transitions(2))
    with pytest.raises(OutOfRange, match="后期的强度等级"):
        add_transitions(before, np.full_like(after, 255), zone, areas, zero_transitions(3))
