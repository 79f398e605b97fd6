from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from shuibao.platform.accounts.demo import PASSWORD, PEOPLE, NotTheDemo, demo_people, make_demo_people
from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Region


@pytest.fixture
def demo(regions: dict[str, Region], settings: Settings) -> None:
    """The demo with its people."""
    settings.DEMO = True
    make_demo_people()


def test_no_demo_people_on_a_platform_in_earnest(regions: dict[str, Region]) -> None:
    with pytest.raises(NotTheDemo):
        make_demo_people()
    assert demo_people() == []


def test_every_role_can_be_tried_in_a_city_two_counties_and_another_city(demo: None) -> None:
    assert {made_up.role for made_up in PEOPLE} == set(Role)
    assert {"140800", "140802", "140822", "141000"} <= {made_up.region for made_up in PEOPLE}
    assert make_demo_people() == 0


def test_the_sign_in_page_lists_them_with_codes_that_work(demo: None, client: Client) -> None:
    page = client.get("/account/login/")
    listed = {row.person.username: row for row in page.context["demo_people"]}
    assert len(listed) == len(PEOPLE)
    assert PASSWORD in page.content.decode()
    assert listed["jiandu"].code == ""
    client.post("/account/login/", {"login": "zhishou", "password": PASSWORD})
    asked = client.get("/account/2fa/authenticate/")
    assert asked.context["demo_code"] == demo_people()[3].code
    client.post("/account/2fa/authenticate/", {"code": asked.context["demo_code"]})
    assert client.get("/account/profile/").status_code == 200


def test_outside_the_demo_the_page_lists_nobody_and_demo_people_stay_out(
    demo: None, settings: Settings, client: Client
) -> None:
    settings.DEMO = False
    page = client.get("/account/login/").content.decode()
    assert PASSWORD not in page
    client.post("/account/login/", {"login": "jiandu", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert User.objects.get(username="jiandu").reader.held == ()


def test_the_code_of_a_real_account_is_never_shown(
    demo: None,
    make_user: Callable[..., User],
    give_authenticator: Callable[[User], object],
    sign_in: Callable[..., Client],
) -> None:
    give_authenticator(make_user("guard", Role.DUTY))
    page = sign_in("guard").get("/account/2fa/authenticate/")
    assert page.context["demo_code"] == ""
