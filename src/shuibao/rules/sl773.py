"""The rules of SL 773-2018 as the values that the formulas take."""

from typing import Literal

from shuibao.rules.book import RuleBook
from shuibao.science.erosion.disturbed_land import CutFace, DisturbedSurface, HeapFace, Inflow

Water = Literal["rain", "inflow"]
"""What the loss comes from: rain on the face, or water that flows onto it."""

HeapSoil = Literal["sandy", "loamy", "clayey"]
"""砂土, 壤土, 黏土."""


def length_cap_m(book: RuleBook) -> float:
    """The longest projected slope length that counts [m]."""
    return book.number("sl773.length_cap")


def disturbed_surface(book: RuleBook) -> DisturbedSurface:
    """Coefficients of a cleared and of a turned surface."""
    a, b, c, d = book.numbers("sl773.surface.steepness")
    return DisturbedSurface(
        book.number("sl773.surface.reference_length"),
        (a, b, c, d),
        book.numbers("sl773.surface.exponent_limits"),
        book.numbers("sl773.surface.exponents"),
        book.number("sl773.surface.turned_soil_factor"),
    )


def cut_face(book: RuleBook, water: Water) -> CutFace:
    """Coefficients of an excavated face."""
    return CutFace(
        _pair(book, f"sl773.cut.{water}.erodibility"),
        _pair(book, f"sl773.cut.{water}.length"),
        _pair(book, f"sl773.cut.{water}.steepness"),
    )


def heap_face(book: RuleBook, water: Water, soil: HeapSoil) -> HeapFace:
    """Coefficients of a spoil heap. Raises RuleUnknown until a site supplies them."""
    a, b, f, d = book.numbers(f"sl773.heap.{water}.{soil}")
    return HeapFace(
        (a, b),
        (book.number("sl773.heap.reference_length"), f),
        (book.number("sl773.heap.reference_slope"), d),
    )


def heap_shape(book: RuleBook) -> float:
    """Shape factor X of a spoil heap with a plane face [-]."""
    return book.number("sl773.heap.shape")


def cut_inflow(book: RuleBook) -> Inflow:
    """Inflow onto an excavated face."""
    return Inflow(_pair(book, "sl773.inflow.runoff"), book.number("sl773.cut.inflow.greatest"))


def heap_inflow(book: RuleBook) -> Inflow:
    """Inflow onto a spoil heap."""
    return Inflow(_pair(book, "sl773.inflow.runoff"), book.number("sl773.heap.inflow.greatest"))


def _pair(book: RuleBook, rule_id: str) -> tuple[float, float]:
    first, second = book.numbers(rule_id)
    return first, second
