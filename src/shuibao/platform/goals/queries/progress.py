"""How far a task and its quantities are, from the reports of its lead units."""

from typing import NamedTuple

from django.db.models import QuerySet

from shuibao.platform.goals.models import Figure, Quantity, Report, Task, TaskUnit

FILED = (Report.State.FILED, Report.State.VERIFIED, Report.State.SIGNED)


class Reached(NamedTuple):
    """A quantity with what was last reported and, apart from it, last verified of it; None is unknown.

    counted: the water bureau's own count, for a quantity that no task has.
    """

    quantity: Quantity
    self_reported: float | None
    verified: float | None
    counted: Figure | None = None

    @property
    def share_pct(self) -> float | None:
        """The verified part of the target [%], 100 at most."""
        return None if self.verified is None else min(100 * self.verified / self.quantity.target, 100.0)


def reported_progress(task: Task) -> float | None:
    """The progress the lead units last reported [%]: the least, since the task is done when all are."""
    latest = _latest_of_leads(task, FILED)
    return min((report.self_pct for report in latest if report.self_pct is not None), default=None)


def signed_progress(task: Task) -> float | None:
    """The verified progress of the lead units' last signed reports [%]: the least of them."""
    latest = _latest_of_leads(task, (Report.State.SIGNED,))
    return min((report.verified_pct for report in latest if report.verified_pct is not None), default=None)


def reached(quantities: "QuerySet[Quantity]") -> list[Reached]:
    """Every quantity with its latest figures, in their order."""
    return [_reached(quantity) for quantity in quantities.select_related("task", "clause")]


def _reached(quantity: Quantity) -> Reached:
    if quantity.task_id is None:
        counted = Figure.objects.filter(quantity=quantity, report=None).order_by("-counted_on", "-pk").first()
        return Reached(quantity, None, counted.verified if counted else None, counted)
    figures = Figure.objects.filter(quantity=quantity).order_by("-report__year", "-report__quarter", "-pk")
    filed = figures.filter(report__state__in=FILED, self_reported__isnull=False).first()
    signed = figures.filter(report__state=Report.State.SIGNED, verified__isnull=False).first()
    return Reached(quantity, filed.self_reported if filed else None, signed.verified if signed else None)


def _latest_of_leads(task: Task, states: tuple[Report.State, ...]) -> list[Report]:
    leads = TaskUnit.objects.filter(task=task, part=TaskUnit.Part.LEAD).values("organisations")
    found: dict[int, Report] = {}
    for report in task.reports.filter(state__in=states, unit__in=leads).order_by("year", "quarter"):
        found[report.unit_id] = report
    return list(found.values())
