"""A rule that holds the coefficients of one formula, as the named value the formula takes."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from shuibao.rules.book import RuleBook
from shuibao.science.errors import DomainError


class CoefficientsWrong(DomainError):
    """A rule whose value is not a table of the coefficients its formula needs."""

    def __init__(self, rule_id: str, needed: tuple[str, ...], found: object) -> None:
        super().__init__(
            f"规则 {rule_id} 的 value 应为一张数值表，键为 {'、'.join(needed)}，读到 {found!r}。"
            "请在 --rules 文件中更正。"
        )
        self.rule_id, self.needed = rule_id, needed


Coefficients = TypeVar("Coefficients", bound=NamedTuple)


def coefficients(book: RuleBook, rule_id: str, kind: type[Coefficients]) -> Coefficients:
    """The rule's table of numbers as a value of that kind, whose fields are the table's keys.

    Raises CoefficientsWrong when a key is missing, strange or not a number.
    """
    table = book.value(rule_id)
    if not _is_complete(table, kind._fields):
        raise CoefficientsWrong(rule_id, kind._fields, table)
    return kind._make(float(table[name]) for name in kind._fields)


def _is_complete(table: Any, fields: tuple[str, ...]) -> bool:
    return (
        isinstance(table, Mapping)
        and set(table) == set(fields)
        and all(isinstance(value, int | float) for value in table.values())
    )
