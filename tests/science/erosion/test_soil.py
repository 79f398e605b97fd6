"""Soil erodibility: the specification's vectors, both readings of the correction, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuibao.rules import RuleBook
from shuibao.rules.soil import conversion, epic, nomograph, organic_matter_per_carbon, texture_limits
from shuibao.science.erosion.soil import (
    ErodibilityNegative,
    TextureSumWrong,
    check_carbon,
    check_texture,
    epic_erodibility,
    erodibility_si,
    nomograph_erodibility,
    organic_matter,
)
from shuibao.science.errors import DomainError, OutOfRange

BOOK = RuleBook.load()
EPIC, NOMOGRAPH, LIMITS = epic(BOOK), nomograph(BOOK), texture_limits(BOOK)

PUBLISHED = [
    # sand, silt, clay, carbon; EPIC in US units, in SI, zhang_si, zhang_us
    ((35, 50, 15, 0.8), 0.34659, 0.045646, 0.009712, 0.021721),
    ((25, 58, 17, 0.6), 0.38961, 0.051312, 0.012634, 0.024643),
    ((60, 30, 10, 0.4), 0.27326, 0.035989, 0.004731, 0.016740),
]


@pytest.mark.parametrize(("soil", "k_us", "k_si", "zhang_si", "zhang_us"), PUBLISHED)
def test_epic_and_its_corrections_give_the_published_values(
    soil: tuple[float, ...], k_us: float, k_si: float, zhang_si: float, zhang_us: float
) -> None:
    estimated = epic_erodibility(*soil, EPIC)
    assert estimated == pytest.approx(k_us, abs=6e-6)
    assert erodibility_si(estimated, conversion(BOOK, "epic", "none")) == pytest.approx(k_si, abs=6e-7)
    assert erodibility_si(estimated, conversion(BOOK, "epic", "zhang_si")) == pytest.approx(
        zhang_si, abs=6e-7
    )
    assert erodibility_si(estimated, conversion(BOOK, "epic", "zhang_us")) == pytest.approx(
        zhang_us, abs=6e-7
    )


def test_the_nomograph_gives_the_published_value() -> None:
    k_us = nomograph_erodibility(65, 15, 1.4, 3, 3, NOMOGRAPH)
    assert k_us == pytest.approx(0.44345, abs=6e-6)
    assert erodibility_si(k_us, conversion(BOOK, "nomograph", "none")) == pytest.approx(0.058402, abs=6e-7)


def test_the_nomograph_has_its_own_regression() -> None:
    assert conversion(BOOK, "nomograph", "zhang_si").offset == -0.00911
    assert conversion(BOOK, "epic", "zhang_si").offset == -0.01383


@pytest.mark.parametrize("choice", [{"method": "torri"}, {"correction": "zhang"}])
def test_a_method_or_correction_that_does_not_exist_is_refused(choice: dict[str, str]) -> None:
    chosen = {"method": "epic", "correction": "none", **choice}
    with pytest.raises(DomainError, match=r"\[soil\] .* 不认识。可写"):
        conversion(BOOK, chosen["method"], chosen["correction"])  # type: ignore[arg-type]


def test_organic_matter_follows_from_carbon() -> None:
    assert organic_matter(0.8, organic_matter_per_carbon(BOOK)) == pytest.approx(1.3792)


def test_a_raster_keeps_its_shape_and_float_and_its_gaps() -> None:
    sand = np.array([[35, 25], [60, np.nan]], dtype=np.float32)
    silt = np.array([[50, 58], [30, 40]], dtype=np.float32)
    clay = np.array([[15, 17], [10, 20]], dtype=np.float32)
    carbon = np.array([[0.8, np.nan], [0.4, 0.5]], dtype=np.float32)
    k = erodibility_si(epic_erodibility(sand, silt, clay, carbon, EPIC), conversion(BOOK, "epic", "none"))
    assert k.dtype == np.float32
    assert k.shape == (2, 2)
    assert np.isnan(k).tolist() == [[False, True], [False, True]]
    assert [k[0, 0], k[1, 0]] == pytest.approx([0.045646, 0.035989], abs=6e-7)


@given(st.floats(0, 99), st.floats(0, 1), st.floats(0, 12))
def test_epic_erodibility_is_never_negative(sand: float, silt_share: float, carbon: float) -> None:
    silt = (100 - sand) * silt_share
    assert 0 <= float(epic_erodibility(sand, silt, 100 - sand - silt, carbon, EPIC)) < 0.5


@given(st.floats(5, 90), st.floats(0, 6), st.floats(0.5, 6))
def test_more_organic_carbon_never_makes_a_soil_more_erodible(
    sand: float, carbon: float, more: float
) -> None:
    silt = (100 - sand) * 0.7
    clay = 100 - sand - silt
    poor, rich = epic_erodibility(sand, silt, clay, np.array([carbon, carbon + more]), EPIC)
    assert rich <= poor + 1e-12


def test_soil_without_silt_and_clay_is_refused_for_epic_divides_by_them() -> None:
    with pytest.raises(OutOfRange, match=r"粉粒 \+ 黏粒 = 0（共 1 处）"):
        epic_erodibility(np.array([100.0, 40.0]), np.array([0.0, 40.0]), np.array([0.0, 20.0]), 0.5, EPIC)


def test_a_correction_that_falls_below_zero_is_refused_and_not_cut() -> None:
    sandy = epic_erodibility(np.array([95.0, 35.0]), np.array([3.0, 50.0]), np.array([2.0, 15.0]), 0.3, EPIC)
    with pytest.raises(ErodibilityNegative, match=r"-0\.0\d+，小于 0（共 1 处）.*zhang_si.*none"):
        erodibility_si(sandy, conversion(BOOK, "epic", "zhang_si"))
    assert (erodibility_si(sandy, conversion(BOOK, "epic", "zhang_us")) > 0).all()


def test_the_nomograph_is_refused_beyond_its_validity() -> None:
    with pytest.raises(OutOfRange, match=r"粉粒 \+ 极细砂 = 82 .*0–70 %（诺谟图公式的适用范围"):
        nomograph_erodibility(np.array([60.0, 82.0]), 10, 1, 3, 3, NOMOGRAPH)
    with pytest.raises(OutOfRange, match="有机质 = 13"):
        nomograph_erodibility(60, 10, 13, 3, 3, NOMOGRAPH)
    with pytest.raises(OutOfRange, match="结构等级 = 5"):
        nomograph_erodibility(60, 10, 1, 5, 3, NOMOGRAPH)
    with pytest.raises(OutOfRange, match="渗透等级 = 0"):
        nomograph_erodibility(60, 10, 1, 3, 0, NOMOGRAPH)
    with pytest.raises(ErodibilityNegative, match="诺谟图公式不适用"):
        nomograph_erodibility(5, 50, 1, 1, 1, NOMOGRAPH)


def test_texture_that_does_not_add_up_names_the_worst_place() -> None:
    sand, silt, clay = (
        np.array([35.0, 30.0, np.nan]),
        np.array([50.0, 30.0, 1.0]),
        np.array([15.0, 20.0, 1.0]),
    )
    with pytest.raises(
        TextureSumWrong, match=r"砂粒 30 \+ 粉粒 30 \+ 黏粒 20 = 80，应为 100 ± 2 %（共 1 处）"
    ):
        check_texture(sand, silt, clay, LIMITS)
    check_texture(sand[[0, 2]], silt[[0, 2]], clay[[0, 2]], LIMITS)
    check_texture(35, 49, 15, LIMITS)


def test_texture_in_another_unit_is_recognised() -> None:
    with pytest.raises(TextureSumWrong, match="g/kg，请除以 10"):
        check_texture(350.0, 500.0, 150.0, LIMITS)
    with pytest.raises(TextureSumWrong, match="小数，请乘以 100"):
        check_texture(0.35, 0.5, 0.15, LIMITS)


def test_texture_parts_outside_0_to_100_are_refused_even_when_they_add_up() -> None:
    with pytest.raises(OutOfRange, match="砂粒 = 110"):
        check_texture(110.0, -5.0, -5.0, LIMITS)


def test_organic_carbon_in_g_per_kg_is_refused() -> None:
    with pytest.raises(OutOfRange, match=r"有机碳 = 14 .*g/kg 请除以 10"):
        check_carbon(np.array([0.8, 14.0]), LIMITS)
    check_carbon(np.array([0.8, np.nan]), LIMITS)


def test_a_tile_without_any_soil_stays_empty() -> None:
    nothing = np.full((3, 2), np.nan, dtype=np.float32)
    check_texture(nothing, nothing, nothing, LIMITS)
    check_carbon(nothing, LIMITS)
    k = erodibility_si(
        epic_erodibility(nothing, nothing, nothing, nothing, EPIC), conversion(BOOK, "epic", "zhang_si")
    )
    assert np.isnan(k).all()
