"""E: the value of the measure where there is one, 1 elsewhere."""

import numpy as np
import pytest

from shuibao.rules import RuleBook, RuleUnknown
from shuibao.rules.measures import measures
from shuibao.science.erosion.practice import Measure, UnknownMeasure, engineering_factor, measure_lookup
from shuibao.science.errors import OutOfRange

BOOK = RuleBook.load()


def test_cells_take_the_value_of_their_measure_and_1_without_one() -> None:
    lookup = measure_lookup(measures(BOOK, {"020101": 3, "0203": 1}))
    index = np.array([[0, 1], [2, 0]], dtype=np.uint8)
    factor = engineering_factor(index, lookup)
    assert factor.dtype == np.float32
    assert factor == pytest.approx(np.array([[1, 0.084], [0.151, 1]]))


def test_works_in_the_gully_leave_the_slope_as_it_is() -> None:
    codes = {"check_dam": 1, "gully_check": 1, "gully_head": 1, "small_storage": 1}
    assert [measure.factor for measure in measures(BOOK, codes)] == [1, 1, 1, 1]


def test_codes_the_table_does_not_have_are_listed_with_their_polygons() -> None:
    with pytest.raises(UnknownMeasure, match=r"（空）（2 个图斑）、0299（5 个图斑）.*020101 土坎水平梯田"):
        measures(BOOK, {"0299": 5, "020101": 1, "": 2})


def test_a_measure_nobody_has_a_value_for_refuses() -> None:
    with pytest.raises(RuleUnknown, match=r"measure\.field_bund"):
        measures(BOOK, {"field_bund": 1})


def test_a_value_beyond_1_and_an_index_without_measure_are_refused() -> None:
    with pytest.raises(OutOfRange, match=r"工程措施 0202（软埝）的 E = 4\.1"):
        measure_lookup([Measure("0202", "软埝", 4.1)])
    with pytest.raises(OutOfRange, match="工程措施序号 = 2"):
        engineering_factor(np.array([0, 2]), measure_lookup([Measure("0202", "软埝", 0.414)]))
