"""The rules of the wind erosion model as the values that the formulas take."""

from typing import NamedTuple

from shuibao.rules.book import RuleBook
from shuibao.science.erosion.wind import WindModel


class WindLandUses(NamedTuple):
    """Land-use codes by the model that computes them; on other land there is no wind erosion."""

    cropland: tuple[int, ...]
    grassland: tuple[int, ...]
    sand: tuple[int, ...]


def wind_model(book: RuleBook) -> WindModel:
    """The coefficients of the three models."""
    least, greatest = book.numbers("wind.speed_range")
    return WindModel(
        book.number("wind.scale"),
        _three(book, "wind.cropland"),
        _three(book, "wind.grassland"),
        _three(book, "wind.sand"),
        (least, greatest),
        book.number("wind.least_roughness"),
    )


def wind_correction(book: RuleBook) -> float:
    """The correction of the wind speed where none is given."""
    return book.number("wind.correction")


def wind_land_uses(book: RuleBook) -> WindLandUses:
    """Which land is computed with which model."""
    surfaces = ("cropland", "grassland", "sand")
    codes = (book.numbers(f"wind.land_use.{surface}") for surface in surfaces)
    return WindLandUses(*(tuple(int(code) for code in listed) for listed in codes))


def _three(book: RuleBook, rule_id: str) -> tuple[float, float, float]:
    first, second, third = book.numbers(rule_id)
    return first, second, third
