"""Records made, changed and ended: by right and region, with the log, and with errors beside the fields."""

from collections.abc import Callable

import pytest
from django.test import Client

from shuibao.platform.accounts.models import Organisation, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.errors import Conflict, NotAllowed
from shuibao.platform.core.events import timeline
from shuibao.platform.core.models import Event, Region
from shuibao.platform.registers.registry import register_named
from shuibao.platform.registers.services import change, create, end, version_of
from shuibao.science.errors import InputError

FIELDS = {"code": "140899", "name": "新设县", "level": "county", "parent": "140800"}
NEW = "/registers/regions/new/"
EDIT = "/registers/regions/140822/edit/"
END = "/registers/regions/140822/end/"
NOW = {"code": "140822", "name": "万荣县", "level": "county", "parent": "140800"}


@pytest.fixture
def administrator(as_role: Callable[..., Client]) -> Client:
    """The administrator of the city."""
    return as_role(Role.ADMINISTRATOR)


def test_a_new_record_is_saved_and_remembered(administrator: Client) -> None:
    answer = administrator.post(NEW, FIELDS)
    assert answer.status_code == 302
    assert answer["Location"] == "/registers/regions/140899/"
    event = timeline(Region.objects.get(pk="140899")).get()
    assert (event.verb, event.text) == ("regions.created", "新增行政区：新设县")
    assert event.by is not None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "必填"),
        ({"code": "140822"}, "已存在"),
        ({"valid_from": "昨天"}, "有效"),
        ({"level": "moon"}, "moon"),
    ],
)
def test_an_error_stands_beside_its_field_and_what_was_typed_is_kept(
    administrator: Client, wrong: dict[str, str], said: str
) -> None:
    answer = administrator.post(NEW, {**FIELDS, "source": "公文 12 号", **wrong})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'class="err"' in page
    assert said in page
    assert 'value="公文 12 号"' in page
    assert not Region.objects.filter(pk="140899").exists()


def test_a_record_is_not_made_in_a_region_of_others(
    administrator: Client, make_user: Callable[..., User], regions: object
) -> None:
    page = administrator.get(NEW).content.decode()
    assert "万荣县" in page
    assert "临汾市" not in page
    assert administrator.post(NEW, {**FIELDS, "parent": "141000"}).status_code == 400
    register = register_named("regions")
    assert register is not None
    foreign = Region(code="141099", name="别处", level="county", parent_id="141000")
    with pytest.raises(NotAllowed):
        create(register, foreign, by=make_user("boss", Role.ADMINISTRATOR))
    assert not Region.objects.filter(pk="141099").exists()


def test_a_change_is_logged_with_the_values_before_and_after(administrator: Client) -> None:
    answer = administrator.post(EDIT, {**NOW, "name": "万荣市", "valid_from": "2026-01-01"})
    assert answer.status_code == 302
    event = Event.objects.get(verb="regions.changed")
    assert event.text == "修改名称、启用日期"
    assert event.facts["before"] == {"name": "万荣县", "valid_from": None}
    assert event.facts["after"] == {"name": "万荣市", "valid_from": "2026-01-01"}


def test_saving_without_a_change_leaves_no_trace(administrator: Client) -> None:
    assert administrator.post(EDIT, NOW).status_code == 302
    assert not Event.objects.filter(verb__startswith="regions.").exists()
    assert Region.objects.get(pk="140822").history.count() == 1


def test_what_stands_in_the_address_of_a_record_cannot_be_changed(administrator: Client) -> None:
    administrator.post(EDIT, {**NOW, "code": "140899", "name": "万荣市"})
    assert not Region.objects.filter(pk="140899").exists()
    assert Region.objects.get(pk="140822").name == "万荣市"


def test_two_people_do_not_overwrite_each_other(
    administrator: Client, as_role: Callable[..., Client]
) -> None:
    seen = version_of(Region.objects.get(pk="140822"))
    assert f'name="seen" value="{seen}"' in administrator.get(EDIT).content.decode()
    other = as_role(Role.ADMINISTRATOR, name="other")
    other.post(EDIT, {**NOW, "source": "他先改", "seen": seen})
    answer = administrator.post(EDIT, {**NOW, "name": "万荣市", "seen": seen})
    assert answer.status_code == 400
    assert "刚被别人修改过" in answer.content.decode()
    region = Region.objects.get(pk="140822")
    assert (region.name, region.source) == ("万荣县", "他先改")


def test_a_record_is_ended_with_a_reason_and_stays(administrator: Client) -> None:
    assert administrator.post(END, {"reason": ""}).status_code == 400
    assert administrator.post(END, {"reason": "撤县设市"}).status_code == 302
    region = Region.objects.get(pk="140822")
    assert region.valid_to is not None
    event = timeline(region).get()
    assert (event.verb, event.facts["reason"]) == ("regions.ended", "撤县设市")
    assert administrator.get("/registers/regions/140822/").status_code == 200
    again = administrator.post(END, {"reason": "再一次"})
    assert again.status_code == 409


def test_ending_twice_or_without_a_reason_is_refused(
    make_user: Callable[..., User], regions: dict[str, Region]
) -> None:
    boss, register = make_user("boss", Role.ADMINISTRATOR), register_named("regions")
    assert register is not None
    with pytest.raises(InputError):
        end(register, "140822", by=boss, reason="  ")
    end(register, "140822", by=boss, reason="撤并")
    with pytest.raises(Conflict):
        end(register, "140822", by=boss, reason="撤并")


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR, Role.LIAISON, Role.PUBLIC])
@pytest.mark.parametrize("address", [NEW, EDIT, END])
def test_who_may_see_and_not_edit_is_refused(
    as_role: Callable[..., Client], role: Role, address: str
) -> None:
    client = as_role(role)
    assert client.get(address).status_code == 403
    assert client.post(address, {**NOW, "name": "万荣市", "reason": "试"}).status_code == 403
    assert Region.objects.get(pk="140822").name == "万荣县"


def test_the_administrator_of_another_city_may_see_and_not_change(as_role: Callable[..., Client]) -> None:
    client = as_role(Role.ADMINISTRATOR, "141000")
    assert client.get(EDIT).status_code == 403
    assert client.post(END, {"reason": "试"}).status_code == 403
    assert Region.objects.get(pk="140822").valid_to is None


def test_visitors_sign_in_first(client: Client, regions: object) -> None:
    for address in (NEW, EDIT, END):
        assert client.get(address).status_code == 302


def test_a_register_without_a_form_has_no_such_pages(
    as_role: Callable[..., Client], companies: dict[str, Organisation]
) -> None:
    client = as_role(Role.ADMINISTRATOR)
    for end_ in ("new/", "c-140822/edit/", "c-140822/end/"):
        assert client.get(f"/registers/organisations/{end_}").status_code == 404


def test_a_change_of_what_may_not_be_seen_finds_nothing(
    make_user: Callable[..., User], companies: dict[str, Organisation]
) -> None:
    register = register_named("organisations")
    assert register is not None
    company = companies["141002"]
    company.name = "改名"
    with pytest.raises(Organisation.DoesNotExist):
        change(register, company, ["name"], by=make_user("county", Role.OFFICE, "140822"))
