"""Versions of rules: the shipped ones and the site's own. A version is never edited."""

from typing import Any, cast

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import Reader, Visible
from shuibao.rules import Rule
from shuibao.rules.book import Confidence


def _shown(value: Any) -> str:
    if value is None:
        return "缺"
    if isinstance(value, dict):
        return "；".join(f"{name}：{_shown(part)}" for name, part in value.items())
    if isinstance(value, list):
        return "、".join(_shown(part) for part in value)
    return f"{value:,}" if isinstance(value, int | float) else str(value)


class RuleVersion(models.Model):
    """What a rule says in a region, from a day to a day, on whose word."""

    class Origin(models.TextChoices):
        SHIPPED = "shipped", "随附"
        SITE = "site", "本地"

    class Confidence(models.TextChoices):
        SEEN = "seen", "已见公开文本"
        HIGH = "high", "高"
        MEDIUM = "medium", "中"
        LOW = "low", "低"
        OWN = "own", "本平台设定"

    rule_id = models.CharField("编号", max_length=100, db_index=True)
    version = models.CharField("版本", max_length=12)
    name = models.CharField("名称", max_length=200)
    value = models.JSONField("取值", null=True, encoder=DjangoJSONEncoder)
    unit = models.CharField("单位", max_length=60)
    basis = models.TextField("依据")
    confidence = models.CharField("可信度", max_length=8, choices=Confidence)
    table = models.CharField("所在表", max_length=80)
    region_code = models.CharField("适用地区", max_length=12, blank=True)
    valid_from = models.DateField("施行日期", null=True)
    valid_to = models.DateField("废止日期", null=True)
    verified_by = models.CharField("核验人", max_length=60, blank=True)
    verified_on = models.DateField("核验日期", null=True)
    note = models.TextField("说明", blank=True)
    origin = models.CharField("来源", max_length=8, choices=Origin)
    evidence = models.TextField("核验依据", blank=True)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人"
    )
    is_replaced = models.BooleanField("已被替换", default=False)
    replaced_from = models.DateField("被替换日期", null=True)
    is_unverified = models.BooleanField("未核验", default=False)

    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "规则"
        ordering = ("rule_id", "region_code", "-recorded_at")
        constraints = (
            models.UniqueConstraint(
                fields=("rule_id", "region_code", "version"), name="one_row_of_a_rule_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}（{self.rule_id}）"

    @property
    def shown_value(self) -> str:
        """The value as people read it: 缺 for unknown; a table by its parts."""
        return _shown(self.value)

    @property
    def where(self) -> str:
        """The region in which the rule holds, by name."""
        if not self.region_code:
            return _("全部地区")
        code = self.region_code.ljust(6, "0")
        return Region.objects.filter(pk=code).values_list("name", flat=True).first() or self.region_code

    @property
    def standing(self) -> str:
        """Whether anybody checked it: 已核验, 未核验, or by the strength of its source."""
        if self.verified_by:
            return "已核验"
        return "未核验" if self.is_unverified else "按出处采用"

    @classmethod
    def visibility(cls, _reader: Reader) -> Q:
        """Which numbers government works with is public."""
        return Q()

    def rule(self) -> Rule:
        """This version as the engine reads it."""
        return Rule(
            id=self.rule_id,
            name=self.name,
            value=self.value,
            unit=self.unit,
            basis=self.basis,
            confidence=cast(Confidence, self.confidence),
            table=self.table,
            region=self.region_code,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            verified_by=self.verified_by,
            verified_on=self.verified_on,
            note=self.note,
        )


class RuleUse(models.Model):
    """A result that was computed with a version of a rule."""

    rule = models.ForeignKey(RuleVersion, models.PROTECT, related_name="uses", verbose_name="规则")
    about_type = models.CharField("对象类型", max_length=60)
    about_key = models.CharField("对象编号", max_length=60)
    title = models.CharField("结果", max_length=200)
    address = models.CharField("地址", max_length=300, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "规则使用"
        ordering = ("-at",)
        constraints = (
            models.UniqueConstraint(
                fields=("rule", "about_type", "about_key"), name="one_use_of_a_rule_by_a_result"
            ),
        )

    def __str__(self) -> str:
        return f"{self.title}：{self.rule}"
