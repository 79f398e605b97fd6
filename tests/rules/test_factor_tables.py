"""The tables of K, B, E, T and land use: what they ship, how sure of it they are, what an overlay adds."""

from pathlib import Path

import pytest

from shuibao.rules import RuleBook, RuleUnknown
from shuibao.rules.coefficients import CoefficientsWrong
from shuibao.rules.cover import fixed_cover, ground_cover, responses
from shuibao.rules.land_use import land_use_classes
from shuibao.rules.measures import measures
from shuibao.rules.rotation import zone_factor
from shuibao.rules.soil import conversion, epic

BOOK = RuleBook.load()

MEASURES = {
    "020101": 0.084,
    "020102": 0.121,
    "020103": 0.414,
    "020104": 0.347,
    "0202": 0.414,
    "0203": 0.151,
    "0204": 0.335,
    "0205": 0.249,
    "0206": 0.160,
}
TILLAGE = {
    "contour": 0.431,
    "contour_ridge": 0.425,
    "ridge_plot": 0.152,
    "drought_furrow": 0.213,
    "grass_rotation_intercropping": 0.225,
    "stubble": 0.212,
    "no_till": 0.136,
}
CROPS = {"millet": 0.53, "soybean": 0.51, "potato": 0.47, "buckwheat": 0.74}
FIXED_B = {
    **dict.fromkeys((11, 12, 13, 53, 61, 81, 82, 83), 1),
    **dict.fromkeys((51, 62), 0.01),
    52: 0.025,
    54: 0.1,
    **dict.fromkeys((71, 72, 73, 84), 0),
}

ROW = '[[rule]]\nid = "{}"\nvalue = {}\nbasis = "书"\nverified_by = "某人"\n'


def overlay(path: Path, text: str) -> RuleBook:
    path.write_text(text, encoding="utf-8")
    return RuleBook.load(path)


def test_the_values_of_measures_are_those_of_the_specification_and_unverified() -> None:
    assert {
        measure.code: measure.factor for measure in measures(BOOK, dict.fromkeys(MEASURES, 1))
    } == MEASURES
    assert all(BOOK.rule(f"measure.{code}").is_unverified for code in MEASURES)


def test_tillage_and_crops_are_those_of_the_specification_and_weak() -> None:
    for kind, values in (("tillage", TILLAGE), ("crop", CROPS)):
        rules = {name: BOOK.rule(f"rotation.{kind}.{name}") for name in values}
        assert {name: rule.value for name, rule in rules.items()} == values
        assert {rule.confidence for rule in rules.values()} == {"low"}


def test_every_class_without_vegetation_has_a_b_and_no_other() -> None:
    classes = land_use_classes(BOOK)
    shipped = fixed_cover(BOOK, [entry.code for entry in classes])
    assert shipped == FIXED_B
    assert set(shipped) == {entry.code for entry in classes if not entry.is_vegetation}
    weak = {code for code in shipped if BOOK.rule(f"cover.fixed.{code}").confidence == "low"}
    assert weak == {52, 54, 61, 81, 82, 83}


def test_only_the_codes_asked_for_count_as_used() -> None:
    book = RuleBook.load()
    fixed_cover(book, [13, 41, 52])
    assert [rule.id for rule in book.unverified_used()] == ["cover.fixed.52"]


def test_the_regression_counts_as_used_only_with_a_correction() -> None:
    book = RuleBook.load()
    conversion(book, "epic", "none")
    assert not book.unverified_used()
    conversion(book, "epic", "zhang_us")
    assert [rule.id for rule in book.unverified_used()] == ["soil.zhang2008.epic"]


def test_ground_cover_refuses_until_someone_supplies_it(tmp_path: Path) -> None:
    with pytest.raises(RuleUnknown, match=r"cover\.understorey\.31.*understorey"):
        ground_cover(BOOK, [13, 31])
    assert ground_cover(BOOK, [13, 41]) == {}
    book = overlay(
        tmp_path / "own.toml",
        ROW.format("cover.understorey.31", [0.6] * 24),
    )
    assert ground_cover(book, [31]) == {31: (0.6,) * 24}
    assert not book.unverified_used()


def test_a_rotation_zone_of_shanxi_is_supplied_by_an_overlay(tmp_path: Path) -> None:
    book = overlay(
        tmp_path / "own.toml",
        ROW.format("rotation.zone.fenwei_gudi", 0.35),
    )
    assert zone_factor(book, "fenwei_gudi") == 0.35


def test_a_formula_with_a_coefficient_missing_refuses(tmp_path: Path) -> None:
    book = overlay(tmp_path / "own.toml", ROW.format("cover.slr.grass", "{ offset = 1.25, factor = 0.8 }"))
    with pytest.raises(CoefficientsWrong, match=r"cover\.slr\.grass.*offset、factor、base"):
        responses(book)
    book = overlay(tmp_path / "own.toml", ROW.format("soil.epic", "[0.2, 0.3]"))
    with pytest.raises(CoefficientsWrong, match=r"soil\.epic"):
        epic(book)
