"""The outbox: one row for each message to one person over one channel."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from shuibao.platform.core.visibility import Reader, Visible


class Message(models.Model):
    """A message to a person over a channel. It is written with its cause and sent afterwards.

    key: what makes it one; writing it again writes nothing. next_channels: what is tried when this one fails.
    next_at: not before; while a worker sends it, the moment from which another may.
    """

    class Channel(models.TextChoices):
        IN_APP = "in_app", "站内"
        EMAIL = "email", "邮件"
        SMS = "sms", "短信"
        VOICE = "voice", "语音电话"
        WECOM = "wecom", "企业微信"

    class State(models.TextChoices):
        QUEUED = "queued", "待发送"
        SENT = "sent", "已发送"
        FAILED = "failed", "未送达"

    MOVES: ClassVar = {State.QUEUED: {State.SENT, State.FAILED}, State.SENT: set(), State.FAILED: set()}

    key = models.CharField("唯一键", max_length=250, unique=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages", verbose_name="收件人"
    )
    channel = models.CharField("渠道", max_length=8, choices=Channel)
    next_channels = models.JSONField("备用渠道", default=list, blank=True)
    subject = models.CharField("标题", max_length=200)
    body = models.TextField("内容", blank=True)
    link = models.CharField("链接", max_length=300, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    next_at = models.DateTimeField("下次发送")
    problem = models.CharField("未送达原因", max_length=300, blank=True)
    provider_id = models.CharField("回执编号", max_length=200, blank=True)
    written_at = models.DateTimeField("写入时间", auto_now_add=True)
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ("-written_at", "-pk")
        indexes = (
            models.Index(fields=("next_at",), name="message_next", condition=Q(state="queued")),
            models.Index(fields=("recipient", "channel", "read_at"), name="message_bell"),
        )

    def __str__(self) -> str:
        return self.subject

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """One's own, and nobody else's."""
        return Q(recipient_id=reader.user_id) if reader.user_id else Q(pk__in=[])
