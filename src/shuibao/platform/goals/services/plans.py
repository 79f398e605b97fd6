"""The shipped plans, brought into the database."""

from typing import Any

from django.db import transaction

from shuibao.platform.accounts.models import Organisation
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Region
from shuibao.platform.goals.models import Clause, Plan, Quantity, Task, TaskUnit
from shuibao.platform.goals.plan_files import EVERY_COUNTY, PLANS, SOME_COUNTIES, UnitUnknown, shipped_plan


def load_plans() -> int:
    """How many shipped plans were new. One that is there stays as it is, with all that was added to it.

    Raises UnitUnknown for a unit of a task that is no organisation yet.
    """
    known = set(Plan.objects.values_list("code", flat=True))
    new = [code for code in PLANS if code not in known]
    for code in new:
        _load(shipped_plan(code))
    return len(new)


@transaction.atomic
def _load(content: dict[str, Any]) -> None:
    facts = content["plan"]
    plan = Plan.objects.create(region_id=facts["region"], **{k: v for k, v in facts.items() if k != "region"})
    clauses = {
        row["code"]: _clause(plan, position, row) for position, row in enumerate(content["clause"], start=1)
    }
    tasks = {row["number"]: _task(plan, row, clauses) for row in content.get("task", [])}
    for row in content.get("quantity", []):
        _quantity(plan, row, clauses, tasks)
    record(plan, "goals.loaded", f"载入 {plan.number}", clauses=len(clauses), tasks=len(tasks))


def _clause(plan: Plan, position: int, row: dict[str, Any]) -> Clause:
    clause = Clause.objects.create(
        plan=plan,
        code=row["code"],
        position=position,
        mark=row["mark"],
        chapter=row["chapter"],
        title=row["title"],
        text=row["text"],
        responsible=row.get("responsible", ""),
        note=row.get("note", ""),
    )
    clause.implements.set(Clause.objects.filter(code__in=row.get("implements", [])))
    return clause


def _task(plan: Plan, row: dict[str, Any], clauses: dict[str, Clause]) -> Task:
    task = Task.objects.create(
        plan=plan,
        code=f"T{row['number']}",
        number=row["number"],
        heading=row["heading"],
        wording=row["wording"],
        lead="、".join(row["lead"]),
        cooperating="、".join(row["cooperating"]),
        region=plan.region,
        starts_on=plan.issued_on,
        due_on=row.get("due_on"),
        due_basis=row.get("due_basis", ""),
    )
    task.clauses.set(clauses[code] for code in row["clauses"])
    for part, printed in ((TaskUnit.Part.LEAD, row["lead"]), (TaskUnit.Part.COOPERATING, row["cooperating"])):
        for position, name in enumerate(printed, start=1):
            _unit(task, part, position, name, row)
    return task


def _unit(task: Task, part: str, position: int, name: str, row: dict[str, Any]) -> None:
    unit = TaskUnit.objects.create(task=task, part=part, position=position, printed=name)
    if name in SOME_COUNTIES and "named" in row:
        unit.basis = row["named_basis"]
        unit.save(update_fields=["basis"])
    unit.organisations.set(_organisations(task, name, row))


def _organisations(task: Task, name: str, row: dict[str, Any]) -> list[Organisation]:
    """Who a printed name is: one organisation, the governments of a group of counties, or nobody named."""
    governments = Organisation.objects.filter(
        kind=Organisation.Kind.GOVERNMENT, region__parent_id=task.region_id, region__level=Region.Level.COUNTY
    )
    if name in EVERY_COUNTY:
        return list(governments)
    if name in SOME_COUNTIES:
        return list(governments.filter(region_id__in=row.get("named", [])))
    if name.startswith("各"):
        return []
    found = Organisation.objects.filter(name=name, region_id=task.region_id).first()
    if found is None:
        raise UnitUnknown(name, task.number)
    return [found]


def _quantity(plan: Plan, row: dict[str, Any], clauses: dict[str, Clause], tasks: dict[int, Task]) -> None:
    Quantity.objects.create(
        plan=plan,
        task=tasks[row["task"]] if "task" in row else None,
        clause=clauses[row["clause"]],
        code=row["code"],
        name=row["name"],
        target=row["target"],
        unit=row["unit"],
        year=row["year"],
        is_minimum=row.get("at_least", False),
        measure=row.get("measure", Quantity.Measure.COUNT),
        members=row.get("members", []),
        note=row.get("note", ""),
    )
