"""What the leading-group office does with a task: term, milestones, units, notes; and its light."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from shuibao.law.progress import Light, light
from shuibao.platform.accounts.models import Organisation
from shuibao.platform.core.errors import Conflict
from shuibao.platform.core.events import record
from shuibao.platform.core.visibility import require
from shuibao.platform.goals.models import Clause, Milestone, Task, TaskUnit
from shuibao.platform.rulebook.queries import book_for
from shuibao.rules.goals import light_limits
from shuibao.science.errors import InputError


def refresh_light(task: Task) -> Task:
    """The task with the light it has today."""
    today = timezone.localdate()
    planned = task.planned_on(today)
    now = Light.NONE
    if planned is not None:
        now = light(task.done_pct, planned, light_limits(book_for(task.region_id, today)))
    if now.value != task.light:
        task.light = now.value
        task.save(update_fields=["light"])
    return task


@transaction.atomic
def set_term(task_id: int, *, due_on: date, basis: str, by: Any) -> Task:
    """The task with a last day, set by the office where the plan names none, or extended on a ground."""
    task = _locked(task_id, by, "goals.schedule")
    if due_on <= task.starts_on:
        raise InputError(f"完成期限 {due_on} 不晚于开始日期 {task.starts_on}，请填更晚的日期。")
    before = task.due_on
    task.due_on, task.due_basis = due_on, given(basis, "期限依据")
    task.save(update_fields=["due_on", "due_basis"])
    record(task, "goals.term_set", f"完成期限 {due_on}", by=by, before=before, after=due_on, evidence=basis)
    return refresh_light(task)


@transaction.atomic
def add_milestone(task_id: int, *, title: str, due_on: date, planned_pct: float, by: Any) -> Milestone:
    """A milestone of a task that has a last day, in step with the others."""
    task = _locked(task_id, by, "goals.schedule")
    if task.due_on is None:
        raise Conflict(f"“{task}”还没有完成期限，请先确定期限再加里程碑。")
    if not task.starts_on < due_on < task.due_on:
        raise InputError(
            f"里程碑期限 {due_on} 不在 {task.starts_on} 与 {task.due_on} 之间，请改填期间的日期。"
        )
    if not 0 <= planned_pct <= 100:
        raise InputError(f"计划进度 {planned_pct:g}% 不在 0–100 之间。")
    for other in task.milestones.filter(ended_at=None):
        if (other.due_on < due_on) == (other.planned_pct > planned_pct) and other.planned_pct != planned_pct:
            raise InputError(
                f"计划进度 {planned_pct:g}% 与里程碑“{other}”（{other.due_on}，{other.planned_pct:g}%）"
                "先后颠倒，请核对日期和进度。"
            )
    milestone = Milestone.objects.create(
        task=task, title=given(title, "里程碑"), due_on=due_on, planned_pct=planned_pct
    )
    record(task, "goals.milestone_added", f"里程碑“{milestone}” {due_on} 计划 {planned_pct:g}%", by=by)
    refresh_light(task)
    return milestone


@transaction.atomic
def end_milestone(milestone_id: int, *, reason: str, by: Any) -> Milestone:
    """The milestone, ended with a reason."""
    milestone = Milestone.objects.select_for_update().get(pk=milestone_id)
    task = _locked(milestone.task_id, by, "goals.schedule")
    if milestone.ended_at is not None:
        raise Conflict(f"里程碑“{milestone}”已经终止。")
    reason = given(reason, "终止原因")
    milestone.ended_at = timezone.now()
    milestone.save(update_fields=["ended_at"])
    record(task, "goals.milestone_ended", f"里程碑“{milestone}”终止", by=by, reason=reason)
    refresh_light(task)
    return milestone


@transaction.atomic
def name_units(unit_id: int, organisations: Iterable[Organisation], *, basis: str, by: Any) -> TaskUnit:
    """A printed group of units (相关县, 各行业主管部门) with those that are meant, on a ground."""
    unit = TaskUnit.objects.select_for_update().get(pk=unit_id)
    task = _locked(unit.task_id, by, "goals.schedule")
    if not unit.printed.startswith(("各", "相关")):
        raise Conflict(f"“{unit.printed}”是一个单位，不必另外指定。")
    unit.basis = given(basis, "单位依据")
    unit.save(update_fields=["basis"])
    unit.organisations.set(organisations)
    names = "、".join(str(found) for found in unit.organisations.all())
    record(task, "goals.units_named", f"{unit.printed}：{names}"[:300], by=by, evidence=basis)
    return unit


@transaction.atomic
def note_task(task_id: int, *, text: str, by: Any) -> Task:
    """The task, with a note in its timeline."""
    task = _locked(task_id, by, "goals.note")
    record(task, "goals.noted", f"备注：{given(text, '备注')}"[:300], by=by)
    return task


@transaction.atomic
def note_clause(clause_id: int, *, standing: Clause.Standing, text: str, by: Any) -> Clause:
    """The clause, with where it stands."""
    clause: Clause = (
        Clause.objects.visible_to(by).select_for_update().select_related("plan").get(pk=clause_id)
    )
    require(by, "goals.note", clause)
    clause.standing, clause.standing_text = standing, given(text, "落实说明")
    clause.save(update_fields=["standing", "standing_text"])
    record(clause, "goals.clause_noted", f"{clause.code} {standing.label}", by=by, reason=text[:300])
    return clause


def given(text: str, name: str) -> str:
    """The text without spaces around it. Raises InputError when there is none."""
    if not text.strip():
        raise InputError(f"{name}没有填写，请写明。")
    return text.strip()


def _locked(task_id: int, by: Any, verb: str) -> Task:
    task: Task = Task.objects.visible_to(by).select_for_update().get(pk=task_id)
    require(by, verb, task)
    return task
