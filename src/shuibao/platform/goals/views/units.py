"""A unit's page: what it leads, supports, and must do."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from shuibao.platform.core.deadline_card import shown
from shuibao.platform.core.deadlines import open_deadlines
from shuibao.platform.core.visibility import require
from shuibao.platform.goals.queries.units import tasks_of, units_of_tasks


@login_required
def unit(request: HttpRequest) -> HttpResponse:
    """我牵头的、我配合的、到期的；?unit= 换一个单位。"""
    require(request.user, "goals.view", "单位任务")
    units = units_of_tasks(request.user)
    wish = request.GET.get("unit", "")
    own = getattr(request.user, "organisation", None)
    found = get_object_or_404(units, code=wish) if wish else own
    is_own = found is not None and found == own
    facts = {
        "rail": "goals",
        "unit": found,
        "units": units,
        "is_own": is_own,
        "tasks": tasks_of(found, request.user) if found else None,
        "deadlines": shown(open_deadlines(request.user).filter(about_type="goals.report")) if is_own else [],
    }
    return render(request, "goals/unit.html", facts)
