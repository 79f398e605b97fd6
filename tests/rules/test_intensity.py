"""The shipped rules of SL 190-2007."""

import numpy as np
import pytest

from shuibao.rules import intensity as rules
from shuibao.rules.book import RuleBook
from shuibao.science.erosion import intensity


@pytest.fixture
def book() -> RuleBook:
    return RuleBook.load()


def test_the_loess_plateau_has_the_classes_of_the_standard(book: RuleBook):
    limits = np.array([1000.0, 2500, 5000, 8000, 15000])
    tolerance = rules.tolerance_t_km2_a(book, "loess_plateau")
    assert intensity.water_classes(limits, tolerance, rules.water_limits(book)).tolist() == [2, 3, 4, 5, 6]
    assert intensity.water_classes(limits - 1, tolerance, rules.water_limits(book)).tolist() == [
        1,
        2,
        3,
        4,
        5,
    ]


def test_the_wind_table_of_the_standard(book: RuleBook):
    limits = np.array([200.0, 2500, 5000, 8000, 15000])
    assert intensity.wind_classes(limits, rules.wind_limits(book)).tolist() == [2, 3, 4, 5, 6]


def test_the_tolerance_of_each_region(book: RuleBook):
    tolerances = {key: rules.tolerance_t_km2_a(book, key) for key in rules.tolerance_regions(book)}
    assert tolerances == {
        "loess_plateau": 1000,
        "northeast_black_soil": 200,
        "northern_rocky_mountain": 200,
        "southern_red_soil": 500,
        "southwest_rocky_mountain": 500,
    }
    assert rules.tolerance_t_km2_a(book, "北方土石山区") == 200


def test_only_the_tolerance_asked_for_counts_as_used(book: RuleBook):
    rules.tolerance_t_km2_a(book, "西北黄土高原区")
    assert list(book.used) == ["tolerance.loess_plateau@"]


def test_a_region_the_standard_does_not_have_is_refused(book: RuleBook):
    with pytest.raises(rules.UnknownToleranceRegion, match="loess_plateau（西北黄土高原区）"):
        rules.tolerance_t_km2_a(book, "loess")


def test_a_millimetre_of_loess(book: RuleBook):
    lowering = intensity.lowering_mm_a([1000, 15000], rules.bulk_density_t_m3(book))
    assert lowering == pytest.approx([0.741, 11.111], abs=5e-4)


def test_the_quick_look_tables_of_the_standard(book: RuleBook):
    table = rules.sheet_table(book)
    slope = np.array([5.0, 8, 15, 25, 35])
    printed = {65: "轻轻轻中中", 50: "轻轻中中强", 35: "轻中中强极", 10: "中中强极剧"}
    for cover, row in printed.items():
        found = intensity.sheet_classes_of_vegetation(slope, np.full(5, cover), table)
        assert "".join("无微轻中强极剧"[code] for code in found) == row
    assert intensity.sheet_classes_of_cropland(slope, table).tolist() == [2, 3, 4, 5, 6]
    gullies = intensity.share_classes(np.array([5.0, 20, 30, 40, 60]), rules.gully_share_limits(book))
    collapses = intensity.share_classes(np.array([5.0, 12, 17, 25, 40]), rules.gravity_share_limits(book))
    assert gullies.tolist() == collapses.tolist() == [2, 3, 4, 5, 6]
    density = intensity.gully_density_classes(
        np.array([1.25, 3.4, 7.6]), rules.gully_density_limits_km_km2(book)
    )
    assert density.tolist() == [2, 4, 6]
