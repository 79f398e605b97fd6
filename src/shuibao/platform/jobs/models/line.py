"""What a job said while it ran."""

from django.db import models


class JobLine(models.Model):
    """A line of a job's log, numbered from 1 through all its attempts."""

    job = models.ForeignKey("jobs.Job", models.PROTECT, related_name="lines", verbose_name="作业")
    number = models.PositiveIntegerField("序号")
    attempt = models.PositiveSmallIntegerField("第几次执行")
    at = models.DateTimeField("时间", auto_now_add=True)
    text = models.CharField("内容", max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "作业日志"
        ordering = ("job", "number")
        constraints = (models.UniqueConstraint(fields=("job", "number"), name="one_line_of_a_number"),)

    def __str__(self) -> str:
        return f"{self.number} {self.text}"
