"""The rule book of a place and a day, and the history of a rule."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from shuibao.platform.rulebook.models import RuleVersion
from shuibao.rules import Rule, RuleBook


def book_for(region_code: str, on: date) -> RuleBook:
    """The rules that hold in a region on a day: the site's own above the shipped ones, later ones first."""
    site = RuleVersion.objects.filter(origin=RuleVersion.Origin.SITE).order_by("-recorded_at", "-pk")
    local = tuple(version.rule() for version in site)
    return RuleBook((*local, *RuleBook.load().rules), region=region_code, on=on)


def versions_of(version: RuleVersion) -> "QuerySet[RuleVersion]":
    """Every version of the same rule, in all regions, last first."""
    return RuleVersion.objects.filter(rule_id=version.rule_id).order_by("-recorded_at", "-pk")


def rows_of(rules: Iterable[Rule]) -> list[RuleVersion]:
    """The rows of rules that the engine has read; a rule from a file of the command line has none."""
    rules = list(rules)
    found = RuleVersion.objects.filter(version__in={rule.version for rule in rules})
    wanted = {(rule.id, rule.region, rule.version) for rule in rules}
    return [row for row in found if (row.rule_id, row.region_code, row.version) in wanted]
