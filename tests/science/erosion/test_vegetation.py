"""Vegetation cover from NDVI between end-members, and NDVI that cannot be NDVI."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuibao.science.erosion.land_use import code_mask
from shuibao.science.erosion.vegetation import (
    EndMembersMissing,
    NdviScaled,
    cover_fraction,
    end_members,
    require_ndvi,
)
from shuibao.science.errors import OutOfRange

ENDS = end_members({31: (0.1, 0.85), 41: (0.05, 0.7)})
VEGETATED = code_mask((31, 41))


def test_cover_runs_from_bare_soil_to_full_vegetation_by_class() -> None:
    land_use = np.array([[31, 41, 13]], dtype=np.uint8)
    ndvi = np.array([[[0.1, 0.05, 0.3]], [[0.85, 0.7, 0.3]], [[0.475, 0.375, 0.3]]], dtype=np.float32)
    cover = cover_fraction(ndvi, land_use, ENDS, VEGETATED)
    assert cover.dtype == np.float32
    assert cover[..., :2] == pytest.approx(np.array([[[0, 0]], [[1, 1]], [[0.5, 0.5]]]), abs=1e-6)
    assert np.isnan(cover[..., 2]).all()


@given(st.floats(-1, 1, width=32), st.floats(-1, 1, width=32))
def test_cover_lies_between_0_and_1_and_grows_with_ndvi(one: float, other: float) -> None:
    pair = np.array(sorted((one, other)), dtype=np.float32)[:, None]
    less, more = cover_fraction(pair, np.array([41], dtype=np.uint8), ENDS, VEGETATED).ravel()
    assert 0 <= less <= more <= 1


def test_a_gap_stays_a_gap() -> None:
    ndvi = np.array([[np.nan], [0.4]], dtype=np.float32)
    cover = cover_fraction(ndvi, np.array([41], dtype=np.uint8), ENDS, VEGETATED)
    assert np.isnan(cover).ravel().tolist() == [True, False]


def test_vegetated_land_without_end_members_is_refused() -> None:
    ndvi = np.zeros((24, 2), dtype=np.float32)
    with pytest.raises(EndMembersMissing, match="土地利用 32 没有 NDVI 端元"):
        cover_fraction(ndvi, np.array([32, 13], dtype=np.uint8), ENDS, code_mask((31, 32, 41)))


def test_end_members_must_be_ndvi_and_in_order() -> None:
    with pytest.raises(OutOfRange, match=r"土地利用 41 的 ndvi_soil = 0\.7 .*< ndvi_vegetation（0\.05）"):
        end_members({41: (0.7, 0.05)})
    with pytest.raises(OutOfRange, match="NDVI 端元 = 85"):
        end_members({41: (0.05, 85)})
    with pytest.raises(OutOfRange, match="ndvi_soil = nan"):
        end_members({41: (np.nan, 0.8)})


def test_ndvi_scaled_by_10_000_is_refused_with_the_remedy() -> None:
    with pytest.raises(NdviScaled, match=r"NDVI = 8123 .*除以 10 000"):
        require_ndvi(np.array([2000, 8123], dtype=np.int16))
    with pytest.raises(NdviScaled, match=r"NDVI = -3000"):
        require_ndvi(np.array([-3000, 0.5], dtype=np.float32))


def test_ndvi_outside_its_range_names_the_extreme() -> None:
    with pytest.raises(OutOfRange, match=r"NDVI = 1\.4 超出允许范围 -1–1"):
        require_ndvi(np.array([[0.2, 1.2], [1.4, np.nan]]))
    require_ndvi(np.array([-1, 1, np.nan]))
    require_ndvi(np.array([np.nan]))
