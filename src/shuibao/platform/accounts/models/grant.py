"""A role given to a person in a region, from a day to a day."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from shuibao.platform.accounts.roles import Role


class Grant(models.Model):
    """One person, one role, one region (none: everywhere). It ends; it is not deleted."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants", verbose_name="人员"
    )
    role = models.CharField("角色", max_length=16, choices=Role)
    region = models.ForeignKey(
        "core.Region", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="行政区"
    )
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "授权"
        ordering = ("user", "role")

    def __str__(self) -> str:
        where = self.region.name if self.region else "全部"
        return f"{self.user} {self.get_role_display()}（{where}）"

    @property
    def is_valid_today(self) -> bool:
        """Whether it gives anything today."""
        today = timezone.localdate()
        return self.valid_from <= today and (self.valid_to is None or today <= self.valid_to)
