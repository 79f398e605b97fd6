"""A plan and its clauses, word by word as printed."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from shuibao.platform.core.visibility import Reader, Visible


def published(reader: Reader) -> Q:
    """Published documents: whoever works with goals anywhere reads all of them."""
    return Q() if reader.may("goals.view") else Q(pk__in=[])


class Plan(models.Model):
    """A government's plan. code stands in its address."""

    code = models.SlugField("编码", unique=True)
    name = models.CharField("名称", max_length=100)
    number = models.CharField("文号", max_length=40)
    issuer = models.CharField("印发机关", max_length=60)
    issued_on = models.DateField("印发日期")
    region = models.ForeignKey("core.Region", models.PROTECT, related_name="+", verbose_name="行政区")
    preamble = models.TextField("引言")
    guidance = models.TextField("指导思想", blank=True)

    history = HistoricalRecords()
    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "方案"
        ordering = ("region_id", "issued_on")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """Plans are published."""
        return published(reader)


class Clause(models.Model):
    """One clause. standing: where it stands, for those that no task of the annex takes up."""

    class Standing(models.TextChoices):
        UNKNOWN = "unknown", "未填报"
        BEGUN = "begun", "推进中"
        DONE = "done", "已落实"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="clauses", verbose_name="方案")
    code = models.CharField("编码", max_length=8, unique=True)
    position = models.PositiveSmallIntegerField("序号")
    mark = models.CharField("条号", max_length=10)
    chapter = models.CharField("章", max_length=60)
    title = models.CharField("标题", max_length=100)
    text = models.TextField("条文")
    responsible = models.TextField("责任单位", blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    implements = models.ManyToManyField(
        "self", symmetrical=False, related_name="implemented_by", verbose_name="落实的上级条文"
    )
    standing = models.CharField("落实情况", max_length=8, choices=Standing, default=Standing.UNKNOWN)
    standing_text = models.TextField("落实说明", blank=True)

    history = HistoricalRecords()
    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "条文"
        ordering = ("plan", "position")

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def region_id(self) -> str:
        """A clause holds where its plan does."""
        return self.plan.region_id

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """Plans are published."""
        return published(reader)
