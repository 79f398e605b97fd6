"""L and S in one pass: the same as the formulas one by one."""

import numpy as np
import pytest

from shuibao.science.erosion.length import LengthExponents, segment_length_factor
from shuibao.science.erosion.slope_factors import SlopeFactorChoices, slope_factors
from shuibao.science.erosion.steepness import Steepness, slope_steepness
from shuibao.science.grid import CellAreas, CellSteps
from shuibao.science.terrain.chain import Terrain, TerrainChoices, read_terrain
from shuibao.science.terrain.slope import greatest_descent
from shuibao.science.terrain.slope_length import CutOff, StepUnits

CSLE3 = SlopeFactorChoices(
    LengthExponents((1, 3, 5), (0.2, 0.3, 0.4, 0.5), 22.13),
    Steepness((5, 10, 90), (10.8, 16.8, 21.91), (0.03, -0.5, -0.96)),
    300,
    90,
)
CSLE4 = CSLE3._replace(
    steepness=Steepness((5, 10, 25, 90), (10.8, 16.8, 20.204, 29.585), (0.03, -0.5, -1.2404, -5.6079)),
    length_max_m=100,
    slope_cap_deg=30,
)


def row_flowing_east(lengths_m: list[float], slopes_deg: list[float]) -> Terrain:
    """A row of 10 m cells with these slope lengths and slopes."""
    step, diagonal = np.array([100_000], np.int32), np.array([141_421], np.int32)
    return Terrain(
        np.array([slopes_deg], np.float32),
        np.array([np.array(lengths_m) * 10_000], np.int32),
        np.ones((1, len(lengths_m)), np.uint8),
        StepUnits(step, step, diagonal),
    )


def test_l_of_the_published_segments() -> None:
    terrain = row_flowing_east([10, 20, 50, 100, 300, 50, 50, 50], [8, 8, 15, 8, 8, 0.5, 2, 4])
    published = [0.67222, 1.22910, 2.137878, 3.10751, 5.47654, 1.38256, 1.60777, 1.85868]
    np.testing.assert_allclose(slope_factors(terrain, CSLE3).length[0], published, atol=6e-6)


def test_the_start_of_a_slope_is_half_a_step_long() -> None:
    factor = slope_factors(row_flowing_east([5], [8]), CSLE3).length[0, 0]
    assert factor == pytest.approx((5 / 22.13) ** 0.5, rel=1e-6)


def test_beyond_the_greatest_length_l_stays_that_of_the_last_segment() -> None:
    terrain = row_flowing_east([300, 310, 2000], [8, 8, 8])
    assert len(set(slope_factors(terrain, CSLE3).length[0].tolist())) == 1


def test_a_greatest_length_below_one_step_is_a_slope_of_its_own() -> None:
    short = CSLE3._replace(length_max_m=4)
    factor = slope_factors(row_flowing_east([30], [8]), short).length[0, 0]
    assert factor == pytest.approx((4 / 22.13) ** 0.5, rel=1e-6)


@pytest.mark.parametrize("choices", [CSLE3, CSLE4])
def test_one_pass_gives_what_the_formulas_give(choices: SlopeFactorChoices) -> None:
    rng = np.random.default_rng(2)
    heights = (1000 + rng.random((60, 50)) * 20 + np.arange(50) * rng.random(50)).astype(np.float32)
    heights[20:22, 30] = np.nan
    one = np.ones(60)
    steps = CellSteps(one * 8, one * 11, one * np.hypot(8, 11))
    areas = CellAreas(np.array([[880_000]]), 60, 50)
    terrain = read_terrain(
        heights, steps, areas, TerrainChoices(greatest_descent, CutOff(0.5, 0.7, 2.86), 1e5)
    )
    factors = slope_factors(terrain, choices)

    step = np.where(np.isin(terrain.directions, [1, 16]), 80_000, 110_000)
    step[np.isin(terrain.directions, [2, 8, 32, 128])] = round(np.hypot(8, 11) * 10_000)
    below = np.minimum(terrain.length_units, choices.length_max_m * 10_000)
    is_valid = np.isfinite(terrain.slope_deg)
    expected = segment_length_factor(
        np.maximum(below - step, 0)[is_valid] / 1e4,
        below[is_valid] / 1e4,
        terrain.slope_deg[is_valid],
        choices.length,
    )
    assert factors.length.dtype == factors.steepness.dtype == np.float32
    np.testing.assert_allclose(factors.length[is_valid], expected, rtol=1e-6)
    np.testing.assert_allclose(
        factors.steepness,
        slope_steepness(terrain.slope_deg, choices.steepness, choices.slope_cap_deg),
        rtol=1e-6,
    )
    assert np.isnan(factors.length[~is_valid]).all()


def test_blocks_of_rows_give_the_same_bytes_as_the_whole() -> None:
    rng = np.random.default_rng(4)
    heights = (rng.random((40, 30)) * 50).astype(np.float32)
    rows = np.linspace(9, 11, 40)
    steps = CellSteps(rows, rows, rows * np.sqrt(2))
    areas = CellAreas(np.array([[1_000_000]]), 40, 30)
    terrain = read_terrain(
        heights, steps, areas, TerrainChoices(greatest_descent, CutOff(0.5, 0.7, 2.86), 1e5)
    )
    whole = slope_factors(terrain, CSLE3)
    for first in range(0, 40, 7):
        block = slope_factors(terrain.rows(first, first + 7), CSLE3)
        assert block.length.tobytes() == whole.length[first : first + 7].tobytes()
        assert block.steepness.tobytes() == whole.steepness[first : first + 7].tobytes()
