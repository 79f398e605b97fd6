"""The shipped regions: a province, 11 cities, 117 counties, zones, townships by code."""

from collections import Counter

import pytest

from shuibao.platform.core.models import Event, Region
from shuibao.platform.core.regions import load_regions

pytestmark = pytest.mark.django_db


def test_the_province_is_loaded_once_and_is_a_tree() -> None:
    made = load_regions()
    levels = Counter(Region.objects.values_list("level", flat=True))
    assert (levels["province"], levels["city"], levels["county"], levels["township"]) == (1, 11, 117, 1352)
    assert made == Region.objects.count()
    assert all(row.code.startswith(row.parent.stem) for row in Region.objects.exclude(level="province"))
    assert load_regions() == 0
    assert Event.objects.filter(verb="regions.loaded").count() == 1


def test_a_citys_area_is_that_of_its_counties() -> None:
    load_regions()
    city = Region.objects.get(code="140800")
    counties = Region.objects.filter(parent=city, level="county")
    assert counties.count() == 13
    assert sum(county.area_km2 for county in counties) == pytest.approx(city.area_km2, rel=1e-3)
    assert city.area_km2 == pytest.approx(14_180, rel=2e-3)


def test_the_development_zone_is_a_unit_of_its_own_inside_the_city() -> None:
    load_regions()
    zone = Region.objects.get(code="1408K1")
    assert (zone.level, zone.parent_id) == ("zone", "140800")
    assert "未核验" in zone.source


def test_a_region_changed_here_is_not_overwritten() -> None:
    load_regions()
    Region.objects.filter(code="140802").update(name="盐湖区（改）")
    load_regions()
    assert Region.objects.get(code="140802").name == "盐湖区（改）"
