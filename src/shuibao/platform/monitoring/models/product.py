"""A monitoring product: one run's result for a region and year, from draft to published to replaced."""

from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from shuibao.platform.core.visibility import Reader, Visible, inside

PUBLISH = "monitoring.publish"
RESTRICTED = "products.restricted"
_STEPS = (2, 4, 6)  # digits of a province's, a city's, a county's stem


class Secrecy(models.TextChoices):
    """Who may have it: everybody; who may read products; who also holds the right to restricted ones."""

    OPEN = "open", "公开"
    INTERNAL = "internal", "内部"
    RESTRICTED = "restricted", "受限"


class Product(models.Model):
    """A run's result. summary: the run's own summary.json. folder: relative to the data folder.

    One of a region and year is published at most: the next one replaces it, and both stay.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PREPARING = "preparing", "发布中"
        PUBLISHED = "published", "已发布"
        REPLACED = "replaced", "已被替换"

    MOVES: ClassVar = {
        State.DRAFT: {State.PREPARING},
        State.PREPARING: {State.PUBLISHED, State.DRAFT},
        State.PUBLISHED: {State.REPLACED},
        State.REPLACED: set(),
    }

    title = models.CharField("名称", max_length=200)
    region = models.ForeignKey("core.Region", models.PROTECT, related_name="+", verbose_name="行政区")
    year = models.PositiveSmallIntegerField("年度")
    version = models.PositiveSmallIntegerField("版本")
    run_id = models.CharField("运行编号", max_length=80)
    folder = models.CharField("目录", max_length=300)
    summary = models.JSONField("摘要", default=dict)
    is_demo = models.BooleanField("示例数据", default=False)
    state = models.CharField("状态", max_length=12, choices=State, default=State.DRAFT)
    secrecy = models.CharField("密级", max_length=12, choices=Secrecy, default=Secrecy.INTERNAL)
    approval_number = models.CharField("审图号", max_length=60, blank=True)
    job = models.ForeignKey("jobs.Job", models.PROTECT, related_name="+", verbose_name="作业")
    created_at = models.DateTimeField("完成时间", auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="发布人"
    )
    published_at = models.DateTimeField("发布时间", null=True)
    replaced_at = models.DateTimeField("被替换时间", null=True)

    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "监测成果"
        ordering = ("-year", "region", "-version")
        constraints = (
            models.UniqueConstraint(fields=("region", "year", "version"), name="one_version_of_a_product"),
            models.UniqueConstraint(fields=("region", "run_id"), name="one_product_of_a_run"),
            models.UniqueConstraint(
                fields=("region", "year"),
                condition=Q(state="published"),
                name="one_published_product_of_a_year",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title}（第 {self.version} 版）"

    def get_absolute_url(self) -> str:
        """The product's page."""
        return reverse("registers:detail", args=["products", self.pk])

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """Open ones that are out: all. Others: of the reader's regions and of what these lie in.

        Drafts: who may publish there. Restricted ones: who holds that right there.
        """
        out = Q(state__in=(cls.State.PUBLISHED, cls.State.REPLACED))
        readable = _reached(reader, "products.view") & ~Q(secrecy=Secrecy.RESTRICTED)
        restricted = inside(reader.stems(RESTRICTED))
        return (out & (Q(secrecy=Secrecy.OPEN) | readable | restricted)) | inside(reader.stems(PUBLISH))

    @property
    def directory(self) -> Path:
        """Where its files lie."""
        return Path(settings.DATA) / self.folder

    @property
    def tiles(self) -> Path:
        """Where its rasters for the map lie."""
        return Path(settings.TILES) / "products" / str(self.pk)

    @property
    def totals(self) -> dict[str, Any]:
        """The sums of all its zones."""
        return self.summary["totals"]

    @property
    def rate_pct(self) -> float | None:
        """水土保持率 of all its zones [%]."""
        return self.totals["water_conservation_rate_pct"]

    @property
    def erosion_area_km2(self) -> float:
        """Area with erosion of 轻度 and above [km²]."""
        return self.totals["erosion_area_km2"]


def _reached(reader: Reader, verb: str) -> Q:
    """Regions in which the verb is held, and the regions that hold these."""
    stems = reader.stems(verb)
    above = {stem[:digits].ljust(6, "0") for stem in stems for digits in _STEPS if digits < len(stem)}
    return inside(stems) | Q(region_id__in=above)
