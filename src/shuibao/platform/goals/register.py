"""The registers of tasks and of published conservation rates."""

from typing import Any

from shuibao.platform.core.attachments.queries import attachments_of
from shuibao.platform.core.visibility import reader_of
from shuibao.platform.goals.models import RegionYear, Report, Task
from shuibao.platform.goals.queries.progress import reached
from shuibao.platform.registers.declaration import (
    Action,
    Column,
    Filter,
    Group,
    Panel,
    Register,
    SavedQuery,
)
from shuibao.platform.registers.registry import register


def _facts(task: Any, user: object) -> dict[str, Any]:
    """What the task's own panel shows: clauses, units, milestones, quantities, reports and their evidence."""
    reports = Report.objects.visible_to(user).filter(task=task).select_related("unit", "task")
    shown = list(reports[:12])
    own = reader_of(user).organisation_id
    return {
        "clauses": task.clauses.select_related("plan"),
        "units": task.units.prefetch_related("organisations"),
        "milestones": task.milestones.filter(ended_at=None),
        "quantities": reached(task.quantities.all()),
        "reports": shown,
        "evidence": [file for report in shown for file in attachments_of(report, user)],
        "may_file": own is not None
        and reader_of(user).may("goals.report")
        and task.units.filter(organisations=own).exists(),
        "may_schedule": reader_of(user).may("goals.schedule", task.region_id),
    }


register(
    Register(
        name="goals",
        model=Task,
        rail="goals",
        key="code",
        counter="项",
        columns=(
            Column("number"),
            Column("wording", is_link=True),
            Column("lead"),
            Column(
                "light",
                tones={"green": "ok", "yellow": "warn", "red": "bad", "none": "off"},
            ),
            Column("verified_pct", unit="%", digits=0),
            Column("self_pct", unit="%", digits=0),
            Column("due_on"),
            Column("overdue_days", head="逾期", unit="天", is_sortable=False),
            Column("heading", is_minor=True),
            Column("cooperating", is_minor=True),
        ),
        search=("code", "wording", "lead", "cooperating"),
        filters=(
            Filter("heading", "choice"),
            Filter("light", "choice"),
            Filter("due_on", "date"),
        ),
        views=(
            SavedQuery("红灯", "light=red"),
            SavedQuery("黄灯", "light=yellow"),
            SavedQuery("未定期限", "light=none"),
        ),
        facts=(
            Group("任务", ("number", "wording", "heading", "plan")),
            Group("分工", ("lead", "cooperating")),
            Group("期限", ("starts_on", "due_on", "due_basis", "overdue_days")),
            Group("进度", ("light", "planned_pct", "verified_pct", "self_pct")),
        ),
        heads={"planned_pct": "计划进度（%）", "overdue_days": "逾期"},
        exported=(
            "number",
            "heading",
            "wording",
            "lead",
            "cooperating",
            "starts_on",
            "due_on",
            "light",
            "planned_pct",
            "self_pct",
            "verified_pct",
            "overdue_days",
        ),
        order=("plan_id", "number"),
        actions=(
            Action("确定期限", "goals:term", "goals.schedule"),
            Action("加里程碑", "goals:milestone", "goals.schedule", lambda row: row.due_on is not None),
            Action("写备注", "goals:note", "goals.note"),
        ),
        panels=(Panel("goals/task_panels.html", _facts),),
        empty="还没有任务。更新数据表（shuibao migrate）时载入两个方案。",
    )
)

register(
    Register(
        name="rates",
        model=RegionYear,
        rail="goals",
        columns=(
            Column("region", is_link=True),
            Column("year"),
            Column("rate_pct", unit="%", digits=2),
            Column("erosion_km2", unit="km²", digits=2),
            Column("land_km2", unit="km²", digits=2),
            Column("product", is_minor=True),
            Column("published_at", is_minor=True),
            Column("ended_at", is_minor=True),
        ),
        search=("region__name", "product"),
        filters=(Filter("region", "region"), Filter("year", "number")),
        facts=(
            Group("水土保持率", ("region", "year", "rate_pct", "erosion_km2", "land_km2")),
            Group("来源", ("source", "product", "is_demo", "published_at", "published_by", "ended_at")),
        ),
        exported=(
            "region_id",
            "region__name",
            "year",
            "land_km2",
            "erosion_km2",
            "rate_pct",
            "source",
            "product",
            "is_demo",
            "published_at",
            "ended_at",
        ),
        order=("region_id", "-year"),
        empty="还没有发布的水土保持率。发布一次年度监测成果后，这里有各县的数值。",
    )
)
