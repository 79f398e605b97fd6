"""What may happen to plans, tasks, reports and targets."""

from shuibao.platform.goals.services.allocations import issue_allocation, make_allocation
from shuibao.platform.goals.services.plans import load_plans
from shuibao.platform.goals.services.quantities import count_quantity
from shuibao.platform.goals.services.quarters import open_quarter
from shuibao.platform.goals.services.region_years import publish_region_years
from shuibao.platform.goals.services.reports import draft_report, file_report
from shuibao.platform.goals.services.sign_off import return_report, sign_report, verify_report
from shuibao.platform.goals.services.tasks import (
    add_milestone,
    end_milestone,
    name_units,
    note_clause,
    note_task,
    refresh_light,
    set_term,
)

__all__ = [
    "add_milestone",
    "count_quantity",
    "draft_report",
    "end_milestone",
    "file_report",
    "issue_allocation",
    "load_plans",
    "make_allocation",
    "name_units",
    "note_clause",
    "note_task",
    "open_quarter",
    "publish_region_years",
    "refresh_light",
    "return_report",
    "set_term",
    "sign_report",
    "verify_report",
]
