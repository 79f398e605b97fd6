"""What a unit leads, supports, and must do next."""

from typing import NamedTuple

from django.db.models import QuerySet

from shuibao.platform.accounts.models import Organisation
from shuibao.platform.goals.models import Report, Task, TaskUnit


class UnitTasks(NamedTuple):
    """The tasks of a unit, and its reports that wait for it or for others."""

    leads: "QuerySet[Task]"
    supports: "QuerySet[Task]"
    due: "QuerySet[Report]"
    under_way: "QuerySet[Report]"


def tasks_of(unit: Organisation, user: object) -> UnitTasks:
    """What concerns a unit, of what the user may see."""
    tasks = Task.objects.visible_to(user)
    reports = Report.objects.visible_to(user).filter(unit=unit).select_related("task", "unit")
    due = (Report.State.DRAFT, Report.State.RETURNED)
    on_the_way = (Report.State.FILED, Report.State.VERIFIED)
    return UnitTasks(
        tasks.filter(pk__in=_of(unit, TaskUnit.Part.LEAD)),
        tasks.filter(pk__in=_of(unit, TaskUnit.Part.COOPERATING)),
        reports.filter(state__in=due),
        reports.filter(state__in=on_the_way),
    )


def units_of_tasks(user: object) -> "QuerySet[Organisation]":
    """The organisations that the tasks name, of those that the user may see."""
    named = TaskUnit.objects.filter(task__in=Task.objects.visible_to(user)).values("organisations")
    found: QuerySet[Organisation] = Organisation.objects.visible_to(user).filter(pk__in=named)
    return found.select_related("region")


def _of(unit: Organisation, part: str) -> "QuerySet[TaskUnit]":
    found: QuerySet[TaskUnit] = TaskUnit.objects.filter(organisations=unit, part=part).values("task")  # type: ignore[assignment]
    return found
