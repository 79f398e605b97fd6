"""A city's target shared out to its counties: versions, tried and issued."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from shuibao.platform.core.visibility import Reader, Visible, inside


class Allocation(models.Model):
    """One version of the shares of a target. Only an issued one binds; a trial is marked as such."""

    class State(models.TextChoices):
        TRIAL = "trial", "试算"
        ISSUED = "issued", "已下达"
        REPLACED = "replaced", "已被替代"

    MOVES: ClassVar = {
        State.TRIAL: {State.ISSUED, State.REPLACED},
        State.ISSUED: {State.REPLACED},
        State.REPLACED: set(),
    }

    region = models.ForeignKey("core.Region", models.PROTECT, related_name="+", verbose_name="行政区")
    year = models.PositiveSmallIntegerField("目标年")
    base_year = models.PositiveSmallIntegerField("基准年")
    version = models.PositiveSmallIntegerField("版本")
    target_pct = models.FloatField("目标")
    area_weight = models.FloatField("流失面积权重")
    land_km2 = models.FloatField("国土面积")
    erosion_km2 = models.FloatField("水土流失面积")
    ceiling_km2 = models.FloatField("水土流失面积上限")
    needed_km2 = models.FloatField("需消减面积")
    potential_source = models.CharField("可消减面积的来源", max_length=200)
    is_demo = models.BooleanField("示例数据", default=False)
    state = models.CharField("状态", max_length=8, choices=State, default=State.TRIAL)
    document = models.CharField("下达文号", max_length=100, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="计算人"
    )
    made_at = models.DateTimeField("计算时间", auto_now_add=True)

    history = HistoricalRecords()
    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "目标分配"
        ordering = ("region", "-year", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=("region", "year", "version"), name="one_version_of_an_allocation"
            ),
        )

    def __str__(self) -> str:
        return f"{self.region} {self.year} 年目标分配 第 {self.version} 版"

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """Those of the regions whose goals one may see; the issued one of a county's city too."""
        stems = reader.stems("goals.view")
        shared = AllocationShare.objects.filter(inside(stems), allocation__state="issued")
        return inside(stems) | Q(pk__in=shared.values("allocation"))


class AllocationShare(models.Model):
    """What falls to one county."""

    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="shares", verbose_name="分配")
    region = models.ForeignKey("core.Region", models.PROTECT, related_name="+", verbose_name="行政区")
    land_km2 = models.FloatField("国土面积")
    erosion_km2 = models.FloatField("水土流失面积")
    reducible_km2 = models.FloatField("可消减面积")
    weight = models.FloatField("权重")
    reduction_km2 = models.FloatField("需消减面积")
    ceiling_km2 = models.FloatField("上限")
    rate_pct = models.FloatField("目标")
    is_capped = models.BooleanField("已到可消减上限")

    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "分配份额"
        ordering = ("allocation", "region_id")

    def __str__(self) -> str:
        return f"{self.region} {self.rate_pct:.2f}%"

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """Those of the regions whose goals one may see."""
        return inside(reader.stems("goals.view"))
