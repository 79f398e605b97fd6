"""One search over pages, registers and people, within what the person may see."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Region
from shuibao.platform.home.search import search

pytestmark = pytest.mark.django_db


def words(text: str, user: object) -> dict[str, list[str]]:
    """What was found, by group."""
    return {group.title: [hit.word for hit in group.hits] for group in search(text, user)}


def test_a_code_finds_its_region_before_those_that_only_contain_it(
    make_user: Callable[..., User], regions: dict[str, Region]
) -> None:
    Region.objects.create(code="140802140822", name="示例镇", level="township", parent_id="140802")
    assert words("140822", make_user("li", Role.SUPERVISOR))["行政区"] == ["万荣县", "示例镇"]


def test_people_are_found_by_those_who_may_see_them_only(make_user: Callable[..., User]) -> None:
    make_user("wanrong-officer", Role.SUPERVISOR, "140822")
    assert words("wanrong-off", make_user("city", Role.SUPERVISOR))["人员"] == ["wanrong-officer"]
    for user in (
        make_user("other-county", Role.SUPERVISOR, "140802"),
        make_user("citizen", Role.PUBLIC),
        AnonymousUser(),
    ):
        assert "人员" not in words("wanrong-off", user)


def test_pages_are_found_by_their_word(make_user: Callable[..., User], regions: dict[str, Region]) -> None:
    assert "淤地坝" in words("淤地", make_user("li", Role.SUPERVISOR))["页面"]


@pytest.mark.parametrize("text", ["", "   ", "没有这样的东西", "%", "_"])
def test_nothing_is_found_for_nothing(make_user: Callable[..., User], text: str) -> None:
    assert words(text, make_user("li", Role.SUPERVISOR)) == {}


def test_what_was_searched_stands_in_the_address_of_the_whole_list(
    make_user: Callable[..., User], regions: dict[str, Region]
) -> None:
    Region.objects.create(code="140802900", name="示例&镇", level="township", parent_id="140802")
    group = next(found for found in search("例&", make_user("li", Role.SUPERVISOR)) if found.address)
    assert group.address.endswith("?q=%E4%BE%8B%26")


def test_the_palette_gets_the_list_and_the_page_gets_the_shell(
    client: Client, regions: dict[str, Region]
) -> None:
    page = client.get(reverse("search"), {"q": "盐湖"}).content.decode()
    part = client.get(reverse("search"), {"q": "盐湖"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" in page
    assert "<html" not in part
    for text in (page, part):
        assert reverse("registers:detail", args=["regions", "140802"]) in text


def test_what_was_searched_is_shown_as_text(client: Client, regions: dict[str, Region]) -> None:
    page = client.get(reverse("search"), {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page
    assert "没有找到" in page
