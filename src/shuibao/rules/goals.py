"""How progress is judged, when quarterly reports are due, how a target is shared out: by the rule book."""

from typing import NamedTuple

from shuibao.law.progress import LightLimits
from shuibao.rules.book import Rule, RuleBook


class ReportDays(NamedTuple):
    """Days for the steps of a quarterly report: filing, verifying, signing."""

    report: Rule
    verify: Rule
    sign: Rule


def light_limits(book: RuleBook) -> LightLimits:
    """The shares of the planned progress from which a light is green or yellow [-]."""
    return LightLimits(book.number("goals.light_green"), book.number("goals.light_yellow"))


def report_days(book: RuleBook) -> ReportDays:
    """The rules of the terms of a quarterly report."""
    return ReportDays(*(book.rule(f"goals.{name}_days") for name in ReportDays._fields))


def area_weight(book: RuleBook) -> float:
    """How much the erosion area counts when a target is shared out; the rest is what can be reduced [-]."""
    return book.number("goals.area_weight")


def pace_near(book: RuleBook) -> float:
    """The share of the needed pace from which a region is only slightly slow [-]."""
    return book.number("goals.pace_near")
