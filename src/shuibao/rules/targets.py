"""The published targets of the conservation rate, and the land they are about."""

from shuibao.rules.book import RuleBook


def plan_targets(book: RuleBook, code: str) -> dict[int, float]:
    """The published target rates of a region by year [%]; empty when no document sets any.

    code: adcode, six digits.
    """
    if f"target.{code}" not in book.ids_under("target"):
        return {}
    return {int(year): float(rate) for year, rate in book.value(f"target.{code}").items()}


def plan_target(book: RuleBook, code: str, year: int) -> float | None:
    """The published target rate of a region for a year [%]; None when no document sets one."""
    return plan_targets(book, code).get(year)


def land_area_km2(book: RuleBook, code: str) -> float | None:
    """The published land area of a region [km²]; None when the tables have none."""
    return _area(book, f"area.{code}", "area")


def historic_erosion_km2(book: RuleBook, code: str) -> float | None:
    """The historic erosion area of a region [km²], the one treatment is counted against; None when unknown.

    Not the erosion area of the monitoring: no conservation rate follows from it.
    """
    return _area(book, f"historic_erosion.{code}", "historic_erosion")


def _area(book: RuleBook, rule_id: str, prefix: str) -> float | None:
    return book.number(rule_id) if rule_id in book.ids_under(prefix) else None
