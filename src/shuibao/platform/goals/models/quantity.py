"""A quantity that a plan asks for by a year, and what was reported and verified of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from shuibao.platform.core.visibility import Reader, Visible
from shuibao.platform.goals.models.plan import published


class Quantity(models.Model):
    """A number with unit and year. members: what the plan names; fewer than the target where it is silent.

    measure: rates come from monitoring, the treated area from statistics; neither follows from the other.
    """

    class Measure(models.TextChoices):
        COUNT = "count", "任务量"
        RATE = "rate", "水土保持率（监测）"
        TREATED = "treated", "累计初步治理面积（统计）"

    plan = models.ForeignKey("goals.Plan", models.PROTECT, related_name="quantities", verbose_name="方案")
    task = models.ForeignKey(
        "goals.Task", models.PROTECT, null=True, blank=True, related_name="quantities", verbose_name="任务"
    )
    clause = models.ForeignKey("goals.Clause", models.PROTECT, related_name="quantities", verbose_name="条文")
    code = models.CharField("编码", max_length=40, unique=True)
    name = models.CharField("指标", max_length=60)
    target = models.FloatField("目标")
    unit = models.CharField("单位", max_length=10)
    year = models.PositiveSmallIntegerField("目标年")
    is_minimum = models.BooleanField("以上", default=False)
    measure = models.CharField("口径", max_length=8, choices=Measure, default=Measure.COUNT)
    members: ClassVar = models.JSONField("列出的对象", default=list)
    note = models.CharField("说明", max_length=200, blank=True)

    history = HistoricalRecords()
    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "量化指标"
        ordering = ("plan", "year", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def target_text(self) -> str:
        """The target as the plan says it: 72.3, 7 以上."""
        return f"{self.target:g}{' 以上' if self.is_minimum else ''}"

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """Plans are published."""
        return published(reader)


class Figure(models.Model):
    """What was reached of a quantity, cumulative: the unit's number and, apart from it, the checked one.

    It stands in a unit's report; for a quantity that no task has, it is counted by the water bureau, with a
    source and a day of its own.
    """

    report = models.ForeignKey(
        "goals.Report", models.PROTECT, null=True, blank=True, related_name="figures", verbose_name="报告"
    )
    quantity = models.ForeignKey(Quantity, models.PROTECT, related_name="figures", verbose_name="指标")
    self_reported = models.FloatField("自报数", null=True, blank=True)
    verified = models.FloatField("核实数", null=True, blank=True)
    counted_on = models.DateField("统计日期", null=True, blank=True)
    source = models.CharField("来源", max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "指标进度"
        constraints = (
            models.UniqueConstraint(fields=("report", "quantity"), name="one_figure_of_a_report"),
            models.CheckConstraint(
                condition=Q(report__isnull=False) | Q(counted_on__isnull=False),
                name="a_figure_has_a_report_or_a_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity}：{self.self_reported}"
