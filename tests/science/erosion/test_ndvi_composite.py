"""Half-month NDVI from irregular pictures: pooling, clouds, gaps around the year, and a real stack."""

import csv
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st

from shuibao.science.erosion.half_months import half_month_of
from shuibao.science.erosion.ndvi_composite import Statistic, half_month_composite, middle_days
from shuibao.science.erosion.vegetation import NdviScaled
from shuibao.science.errors import OutOfRange


def days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)[:, None]


def plainly(ndvi: np.ndarray, cloud: np.ndarray, when: np.ndarray, statistic: Statistic) -> np.ndarray:
    """One pixel's composite by numpy: gather, reduce, interpolate over three years laid end to end."""
    seen = np.full(24, np.nan)
    for k in range(24):
        clear = ndvi[(half_month_of(when) == k) & (cloud == 0) & ~np.isnan(ndvi)].astype(np.float64)
        if clear.size:
            seen[k] = np.mean(clear) if statistic == "mean" else np.median(clear)
    known = ~np.isnan(seen)
    if not known.any():
        return seen
    time = np.concatenate([middle_days()[known] + shift for shift in (-365, 0, 365)])
    return np.interp(middle_days(), time, np.tile(seen[known], 3))


def test_the_middles_of_the_half_months_lie_in_a_year_of_365_days() -> None:
    middles = middle_days()
    assert middles[[0, 1, 2, 3, 23]].tolist() == [7.5, 23.0, 38.5, 52.5, 357.0]
    assert (np.diff(middles) > 0).all()


def test_years_are_pooled_and_clouds_left_out() -> None:
    when = days("2015-07-03", "2016-07-15", "2017-07-01", "2016-07-16")
    ndvi, cloud = column(0.5, 0.9, 0.6, 0.3), np.array([[0], [1], [0], [0]], dtype=np.uint8)
    made = half_month_composite(ndvi, cloud, when, "mean")
    assert made.ndvi[12, 0] == pytest.approx(0.55)
    assert made.ndvi[13, 0] == pytest.approx(0.3)
    assert made.observed.tolist() == [2]


def test_the_median_resists_a_cloud_the_mask_has_missed() -> None:
    when = days("2015-05-01", "2016-05-02", "2017-05-03", "2017-05-10")
    ndvi = column(0.6, 0.62, -0.1, 0.64)
    assert half_month_composite(ndvi, None, when, "median").ndvi[8, 0] == pytest.approx(0.61)
    assert half_month_composite(ndvi[:3], None, when[:3], "median").ndvi[8, 0] == pytest.approx(0.6)


def test_gaps_are_closed_by_straight_lines_in_time_across_new_year() -> None:
    when = days("2020-12-02", "2020-02-20")
    made = half_month_composite(column(0.4, 0.2), None, when, "mean")
    middles = middle_days()
    share = (middles[0] + 365 - middles[22]) / (middles[3] + 365 - middles[22])
    assert made.ndvi[0, 0] == pytest.approx(0.4 - 0.2 * share, abs=1e-6)
    assert made.ndvi[12, 0] == pytest.approx(
        0.2 + 0.2 * (middles[12] - middles[3]) / (middles[22] - middles[3]), abs=1e-6
    )
    assert made.interpolated_cells.tolist() == [0 if k in (3, 22) else 1 for k in range(24)]


def test_one_clear_half_month_holds_all_year_and_none_leaves_a_gap() -> None:
    ndvi = np.array([[0.3, np.nan, 0.7]], dtype=np.float32)
    made = half_month_composite(ndvi, np.array([[0, 0, 1]], dtype=np.uint8), days("2021-06-20"), "median")
    assert made.ndvi[:, 0] == pytest.approx(0.3)
    assert np.isnan(made.ndvi[:, 1:]).all()
    assert made.observed.tolist() == [1, 0, 0]
    assert made.interpolated_cells.sum() == 23


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.floats(0, 1), st.sampled_from(("mean", "median")))
def test_the_composite_agrees_with_plain_interpolation(
    seed: int, pictures: int, cloudy: float, statistic: Statistic
) -> None:
    random = np.random.default_rng(seed)
    when = np.datetime64("2019-01-01") + random.integers(0, 1200, pictures)
    ndvi = random.uniform(-1, 1, (pictures, 3)).astype(np.float32)
    ndvi[random.random(ndvi.shape) < 0.1] = np.nan
    cloud = (random.random(ndvi.shape) < cloudy).astype(np.uint8)
    made = half_month_composite(ndvi, cloud, when, statistic)
    for i in range(3):
        expected = plainly(ndvi[:, i], cloud[:, i], when, statistic)
        assert made.ndvi[:, i] == pytest.approx(expected, abs=1e-6, nan_ok=True)


@given(st.integers(0, 2**32 - 1))
def test_the_order_of_the_bands_and_the_cutting_into_tiles_change_nothing(seed: int) -> None:
    random = np.random.default_rng(seed)
    when = np.datetime64("2019-01-01") + random.permutation(900)[:30]
    ndvi = random.uniform(-1, 1, (30, 9, 17)).astype(np.float32)
    cloud = (random.random(ndvi.shape) < 0.4).astype(np.uint8)
    whole = half_month_composite(ndvi, cloud, when, "mean")
    shuffled = random.permutation(30)
    again = half_month_composite(ndvi[shuffled], cloud[shuffled], when[shuffled], "mean")
    tile = half_month_composite(ndvi[:, 2:7, 5:16], cloud[:, 2:7, 5:16], when, "mean")
    assert again.ndvi.tobytes() == whole.ndvi.tobytes()
    assert tile.ndvi.tobytes() == whole.ndvi[:, 2:7, 5:16].tobytes()
    assert tile.observed.tobytes() == whole.observed[2:7, 5:16].tobytes()


def test_the_real_stack_gives_a_plausible_year(reference: Path) -> None:
    folder = reference / "ndvi_slovenia"
    with rasterio.open(folder / "ndvi.tif") as source:
        ndvi = source.read()
    with rasterio.open(folder / "cloud.tif") as source:
        cloud = source.read()
    with (folder / "dates.csv").open() as lines:
        when = days(*(row["date"] for row in csv.DictReader(lines)))

    made = half_month_composite(ndvi, cloud, when, "median")
    year = np.median(made.ndvi.reshape(24, -1), axis=1)
    assert made.observed.min() >= 15
    assert year[8:18].min() > 0.5
    assert year[0:4].max() < 0.45
    assert made.interpolated_cells[20] == 24 * 24  # every picture of early November is under cloud
    assert made.interpolated_cells[[12, 14, 16]].tolist() == [0, 0, 0]
    for row, col in ((0, 0), (11, 7), (23, 23)):
        expected = plainly(ndvi[:, row, col], cloud[:, row, col], when, "median")
        assert made.ndvi[:, row, col] == pytest.approx(expected, abs=1e-6)


def test_ndvi_under_cloud_may_be_anything_but_clear_ndvi_must_be_ndvi() -> None:
    when = days("2021-06-20", "2021-06-25")
    cloud = np.array([[0], [1]], dtype=np.uint8)
    assert half_month_composite(column(0.3, -9999), cloud, when, "mean").ndvi[11, 0] == pytest.approx(0.3)
    with pytest.raises(NdviScaled, match="除以 10 000"):
        half_month_composite(column(3000, 5000), None, when, "mean")
    with pytest.raises(OutOfRange, match=r"NDVI = -1\.2"):
        half_month_composite(column(0.3, -1.2), None, when, "mean")


def test_pictures_dates_and_mask_must_match() -> None:
    with pytest.raises(OutOfRange, match=r"影像日期数 = 1 .*2"):
        half_month_composite(column(0.3, 0.4), None, days("2021-06-20"), "mean")
    with pytest.raises(OutOfRange, match="云掩膜的形状"):
        half_month_composite(column(0.3), np.zeros((1, 2), np.uint8), days("2021-06-20"), "mean")
