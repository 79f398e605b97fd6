"""A book read for a place and a day answers as if every lookup named them."""

from datetime import date

from shuibao.rules import Rule, RuleBook


def _rule(value: float, region: str = "", valid_from: date | None = None) -> Rule:
    return Rule("a.b", "甲", value, "-", "书", "high", "t", region=region, valid_from=valid_from)


def test_the_most_local_rule_of_the_books_region_is_read() -> None:
    rules = (_rule(2.0, region="1408"), _rule(1.0))
    assert RuleBook(rules, region="140802").number("a.b") == 2.0
    assert RuleBook(rules, region="141002").number("a.b") == 1.0
    assert RuleBook(rules, region="140802").number("a.b", region="141002") == 1.0


def test_a_rule_of_the_future_is_not_read_before_its_day() -> None:
    rules = (_rule(2.0, valid_from=date(2027, 1, 1)), _rule(1.0))
    assert RuleBook(rules, on=date(2026, 12, 31)).number("a.b") == 1.0
    assert RuleBook(rules, on=date(2027, 1, 1)).number("a.b") == 2.0
