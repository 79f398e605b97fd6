"""The soil rules as the values that the formulas take."""

from typing import Literal, get_args

from shuibao.rules.book import RuleBook
from shuibao.rules.coefficients import coefficients
from shuibao.science.erosion.soil import (
    Conversion,
    Correction,
    Epic,
    Nomograph,
    Regression,
    TextureLimits,
    si_conversion,
)
from shuibao.science.errors import DomainError

Method = Literal["epic", "nomograph"]

_NO_REGRESSION = Regression(0.0, 1.0)


def epic(book: RuleBook) -> Epic:
    """The coefficients of EPIC."""
    return coefficients(book, "soil.epic", Epic)


def nomograph(book: RuleBook) -> Nomograph:
    """The coefficients of the nomograph's equation."""
    return coefficients(book, "soil.nomograph", Nomograph)


def conversion(book: RuleBook, method: Method, correction: Correction) -> Conversion:
    """From K in US units by that method to K in SI with that correction; the regression is read only if used.

    Raises DomainError for a method or a correction that does not exist.
    """
    for key, word, known in (("method", method, Method), ("correction", correction, Correction)):
        if word not in get_args(known):
            raise DomainError(f"[soil] {key} = {word!r} 不认识。可写 {'、'.join(get_args(known))}。")
    is_corrected = correction != "none"
    regression = (
        coefficients(book, f"soil.zhang2008.{method}", Regression) if is_corrected else _NO_REGRESSION
    )
    return si_conversion(book.number("soil.us_to_si"), correction, regression)


def organic_matter_per_carbon(book: RuleBook) -> float:
    """Organic matter of a unit of organic carbon [-]."""
    return book.number("soil.organic_matter_per_carbon")


def texture_limits(book: RuleBook) -> TextureLimits:
    """What texture data must keep to [%]."""
    return coefficients(book, "soil.texture_limits", TextureLimits)
