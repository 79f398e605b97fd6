"""Time is rows: a reminder, an escalation, a retry, a nightly recomputation."""

from django.db import models


class DueRow(models.Model):
    """Something to do at a time, once. The worker of its lane claims it when it is due.

    key: what makes it one of its kind; writing the same key again moves it, and never doubles it.
    """

    class Lane(models.TextChoices):
        DUTY = "duty", "值守"
        WORK = "work", "计算"

    kind = models.CharField("种类", max_length=60)
    key = models.CharField("唯一键", max_length=200)
    lane = models.CharField("队列", max_length=8, choices=Lane, default=Lane.DUTY)
    due_at = models.DateTimeField("到期时间")
    facts = models.JSONField("参数", default=dict)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    claimed_by = models.CharField("执行者", max_length=80, blank=True)
    claimed_at = models.DateTimeField("开始", null=True)
    done_at = models.DateTimeField("完成", null=True)
    ended_at = models.DateTimeField("作废", null=True)
    problem = models.TextField("原因", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "到期事项"
        constraints = (models.UniqueConstraint(fields=("kind", "key"), name="one_due_row_of_a_key"),)
        indexes = (
            models.Index(
                fields=("lane", "due_at"),
                name="due_next",
                condition=models.Q(done_at=None, ended_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
