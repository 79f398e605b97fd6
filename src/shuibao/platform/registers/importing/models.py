"""A file on its way into a register."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from shuibao.platform.core.visibility import Reader, Visible, inside


class Import(models.Model):
    """One upload: what was said about it, what the check found, who wrote it and when.

    answers: what the person said about the file. mapping: field → column of the file.
    choices: repair, blanks. report: what the last check found (counts, first rows, errors). The file lies
    in the data folder by its hash.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", "已上传"
        ASKED = "asked", "待补充"
        CHECKED = "checked", "已核对"
        DONE = "done", "已导入"
        REFUSED = "refused", "已放弃"

    MOVES: ClassVar[dict[State, tuple[State, ...]]] = {
        State.UPLOADED: (State.ASKED, State.REFUSED),
        State.ASKED: (State.CHECKED, State.REFUSED),
        State.CHECKED: (State.ASKED, State.CHECKED, State.DONE, State.REFUSED),
        State.DONE: (),
        State.REFUSED: (),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    register = models.CharField("台账", max_length=60)
    state = models.CharField("状态", max_length=10, choices=State, default=State.UPLOADED)
    region = models.ForeignKey("core.Region", models.PROTECT, null=True, verbose_name="行政区")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    at = models.DateTimeField("上传时间", auto_now_add=True)
    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    bytes = models.PositiveBigIntegerField("大小")
    answers = models.JSONField("关于文件的回答", default=dict)
    mapping = models.JSONField("列的对应", default=dict)
    choices = models.JSONField("处理方式", default=dict)
    report = models.JSONField("核对结果", default=dict, encoder=DjangoJSONEncoder)
    checks = models.PositiveIntegerField("核对次数", default=0)
    job_id = models.UUIDField("作业", null=True)
    done_at = models.DateTimeField("导入时间", null=True)
    problem = models.TextField("原因", blank=True)

    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入"
        ordering = ("-at",)
        indexes = (models.Index(fields=("register", "by", "-at"), name="import_of_register"),)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """One's own, and those of the regions in which the reader may see imports."""
        stems = reader.stems("imports.view")
        own = Q(by_id=reader.user_id) if reader.user_id else Q(pk__in=[])
        return Q() if "" in stems else own | inside(stems)

    @property
    def counts(self) -> dict[str, Any]:
        """How many rows are new, changed, the same, wrong; empty before the first check."""
        counts: dict[str, Any] = self.report.get("counts", {})
        return counts
