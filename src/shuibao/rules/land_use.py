"""The land-use codes of the monitoring rules, and the table that leads to them from GB/T 21010."""

from collections.abc import Iterable

from shuibao.rules.book import RuleBook
from shuibao.science.erosion.land_use import FORMS, LandUseClass


def land_use_classes(book: RuleBook) -> tuple[LandUseClass, ...]:
    """The second-level classes, in order of code."""
    return tuple(
        LandUseClass(
            code=int(row["code"]),
            name=str(row["name"]),
            group=str(row["group"]),
            form=FORMS[row["cover"]],
            is_cropland=bool(row.get("cropland", False)),
            is_water=bool(row.get("water", False)),
        )
        for row in book.value("land_use.classes")
    )


def gbt21010_table(book: RuleBook, values: Iterable[str]) -> dict[str, int]:
    """Codes of the monitoring rules by code of GB/T 21010-2017 or of the third land survey.

    values: the codes that occur; the weaker second table is read only where the first does not have them all.
    """
    table = dict(book.value("land_use.gbt21010"))
    if not set(values) <= set(table):
        table = {**book.value("land_use.gbt21010_others"), **table}
    return {str(value): int(code) for value, code in table.items()}
