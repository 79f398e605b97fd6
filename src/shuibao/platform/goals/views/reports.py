"""The steps of a quarterly report: 报送, 核实, 签认, 退回; and its page."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from shuibao.platform.core.attachments.queries import attachments_of
from shuibao.platform.core.attachments.services import add_attachment
from shuibao.platform.core.events import timeline
from shuibao.platform.core.visibility import reader_of
from shuibao.platform.goals.forms import ReasonForm, ReportForm, SignForm, VerifyForm
from shuibao.platform.goals.models import Report, Task
from shuibao.platform.goals.services import (
    draft_report,
    file_report,
    return_report,
    sign_report,
    verify_report,
)
from shuibao.platform.goals.services.reports import unit_of
from shuibao.platform.goals.views.step import need, step

_OPEN = (Report.State.DRAFT, Report.State.RETURNED)


@login_required
def file(request: HttpRequest, code: str) -> HttpResponse:
    """报送：本单位一个季度的进展、数量和佐证材料。"""
    task = get_object_or_404(Task.objects.visible_to(request.user), code=code)
    unit = unit_of(task, request.user)
    draft = task.reports.filter(unit=unit, state__in=_OPEN).order_by("-year", "-quarter").first()
    form = ReportForm(request.POST or None, request.FILES or None, task=task, draft=draft)
    facts = {
        "task": task,
        "unit": unit,
        "draft": draft,
        "files": attachments_of(draft, request.user) if draft else [],
    }

    def act(typed: dict[str, Any]) -> str:
        year, quarter = form.period_chosen()
        report = draft_report(
            task.pk,
            year=year,
            quarter=quarter,
            progress_pct=typed["progress_pct"],
            text=typed["text"],
            figures=form.figures(),
            by=request.user,
        )
        if typed["evidence"]:
            add_attachment(report, typed["evidence"], by=request.user)
        file_report(report.pk, by=request.user)
        return reverse("goals:report", args=[report.pk])

    return step(request, form, "goals/file.html", facts, act)


@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """一份季度进展：内容、数量、佐证、签认过程。"""
    found = _report(request, pk)
    reader = reader_of(request.user)
    facts = {
        "rail": "goals",
        "report": found,
        "figures": found.figures.select_related("quantity"),
        "events": timeline(found)[:50],
        "chain": _chain(found),
        "may_file": found.state in _OPEN
        and reader.organisation_id == found.unit_id
        and reader.may("goals.report"),
        "may_verify": found.state == "filed" and reader.may("goals.verify", found.task.region_id),
        "may_sign": found.state == "verified" and reader.may("goals.sign", found.task.region_id),
    }
    return render(request, "goals/report.html", facts)


@login_required
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """核实：水务局给出核实进度和数量。"""
    found = _report(request, pk)
    need(request, "goals.verify", found.task)
    form = VerifyForm(request.POST or None, report=found)

    def act(typed: dict[str, Any]) -> str:
        verify_report(
            pk,
            progress_pct=typed["progress_pct"],
            figures=form.figures(),
            opinion=typed["opinion"],
            by=request.user,
        )
        return reverse("goals:report", args=[pk])

    return step(request, form, "goals/verify.html", _facts(found, request.user), act)


@login_required
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """签认：领导小组办公室认可核实结果。"""
    found = _report(request, pk)
    need(request, "goals.sign", found.task)
    form = SignForm(request.POST if request.method == "POST" else None)

    def act(_typed: dict[str, Any]) -> str:
        sign_report(pk, by=request.user)
        return reverse("goals:report", args=[pk])

    return step(request, form, "goals/sign.html", _facts(found, request.user), act)


@login_required
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """退回：写明原因，由单位重新报送。"""
    found = _report(request, pk)
    need(request, "goals.sign" if found.state == Report.State.VERIFIED else "goals.verify", found.task)
    form = ReasonForm(request.POST or None)

    def act(typed: dict[str, Any]) -> str:
        return_report(pk, reason=typed["reason"], by=request.user)
        return reverse("goals:report", args=[pk])

    return step(request, form, "goals/return.html", _facts(found, request.user), act)


def _report(request: HttpRequest, pk: int) -> Report:
    rows = Report.objects.visible_to(request.user).select_related("task", "unit", "filed_by", "verified_by")
    found: Report = get_object_or_404(rows, pk=pk)
    return found


def _facts(found: Report, user: object) -> dict[str, Any]:
    return {
        "report": found,
        "task": found.task,
        "figures": found.figures.select_related("quantity"),
        "files": attachments_of(found, user),
    }


def _chain(found: Report) -> list[tuple[str, str, object, object]]:
    """The steps of the chain: tone, words, who, when."""
    steps = (
        ("单位报送", found.filed_by, found.filed_at),
        ("水务局核实", found.verified_by, found.verified_at),
        ("领导小组办公室签认", found.signed_by, found.signed_at),
    )
    return [("ok" if at else "off", word, by, at) for word, by, at in steps]
