"""What a tile's cells hold: every value once, exact areas, codes put in its place."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shuibao.science.erosion.cell_areas import TileAreas
from shuibao.science.grid import CellAreas
from shuibao.science.tally import GREATEST_KINDS, areas_by_label, recoded, tally

AREAS = TileAreas(CellAreas(np.arange(1, 21)[:, None] * 100, 1, 50), 4, 0)
values = arrays(
    np.float32,
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    elements=st.sampled_from([11, 12, 43, np.nan]),
)


@given(values)
def test_areas_inside_are_exact_and_values_outside_are_known_too(found: np.ndarray) -> None:
    is_inside = np.arange(found.shape[1]) % 2 == np.zeros(found.shape, int)
    counted = tally(found, is_inside, AREAS)
    cell = (np.arange(4, 4 + found.shape[0]) + 1)[:, None] * 100 * np.ones(found.shape, int)
    expected = {
        v: int(cell[(found == v) & is_inside].sum()) for v in np.unique(found[~np.isnan(found)]).tolist()
    }
    assert dict(zip(counted.values.tolist(), counted.inside.tolist(), strict=True)) == expected


def test_more_values_than_can_be_codes_end_the_count() -> None:
    many = np.arange(400, dtype=np.float32).reshape(8, 50)
    assert tally(many, np.ones(many.shape, bool), AREAS).values.size == GREATEST_KINDS


def test_values_become_codes_and_what_is_unknown_becomes_nothing() -> None:
    given_values = np.array([[101, 101, 7], [np.nan, 7, 103]], np.float32)
    codes = recoded(given_values, np.array([101, 103], np.float32), np.array([12, 13], np.uint8))
    assert codes.tolist() == [[12, 12, 0], [0, 0, 13]]


def test_labels_below_zero_are_nothing() -> None:
    labels = np.array([[0, 2, -1], [2, 2, -1]], np.int32)
    assert areas_by_label(labels, 3, AREAS).tolist() == [500, 0, 500 + 600 + 600]
