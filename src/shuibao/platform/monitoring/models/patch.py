"""Erosion patches of published products."""

from django.db import models
from django.db.models import Q

from shuibao.platform.core.geometry.field import GeometryField
from shuibao.platform.core.visibility import Reader, Visible, inside
from shuibao.platform.monitoring.models.product import RESTRICTED, Product, Secrecy


class ErosionPatch(models.Model):
    """Connected cells of one county, class and land use in one year. It ends when its product is replaced.

    patch_id: stays the same while the patch lasts over the years.
    """

    class Intensity(models.IntegerChoices):
        LIGHT = 2, "轻度"
        MODERATE = 3, "中度"
        STRONG = 4, "强烈"
        VERY_STRONG = 5, "极强烈"
        EXTREME = 6, "剧烈"

    product = models.ForeignKey(Product, models.PROTECT, related_name="patches", verbose_name="监测成果")
    region = models.ForeignKey("core.Region", models.PROTECT, related_name="+", verbose_name="行政区")
    patch_id = models.CharField("图斑编号", max_length=60)
    year = models.PositiveSmallIntegerField("年度")
    first_year = models.PositiveSmallIntegerField("首次出现")
    intensity = models.PositiveSmallIntegerField("强度", choices=Intensity)
    area_m2 = models.FloatField("面积（m²）")
    mean_loss_t_km2_a = models.FloatField("平均模数（t/(km²·a)）")
    land_use = models.CharField("土地利用", max_length=40, blank=True)
    slope_class = models.CharField("坡度", max_length=20, blank=True)
    status = models.CharField("比上年", max_length=10, blank=True)
    shape = GeometryField("图形", kinds=("Polygon", "MultiPolygon"))

    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "侵蚀图斑"
        constraints = (
            models.UniqueConstraint(fields=("product", "patch_id"), name="one_patch_of_a_product"),
        )
        indexes = (models.Index(fields=("region", "year"), name="patch_of_region"),)

    def __str__(self) -> str:
        return self.patch_id

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """Patches of products that are out, inside the reader's regions."""
        out = Q(product__state__in=(Product.State.PUBLISHED, Product.State.REPLACED))
        readable = inside(reader.stems("patches.view")) & ~Q(product__secrecy=Secrecy.RESTRICTED)
        return out & (readable | inside(reader.stems(RESTRICTED)))

    @property
    def area_ha(self) -> float:
        """Area [ha]."""
        return self.area_m2 / 1e4
