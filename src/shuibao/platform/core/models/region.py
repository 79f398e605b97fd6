"""Administrative regions by their national codes."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from shuibao.platform.core.geometry.field import GeometryField
from shuibao.platform.core.visibility import Reader, Visible, region_stem


class Region(models.Model):
    """A province, city, county, development zone or township. Rights are prefixes of its code."""

    class Level(models.TextChoices):
        PROVINCE = "province", "省"
        CITY = "city", "市"
        COUNTY = "county", "县（市、区）"
        ZONE = "zone", "开发区"
        TOWNSHIP = "township", "乡镇（街道）"

    code = models.CharField("行政区划代码", max_length=12, primary_key=True)
    name = models.CharField("名称", max_length=60)
    level = models.CharField("级别", max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name="上级"
    )
    boundary = GeometryField("边界", kinds=("Polygon", "MultiPolygon"))
    valid_from = models.DateField("启用日期", null=True, blank=True)
    valid_to = models.DateField("停用日期", null=True, blank=True)
    source = models.CharField("来源", max_length=200, blank=True)

    history = HistoricalRecords(excluded_fields=["boundary"])
    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "行政区"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    @property
    def region_id(self) -> str:
        """A region lies in itself: what asks for an object's region need not know which kind it is."""
        return self.code

    @property
    def stem(self) -> str:
        """What the code of everything inside starts with."""
        return region_stem(self.code)

    @property
    def area_km2(self) -> float | None:
        """Ellipsoidal area of the boundary [km²]; None without a boundary."""
        size_m2: float | None = getattr(self, "boundary_size")  # noqa: B009 (a column the field adds)
        return None if size_m2 is None else size_m2 / 1e6

    @classmethod
    def visibility(cls, _reader: Reader) -> Q:
        """Names, codes and boundaries of regions are public."""
        return Q()
