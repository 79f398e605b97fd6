"""When a term's last day closes, when it is reminded of, and how far ahead its days are counted."""

from datetime import date, time
from typing import NamedTuple

from shuibao.rules.book import RuleBook
from shuibao.science.errors import DomainError


class NotATime(DomainError):
    """A rule that should be a time of day and is not."""

    def __init__(self, rule_id: str, value: object) -> None:
        super().__init__(f"规则 {rule_id} 的取值 {value!r} 不是时刻，应写作 17:30。")


class Reminding(NamedTuple):
    """Working days before and days after the last day, and the time of day of a reminder."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    at: time


class Showing(NamedTuple):
    """Working days left from which a term is near, and up to which they are counted in words."""

    near: int
    counted: int


def office_end(book: RuleBook, region: str, on: date) -> time:
    """The end of office hours in a region on a day."""
    return _time(book, "deadline.office_end", region, on)


def reminding(book: RuleBook, region: str, on: date) -> Reminding:
    """The reminders of a term that ends on a day."""
    before = book.numbers("deadline.remind_before", region=region, on=on)
    after = book.numbers("deadline.remind_after", region=region, on=on)
    at = _time(book, "deadline.remind_at", region, on)
    return Reminding(tuple(int(n) for n in before), tuple(int(n) for n in after), at)


def showing(book: RuleBook) -> Showing:
    """How the days left of a term are shown."""
    return Showing(int(book.number("deadline.near")), int(book.number("deadline.counted")))


def _time(book: RuleBook, rule_id: str, region: str, on: date) -> time:
    value = book.value(rule_id, region=region, on=on)
    try:
        return time.fromisoformat(value)
    except (TypeError, ValueError) as problem:
        raise NotATime(rule_id, value) from problem
