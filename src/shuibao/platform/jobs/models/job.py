"""A job: what is to be computed, for whom, how far it is, what came of it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse

from shuibao.platform.core.visibility import Reader, Visible, inside


class Job(models.Model):
    """One computation of one input. It is done once: the same input again is the same job.

    rules_on: the day whose rules the computation uses, those of the job's region.
    task_id: the queued task that may execute it now; another task's word about it does not count.
    steps: [{"name", "began"}] in the order they began; the last one is the present one.
    result: {"files": [{"label", "path"}], "facts": [[label, text]], "notes": [text], "run_id"}.
    interruptions: how often its process was killed since a person last started it.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "排队"
        RUNNING = "running", "执行中"
        DONE = "done", "完成"
        FAILED = "failed", "失败"
        CANCELLED = "cancelled", "已取消"
        LOST = "lost", "中断"

    class Lane(models.TextChoices):
        DUTY = "duty", "值守"
        WORK = "work", "计算"

    MOVES: ClassVar = {
        State.QUEUED: {State.RUNNING, State.CANCELLED},
        State.RUNNING: {State.DONE, State.FAILED, State.CANCELLED, State.LOST, State.QUEUED},
        State.LOST: {State.QUEUED, State.FAILED, State.CANCELLED},
        State.FAILED: {State.QUEUED},
        State.CANCELLED: {State.QUEUED},
        State.DONE: set(),
    }
    UNFINISHED = (State.QUEUED, State.RUNNING, State.LOST)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("种类", max_length=40)
    title = models.CharField("名称", max_length=200)
    region = models.ForeignKey("core.Region", models.PROTECT, related_name="+", verbose_name="行政区")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="发起人"
    )
    lane = models.CharField("队列", max_length=8, choices=Lane)
    parameters = models.JSONField("参数", default=dict)
    inputs = models.JSONField("输入文件", default=dict)
    code_version = models.CharField("程序版本", max_length=40)
    rules_on = models.DateField("规则日期")
    rules_hash = models.CharField("规则指纹", max_length=64)
    input_hash = models.CharField("输入指纹", max_length=64)

    state = models.CharField("状态", max_length=12, choices=State, default=State.QUEUED)
    task_id = models.UUIDField("任务", null=True, editable=False)
    worker = models.CharField("执行者", max_length=80, blank=True)
    attempts = models.PositiveSmallIntegerField("执行次数", default=0)
    interruptions = models.PositiveSmallIntegerField("中断次数", default=0)
    heartbeat_at = models.DateTimeField("最近心跳", null=True)

    steps = models.JSONField("步骤", default=list, encoder=DjangoJSONEncoder)
    step = models.CharField("当前步骤", max_length=200, blank=True)
    progress = models.FloatField("进度", default=0.0)
    result = models.JSONField("结果", default=dict)
    problem = models.TextField("原因", blank=True)

    created_at = models.DateTimeField("提交时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)
    cancel_asked_at = models.DateTimeField("要求取消", null=True)

    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "作业"
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("input_hash",),
                condition=Q(state__in=("queued", "running", "lost", "done")),
                name="one_job_of_an_input",
            ),
        )
        indexes = (
            models.Index(fields=("region", "-created_at"), name="job_of_region"),
            models.Index(fields=("heartbeat_at",), name="job_heartbeat", condition=Q(state="running")),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The job's page."""
        return reverse("jobs:detail", args=[self.pk])

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """One's own, and those of the regions in which the reader may see jobs."""
        stems = reader.stems("jobs.view")
        own = Q(started_by_id=reader.user_id) if reader.user_id else Q(pk__in=[])
        return Q() if "" in stems else own | inside(stems)

    @property
    def is_unfinished(self) -> bool:
        """Whether something is still to come."""
        return self.state in self.UNFINISHED
