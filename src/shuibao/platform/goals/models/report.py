"""A unit's quarterly report on a task, and the chain that signs it off."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from shuibao.platform.core.visibility import Reader, Visible, inside


def _person(word: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=word
    )


class Report(models.Model):
    """One unit, task and quarter: filed by the unit, verified by the water bureau, signed by the office."""

    class State(models.TextChoices):
        DRAFT = "draft", "待报送"
        FILED = "filed", "待水务局核实"
        VERIFIED = "verified", "待领导小组办公室签认"
        SIGNED = "signed", "已签认"
        RETURNED = "returned", "已退回"

    MOVES: ClassVar = {
        State.DRAFT: {State.FILED},
        State.FILED: {State.VERIFIED, State.RETURNED},
        State.VERIFIED: {State.SIGNED, State.RETURNED},
        State.RETURNED: {State.FILED},
        State.SIGNED: set(),
    }

    task = models.ForeignKey("goals.Task", models.PROTECT, related_name="reports", verbose_name="任务")
    unit = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="单位")
    region = models.ForeignKey("core.Region", models.PROTECT, related_name="+", verbose_name="行政区")
    year = models.PositiveSmallIntegerField("年")
    quarter = models.PositiveSmallIntegerField("季度")
    self_pct = models.FloatField("自报进度", null=True, blank=True)
    verified_pct = models.FloatField("核实进度", null=True, blank=True)
    text = models.TextField("进展", blank=True)
    opinion = models.TextField("核实意见", blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.DRAFT)
    reason = models.CharField("退回原因", max_length=200, blank=True)
    filed_by = _person("报送人")
    verified_by = _person("核实人")
    signed_by = _person("签认人")
    filed_at = models.DateTimeField("报送时间", null=True, blank=True)
    verified_at = models.DateTimeField("核实时间", null=True, blank=True)
    signed_at = models.DateTimeField("签认时间", null=True, blank=True)

    history = HistoricalRecords()
    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "季度进展"
        ordering = ("-year", "-quarter", "task", "unit")
        constraints = (
            models.UniqueConstraint(
                fields=("task", "unit", "year", "quarter"), name="one_report_of_a_unit_and_quarter"
            ),
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="four_quarters"),
        )

    def __str__(self) -> str:
        return f"{self.task.code} {self.unit} {self.period}"

    @property
    def period(self) -> str:
        """The quarter in words."""
        return f"{self.year} 年第 {self.quarter} 季度"

    @property
    def tone(self) -> str:
        """The tone of its state."""
        tones = {"draft": "off", "filed": "note", "verified": "note", "signed": "ok", "returned": "warn"}
        return tones[self.state]

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """One's own unit's, and those of the units in the regions whose goals one may see."""
        stems = reader.stems("goals.view")
        if not stems:
            return Q(pk__in=[])
        own = Q(unit_id=reader.organisation_id) if reader.organisation_id else Q(pk__in=[])
        return own | inside(stems)
