"""The first page: what is to be done, what changed, what runs, what there is; and the pages of the rail."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import shapely
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shuibao.platform.accounts.models import Organisation, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Deadline, Region
from shuibao.platform.home.county_map import counted, county_map
from shuibao.platform.home.sections import SECTIONS

pytestmark = pytest.mark.django_db


def deadline(person: User, region: Region, days: int = 3) -> Deadline:
    """Something that a person must have done in some days."""
    at = timezone.now() + timedelta(days=days)
    return Deadline.objects.create(
        task="复核整改",
        title=f"{region}排土场",
        about_type="core.region",
        about_key=region.pk,
        region=region,
        person=person,
        act="整改复核",
        act_url="/todo/",
        started_on=at.date(),
        due_on=at.date(),
        due_at=at,
        basis="平台默认",
        confidence="own",
    )


def test_the_first_page_asks_visitors_to_sign_in(client: Client) -> None:
    answer = client.get(reverse("home"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_the_first_page_shows_what_is_due_with_the_act_as_button(
    client: Client, make_user: Callable[..., User], regions: dict[str, Region]
) -> None:
    officer = make_user("li", Role.SUPERVISOR)
    deadline(officer, regions["140822"], days=-2)
    client.force_login(officer)
    page = client.get(reverse("home")).content.decode()
    assert "逾期 2 天" in page
    assert '<a class="btn btn--sm" href="/todo/">整改复核</a>' in page
    assert 'aria-label="待办 1 件"' in page


def test_what_another_person_must_do_is_not_on_ones_first_page(
    client: Client, make_user: Callable[..., User], regions: dict[str, Region]
) -> None:
    deadline(make_user("li", Role.SUPERVISOR), regions["140822"])
    client.force_login(make_user("zhao", Role.SUPERVISOR, "141000"))
    page = client.get(reverse("home")).content.decode()
    assert "万荣县排土场" not in page
    assert "这里没有要办的事" in page


def test_more_than_fits_is_counted_with_the_next_day(
    client: Client, make_user: Callable[..., User], regions: dict[str, Region]
) -> None:
    officer = make_user("li", Role.SUPERVISOR)
    for place in range(13):
        Region.objects.create(
            code=f"14082210{place}", name=f"示例{place}镇", level="township", parent_id="140822"
        )
        deadline(officer, Region.objects.get(pk=f"14082210{place}"), days=place + 20)
    client.force_login(officer)
    answer = client.get(reverse("home"))
    last_day = Deadline.objects.order_by("due_at")[11].due_on
    assert f"还有 2 件，最近一件 {last_day} 到期" in answer.content.decode()


def test_changes_are_those_since_the_last_visit_to_what_one_may_see(
    client: Client, make_user: Callable[..., User], regions: dict[str, Region], water_bureau: Organisation
) -> None:
    record(water_bureau, "organisations.changed", "早先的变化")
    officer = make_user("li", Role.SUPERVISOR, last_seen_at=timezone.now())
    record(water_bureau, "organisations.changed", "改了单位简称")
    record(regions["141002"], "regions.changed", "别处的变化")
    record(officer, "people.signed_in", "登录")
    client.force_login(officer)
    answer = client.get(reverse("home"))
    assert [change.event.text for change in answer.context["changes"]] == ["改了单位简称"]
    assert answer.context["changes"][0].address == reverse(
        "registers:detail", args=["organisations", water_bureau.code]
    )


def test_an_event_about_something_one_may_not_see_is_left_out(
    client: Client, make_user: Callable[..., User], water_bureau: Organisation
) -> None:
    record(water_bureau, "organisations.changed", "改了单位简称")
    client.force_login(make_user("citizen", Role.PUBLIC))
    assert client.get(reverse("home")).context["changes"] == []


def test_registers_that_a_role_may_not_read_are_not_counted(
    client: Client, make_user: Callable[..., User]
) -> None:
    client.force_login(make_user("citizen", Role.PUBLIC))
    names = [register.name for register, _ in client.get(reverse("home")).context["counts"]]
    assert "regions" in names
    assert "people" not in names


@pytest.mark.parametrize("name", [section.name for section in SECTIONS if not section.page])
def test_every_word_of_the_rail_leads_to_a_page_that_says_what_it_has(
    client: Client, make_user: Callable[..., User], name: str
) -> None:
    client.force_login(make_user("li", Role.SUPERVISOR))
    answer = client.get(reverse("section", args=[name]))
    assert answer.status_code == 200
    assert bool(answer.context["entries"]) != ("这里还没有台账和工具" in answer.content.decode())


def test_a_word_that_is_not_on_the_rail_is_not_found(client: Client) -> None:
    assert client.get(reverse("section", args=["nothing"])).status_code == 404


def test_the_map_draws_the_counties_and_counts_what_lies_in_them(regions: dict[str, Region]) -> None:
    for place, code in enumerate(("140802", "140822")):
        regions[code].boundary = shapely.box(111 + place, 35, 112 + place, 36)
        regions[code].save()
    drawing = county_map(regions["140800"])
    assert drawing is not None
    assert [part.name for part in drawing.parts] == ["盐湖", "万荣"]
    found = counted(drawing, ["140802", "140802101", "140822", "141002"])
    assert [(part.count, part.shade) for part in found.parts] == [(2, 2), (1, 1)]
    assert 150 < drawing.height < 400


def test_the_map_is_drawn_anew_when_a_boundary_changes(regions: dict[str, Region]) -> None:
    regions["140802"].boundary = shapely.box(111, 35, 112, 36)
    regions["140802"].save()
    before = county_map(regions["140800"])
    regions["140802"].boundary = shapely.box(111, 35, 113, 36)
    regions["140802"].save()
    after = county_map(regions["140800"])
    assert before is not None
    assert after is not None
    assert after.height < before.height


def test_a_region_without_any_boundary_has_no_map(
    client: Client, make_user: Callable[..., User], regions: dict[str, Region]
) -> None:
    assert county_map(regions["140800"]) is None
    client.force_login(make_user("li", Role.SUPERVISOR))
    assert "county-map" not in client.get(reverse("home")).content.decode()


def test_the_page_of_parts_is_not_there_where_people_work_in_earnest(
    client: Client, settings: object
) -> None:
    assert client.get(reverse("style")).status_code == 404
    settings.DEMO = True  # type: ignore[attr-defined]
    assert client.get(reverse("style")).status_code == 200
