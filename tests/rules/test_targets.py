"""The published targets, against the documents they come from."""

import re
from pathlib import Path

import pytest

from shuibao.law.conservation_rate import area_weighted_rate_pct, erosion_ceiling_km2
from shuibao.rules.book import RuleBook
from shuibao.rules.targets import historic_erosion_km2, land_area_km2, plan_target, plan_targets

SOURCES = Path(__file__).parents[2] / "../shared/sources"

CITIES = [f"14{number:02d}00" for number in range(1, 12)]


@pytest.fixture
def book() -> RuleBook:
    return RuleBook.load()


def test_the_targets_of_yuncheng(book: RuleBook):
    assert plan_targets(book, "140800") == {2025: 77.25, 2030: 78.76, 2035: 83.9}
    assert plan_target(book, "140800", 2030) == 78.76


def test_the_targets_of_the_province(book: RuleBook):
    assert [plan_target(book, "140000", year) for year in (2025, 2030, 2035)] == [66.18, None, 72.43]


def test_a_region_without_a_published_target_has_none(book: RuleBook):
    assert plan_target(book, "140802", 2025) is None
    assert plan_targets(book, "410000") == {}
    assert land_area_km2(book, "140802") is None
    assert historic_erosion_km2(book, "140100") is None


def test_eleven_cities_add_up_to_the_province(book: RuleBook):
    land = [land_area_km2(book, code) for code in CITIES]
    assert sum(land) == pytest.approx(land_area_km2(book, "140000"))
    for year, province in ((2025, 66.177), (2035, 72.434)):
        targets = [plan_target(book, code, year) for code in CITIES]
        assert area_weighted_rate_pct(targets, land) == pytest.approx(province, abs=5e-4)


def test_the_ceiling_of_yuncheng_in_2035(book: RuleBook):
    land = land_area_km2(book, "140800")
    assert erosion_ceiling_km2(land, plan_target(book, "140800", 2035)) == pytest.approx(2283.4, abs=0.05)


def test_the_historic_area_is_not_the_monitored_one(book: RuleBook):
    assert historic_erosion_km2(book, "140800") == 8352
    assert historic_erosion_km2(book, "140000") == 108_400


def test_targets_are_read_in_their_documents_and_city_areas_are_not_verified(book: RuleBook):
    for code in CITIES:
        plan_targets(book, code)
        land_area_km2(book, code)
    unverified = {rule.id for rule in book.unverified_used()}
    assert unverified == {f"area.{code}" for code in CITIES if code != "140800"}


@pytest.mark.shared
def test_the_provinces_annex_says_the_same(book: RuleBook):
    annex = SOURCES / "shanxi-2023-36.txt"
    if not annex.exists():
        pytest.skip("no shared folder beside the checkout")
    printed = dict(
        re.findall(r"^(\S+市|全 省)\t([\d.]+\t[\d.]+)$", annex.read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert len(printed) == 12
    for code in ["140000", *CITIES]:
        name = (
            "全 省" if code == "140000" else book.rule(f"target.{code}").name.removesuffix("水土保持率目标")
        )
        targets = [plan_target(book, code, year) for year in (2025, 2035)]
        assert targets == [float(number) for number in printed[name].split()]


@pytest.mark.shared
def test_the_citys_plan_says_the_same(book: RuleBook):
    plan = SOURCES / "yuncheng-2024-3.txt"
    if not plan.exists():
        pytest.skip("no shared folder beside the checkout")
    text = re.sub(r"\s", "", plan.read_text(encoding="utf-8"))
    goals = text[text.index("二、总体目标") : text.index("三、全面加强")]
    rates = [float(number) for number in re.findall(r"水土保持率达到([\d.]+)%", goals)]
    assert rates == list(plan_targets(book, "140800").values())
    assert f"{historic_erosion_km2(book, '140800'):.0f}平方公里水土流失面积将全部得到初步治理" in goals
