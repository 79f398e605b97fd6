"""Views of a register that a person has kept."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from shuibao.platform.core.visibility import Reader, Visible


class SavedView(models.Model):
    """A name for a filter of a register; its owner's alone."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="所有人"
    )
    register = models.CharField("台账", max_length=40)
    name = models.CharField("名称", max_length=40)
    query = models.CharField("条件", max_length=500, blank=True)
    ended_at = models.DateTimeField("停用时间", null=True)

    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "视图"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """One's own."""
        return Q(owner_id=reader.user_id) if reader.user_id else Q(pk__in=[])
