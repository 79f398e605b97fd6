"""The tabs of 待办: all, overdue, today, this week, handed out by me."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shuibao.platform.core.deadlines import handed_out, open_deadlines
from shuibao.platform.core.models import Deadline


@dataclass(frozen=True)
class Tab:
    """A tab's name in the address, its words, and how many things stand in it."""

    name: str
    words: str
    count: int


ALL, OVERDUE, TODAY, WEEK, HANDED_OUT = "all", "overdue", "today", "week", "handed_out"
_WORDS = {
    ALL: _("全部"),
    OVERDUE: _("逾期"),
    TODAY: _("今天"),
    WEEK: _("本周"),
    HANDED_OUT: _("我交办的"),
}


def todo(user: object, tab: str, now: datetime) -> "QuerySet[Deadline]":
    """What stands in a tab, the most urgent first. An unknown tab is the one of all."""
    if tab == HANDED_OUT:
        return handed_out(user)
    return open_deadlines(user).filter(_within(tab, now))


def tabs(user: object, now: datetime) -> list[Tab]:
    """All tabs with their counts."""
    return [Tab(name, str(words), todo(user, name, now).count()) for name, words in _WORDS.items()]


def _within(tab: str, now: datetime) -> Q:
    """Overdue by the moment; today and this week by the last day, Sunday ending the week."""
    today = timezone.localdate(now)
    if tab == OVERDUE:
        return Q(due_at__lte=now)
    if tab == TODAY:
        return Q(due_at__gt=now, due_on__lte=today)
    if tab == WEEK:
        return Q(due_at__gt=now, due_on__lte=today + timedelta(days=6 - today.weekday()))
    return Q()
