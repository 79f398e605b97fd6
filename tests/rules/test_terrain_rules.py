"""The terrain rules: what they give to the formulas, and what they refuse."""

from pathlib import Path
from typing import Any

import pytest

from shuibao.rules import terrain
from shuibao.rules.book import RuleBook
from shuibao.science.errors import DomainError, OutOfRange
from shuibao.science.terrain.slope import SLOPE_METHODS


@pytest.fixture
def book() -> RuleBook:
    return RuleBook.load()


def _overlay(folder: Path, rule_id: str, value: str) -> RuleBook:
    path = folder / "rules.toml"
    path.write_text(
        f'[[rule]]\nid = "{rule_id}"\nvalue = {value}\nbasis = "测试"\nverified_by = "测试"\n',
        encoding="utf-8",
    )
    return RuleBook.load(path)


def test_s_has_three_pieces_by_default_and_four_since_2018(book: RuleBook) -> None:
    assert terrain.steepness(book, "csle3").factors == (10.8, 16.8, 21.91)
    assert not book.unverified_used()
    assert terrain.steepness(book, "csle4").constants == (0.03, -0.5, -1.2404, -5.6079)
    assert len(book.unverified_used()) == 3
    assert terrain.slope_factor_choices(book).steepness == terrain.steepness(book, "csle3")


def test_the_usual_limits_are_300_m_no_cap_and_a_tenth_of_a_square_kilometre(book: RuleBook) -> None:
    factors = terrain.slope_factor_choices(book)
    assert (factors.length_max_m, factors.slope_cap_deg) == (300, 90)
    assert terrain.terrain_choices(book).channel_area_m2 == 100_000
    assert book.number("terrain.length.max_census_m") == 100


def test_limits_asked_for_replace_the_rules_and_leave_them_unused(book: RuleBook) -> None:
    factors = terrain.slope_factor_choices(book, "csle3", length_max_m=100, slope_cap_deg=35)
    assert (factors.length_max_m, factors.slope_cap_deg) == (100, 35)
    assert terrain.terrain_choices(book, "horn", channel_area_km2=1).channel_area_m2 == 1e6
    assert not book.unverified_used()


@pytest.mark.parametrize("name", SLOPE_METHODS)
def test_the_slope_is_measured_by_the_method_named(book: RuleBook, name: Any) -> None:
    assert terrain.terrain_choices(book, name).slope is SLOPE_METHODS[name]


def test_unknown_methods_are_refused_with_the_names_that_can_be_written(book: RuleBook) -> None:
    name: Any = "zevenbergen"
    with pytest.raises(DomainError, match="greatest_descent、horn"):
        terrain.terrain_choices(book, name)
    with pytest.raises(DomainError, match="csle3、csle4"):
        terrain.steepness(book, name)


@pytest.mark.parametrize(
    "limits", [{"length_max_m": 0}, {"slope_cap_deg": 91}, {"slope_cap_deg": 0}, {"length_max_m": -1}]
)
def test_limits_without_meaning_are_refused(book: RuleBook, limits: dict[str, float]) -> None:
    with pytest.raises(OutOfRange):
        terrain.slope_factor_choices(book, "csle3", **limits)
    with pytest.raises(OutOfRange, match="汇流面积"):
        terrain.terrain_choices(book, channel_area_km2=0)


def test_pieces_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="应一样多"):
        terrain.steepness(_overlay(tmp_path, "terrain.steepness.csle3.factors", "[1, 2]"), "csle3")
    with pytest.raises(DomainError, match="由小到大"):
        terrain.steepness(_overlay(tmp_path, "terrain.steepness.csle3.limits_deg", "[10, 5, 90]"), "csle3")
    with pytest.raises(DomainError, match="多一个"):
        terrain.length_exponents(_overlay(tmp_path, "terrain.length.exponents", "[0.2, 0.5]"))
