"""The region and the year of the top bar: within what a person works in, and remembered."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Region
from shuibao.platform.home import place

pytestmark = pytest.mark.django_db


def shown(client: Client) -> str:
    """The region that the top bar names."""
    region: Region = client.get(reverse("home")).context["shell_place"]["region"]
    return region.name


def test_a_city_officer_starts_in_the_city_and_goes_down_to_a_county(
    client: Client, make_user: Callable[..., User]
) -> None:
    client.force_login(make_user("li", Role.SUPERVISOR))
    assert shown(client) == "运城市"
    answer = client.post(reverse("region"), {"code": "140822", "next": "/todo/"})
    assert answer["Location"] == "/todo/"
    assert shown(client) == "万荣县"


@pytest.mark.parametrize("code", ["140000", "141000", "141002", "999999", ""])
def test_a_region_outside_ones_work_is_not_found(
    client: Client, make_user: Callable[..., User], code: str
) -> None:
    client.force_login(make_user("li", Role.SUPERVISOR))
    assert client.post(reverse("region"), {"code": code}).status_code == 404
    assert shown(client) == "运城市"


def test_a_region_chosen_before_a_right_ended_is_forgotten(
    client: Client, make_user: Callable[..., User]
) -> None:
    officer = make_user("li", Role.SUPERVISOR)
    client.force_login(officer)
    client.post(reverse("region"), {"code": "140822"})
    officer.grants.update(region_id="140802")
    User.objects.filter(pk=officer.pk).update(region_id="140802")
    assert shown(client) == "盐湖区"


def test_the_switch_offers_the_way_down_but_only_ones_own_regions_can_be_chosen(
    make_user: Callable[..., User], regions: dict[str, Region]
) -> None:
    offered = place.choices_for(regions["140800"], make_user("li", Role.SUPERVISOR))
    assert [(choice.name, choice.depth, choice.is_open) for choice in offered] == [
        ("山西省", 0, False),
        ("运城市", 1, True),
        ("盐湖区", 2, True),
        ("万荣县", 2, True),
    ]


def test_the_province_sees_its_cities_and_the_counties_of_the_open_one(
    make_user: Callable[..., User], regions: dict[str, Region]
) -> None:
    offered = place.choices_for(regions["140802"], make_user("wang", Role.PLANNER, "140000"))
    assert [choice.name for choice in offered] == ["山西省", "运城市", "盐湖区", "万荣县", "临汾市"]
    assert all(choice.is_open for choice in offered)


def test_somebody_without_a_role_stays_in_their_own_region(make_user: Callable[..., User]) -> None:
    assert place.scope(make_user("new", None, "140822")) == ("140822",)


def test_the_year_is_remembered_and_one_that_cannot_be_chosen_is_not(
    client: Client, make_user: Callable[..., User]
) -> None:
    client.force_login(make_user("li", Role.SUPERVISOR))
    year = timezone.localdate().year
    client.post(reverse("year"), {"year": str(year - 1)})
    for wrong in ("1999", "abc", ""):
        client.post(reverse("year"), {"year": wrong})
    assert client.get(reverse("home")).context["shell_place"]["year"] == year - 1


def test_a_switch_leads_back_to_our_own_pages_only(client: Client, make_user: Callable[..., User]) -> None:
    client.force_login(make_user("li", Role.SUPERVISOR))
    answer = client.post(reverse("year"), {"year": "2020", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_a_language_is_kept_with_the_account(client: Client, make_user: Callable[..., User]) -> None:
    officer = make_user("li", Role.SUPERVISOR)
    client.force_login(officer)
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert client.get(reverse("home")).headers["Content-Language"] == "en"
    officer.refresh_from_db()
    assert officer.language == "en"
    client.post(reverse("set_language"), {"language": "tlh", "next": "/"})
    officer.refresh_from_db()
    assert officer.language == "en"
