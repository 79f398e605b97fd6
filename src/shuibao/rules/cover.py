"""The cover rules as the values that the formulas take."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from shuibao.rules.book import RuleBook
from shuibao.rules.coefficients import coefficients
from shuibao.science.erosion.cover_alternatives import Decay, Logarithmic
from shuibao.science.erosion.soil_loss_ratio import Responses, Sigmoid, Understorey, rate_of_base


class _Power(NamedTuple):
    """A Sigmoid as its source writes it: 1 / (offset + factor · base^(100 · FVC))."""

    offset: float
    factor: float
    base: float


def responses(book: RuleBook) -> Responses:
    """How soil loss answers to cover: shrub, grass, forest."""
    return Responses(
        shrub=_sigmoid(book, "shrub"),
        grass=_sigmoid(book, "grass"),
        forest=coefficients(book, "cover.slr.forest", Understorey),
    )


def fixed_cover(book: RuleBook, codes: Iterable[int]) -> dict[int, float]:
    """B of those of the land-use codes that take a fixed value."""
    known = set(book.ids_under("cover.fixed"))
    return {code: book.number(f"cover.fixed.{code}") for code in codes if f"cover.fixed.{code}" in known}


def ground_cover(book: RuleBook, codes: Iterable[int]) -> dict[int, tuple[float, ...]]:
    """Ground cover under the trees by half-month [0–1] of those of the codes that need it, from the rules.

    Raises RuleUnknown until someone supplies it: none is shipped.
    """
    known = set(book.ids_under("cover.understorey"))
    return {
        code: book.numbers(f"cover.understorey.{code}")
        for code in codes
        if f"cover.understorey.{code}" in known
    }


def cai2000(book: RuleBook) -> Logarithmic:
    """The curve of Cai Chongfa 2000."""
    return coefficients(book, "cover.cai2000", Logarithmic)


def jiang1996(book: RuleBook, vegetation: Literal["grass", "forest"]) -> Decay:
    """The curve of Jiang Zhongshan 1996 for grassland or forest."""
    return coefficients(book, f"cover.jiang1996.{vegetation}", Decay)


def _sigmoid(book: RuleBook, vegetation: str) -> Sigmoid:
    power = coefficients(book, f"cover.slr.{vegetation}", _Power)
    return Sigmoid(power.offset, power.factor, rate_of_base(power.base))
