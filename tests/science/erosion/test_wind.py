"""Wind erosion of cropland, grassland and sand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuibao.science.erosion import wind
from shuibao.science.erosion.wind import WindModel, WindSeason
from shuibao.science.errors import OutOfRange

MODEL = WindModel(
    0.018, (-9.208, 0.018, 1.955), (2.4869, 0.0014, 54.9472), (6.1689, 0.0743, 27.9613), (5, 40), 0.001
)
ONE_CLASS = WindSeason((8.0,), (1000.0,), 1.0)


def test_cropland_as_computed_by_hand():
    assert wind.cropland_wind_loss(0.1, 0.1, ONE_CLASS, MODEL) == pytest.approx(0.489969, abs=1e-6)


def test_grassland_as_computed_by_hand():
    assert wind.grassland_wind_loss(0.1, 30, ONE_CLASS, MODEL) == pytest.approx(0.0574702, abs=1e-7)


def test_sand_as_computed_by_hand():
    assert wind.sand_wind_loss(0.1, 10, ONE_CLASS, MODEL) == pytest.approx(2.567481, abs=1e-6)


def test_a_square_kilometre_has_a_hundred_hectares():
    assert wind.per_km2(np.array([2.5])) == pytest.approx([250])


def test_wind_classes_add_up():
    season = WindSeason((6.0, 8.0, 12.0), (500.0, 200.0, 30.0), 0.9)
    parts = [WindSeason((speed,), (minutes,), 0.9) for speed, minutes in zip(*season[:2], strict=True)]
    whole = wind.sand_wind_loss(0.2, 15, season, MODEL)
    assert whole == pytest.approx(sum(wind.sand_wind_loss(0.2, 15, part, MODEL) for part in parts))


def test_moisture_and_cover_may_differ_from_cell_to_cell():
    moisture = np.array([[0.0], [0.5]])
    cover = np.array([[0.0, 20.0, np.nan]])
    loss = wind.grassland_wind_loss(moisture, cover, ONE_CLASS, MODEL)
    assert loss.shape == (2, 3)
    assert loss[1] == pytest.approx(loss[0] / 2, nan_ok=True)
    assert np.isnan(loss[:, 2]).all()


@given(st.floats(0, 100), st.floats(0, 100))
def test_cover_never_adds_to_the_loss(one: float, other: float):
    sparse, dense = sorted((one, other))
    for loss in (wind.grassland_wind_loss, wind.sand_wind_loss):
        assert loss(0.1, dense, ONE_CLASS, MODEL) <= loss(0.1, sparse, ONE_CLASS, MODEL)


def test_wet_soil_does_not_blow():
    assert wind.cropland_wind_loss(1.0, 0.1, ONE_CLASS, MODEL) == 0


@pytest.mark.parametrize(
    ("season", "message"),
    [
        (WindSeason((4.0,), (100.0,), 1.0), "风速等级"),
        (WindSeason((8.0,), (-1.0,), 1.0), "累计时间"),
        (WindSeason((8.0, 9.0), (100.0,), 1.0), "个数"),
        (WindSeason((8.0,), (100.0,), 0.0), "修正系数"),
    ],
)
def test_a_season_the_models_do_not_hold_for_is_refused(season: WindSeason, message: str):
    with pytest.raises(OutOfRange, match=message):
        wind.sand_wind_loss(0.1, 10, season, MODEL)


def test_ground_that_cannot_be_is_refused():
    with pytest.raises(OutOfRange, match="表土湿度因子"):
        wind.sand_wind_loss(1.2, 10, ONE_CLASS, MODEL)
    with pytest.raises(OutOfRange, match="植被盖度"):
        wind.grassland_wind_loss(0.1, 101, ONE_CLASS, MODEL)
    with pytest.raises(OutOfRange, match="地表粗糙度"):
        wind.cropland_wind_loss(0.1, [0.1, 0.0], ONE_CLASS, MODEL)
