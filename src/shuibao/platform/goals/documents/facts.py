"""What the quarterly report says: tasks, quantities and rates at the end of a quarter's reporting."""

from collections import Counter
from typing import NamedTuple

from django.utils import timezone

from shuibao.law.progress import Light, light, overdue_days
from shuibao.platform.goals.models import Plan, Quantity, Report, Task
from shuibao.platform.goals.periods import last_day
from shuibao.platform.goals.queries.progress import Reached, reached
from shuibao.platform.goals.queries.targets import Board, board
from shuibao.platform.rulebook.queries import book_for
from shuibao.rules.goals import light_limits

LIGHT_WORDS = {Light.GREEN: "绿", Light.YELLOW: "黄", Light.RED: "红", Light.NONE: "未定期限"}


class TaskRow(NamedTuple):
    """A task at the quarter's end. Percentages; None is unknown."""

    task: Task
    planned_pct: float | None
    self_pct: float | None
    verified_pct: float | None
    light: str
    overdue_days: int | None
    state: str
    text: str


class QuarterFacts(NamedTuple):
    """All that the report shows."""

    plan: Plan
    year: int
    quarter: int
    rows: list[TaskRow]
    counts: dict[str, int]
    quantities: list[Reached]
    board: Board
    made_at: object
    is_demo: bool

    @property
    def period(self) -> str:
        """The quarter in words."""
        return f"{self.year} 年第 {self.quarter} 季度"

    @property
    def reported(self) -> int:
        """How many tasks have a report of the quarter."""
        return sum(row.state != "未报送" for row in self.rows)


def quarter_facts(plan: Plan, year: int, quarter: int, user: object) -> QuarterFacts:
    """The facts of a plan's quarter as a person may see them."""
    limits = light_limits(book_for(plan.region_id, timezone.localdate()))
    end = min(last_day(year, quarter), timezone.localdate())
    tasks = Task.objects.visible_to(user).filter(plan=plan).prefetch_related("milestones")
    reports = Report.objects.visible_to(user).filter(task__plan=plan, year=year, quarter=quarter)
    by_task: dict[int, list[Report]] = {}
    for report in reports.exclude(state=Report.State.DRAFT).select_related("unit"):
        by_task.setdefault(report.task_id, []).append(report)
    rows = []
    for task in tasks:
        mine = by_task.get(task.pk, [])
        planned = task.planned_on(end)
        verified = min((r.verified_pct for r in mine if r.verified_pct is not None), default=None)
        shown = Light.NONE if planned is None else light(verified or 0.0, planned, limits)
        late = None if task.due_on is None else overdue_days(task.due_on, verified or 0.0, end)
        said = min((r.self_pct for r in mine if r.self_pct is not None), default=None)
        words = "；".join(f"{r.unit}：{r.text}" for r in mine)
        state = "、".join(sorted({r.get_state_display() for r in mine})) or "未报送"
        rows.append(TaskRow(task, planned, said, verified, LIGHT_WORDS[shown], late, state, words))
    shown_board = board(plan.region, None, None)
    is_demo = shown_board.is_demo or any("示例数据" in row.text for row in rows)
    return QuarterFacts(
        plan,
        year,
        quarter,
        rows,
        dict(Counter(row.light for row in rows)),
        reached(Quantity.objects.visible_to(user).filter(plan=plan)),
        shown_board,
        timezone.localtime(),
        is_demo,
    )
