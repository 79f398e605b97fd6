"""What a program signs in with."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from shuibao.platform.core.visibility import Reader, Visible


class ApiToken(models.Model):
    """A person's key for programs. Only its hash is kept; it acts with its owner's rights, or fewer.

    has_second_factor: whether its owner had shown the second factor when it was made.
    """

    class Scope(models.TextChoices):
        READ = "read", "只读"
        WRITE = "write", "读写"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="所有人"
    )
    name = models.CharField("用途", max_length=60)
    start = models.CharField("开头", max_length=12)
    hash = models.CharField("散列", max_length=64, unique=True)
    scope = models.CharField("范围", max_length=8, choices=Scope)
    has_second_factor = models.BooleanField("以第二因子建立", default=False)
    made_at = models.DateTimeField("建立时间", auto_now_add=True)
    expires_at = models.DateTimeField("到期时间")
    last_used_at = models.DateTimeField("上次使用", null=True)
    ended_at = models.DateTimeField("停用时间", null=True)

    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """One's own."""
        return Q(owner_id=reader.user_id) if reader.user_id else Q(pk__in=[])

    @property
    def is_alive(self) -> bool:
        """Whether it is neither ended nor past its day."""
        return self.ended_at is None and timezone.now() < self.expires_at
