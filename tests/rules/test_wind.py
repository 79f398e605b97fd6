"""The shipped rules of wind erosion."""

import pytest

from shuibao.rules.book import RuleBook
from shuibao.rules.wind import wind_correction, wind_land_uses, wind_model
from shuibao.science.erosion import wind
from shuibao.science.erosion.wind import WindSeason


def test_the_shipped_coefficients_give_the_values_computed_by_hand():
    model, season = wind_model(RuleBook.load()), WindSeason((8.0,), (1000.0,), 1.0)
    assert wind.cropland_wind_loss(0.1, 0.1, season, model) == pytest.approx(0.489969, abs=1e-6)
    assert wind.grassland_wind_loss(0.1, 30, season, model) == pytest.approx(0.0574702, abs=1e-7)
    assert wind.sand_wind_loss(0.1, 10, season, model) == pytest.approx(2.567481, abs=1e-6)


def test_what_was_never_found_in_print_shows_as_unverified():
    book = RuleBook.load()
    wind_model(book)
    assert wind_correction(book) == 1
    unverified = {rule.id for rule in book.unverified_used()}
    assert unverified == {"wind.speed_range", "wind.correction", "wind.least_roughness"}


def test_a_land_use_has_one_model_at_most():
    surfaces = wind_land_uses(RuleBook.load())
    codes = [code for surface in surfaces for code in surface]
    assert len(codes) == len(set(codes))
    assert 13 in surfaces.cropland
    assert 41 in surfaces.grassland
    assert 82 in surfaces.sand
