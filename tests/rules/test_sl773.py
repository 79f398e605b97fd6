"""The shipped rules of SL 773-2018."""

from math import cos, radians

import pytest

from shuibao.rules import sl773
from shuibao.rules.book import RuleBook, RuleUnknown
from shuibao.science.erosion import disturbed_land as works
from shuibao.science.erosion.disturbed_land import CutSoil, Slope


@pytest.fixture
def book() -> RuleBook:
    return RuleBook.load()


def test_the_shipped_coefficients_give_the_values_computed_by_hand(book: RuleBook):
    slope = Slope(15, 50, 10_000 / (50 * cos(radians(15))))
    surface, cap = sl773.disturbed_surface(book), sl773.length_cap_m(book)
    assert works.cleared_surface_loss_t(1628.71, 0.04, 1, slope, surface, cap) == pytest.approx(
        411.147, abs=5e-4
    )
    assert works.turned_surface_loss_t(1628.71, 0.04, 1, slope, surface, cap) == pytest.approx(
        875.744, abs=5e-4
    )

    face, soil = Slope(45, 8, 10_000 / (8 * cos(radians(45)))), CutSoil(0.55, 0.15, 1.35)
    faces = sl773.cut_face(book, "rain"), sl773.cut_face(book, "inflow")
    inflow = sl773.cut_inflow(book)
    assert works.cut_face_loss_t(1628.71, soil, face, faces[0], cap) == pytest.approx(25.2804, abs=5e-5)
    both = works.cut_face_with_inflow_loss_t(1628.71, 1, soil, face, faces, inflow, cap)
    assert both == pytest.approx(90.3216, abs=5e-5)


@pytest.mark.parametrize("soil", ["sandy", "loamy", "clayey"])
@pytest.mark.parametrize("water", ["rain", "inflow"])
def test_heaps_are_not_computed_until_somebody_supplies_the_coefficients(
    book: RuleBook, water: sl773.Water, soil: sl773.HeapSoil
):
    with pytest.raises(RuleUnknown, match=f"sl773.heap.{water}.{soil}"):
        sl773.heap_face(book, water, soil)


def test_supplied_heap_coefficients_are_used(tmp_path):
    overlay = tmp_path / "rules.toml"
    overlay.write_text(
        '[[rule]]\nid = "sl773.heap.rain.loamy"\nvalue = [0.046, -3.1, 0.6, 1.2]\n'
        'basis = "SL 773-2018 表"\nverified_by = "某人"\nverified_on = 2025-01-01\n',
        encoding="utf-8",
    )
    book = RuleBook.load(overlay)
    assert sl773.heap_face(book, "rain", "loamy") == ((0.046, -3.1), (5, 0.6), (25, 1.2))
    assert sl773.heap_shape(book) == 0.92
    assert sl773.heap_inflow(book) == ((10_000, 0.95), 1.5)
    assert [rule.id for rule in book.unverified_used()] == ["sl773.heap.shape"]
