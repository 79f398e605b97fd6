"""Progress against time: what is due, the light, the days late."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuibao.law.progress import Light, LightLimits, Step, light, overdue_days, planned_pct
from shuibao.science.errors import OutOfRange

START, END = date(2024, 1, 1), date(2024, 12, 31)
LIMITS = LightLimits(1.0, 0.8)


def test_progress_is_due_straight_in_time() -> None:
    assert planned_pct([], START, END, START) == 0
    assert planned_pct([], START, END, date(2024, 7, 1)) == pytest.approx(100 * 182 / 365)
    assert planned_pct([], START, END, END) == 100
    assert planned_pct([], START, END, date(2025, 6, 1)) == 100
    assert planned_pct([], START, END, date(2023, 6, 1)) == 0


def test_milestones_bend_the_way() -> None:
    half = [Step(date(2024, 7, 1), 20.0)]
    assert planned_pct(half, START, END, date(2024, 7, 1)) == 20
    assert planned_pct(half, START, END, date(2024, 4, 1)) == pytest.approx(20 * 91 / 182)


@given(st.integers(0, 364), st.integers(0, 364))
def test_what_is_due_never_falls_back(first: int, second: int) -> None:
    steps = [Step(date(2024, 5, 1), 10.0), Step(date(2024, 9, 1), 70.0)]
    early, late = sorted((first, second))
    due = [planned_pct(steps, START, END, START + timedelta(days=days)) for days in (early, late)]
    assert due[0] <= due[1]


def test_milestones_out_of_step_are_refused() -> None:
    with pytest.raises(OutOfRange):
        planned_pct([Step(date(2024, 5, 1), 70.0), Step(date(2024, 9, 1), 10.0)], START, END, END)
    with pytest.raises(OutOfRange):
        planned_pct([Step(date(2025, 5, 1), 50.0)], START, END, START)
    with pytest.raises(OutOfRange):
        planned_pct([], END, START, END)


@pytest.mark.parametrize(
    ("done", "planned", "shown"),
    [
        (50, 50, Light.GREEN),
        (60, 50, Light.GREEN),
        (49.9, 50, Light.YELLOW),
        (40, 50, Light.YELLOW),
        (39.9, 50, Light.RED),
        (0, 0, Light.GREEN),
        (0, 1, Light.RED),
    ],
)
def test_a_light_compares_with_the_plan(done: float, planned: float, shown: Light) -> None:
    assert light(done, planned, LIMITS) is shown


def test_only_what_is_not_done_is_overdue() -> None:
    assert overdue_days(END, 99, END + timedelta(days=3)) == 3
    assert overdue_days(END, 100, END + timedelta(days=3)) == 0
    assert overdue_days(END, 0, END) == 0
