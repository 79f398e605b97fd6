"""The way of a filed report: verified by the water bureau, signed by the office, or returned."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from shuibao.platform.accounts.roles import Role
from shuibao.platform.core import deadlines
from shuibao.platform.core.errors import Conflict
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Deadline
from shuibao.platform.core.responsible import Responsible
from shuibao.platform.core.transitions import move
from shuibao.platform.core.visibility import require
from shuibao.platform.goals.models import Report
from shuibao.platform.goals.queries.progress import signed_progress
from shuibao.platform.goals.services.reports import (
    SIGNING,
    VERIFYING,
    NextStep,
    meet_open_deadline,
    reporting_by,
    set_report_deadline,
)
from shuibao.platform.goals.services.tasks import given, refresh_light
from shuibao.science.errors import InputError


class SamePerson(Conflict):
    """Two steps of the chain by one person."""

    def __init__(self, report: Report, step: str) -> None:
        super().__init__(f"“{report}”的上一步是你办理的，{step}须由另一人办理。")


@transaction.atomic
def verify_report(
    report_id: int, *, progress_pct: float, figures: Mapping[int, float | None], opinion: str, by: Any
) -> Report:
    """The report with what the water bureau found: its own numbers beside the reported ones."""
    report = _locked(report_id, by, "goals.verify")
    if report.filed_by_id == by.pk:
        raise SamePerson(report, "核实")
    if not 0 <= progress_pct <= 100:
        raise InputError(f"核实进度 {progress_pct:g}% 不在 0–100 之间。")
    if report.self_pct is not None and progress_pct != report.self_pct:
        given(opinion, f"核实进度 {progress_pct:g}% 与自报 {report.self_pct:g}% 不同的原因")
    move(report, to=Report.State.VERIFIED)
    report.verified_pct, report.opinion = progress_pct, opinion.strip()
    report.verified_by, report.verified_at = by, timezone.now()
    report.save(update_fields=["verified_pct", "opinion", "verified_by", "verified_at"])
    for figure in report.figures.filter(quantity_id__in=figures):
        figure.verified = figures[figure.quantity_id]
        figure.save(update_fields=["verified"])
    record(report, "goals.verified", f"核实为 {progress_pct:g}%", by=by, reason=report.opinion[:300])
    meet_open_deadline(report, VERIFYING, by)
    office = Responsible(role=Role.OFFICE)
    set_report_deadline(report, NextStep(SIGNING, "sign", "签认", "goals:sign", office))
    return report


@transaction.atomic
def sign_report(report_id: int, *, by: Any) -> Report:
    """The report, signed: the task has the verified progress from now on, of its lead units."""
    report = _locked(report_id, by, "goals.sign")
    if report.verified_by_id == by.pk:
        raise SamePerson(report, "签认")
    move(report, to=Report.State.SIGNED)
    report.signed_by, report.signed_at = by, timezone.now()
    report.save(update_fields=["signed_by", "signed_at"])
    record(report, "goals.signed", "签认", by=by)
    meet_open_deadline(report, SIGNING, by)
    task = report.task
    task.verified_pct = signed_progress(task)
    task.save(update_fields=["verified_pct"])
    record(task, "goals.signed", f"{report.unit} {report.period}进展签认为 {report.verified_pct:g}%", by=by)
    refresh_light(task)
    return report


@transaction.atomic
def return_report(report_id: int, *, reason: str, by: Any) -> Report:
    """The report, returned to its unit with a reason by whoever has it before them."""
    report: Report = Report.objects.visible_to(by).select_for_update().get(pk=report_id)
    require(by, "goals.sign" if report.state == Report.State.VERIFIED else "goals.verify", report.task)
    reason = given(reason, "退回原因")[:200]
    step = SIGNING if report.state == Report.State.VERIFIED else VERIFYING
    move(report, to=Report.State.RETURNED)
    report.reason, report.verified_pct = reason, None
    report.verified_by, report.verified_at = None, None
    report.save(update_fields=["reason", "verified_pct", "verified_by", "verified_at"])
    record(report, "goals.returned", "退回", by=by, reason=reason)
    for open_one in deadlines.deadlines_of(report).filter(task=step, state=Deadline.State.OPEN):
        deadlines.end(open_one.pk, reason="已退回", by=by)
    set_report_deadline(report, reporting_by(report.unit, "重新报送"))
    return report


def _locked(report_id: int, by: Any, verb: str) -> Report:
    report: Report = Report.objects.visible_to(by).select_for_update().get(pk=report_id)
    require(by, verb, report.task)
    return report
