import pytest
from django.utils import timezone

from shuibao.data.regions import regions as shipped
from shuibao.platform.core.events import timeline
from shuibao.platform.core.models import Region
from shuibao.platform.core.regions import load_regions

pytestmark = pytest.mark.django_db


def _count(level: str, stem: str = "14") -> int:
    return Region.objects.filter(level=level, code__startswith=stem).count()


def test_the_province_its_cities_counties_zones_and_townships_are_loaded() -> None:
    assert load_regions() == Region.objects.count() == 1 + 11 + 117 + 5 + 1352
    assert (_count("city"), _count("county"), _count("county", "1408")) == (11, 117, 13)
    assert set(Region.objects.filter(level="zone").values_list("code", flat=True)) == {
        "140171",
        "140271",
        "140671",
        "140971",
        "1408K1",
    }
    assert not Region.objects.exclude(code="140000").filter(parent=None).exists()


def test_the_development_zone_of_yuncheng_is_a_unit_of_the_city_under_a_code_of_the_platform() -> None:
    load_regions()
    zone = Region.objects.get(pk="1408K1")
    assert (zone.name, zone.level, zone.parent_id) == ("运城开发区", "zone", "140800")
    assert zone.source == "平台自编（无国家代码）"
    assert zone.boundary is None


def test_the_township_of_a_zone_lies_in_the_zone_and_that_of_a_county_in_the_county() -> None:
    load_regions()
    assert Region.objects.get(pk="140971100").parent.name == "五台山风景名胜区"
    assert Region.objects.get(pk="140802404").parent.name == "盐湖区"


def test_the_province_is_as_large_as_its_cities_together_and_has_no_gaps() -> None:
    load_regions()
    province = Region.objects.get(pk="140000")
    cities = Region.objects.filter(level="city").values_list("boundary_size", flat=True)
    assert province.boundary_size == pytest.approx(sum(cities), rel=1e-6)
    assert province.boundary.geom_type == "Polygon"
    assert not province.boundary.interiors
    assert province.area_km2 == pytest.approx(156_700, rel=0.01)


def test_boundaries_are_kept_as_shipped() -> None:
    load_regions()
    county = Region.objects.get(pk="140822")
    assert county.boundary.equals_exact(shipped("counties")["140822"].boundary, 1e-9)
    assert county.boundary_cell is not None


def test_loading_again_brings_back_only_what_is_missing_and_changes_nothing() -> None:
    load_regions()
    today = timezone.localdate()
    Region.objects.filter(pk="140822").update(name="改过的名字", valid_to=today)
    Region.objects.filter(pk="140881005").delete()
    missing = 1 + 11 + 117 + 5 + 1352 - Region.objects.count()
    assert load_regions() == missing
    assert load_regions() == 0
    county = Region.objects.get(pk="140822")
    assert (county.name, county.valid_to) == ("改过的名字", today)


def test_what_was_loaded_stands_in_the_history_and_in_the_log() -> None:
    load_regions()
    county = Region.objects.get(pk="140822")
    assert county.history.get().history_change_reason == "随附数据"
    event = timeline(Region.objects.get(pk="140000")).get()
    assert event.verb == "regions.loaded"
    assert event.facts == {"count": 1486}
