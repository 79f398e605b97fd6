"""Progress of a task against time: what is due by a day, the light it gets, the days it is late."""

from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from shuibao.science.errors import OutOfRange


class Light(StrEnum):
    """How a task stands against its plan. NONE: no last day is set, so nothing can be compared."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    NONE = "none"


class LightLimits(NamedTuple):
    """Shares of the planned progress [-] from which a light is green, or at least yellow."""

    green: float
    yellow: float


class Step(NamedTuple):
    """A milestone: its last day, and the progress that should be reached by then [%]."""

    due_on: date
    planned_pct: float


def planned_pct(steps: list[Step], starts_on: date, due_on: date, on: date) -> float:
    """Progress due on a day [%]: straight in time from 0 over the milestones to 100 on the last day.

    Raises OutOfRange for a last day before the start, or milestones outside the term or that fall back.
    """
    if due_on <= starts_on:
        raise OutOfRange("完成期限", due_on, f"晚于开始日期 {starts_on}")
    way = [Step(starts_on, 0.0), *sorted(steps), Step(due_on, 100.0)]
    for before, after in pairwise(way):
        if after.due_on < before.due_on or after.planned_pct < before.planned_pct:
            raise OutOfRange("里程碑", after.due_on, f"在 {starts_on} 与 {due_on} 之间，进度逐步增加")
    if on >= due_on:
        return 100.0
    for before, after in pairwise(way):
        if before.due_on <= on < after.due_on:
            share = (on - before.due_on).days / (after.due_on - before.due_on).days
            return before.planned_pct + share * (after.planned_pct - before.planned_pct)
    return 0.0


def light(done_pct: float, planned: float, limits: LightLimits) -> Light:
    """The light of a progress against the planned one [both %]. Nothing due yet is green."""
    for name, value in (("完成进度（%）", done_pct), ("计划进度（%）", planned)):
        if not 0 <= value <= 100:
            raise OutOfRange(name, value, "0–100")
    if done_pct >= planned * limits.green:
        return Light.GREEN
    return Light.YELLOW if done_pct >= planned * limits.yellow else Light.RED


def overdue_days(due_on: date, done_pct: float, on: date) -> int:
    """Days a task is past its last day without being done; 0 when it is done or not due."""
    return 0 if done_pct >= 100 else max((on - due_on).days, 0)
