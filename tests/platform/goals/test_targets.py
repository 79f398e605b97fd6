"""Rates from published monitoring, the board of targets, the allocation in versions."""

from typing import Any

import pytest

from shuibao.law.conservation_rate import conservation_rate_pct
from shuibao.platform.core.errors import Conflict, MoveNotAllowed, NotAllowed
from shuibao.platform.core.models import Region
from shuibao.platform.goals.models import Allocation, RegionYear
from shuibao.platform.goals.queries.targets import board, pace
from shuibao.platform.goals.services import issue_allocation, make_allocation, publish_region_years
from shuibao.platform.goals.services.allocations import NoPublishedYear
from shuibao.platform.goals.services.region_years import SummaryUnreadable
from shuibao.science.errors import InputError, OutOfRange

from .conftest import People

CITY = "140800"


@pytest.fixture
def published(people: People, summary: dict[str, Any]) -> list[RegionYear]:
    return publish_region_years(summary, "run/abc", people.engineer)


def allocated(people: People, rows: list[RegionYear], year: int = 2030, **facts: Any) -> Allocation:
    able = {row.region_id: row.erosion_km2 * 0.8 for row in rows}
    given = {
        "area_weight": 0.5,
        "reducible_km2": able,
        "potential_source": "2025 年调查",
        "by": people.planner,
    }
    return make_allocation(CITY, year=year, **{**given, **facts})


def test_published_counties_become_the_platforms_rates(published: list[RegionYear]) -> None:
    assert len(published) == 13
    first = RegionYear.objects.get(region_id="140802")
    assert first.rate_pct == pytest.approx(90)
    assert first.product == "run/abc"


def test_a_newer_product_takes_the_place_of_the_older_one(
    published: list[RegionYear], people: People, summary: dict[str, Any]
) -> None:
    with pytest.raises(Conflict):
        publish_region_years(summary, "run/abc", people.engineer)
    summary["zones"][0]["erosion_area_km2"] = 50.0
    publish_region_years(summary, "run/def", people.engineer)
    assert RegionYear.objects.count() == 26
    assert RegionYear.objects.filter(ended_at=None).count() == 13
    assert RegionYear.objects.get(region_id="140802", ended_at=None).rate_pct == pytest.approx(95)


def test_only_who_may_publishes_and_only_in_the_own_region(people: People, summary: dict[str, Any]) -> None:
    for outsider in (people.liaison, people.planner, people.other_city):
        with pytest.raises(NotAllowed):
            publish_region_years(summary, "run/abc", outsider)
    assert not RegionYear.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"year": "2025"},
        {"zones": []},
        {"zones": [{"code": "140802", "land_area_km2": 10.0}]},
        {"zones": [{"code": "140802", "land_area_km2": 10.0, "erosion_area_km2": 11.0}]},
        {"zones": [{"code": "999999", "land_area_km2": 10.0, "erosion_area_km2": 1.0}]},
    ],
)
def test_what_is_no_years_monitoring_is_refused(
    people: People, summary: dict[str, Any], change: dict[str, Any]
) -> None:
    with pytest.raises(SummaryUnreadable):
        publish_region_years(summary | change, "run/abc", people.engineer)


def test_the_city_rolls_up_by_area_and_not_by_rate(published: list[RegionYear]) -> None:
    shown = board(Region.objects.get(pk=CITY), None, None)
    land, erosion = sum(row.land_km2 for row in published), sum(row.erosion_km2 for row in published)
    assert shown.total is not None
    assert shown.total.rate_pct == pytest.approx(conservation_rate_pct(land, erosion))
    assert shown.total.rate_pct != pytest.approx(sum(row.rate_pct for row in published) / 13)
    assert (shown.covered, shown.counties, shown.year, shown.target_year) == (13, 13, 2025, 2030)
    assert [(one.year, one.target_pct) for one in shown.ahead] == [(2025, 77.25), (2030, 78.76), (2035, 83.9)]
    province = board(Region.objects.get(pk="140000"), None, None)
    assert province.total is not None
    assert (province.covered, province.counties) == (13, 14)  # the county of Linfen has published nothing
    assert province.total.erosion_km2 == pytest.approx(erosion)


def test_the_three_areas_stand_apart(published: list[RegionYear]) -> None:
    shown = board(Region.objects.get(pk=CITY), None, None)
    assert shown.total is not None
    assert shown.historic_km2 == 8352
    assert shown.treated is not None
    assert (shown.treated.verified, shown.treated.quantity.target) == (None, 8352)
    assert shown.total.erosion_km2 == pytest.approx(sum(row.erosion_km2 for row in published))


def test_the_pace_needs_two_published_years(
    published: list[RegionYear], people: People, summary: dict[str, Any]
) -> None:
    city = Region.objects.get(pk=CITY)
    assert {line.recent_km2_a for line in board(city, None, None).lines} == {None}
    before = summary | {"year": 2023}
    before["zones"] = [
        zone | {"erosion_area_km2": zone["erosion_area_km2"] + 10} for zone in summary["zones"]
    ]
    publish_region_years(before, "run/2023", people.engineer)
    shown = board(city, None, None)
    assert {round(line.recent_km2_a or 0, 6) for line in shown.lines} == {5.0}
    assert shown.years == [2025, 2023]
    assert pace(5, 5, 0.8)[1] == "跟得上"
    assert pace(5, 4, 0.8)[1] == "略慢"
    assert pace(5, 3.9, 0.8)[1] == "偏慢"
    assert pace(-1, 0, 0.8)[1] == "已达到"
    assert pace(5, None, 0.8)[1] == "缺"


def test_an_allocation_brings_the_counties_to_the_citys_target(
    published: list[RegionYear], people: People
) -> None:
    made = allocated(people, published)
    shares = list(made.shares.all())
    assert (made.version, made.state, made.target_pct, made.base_year) == (1, "trial", 78.76, 2025)
    whole = sum(share.rate_pct * share.land_km2 for share in shares) / made.land_km2
    expected = max(made.target_pct, conservation_rate_pct(made.land_km2, made.erosion_km2))
    assert whole == pytest.approx(expected)
    assert sum(share.reduction_km2 for share in shares) == pytest.approx(made.needed_km2)
    assert allocated(people, published, area_weight=1.0).version == 2


def test_only_an_issued_version_binds_and_a_new_one_replaces_it(
    published: list[RegionYear], people: People
) -> None:
    first, second = allocated(people, published), allocated(people, published)
    issue_allocation(first.pk, document="运政发〔2026〕1号", by=people.office)
    city = Region.objects.get(pk=CITY)
    assert board(city, None, 2030).allocation == first
    issue_allocation(second.pk, document="运政发〔2026〕2号", by=people.office)
    first.refresh_from_db()
    assert first.state == Allocation.State.REPLACED
    assert board(city, None, 2030).allocation == second
    with pytest.raises(MoveNotAllowed):
        issue_allocation(first.pk, document="文", by=people.office)
    with pytest.raises(NotAllowed):
        issue_allocation(allocated(people, published).pk, document="文", by=people.planner)


def test_an_allocation_without_data_is_refused(people: People, summary: dict[str, Any]) -> None:
    with pytest.raises(NoPublishedYear):
        allocated(people, [])
    rows = publish_region_years(summary, "run/abc", people.engineer)
    with pytest.raises(InputError, match="可消减面积"):
        allocated(people, rows[1:])
    with pytest.raises(OutOfRange, match="可消减"):
        allocated(people, rows, year=2035, reducible_km2={row.region_id: 0.0 for row in rows})
    with pytest.raises(InputError, match="目标年"):
        allocated(people, rows, year=2025)
    with pytest.raises(NotAllowed):
        allocated(people, rows, by=people.other_city)
