"""Organisations, and the posts people hold in them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from shuibao.platform.core.visibility import Reader, Visible, inside


class Organisation(models.Model):
    """A department, a government, a company: whoever leads a task, approves a project or owns a dam."""

    class Kind(models.TextChoices):
        WATER = "water", "水行政主管部门"
        DEPARTMENT = "department", "政府部门"
        GOVERNMENT = "government", "人民政府"
        CENTRE = "centre", "事业单位"
        COURT = "court", "司法机关"
        COMPANY = "company", "企业"

    code = models.CharField("编码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=20, blank=True)
    kind = models.CharField("类别", max_length=12, choices=Kind)
    region = models.ForeignKey("core.Region", models.PROTECT, verbose_name="行政区")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name="上级单位"
    )
    valid_from = models.DateField("成立日期", null=True, blank=True)
    valid_to = models.DateField("撤销日期", null=True, blank=True)

    history = HistoricalRecords()
    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ("region_id", "code")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """Departments: every signed-in person. Companies: officials of the region, and their own people."""
        if not reader.may("organisations.view"):
            return Q(pk__in=[])
        stems = reader.stems("companies.view")
        if "" in stems:
            return Q()
        return ~Q(kind=cls.Kind.COMPANY) | Q(pk=reader.organisation_id) | inside(stems)


class Post(models.Model):
    """What a person is in an organisation: 水土保持科 科长."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts", verbose_name="单位")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts", verbose_name="人员"
    )
    section = models.CharField("科室", max_length=40, blank=True)
    title = models.CharField("岗位", max_length=40)
    valid_from = models.DateField("任职日期")
    valid_to = models.DateField("离任日期", null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        ordering = ("organisation", "section", "title")

    def __str__(self) -> str:
        return f"{self.organisation} {self.section}{self.title}"
