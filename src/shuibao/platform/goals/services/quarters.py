"""A quarter's reports, asked for: a draft and a deadline for every lead unit of every task."""

from datetime import time

from django.db import transaction
from django.utils import timezone

from shuibao.platform.core.due_kinds import every_day
from shuibao.platform.goals.models import Report, Task, TaskUnit
from shuibao.platform.goals.periods import ended_quarter
from shuibao.platform.goals.services.reports import reporting_by, set_report_deadline
from shuibao.platform.goals.services.tasks import refresh_light


def open_quarter(year: int, quarter: int) -> int:
    """How many reports were newly asked for. One that a unit has begun or filed is left alone."""
    leads = TaskUnit.objects.filter(part=TaskUnit.Part.LEAD).exclude(task__verified_pct__gte=100)
    return sum(
        _ask(unit.task, organisation.pk, organisation.region_id, year, quarter)
        for unit in leads.select_related("task").prefetch_related("organisations")
        for organisation in unit.organisations.all()
    )


@transaction.atomic
def _ask(task: Task, unit_id: int, region_id: str, year: int, quarter: int) -> bool:
    report, is_new = Report.objects.get_or_create(
        task=task, unit_id=unit_id, year=year, quarter=quarter, defaults={"region_id": region_id}
    )
    if is_new:
        set_report_deadline(report, reporting_by(report.unit, "报送"))
    return is_new


@every_day("goals.daily", at=time(6, 0))
def look_daily(_facts: dict) -> None:
    """Asks for the reports of the quarter that has ended, and gives every task its light of the day."""
    open_quarter(*ended_quarter(timezone.localdate()))
    for task in Task.objects.all():
        refresh_light(task)
