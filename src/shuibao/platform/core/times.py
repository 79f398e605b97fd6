"""The working calendar and the numbers of terms that hold in a region: the site's own above the shipped."""

from datetime import date, time
from functools import lru_cache
from typing import NamedTuple

from django.apps import apps
from django.db.models import Q

from shuibao.law.clocks import WorkCalendar
from shuibao.rules import Rule, RuleBook
from shuibao.rules.deadlines import Reminding, Showing, office_end, reminding, showing
from shuibao.rules.holidays import work_calendar


class Times(NamedTuple):
    """What a region counts terms with."""

    calendar: WorkCalendar
    office_end: time
    reminding: Reminding
    showing: Showing


def times_of(region_code: str, on: date) -> Times:
    """What a region counts terms with on a day."""
    book = RuleBook((*_site_rules(), *_shipped_rules()))
    return Times(
        work_calendar(book),
        office_end(book, region_code, on),
        reminding(book, region_code, on),
        showing(book),
    )


def _site_rules() -> tuple[Rule, ...]:
    """The site's own versions, the last first."""
    ours = Q(rule_id__startswith="holidays.") | Q(rule_id__startswith="deadline.")
    versions = apps.get_model("rulebook", "RuleVersion").objects.filter(ours, origin="site")
    return tuple(version.rule() for version in versions.order_by("-recorded_at", "-pk"))


@lru_cache
def _shipped_rules() -> tuple[Rule, ...]:
    tables = ("holidays", "deadline")
    return tuple(rule for rule in RuleBook.load().rules if rule.id.partition(".")[0] in tables)
