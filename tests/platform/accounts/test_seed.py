from pathlib import Path

import pytest

from shuibao.data.regions import regions as shipped_regions
from shuibao.platform.accounts.models import Organisation
from shuibao.platform.accounts.services import RegionMissing, load_organisations
from shuibao.platform.core.models import Event, Region

ANNEX = Path(__file__).parents[3] / "../shared/sources/yuncheng-2024-3.txt"


@pytest.fixture
def yuncheng(regions: dict[str, Region]) -> None:
    """All counties of Yuncheng."""
    for code, county in shipped_regions("counties").items():
        if code.startswith("1408"):
            Region.objects.get_or_create(
                code=code, defaults={"name": county.name, "level": "county", "parent_id": "140800"}
            )


def test_the_departments_and_counties_are_loaded_once(yuncheng: None) -> None:
    assert load_organisations() == 19 + 2 * 13
    assert load_organisations() == 0
    assert Event.objects.filter(verb="organisations.loaded").count() == 45
    assert Organisation.objects.get(code="140802-water").parent == Organisation.objects.get(
        name="盐湖区人民政府"
    )


def test_every_county_has_its_government_by_its_own_name(yuncheng: None) -> None:
    load_organisations()
    for code in Region.objects.filter(level="county", parent_id="140800").values_list("code", flat=True):
        name = Region.objects.get(pk=code).name
        found = Organisation.objects.filter(region_id=code).values_list("name", flat=True)
        assert set(found) == {f"{name}人民政府", f"{name}水务局"}


def test_what_an_administrator_changed_is_left_alone(yuncheng: None) -> None:
    load_organisations()
    Organisation.objects.filter(code="1408-water").update(name="改过的名称")
    assert load_organisations() == 0
    assert Organisation.objects.get(code="1408-water").name == "改过的名称"


def test_without_the_regions_nothing_is_loaded_and_the_missing_are_named(regions: dict[str, Region]) -> None:
    with pytest.raises(RegionMissing, match="140821"):
        load_organisations()
    assert not Organisation.objects.exists()


@pytest.mark.shared
def test_the_departments_are_named_as_the_annex_prints_them(yuncheng: None) -> None:
    if not ANNEX.exists():
        pytest.skip("the shared data folder is not beside this checkout")
    load_organisations()
    whole = ANNEX.read_text(encoding="utf-8")
    annex = "".join(whole[whole.index("重点工作任务分工表\n序号") :].split())
    for name in Organisation.objects.filter(region_id="140800").values_list("name", flat=True):
        assert name in annex
