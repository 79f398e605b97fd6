"""B: the specification's half-month example, the kernel against the plain formula, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuibao.rules import RuleBook
from shuibao.rules.cover import fixed_cover, responses
from shuibao.rules.land_use import land_use_classes
from shuibao.science.erosion.cover import (
    CoverTables,
    FixedCoverMissing,
    GroundCoverMissing,
    cover_factor,
    cover_given,
    cover_tables,
    weighted_ratio,
)
from shuibao.science.erosion.land_use import FOREST, GRASS, SHRUB, UnknownLandUse, code_mask
from shuibao.science.erosion.soil_loss_ratio import forest_ratio, sigmoid_ratio
from shuibao.science.errors import OutOfRange

BOOK = RuleBook.load()
CLASSES = land_use_classes(BOOK)
CODES = tuple(entry.code for entry in CLASSES)
CROPLAND = code_mask(entry.code for entry in CLASSES if entry.is_cropland)
RESPONSES = responses(BOOK)

GRASS_FVC = np.array(
    [15, 15, 16, 17, 19, 22, 26, 31, 37, 43, 48, 52, 57, 61, 63, 62, 58, 52, 45, 38, 30, 24, 19, 16]
) / np.float64(100)
HALF_MONTH_R = {
    8: 30.2641,
    9: 24.7246,
    11: 84.4051,
    12: 147.9113,
    13: 345.9528,
    14: 525.0415,
    15: 121.7886,
    16: 761.7053,
    17: 44.6965,
    19: 27.0291,
    21: 16.5197,
}
MINI_YEAR = np.array([HALF_MONTH_R.get(k, 0.0) for k in range(1, 25)])
GROUND = tuple(np.round(0.3 + 0.2 * np.sin(np.arange(24) / 4), 3))


def tables(**ground_cover: tuple[float, ...]) -> CoverTables:
    ground = {int(code[1:]): values for code, values in ground_cover.items()}
    return cover_tables(CLASSES, fixed_cover(BOOK, CODES), ground, RESPONSES)


ALL = tables(c21=GROUND, c23=GROUND[::-1], c31=GROUND, c33=GROUND)


def by_the_plain_formula(fvc: np.ndarray, land_use: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """B cell by cell with numpy's weighted mean."""
    by_code = {entry.code: entry for entry in CLASSES}
    cover = np.empty(land_use.size)
    for i, code in enumerate(land_use.ravel()):
        column, shares = fvc.reshape(24, -1)[:, i].astype(np.float64), weights.reshape(24, -1)
        form = by_code[code].form
        if form == FOREST:
            ratios = forest_ratio(column, ALL.ground_cover[code], RESPONSES.forest)
        elif form in (SHRUB, GRASS):
            ratios = sigmoid_ratio(column, RESPONSES.shrub if form == SHRUB else RESPONSES.grass)
        else:
            cover[i] = ALL.fixed[code]
            continue
        needed = shares[:, i if shares.shape[1] > 1 else 0] > 0
        cover[i] = weighted_ratio(ratios[needed], shares[:, i if shares.shape[1] > 1 else 0][needed])
    return cover.reshape(land_use.shape)


def test_the_mini_year_gives_the_published_b_of_grassland() -> None:
    ratios = sigmoid_ratio(GRASS_FVC, RESPONSES.grass)
    assert weighted_ratio(ratios, MINI_YEAR) == pytest.approx(0.043560, abs=6e-7)
    assert ratios.mean() == pytest.approx(0.163314, abs=6e-7)

    land_use = np.array([41, 42, 43], dtype=np.uint8)
    fvc = np.repeat(GRASS_FVC[:, None], 3, axis=1).astype(np.float32)
    assert cover_factor(fvc, land_use, MINI_YEAR, ALL) == pytest.approx([0.043560] * 3, abs=6e-7)


@settings(max_examples=25)
@given(st.integers(1, 7), st.integers(1, 9), st.integers(0, 2**32 - 1), st.booleans())
def test_the_kernel_agrees_with_the_plain_formula_for_any_mixture_of_classes(
    rows: int, columns: int, seed: int, weights_differ_by_cell: bool
) -> None:
    random = np.random.default_rng(seed)
    fvc = random.random((24, rows, columns), dtype=np.float32)
    fvc[random.random(fvc.shape) < 0.01] = np.nan
    land_use = random.choice(np.array(CODES, dtype=np.uint8), (rows, columns))
    weights = random.random((24, rows, columns) if weights_differ_by_cell else 24)
    weights[:4] = 0
    assert cover_factor(fvc, land_use, weights, ALL) == pytest.approx(
        by_the_plain_formula(fvc, land_use, weights), rel=1e-6, nan_ok=True
    )


def test_the_result_does_not_depend_on_how_the_cells_are_cut_into_tiles() -> None:
    random = np.random.default_rng(5)
    fvc = random.random((24, 50, 60), dtype=np.float32)
    land_use = random.choice(np.array(CODES, dtype=np.uint8), (50, 60))
    weights = random.random((24, 50, 60), dtype=np.float32)
    whole = cover_factor(fvc, land_use, weights, ALL)
    for rows, columns in (
        (slice(0, 7), slice(0, 60)),
        (slice(7, 50), slice(13, 14)),
        (slice(9, 31), slice(3, 59)),
    ):
        tile = cover_factor(fvc[:, rows, columns], land_use[rows, columns], weights[:, rows, columns], ALL)
        assert tile.tobytes() == whole[rows, columns].tobytes()


@given(st.sampled_from(CODES), st.integers(0, 2**32 - 1))
def test_b_lies_between_0_and_1(code: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    cover = cover_factor(
        random.random((24, 3), dtype=np.float32), np.full(3, code, dtype=np.uint8), random.random(24), ALL
    )
    assert ((cover >= 0) & (cover <= 1)).all()


def test_land_without_vegetation_takes_its_value_whatever_the_cover() -> None:
    land_use = np.array([11, 13, 51, 53, 71, 84], dtype=np.uint8)
    cover = cover_factor(np.full((24, 6), np.nan, dtype=np.float32), land_use, MINI_YEAR, ALL)
    assert cover == pytest.approx([1, 1, 0.01, 1, 0, 0])


def test_a_half_month_without_erosive_rain_needs_no_cover() -> None:
    fvc = GRASS_FVC.astype(np.float32)[:, None].copy()
    fvc[0] = np.nan
    grass = np.array([41], dtype=np.uint8)
    assert cover_factor(fvc, grass, MINI_YEAR, ALL) == pytest.approx([0.043560], abs=6e-7)
    fvc[15] = np.nan
    assert np.isnan(cover_factor(fvc, grass, MINI_YEAR, ALL)).all()


def test_no_land_use_and_no_weight_leave_a_gap() -> None:
    fvc = np.full((24, 2), 0.5, dtype=np.float32)
    assert np.isnan(cover_factor(fvc, np.zeros(2, np.uint8), MINI_YEAR, ALL)).all()
    assert np.isnan(cover_factor(fvc, np.full(2, 41, np.uint8), np.zeros(24), ALL)).all()
    assert np.isnan(weighted_ratio(np.ones((24, 2)), np.zeros(24))).all()


def test_rounding_of_resampled_cover_is_no_reason_to_refuse() -> None:
    fvc = np.full((24, 1), np.nextafter(np.float32(1), np.float32(2)))
    full = cover_factor(np.ones((24, 1), np.float32), np.array([41], np.uint8), MINI_YEAR, ALL)
    assert cover_factor(fvc, np.array([41], np.uint8), MINI_YEAR, ALL) == pytest.approx(full, rel=1e-5)


def test_cover_in_per_cent_is_refused_with_the_value_and_the_remedy() -> None:
    fvc = np.full((24, 2), 0.5, dtype=np.float32)
    fvc[7, 1] = 55
    with pytest.raises(OutOfRange, match=r"植被盖度 FVC = 55 .*0–1.*unit = \"percent\""):
        cover_factor(fvc, np.full(2, 41, np.uint8), MINI_YEAR, ALL)


def test_negative_weights_are_refused() -> None:
    with pytest.raises(OutOfRange, match="半月权重 WR = -1"):
        cover_factor(np.ones((24, 1), np.float32), np.array([41], np.uint8), MINI_YEAR - 1, ALL)


def test_forest_without_ground_cover_is_refused_with_its_codes() -> None:
    land_use = np.array([41, 31, 33, 31], dtype=np.uint8)
    fvc = np.full((24, 4), 0.5, dtype=np.float32)
    with pytest.raises(GroundCoverMissing, match="土地利用 33 缺少林下盖度"):
        cover_factor(fvc, land_use, MINI_YEAR, tables(c31=GROUND))
    assert cover_factor(fvc[:, :1], land_use[:1], MINI_YEAR, tables()).shape == (1,)


def test_a_code_without_class_or_value_is_refused() -> None:
    fvc = np.full((24, 1), 0.5, dtype=np.float32)
    with pytest.raises(UnknownLandUse, match="14"):
        cover_factor(fvc, np.array([14], np.uint8), MINI_YEAR, ALL)
    bare = cover_tables(CLASSES, {}, {}, RESPONSES)
    with pytest.raises(FixedCoverMissing, match=r"土地利用 51 没有 B 的定值.*cover\.fixed"):
        cover_factor(fvc, np.array([51], np.uint8), MINI_YEAR, bare)


def test_ground_cover_must_be_24_fractions() -> None:
    with pytest.raises(OutOfRange, match=r"林下盖度 = 60 .*除以 100"):
        tables(c31=(60.0,) * 24)
    with pytest.raises(OutOfRange, match="林下盖度的个数 = 12"):
        tables(c31=GROUND[:12])
    with pytest.raises(OutOfRange, match="土地利用 51 的 B = 2"):
        cover_tables(CLASSES, {51: 2}, {}, RESPONSES)


def test_a_given_b_is_1_on_cropland_and_a_gap_without_land_use() -> None:
    land_use = np.array([[13, 41], [0, 11]], dtype=np.uint8)
    given_b = np.array([[0.3, 0.2], [0.1, np.nan]])
    assert cover_given(given_b, land_use, CROPLAND) == pytest.approx(
        np.array([[1, 0.2], [np.nan, 1]]), nan_ok=True
    )
    with pytest.raises(OutOfRange, match=r"B = 1\.5"):
        cover_given(given_b * 5, land_use, CROPLAND)
