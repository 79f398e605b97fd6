"""Every legal or empirical number, with its source: TOML tables and the book that reads them."""

from shuibao.rules.book import Confidence, OverlayError, Rule, RuleBook, RuleUnknown, UnknownRuleId

__all__ = ["Confidence", "OverlayError", "Rule", "RuleBook", "RuleUnknown", "UnknownRuleId"]
