"""The tables of plans, tasks, reports and targets."""

from shuibao.platform.goals.models.allocation import Allocation, AllocationShare
from shuibao.platform.goals.models.plan import Clause, Plan
from shuibao.platform.goals.models.quantity import Figure, Quantity
from shuibao.platform.goals.models.region_year import RegionYear
from shuibao.platform.goals.models.report import Report
from shuibao.platform.goals.models.task import Milestone, Task, TaskUnit

__all__ = [
    "Allocation",
    "AllocationShare",
    "Clause",
    "Figure",
    "Milestone",
    "Plan",
    "Quantity",
    "RegionYear",
    "Report",
    "Task",
    "TaskUnit",
]
