"""The quarterly report: its preview, and its files."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from shuibao.platform.core.events import record
from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import require
from shuibao.platform.goals.documents.docx import quarterly_docx
from shuibao.platform.goals.documents.facts import QuarterFacts, quarter_facts
from shuibao.platform.goals.documents.xlsx import quarterly_xlsx
from shuibao.platform.goals.models import Plan
from shuibao.platform.goals.periods import ended_quarter, offered_periods

_MAKERS = {
    "docx": (quarterly_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (quarterly_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@login_required
def quarterly(request: HttpRequest) -> HttpResponse:
    """季度进展报告：先看，再下载。"""
    require(request.user, "goals.export", "季度进展报告")
    year, quarter = _asked(request)
    facts = {"rail": "goals", "facts": _facts(request, year, quarter), "periods": offered_periods()}
    return render(request, "goals/quarterly.html", facts)


@login_required
def file(request: HttpRequest, year: int, quarter: int, form: str) -> HttpResponse:
    """季度进展报告文件。"""
    if form not in _MAKERS or quarter not in (1, 2, 3, 4) or not 2000 <= year <= 2100:
        raise Http404
    facts = _facts(request, year, quarter)
    require(request.user, "goals.export", facts.plan)
    make, media_type = _MAKERS[form]
    answer = HttpResponse(make(facts), content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="shuibao-{year}-Q{quarter}.{form}"'
    record(facts.plan, "goals.exported", f"导出 {facts.period}进展报告（{form}）", by=request.user)
    return answer


def _facts(request: HttpRequest, year: int, quarter: int) -> QuarterFacts:
    """The facts of the plan that has tasks, as this person may see them. 404 without any."""
    plans = Plan.objects.visible_to(request.user).filter(tasks__isnull=False, region__level=Region.Level.CITY)
    plan = plans.distinct().first()
    if plan is None:
        raise Http404
    return quarter_facts(plan, year, quarter, request.user)


def _asked(request: HttpRequest) -> tuple[int, int]:
    text = request.GET.get("period", "")
    if text in {value for value, _word in offered_periods()}:
        year, quarter = text.split("-")
        return int(year), int(quarter)
    return ended_quarter(timezone.localdate())
