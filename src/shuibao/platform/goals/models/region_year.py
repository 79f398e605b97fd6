"""A region's year as the published monitoring has it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from shuibao.platform.core.visibility import Reader, Visible, inside


class RegionYear(models.Model):
    """Land, modelled erosion area and conservation rate of a county in a year, from a published product.

    A newer product of the same year takes its place: the older row is ended, not deleted.
    """

    region = models.ForeignKey("core.Region", models.PROTECT, related_name="+", verbose_name="行政区")
    year = models.PositiveSmallIntegerField("年")
    land_km2 = models.FloatField("国土面积")
    erosion_km2 = models.FloatField("水土流失面积")
    rate_pct = models.FloatField("水土保持率")
    source = models.CharField("来源", max_length=200)
    product = models.CharField("成果", max_length=100)
    is_demo = models.BooleanField("示例数据", default=False)
    published_at = models.DateTimeField("发布时间", auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="发布人"
    )
    ended_at = models.DateTimeField("被替代时间", null=True, blank=True)

    history = HistoricalRecords()
    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "水土保持率"
        ordering = ("region_id", "-year", "-published_at")
        constraints = (
            models.UniqueConstraint(
                fields=("region", "year"), condition=Q(ended_at=None), name="one_current_year_of_a_region"
            ),
        )

    def __str__(self) -> str:
        return f"{self.region} {self.year} 年"

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """Those of the regions whose goals one may see."""
        return inside(reader.stems("goals.view"))
