"""The plans: every clause with its tasks, and where those without a task stand."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from shuibao.platform.core.visibility import reader_of
from shuibao.platform.goals.forms import ClauseForm, CountForm
from shuibao.platform.goals.models import Clause, Plan, Quantity, Task
from shuibao.platform.goals.queries.progress import reached
from shuibao.platform.goals.services import count_quantity, note_clause
from shuibao.platform.goals.views.step import need, step


@login_required
def plans(request: HttpRequest) -> HttpResponse:
    """方案列表。"""
    rows = Plan.objects.visible_to(request.user).annotate(
        clause_count=Count("clauses", distinct=True), task_count=Count("tasks", distinct=True)
    )
    return render(request, "goals/plans.html", {"rail": "goals", "plans": rows})


@login_required
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """一个方案：逐条条文、任务、量化指标。"""
    found = get_object_or_404(Plan.objects.visible_to(request.user), code=code)
    tasks = Prefetch("tasks", Task.objects.visible_to(request.user))
    clauses = found.clauses.prefetch_related(tasks, "implements", "implemented_by")
    facts = {
        "rail": "goals",
        "plan": found,
        "clauses": clauses,
        "quantities": reached(Quantity.objects.visible_to(request.user).filter(plan=found)),
        "has_tasks": found.tasks.exists(),
        "may_count": reader_of(request.user).may("goals.verify", found.region_id),
        "may_note": reader_of(request.user).may("goals.note", found.region_id),
    }
    return render(request, "goals/plan.html", facts)


@login_required
def note(request: HttpRequest, code: str) -> HttpResponse:
    """填报一条条文的落实情况。"""
    rows = Clause.objects.visible_to(request.user).select_related("plan")
    clause = get_object_or_404(rows, code=code)
    need(request, "goals.note", clause)
    first = {"standing": clause.standing, "text": clause.standing_text}

    def act(typed: dict[str, Any]) -> str:
        standing = Clause.Standing(typed["standing"])
        note_clause(clause.pk, standing=standing, text=typed["text"], by=request.user)
        return f"{reverse('goals:plan', args=[clause.plan.code])}#{clause.code}"

    form = ClauseForm(request.POST or None, initial=first)
    return step(request, form, "goals/clause.html", {"clause": clause}, act)


@login_required
def count(request: HttpRequest, code: str) -> HttpResponse:
    """填报一项没有任务的指标的统计数。"""
    rows = Quantity.objects.visible_to(request.user).select_related("plan", "clause__plan")
    quantity = get_object_or_404(rows, code=code)
    need(request, "goals.verify", quantity.plan)

    def act(typed: dict[str, Any]) -> str:
        count_quantity(quantity.pk, by=request.user, **typed)
        return reverse("goals:plan", args=[quantity.plan.code])

    return step(request, CountForm(request.POST or None), "goals/count.html", {"quantity": quantity}, act)
