"""A unit's quarterly report: drafted, and filed."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from shuibao.platform.accounts.models import Organisation
from shuibao.platform.core import deadlines
from shuibao.platform.core.attachments.queries import attachments_of
from shuibao.platform.core.errors import MoveNotAllowed, NotAllowed
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Deadline
from shuibao.platform.core.responsible import Responsible
from shuibao.platform.core.transitions import move
from shuibao.platform.core.visibility import reader_of
from shuibao.platform.goals.models import Figure, Report, Task
from shuibao.platform.goals.queries.progress import reported_progress
from shuibao.platform.goals.services.tasks import given
from shuibao.platform.goals.services.terms import after_days_of
from shuibao.platform.rulebook.queries import book_for
from shuibao.rules.goals import report_days
from shuibao.science.errors import DomainError, InputError

REPORTING, VERIFYING, SIGNING = "报送季度进展", "核实季度进展", "签认季度进展"
WATER_BUREAU = Organisation.Kind.WATER


class EvidenceMissing(DomainError):
    """A progress that nothing proves."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"“{report}”自报进度 {report.self_pct:g}%，没有佐证材料，请先添加附件再报送。")


class NotAUnitOfTheTask(NotAllowed):
    """A report by an organisation that the task does not name."""


@transaction.atomic
def draft_report(
    task_id: int,
    *,
    year: int,
    quarter: int,
    progress_pct: float,
    text: str,
    figures: Mapping[int, float | None],
    by: Any,
) -> Report:
    """The report of one's own unit, not filed yet: made, or changed while it may be.

    figures: what has been reached of the task's quantities by their keys, cumulative; None is unknown.
    """
    task: Task = Task.objects.visible_to(by).select_for_update().get(pk=task_id)
    unit = unit_of(task, by)
    _check_period(year, quarter)
    _check_progress(task, progress_pct, figures)
    report, _made = Report.objects.get_or_create(
        task=task, unit=unit, year=year, quarter=quarter, defaults={"region_id": unit.region_id}
    )
    if Report.State.FILED not in Report.MOVES[Report.State(report.state)]:
        raise MoveNotAllowed(report, report.get_state_display(), str(Report.State.FILED.label), ())
    report.self_pct, report.text = progress_pct, given(text, "进展")
    report.save(update_fields=["self_pct", "text"])
    for quantity in task.quantities.filter(pk__in=list(figures)):
        Figure.objects.update_or_create(
            report=report, quantity=quantity, defaults={"self_reported": figures[quantity.pk]}
        )
    return report


@transaction.atomic
def file_report(report_id: int, *, by: Any) -> Report:
    """The report, filed with the water bureau. Raises EvidenceMissing for progress without any file."""
    report: Report = Report.objects.visible_to(by).select_for_update().get(pk=report_id)
    if unit_of(report.task, by) != report.unit:
        raise NotAUnitOfTheTask("goals.report", report)
    if report.self_pct is None:
        raise InputError(f"“{report}”还没有填写进度，请先填写再报送。")
    if report.self_pct > 0 and not attachments_of(report, by).exists():
        raise EvidenceMissing(report)
    move(report, to=Report.State.FILED)
    report.filed_by, report.filed_at, report.reason = by, timezone.now(), ""
    report.save(update_fields=["filed_by", "filed_at", "reason"])
    report.task.self_pct = reported_progress(report.task)
    report.task.save(update_fields=["self_pct"])
    record(report.task, "goals.filed", f"{report.unit}报送 {report.period}进展 {report.self_pct:g}%", by=by)
    record(report, "goals.filed", f"报送，自报 {report.self_pct:g}%", by=by)
    _after_filing(report, by)
    return report


def unit_of(task: Task, by: Any) -> Organisation:
    """The organisation a person reports for on a task. Raises NotAUnitOfTheTask for all others."""
    reader = reader_of(by)
    unit = Organisation.objects.filter(pk=reader.organisation_id or 0).first()
    is_named = unit is not None and task.units.filter(organisations=unit).exists()
    if unit is None or not is_named or not reader.may("goals.report", unit.region_id):
        raise NotAUnitOfTheTask("goals.report", task)
    return unit


class NextStep(NamedTuple):
    """A step of the chain: its name, the rule of its days, its button and page, and whose it is."""

    name: str
    rule: str
    act: str
    page: str
    responsible: Responsible


def set_report_deadline(report: Report, step: NextStep) -> Deadline:
    """The deadline of the next step of a report, by its rule."""
    today = timezone.localdate()
    rule = getattr(report_days(book_for(report.task.region_id, today)), step.rule)
    key = report.task.code if step.page == "goals:file" else report.pk
    url, act_url = reverse("goals:report", args=[report.pk]), reverse(step.page, args=[key])
    task = deadlines.Task(step.name, url, step.act, act_url, report.period)
    term = after_days_of(rule, today, report.region_id)
    return deadlines.set_deadline(report, task, term, responsible=step.responsible)


def reporting_by(unit: Organisation, act: str) -> NextStep:
    """The step in which a unit files its report, or files it again."""
    return NextStep(REPORTING, "report", act, "goals:file", Responsible(organisation=unit))


def meet_open_deadline(report: Report, name: str, by: Any) -> None:
    """Meets the open deadline of a step, where there is one."""
    for open_one in deadlines.deadlines_of(report).filter(task=name, state=Deadline.State.OPEN):
        deadlines.meet(open_one.pk, by=by)


def _after_filing(report: Report, by: Any) -> None:
    meet_open_deadline(report, REPORTING, by)
    bureau = Organisation.objects.filter(kind=WATER_BUREAU, region_id=report.task.region_id).first()
    if bureau is not None:
        responsible = Responsible(organisation=bureau)
        set_report_deadline(report, NextStep(VERIFYING, "verify", "核实", "goals:verify", responsible))


def _check_period(year: int, quarter: int) -> None:
    today = timezone.localdate()
    if not 1 <= quarter <= 4:
        raise InputError(f"季度 {quarter} 不在 1–4 之间。")
    if (year, 3 * quarter - 2) > (today.year, today.month):
        raise InputError(f"{year} 年第 {quarter} 季度还没有开始，请选已开始的季度。")


def _check_progress(task: Task, progress_pct: float, figures: Mapping[int, float | None]) -> None:
    if not 0 <= progress_pct <= 100:
        raise InputError(f"自报进度 {progress_pct:g}% 不在 0–100 之间。")
    names = dict(task.quantities.values_list("pk", "name"))
    for key, value in figures.items():
        if key not in names:
            raise InputError(f"指标 {key} 不属于任务“{task}”，请刷新页面后再填。")
        if value is not None and value < 0:
            raise InputError(f"{names[key]} {value:g} 小于 0，请填累计完成数。")
