"""A task of a plan's annex, the units it names, and its milestones."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from shuibao.law.progress import Light, Step, overdue_days, planned_pct
from shuibao.platform.core.visibility import Reader, Visible, inside


class Task(models.Model):
    """A task, worded as printed. lead, cooperating: the annex's columns as printed.

    due_on: None where the plan names no last day and nobody has set one. self_pct, verified_pct: from the
    reports; None before the first. light: as it was when it was last looked at (daily, and at each change).
    """

    class LightWord(models.TextChoices):
        GREEN = Light.GREEN.value, "绿"
        YELLOW = Light.YELLOW.value, "黄"
        RED = Light.RED.value, "红"
        NONE = Light.NONE.value, "未定期限"

    plan = models.ForeignKey("goals.Plan", models.PROTECT, related_name="tasks", verbose_name="方案")
    code = models.CharField("编码", max_length=8, unique=True)
    number = models.PositiveSmallIntegerField("序号")
    heading = models.CharField("类别", max_length=60)
    wording = models.CharField("工作任务", max_length=200)
    lead = models.CharField("牵头单位", max_length=200)
    cooperating = models.CharField("配合单位", max_length=300, blank=True)
    region = models.ForeignKey("core.Region", models.PROTECT, related_name="+", verbose_name="行政区")
    clauses = models.ManyToManyField("goals.Clause", related_name="tasks", verbose_name="条文")
    starts_on = models.DateField("开始日期")
    due_on = models.DateField("完成期限", null=True, blank=True)
    due_basis = models.CharField("期限依据", max_length=200, blank=True)
    self_pct = models.FloatField("自报进度", null=True, blank=True)
    verified_pct = models.FloatField("核实进度", null=True, blank=True)
    light = models.CharField("进度灯", max_length=8, choices=LightWord, default=LightWord.NONE)

    history = HistoricalRecords()
    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任务台账"
        ordering = ("plan", "number")

    def __str__(self) -> str:
        return f"{self.code} {self.wording}"

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """Those of the regions whose goals one may see, and those that name one's unit or one's region."""
        stems = reader.stems("goals.view")
        if not stems:
            return Q(pk__in=[])
        named = TaskUnit.objects.filter(inside(stems, "organisations__region_id"))
        seen = inside(stems) | Q(pk__in=named.values("task"))
        if reader.organisation_id is None:  # would match the units that nobody is named for
            return seen
        mine = TaskUnit.objects.filter(organisations=reader.organisation_id)
        return seen | Q(pk__in=mine.values("task"))

    @property
    def done_pct(self) -> float:
        """The progress that counts [%]: what was verified; nothing before a first verified report."""
        return self.verified_pct or 0.0

    def planned_on(self, on: date) -> float | None:
        """Progress due on a day [%]; None without a last day."""
        if self.due_on is None:
            return None
        steps = [
            Step(step.due_on, step.planned_pct) for step in self.milestones.all() if step.ended_at is None
        ]
        return planned_pct(steps, self.starts_on, self.due_on, on)

    @property
    def planned_pct(self) -> float | None:
        """Progress due today [%]; None without a last day."""
        return self.planned_on(timezone.localdate())

    @property
    def overdue_days(self) -> int | None:
        """Days past the last day without being done; None without a last day."""
        if self.due_on is None:
            return None
        return overdue_days(self.due_on, self.done_pct, timezone.localdate())


class TaskUnit(models.Model):
    """A unit of a task as printed, and who that is: one organisation, all of a group, or nobody named yet."""

    class Part(models.TextChoices):
        LEAD = "lead", "牵头"
        COOPERATING = "cooperating", "配合"

    task = models.ForeignKey(Task, models.PROTECT, related_name="units", verbose_name="任务")
    part = models.CharField("分工", max_length=12, choices=Part)
    position = models.PositiveSmallIntegerField("序号")
    printed = models.CharField("方案所列", max_length=60)
    organisations = models.ManyToManyField("accounts.Organisation", related_name="+", verbose_name="单位")
    basis = models.CharField("单位依据", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "任务分工"
        ordering = ("task", "part", "position")

    def __str__(self) -> str:
        return self.printed


class Milestone(models.Model):
    """What should be reached by a day. It ends with a reason; it is not deleted."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="milestones", verbose_name="任务")
    title = models.CharField("里程碑", max_length=100)
    due_on = models.DateField("期限")
    planned_pct = models.FloatField("计划进度")
    done_on = models.DateField("完成日期", null=True, blank=True)
    ended_at = models.DateTimeField("终止时间", null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "里程碑"
        ordering = ("due_on", "pk")

    def __str__(self) -> str:
        return self.title
