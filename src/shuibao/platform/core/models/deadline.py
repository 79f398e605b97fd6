"""Something that somebody must have done by a day."""

from functools import cached_property
from typing import ClassVar

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.deadline_words import Standing, standing
from shuibao.platform.core.times import times_of
from shuibao.platform.core.visibility import Reader, Visible, inside, region_stem


class Deadline(models.Model):
    """What is to be done about an object, by whom, until when, and on what ground.

    due_on: the last day. due_at: the moment from which it is too late. is_settled: whether the last day is
    certain; it is not while the holidays of its year are unknown. Responsible is a person, an organisation,
    or whoever holds a role in the region.
    """

    class State(models.TextChoices):
        OPEN = "open", "未完成"
        MET = "met", "按期完成"
        LATE = "late", "逾期完成"
        ENDED = "ended", "已终止"

    MOVES: ClassVar = {
        State.OPEN: {State.MET, State.LATE, State.ENDED},
        State.MET: set(),
        State.LATE: set(),
        State.ENDED: set(),
    }

    task = models.CharField("事项", max_length=40)
    title = models.CharField("对象", max_length=200)
    about_type = models.CharField("对象类型", max_length=60)
    about_key = models.CharField("对象编号", max_length=60)
    url = models.CharField("对象地址", max_length=300, blank=True)
    act = models.CharField("操作", max_length=20, blank=True)
    act_url = models.CharField("操作地址", max_length=300, blank=True)
    detail = models.CharField("说明", max_length=200, blank=True)
    region = models.ForeignKey("core.Region", models.PROTECT, verbose_name="行政区")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="责任人",
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="责任单位",
    )
    role = models.CharField("责任角色", max_length=16, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="交办人",
    )
    started_on = models.DateField("起算日")
    due_on = models.DateField("到期日")
    due_at = models.DateTimeField("截止时刻", db_index=True)
    is_settled = models.BooleanField("到期日已确定", default=True)
    rule_id = models.CharField("规则", max_length=100, blank=True)
    basis = models.CharField("依据", max_length=300)
    confidence = models.CharField("可信度", max_length=8)
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    closed_at = models.DateTimeField("完成或终止时间", null=True, blank=True)
    reason = models.CharField("终止原因", max_length=200, blank=True)

    history = HistoricalRecords()
    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "期限"
        ordering = ("due_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("about_type", "about_key", "task"),
                condition=Q(state="open"),
                name="one_open_deadline_of_a_task",
            ),
            models.CheckConstraint(
                condition=(
                    Q(person__isnull=False, organisation=None, role="")
                    | Q(person=None, organisation__isnull=False, role="")
                    | (Q(person=None, organisation=None) & ~Q(role=""))
                ),
                name="one_is_responsible_for_a_deadline",
            ),
        )
        indexes = (models.Index(fields=("about_type", "about_key"), name="deadline_about"),)

    def __str__(self) -> str:
        return f"{self.task}：{self.title}"

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """Those one is responsible for or has set, and those of the regions whose deadlines one may see."""
        stems = reader.stems("deadlines.view")
        if "" in stems:
            return Q()
        mine = cls.responsibility(reader)
        return mine | Q(set_by_id=reader.user_id) | inside(stems) if reader.user_id else inside(stems)

    @classmethod
    def responsibility(cls, reader: Reader) -> Q:
        """Those a person must see to: their own, their organisation's, those of a role they hold there."""
        if reader.user_id is None or not reader.held:
            return Q(pk__in=[]) if reader.user_id is None else Q(person_id=reader.user_id)
        mine = Q(person_id=reader.user_id)
        if reader.organisation_id is not None:
            mine |= Q(organisation_id=reader.organisation_id)
        for role, code in get_user_model().objects.get(pk=reader.user_id).roles_held():
            mine |= Q(role=role) & inside([region_stem(code) if code else ""])
        return mine

    @property
    def about(self) -> models.Model:
        """The object it is about. The caller has made sure that it may be seen."""
        return apps.get_model(self.about_type)._base_manager.get(pk=self.about_key)

    @property
    def is_unverified(self) -> bool:
        """Whether nobody has checked the ground of the term against its primary text."""
        return self.confidence not in ("seen", "high")

    @property
    def responsible(self) -> str:
        """Who must see to it, in words."""
        if self.person is not None:
            return str(self.person)
        if self.organisation is not None:
            return str(self.organisation)
        return f"{self.region}{Role(self.role).label}"

    @property
    def verb(self) -> str:
        """What is pressed to do it."""
        return self.act or self.task

    @property
    def address(self) -> str:
        """Where it is done."""
        return self.act_url or self.url

    @property
    def tone(self) -> str:
        """The tone of how it stands."""
        return self.standing.tone

    @property
    def words(self) -> str:
        """How it stands, in words."""
        return self.standing.words

    @cached_property
    def standing(self) -> Standing:
        """How it stands now: a tone and words."""
        now = timezone.now()
        return standing(self, now, times_of(self.region_id, timezone.localdate(now)))
