"""A person with an account."""

from functools import cached_property

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from shuibao.platform.accounts.roles import SECOND_FACTOR_NEEDED, VERBS, Role
from shuibao.platform.core.visibility import Held, Reader, Visible, inside, region_stem


class People(UserManager.from_queryset(Visible)):  # type: ignore[misc]
    """Makes accounts, and shows no more of them than a reader may see."""


class User(AbstractUser):
    """A person: the account signs in, the grants say what it may do where. It is ended, not deleted."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField("姓名", max_length=40)
    phone = models.CharField("电话", max_length=20, blank=True)
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

    history = HistoricalRecords(excluded_fields=["password", "last_login", "last_seen_at"])
    objects = People()

    REQUIRED_FIELDS = ("name",)

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

    @cached_property
    def reader(self) -> Reader:
        """What this person holds today."""
        if not self.is_active:
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
        today = timezone.localdate()
        valid = Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gte=today))
        return list(self.grants.filter(valid).values_list("role", "region_id"))
