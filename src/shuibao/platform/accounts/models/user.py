"""A person with an account."""

from functools import cached_property
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.admin import display
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils import timezone
from simple_history.models import HistoricalRecords

from shuibao.platform.accounts.fields import SealedField
from shuibao.platform.accounts.phones import is_phone, masked
from shuibao.platform.accounts.roles import SECOND_FACTOR_NEEDED, VERBS, Role
from shuibao.platform.core.visibility import Held, Reader, Visible, inside, reader_of, region_stem


def no_password() -> str:
    """What stands for the password of one who has not set any: nothing matches it."""
    return make_password(None)


class PeopleSeen(Visible):
    """Rows of people that know whether their reader may see the whole telephone number."""

    def visible_to(self, user: object) -> Self:
        """No row but those the user may see, each marked with `phone_is_open`."""
        reader = reader_of(user)
        stems = reader.stems("people.edit")
        whole = Q() if "" in stems else Q(pk=reader.user_id) | inside(stems)
        open_or_not = Case(When(whole, then=Value(True)), default=Value(False)) if whole else Value(True)
        return super().visible_to(user).annotate(phone_is_open=open_or_not)


class People(UserManager.from_queryset(PeopleSeen)):  # type: ignore[misc]
    """Makes accounts, and shows no more of them than a reader may see."""


class User(AbstractUser):
    """A person: the account signs in, the grants say what it may do where. It is ended, not deleted."""

    class AreaUnit(models.TextChoices):
        MU = "mu", "亩"
        HECTARE = "ha", "公顷"
        KM2 = "km2", "km²"

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    password = models.CharField("口令", max_length=128, default=no_password)
    name = models.CharField("姓名", max_length=40)
    phone = SealedField("电话", blank=True, validators=[is_phone])
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name="单位",
    )
    region = models.ForeignKey(
        "core.Region", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="行政区"
    )
    last_seen_at = models.DateTimeField("上次访问", null=True, blank=True)
    ended_on = models.DateField("停用日期", null=True, blank=True)
    language = models.CharField("语言", max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    area_unit = models.CharField("面积单位", max_length=4, choices=AreaUnit, default=AreaUnit.KM2)
    is_demo = models.BooleanField("演示账号", default=False)

    history = HistoricalRecords(excluded_fields=["password", "last_login", "last_seen_at"])
    objects: ClassVar[People] = People()

    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering = ("username",)

    def __str__(self) -> str:
        return self.name or self.username

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """Oneself, and the people of the regions in which the reader may see people."""
        stems = reader.stems("people.view")
        oneself = Q(pk=reader.user_id) if reader.user_id else Q(pk__in=[])
        return Q() if "" in stems else oneself | inside(stems)

    @property
    def may_sign_in(self) -> bool:
        """Whether the account is alive here: not ended, and no demo account outside the demo."""
        return self.is_active and (settings.DEMO or not self.is_demo)

    @property
    @display(description="电话")
    def phone_shown(self) -> str:
        """The number as the reader of this row may see it: whole, or 138****0000."""
        return self.phone if getattr(self, "phone_is_open", False) else masked(self.phone)

    @cached_property
    def reader(self) -> Reader:
        """What this person holds today."""
        if not self.may_sign_in:
            return Reader()
        held = tuple(
            Held(VERBS[Role(role)], region_stem(code) if code else "") for role, code in self.roles_held()
        )
        return Reader(self.pk, self.organisation_id, held)

    @property
    def needs_second_factor(self) -> bool:
        """Whether this person may not sign in with a password alone."""
        return any(role in SECOND_FACTOR_NEEDED for role, _ in self.roles_held())

    def roles_held(self) -> list[tuple[str, str | None]]:
        """Roles and region codes of the grants that are valid today."""
        return self._roles_today

    @cached_property
    def _roles_today(self) -> list[tuple[str, str | None]]:
        today = timezone.localdate()
        valid = Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gte=today))
        return list(self.grants.filter(valid).values_list("role", "region_id"))
