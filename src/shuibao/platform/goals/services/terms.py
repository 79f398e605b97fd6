"""The term of a step of a report, from a rule in days."""

from datetime import date

from shuibao.platform.core.deadlines import Basis, Term
from shuibao.platform.core.terms import after_days
from shuibao.rules import Rule


def after_days_of(rule: Rule, start: date, region_code: str) -> Term:
    """The term of a rule's days from a day on, moved off holidays."""
    due = after_days(start, int(rule.value), region_code)
    return Term(start, due, Basis(rule.id, rule.basis, rule.confidence))
