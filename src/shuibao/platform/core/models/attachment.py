"""Files that belong to objects, kept once by their hash."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from shuibao.platform.core.visibility import Reader, Visible, inside


class Attachment(models.Model):
    """A file someone added to an object. Its content lies in the data folder under its SHA-256."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    about_type = models.CharField("对象类型", max_length=60)
    about_key = models.CharField("对象编号", max_length=60)
    region = models.ForeignKey("core.Region", models.PROTECT, null=True, verbose_name="行政区")
    name = models.CharField("文件名", max_length=200)
    media_type = models.CharField("类型", max_length=100)
    bytes = models.PositiveBigIntegerField("大小")
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    facts = models.JSONField("照片信息", default=dict)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="上传人"
    )
    added_at = models.DateTimeField("上传时间", auto_now_add=True)
    ended_at = models.DateTimeField("作废时间", null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="作废人"
    )
    reason = models.CharField("作废原因", max_length=200, blank=True)

    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ("-added_at",)
        indexes = (models.Index(fields=("about_type", "about_key"), name="attachment_about"),)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """One's own, and those of the regions in which the reader may see attachments."""
        stems = reader.stems("attachments.view")
        own = Q(added_by_id=reader.user_id) if reader.user_id else Q(pk__in=[])
        return Q() if "" in stems else own | inside(stems)
