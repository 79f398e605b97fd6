"""The working calendar from the State Council's yearly notices."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from shuibao.law.clocks import WorkCalendar
from shuibao.rules.book import Rule, RuleBook
from shuibao.science.errors import DomainError


class HolidaysMiswritten(DomainError):
    """A year's notice that cannot be read as days off and make-up days."""

    def __init__(self, rule: Rule, fault: str) -> None:
        super().__init__(
            f"规则 {rule.id}（{rule.table}）的取值不能用：{fault}。"
            '应写作 off = [["起", "止"], …]、makeup = ["日期", …]，日期形如 2026-10-01。'
        )


def work_calendar(book: RuleBook) -> WorkCalendar:
    """The days off and make-up days of every year whose notice is in the book; other years stay unknown."""
    off: set[date] = set()
    makeup: set[date] = set()
    years: set[int] = set()
    for rule_id in book.ids_under("holidays"):
        rule = book.rule(rule_id)
        if rule.value is None:
            continue
        years.add(_year(rule))
        off |= {day for span in _listed(rule, "off") for day in _span(rule, span)}
        makeup |= {_day(rule, day) for day in _listed(rule, "makeup")}
    return WorkCalendar(frozenset(off), frozenset(makeup), frozenset(years))


def _year(rule: Rule) -> int:
    name = rule.id.rpartition(".")[2]
    if not (name.isdecimal() and len(name) == 4):
        raise HolidaysMiswritten(rule, f"编号末段应为四位年份，读到 {name!r}")
    return int(name)


def _listed(rule: Rule, part: str) -> list[Any]:
    found = rule.value.get(part) if isinstance(rule.value, dict) else None
    if not isinstance(found, list):
        raise HolidaysMiswritten(rule, f"缺少列表 {part}")
    return found


def _span(rule: Rule, span: Any) -> Iterator[date]:
    if not isinstance(span, list | tuple) or len(span) != 2:
        raise HolidaysMiswritten(rule, f"起止应为两个日期，读到 {span!r}")
    first, last = (_day(rule, day) for day in span)
    if last < first:
        raise HolidaysMiswritten(rule, f"{first:%Y-%m-%d} 晚于 {last:%Y-%m-%d}")
    return (first + timedelta(days=step) for step in range((last - first).days + 1))


def _day(rule: Rule, day: Any) -> date:
    if isinstance(day, date):
        return day
    try:
        return date.fromisoformat(day)
    except (TypeError, ValueError) as problem:
        raise HolidaysMiswritten(rule, f"{day!r} 不是日期") from problem
