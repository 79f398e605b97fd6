"""The table of E as the values that the formula takes."""

from collections.abc import Mapping

from shuibao.rules.book import RuleBook
from shuibao.science.erosion.practice import Measure, UnknownMeasure


def measure_codes(book: RuleBook) -> dict[str, str]:
    """The codes of engineering measures that can stand in a layer, with their names."""
    names = {rule.id: rule.name for rule in book.current()}
    return {rule_id.removeprefix("measure."): names[rule_id] for rule_id in sorted(book.ids_under("measure"))}


def measures(book: RuleBook, count_by_code: Mapping[str, int]) -> list[Measure]:
    """The measures that occur, in order of code; only these are read from the rules.

    count_by_code: polygons by code, as found in the layer.
    Raises UnknownMeasure for codes the table does not have, RuleUnknown for a measure without E.
    """
    known = measure_codes(book)
    strange = {code: count for code, count in count_by_code.items() if code not in known}
    if strange:
        raise UnknownMeasure(strange, [f"{code} {name}" for code, name in known.items()])
    return [Measure(code, known[code], book.number(f"measure.{code}")) for code in sorted(count_by_code)]
