"""Two tables of the field: areas (polygons) and points."""

from django.db import models
from simple_history.models import HistoricalRecords

from shuibao.platform.core.geometry.field import GeometryField
from shuibao.platform.core.visibility import Reader, Visible, inside


class Record(models.Model):
    """What both have."""

    class State(models.TextChoices):
        FOUND = "found", "待核查"
        CONFIRMED = "confirmed", "已认定"
        MENDED = "mended", "整改中"
        CLOSED = "closed", "已销号"

    code = models.CharField("编号", max_length=20, unique=True)
    name = models.CharField("名称", max_length=60)
    serial = models.PositiveIntegerField("序号")
    region = models.ForeignKey("core.Region", models.PROTECT, related_name="+", verbose_name="行政区")
    state = models.CharField("状态", max_length=10, choices=State)
    size_ha = models.FloatField("面积", null=True, blank=True)
    found_on = models.DateField("发现日期", null=True, blank=True)
    note = models.TextField("说明", blank=True)

    objects = Visible.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Area(Record):
    """A polygon of some hectares."""

    site = GeometryField("范围", kinds=("Polygon", "MultiPolygon"))

    history = HistoricalRecords(excluded_fields=["site"])

    class Meta:
        verbose_name = verbose_name_plural = "试验图斑"

    @classmethod
    def visibility(cls, reader: Reader) -> models.Q:
        """Those of the regions in which the reader may see areas."""
        return inside(reader.stems("areas.view"))


class Place(Record):
    """A point."""

    site = GeometryField("位置", kinds=("Point",))

    history = HistoricalRecords(excluded_fields=["site"])

    class Meta:
        verbose_name = verbose_name_plural = "试验点"

    @classmethod
    def visibility(cls, reader: Reader) -> models.Q:
        """Those of the regions in which the reader may see places."""
        return inside(reader.stems("places.view"))
