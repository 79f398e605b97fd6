"""详情: one object with its facts, place, timeline, links and history."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from shuibao.platform.accounts.models import Organisation, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Region
from shuibao.platform.registers.declaration import Action, Panel
from shuibao.platform.registers.past import changes_of
from shuibao.platform.registers.registry import register_named

COUNTY = "/registers/regions/140822/"


def _page(client: Client, address: str = COUNTY) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_what_is_known_of_the_object(client: Client, county_shapes: object) -> None:
    page = _page(client)
    assert "<h1>万荣县</h1>" in page
    assert '<dd>101.2 <span class="t-2">km²</span></dd>' in page
    assert '<a href="/registers/regions/140800/">运城市</a>' in page
    assert 'data-bounds="111.1,35.0,111.2,35.1"' in page


@pytest.mark.parametrize("key", ["140999", "x", "'", "9" * 40])
def test_an_object_that_is_not_there_is_not_there(client: Client, regions: object, key: str) -> None:
    for end in ("", "card/", "history/"):
        assert client.get(f"/registers/regions/{key}/{end}").status_code == 404


def test_the_company_of_another_county_is_not_there(
    as_role: Callable[..., Client], companies: dict[str, Organisation]
) -> None:
    client = as_role(Role.SUPERVISOR, "140822")
    assert client.get("/registers/organisations/c-140822/").status_code == 200
    for end in ("", "card/", "history/", "edit/", "end/"):
        assert client.get(f"/registers/organisations/c-141002/{end}").status_code == 404


def test_a_link_to_an_object_that_the_reader_may_not_open_is_a_word(
    as_role: Callable[..., Client], companies: dict[str, Organisation], make_user: Callable[..., User]
) -> None:
    companies["140822"].parent = companies["141002"]
    companies["140822"].save()
    page = _page(as_role(Role.SUPERVISOR, "140822"), "/registers/organisations/c-140822/")
    assert "尧都区建设公司" in page
    assert "/registers/organisations/c-141002/" not in page


def test_acts_are_offered_when_they_make_sense_and_the_reader_may_do_them(
    as_role: Callable[..., Client], declare: Callable[..., object]
) -> None:
    acts = (
        Action("看边界", "home:anything", "regions.view", lambda row: False),
        Action("核对边界", "jobs:list", "regions.check"),
    )
    declare("regions", actions=acts)
    page = _page(as_role(Role.SUPERVISOR))
    assert "看边界" not in page
    assert "核对边界" not in page


def test_a_panel_of_the_registers_own_app_stands_on_the_page(
    client: Client, declare: Callable[..., object], regions: object
) -> None:
    panel = Panel("parts/callout.html", lambda row, user: {"tone": "note", "text": f"{row.name}的提示"})
    declare("regions", panels=(panel,))
    assert "万荣县的提示" in _page(client)


def test_what_happened_stands_on_the_page_for_those_who_are_signed_in(
    client: Client, as_role: Callable[..., Client], regions: dict[str, Region]
) -> None:
    record(regions["140822"], "regions.changed", "更正名称", reason="公文")
    page = _page(as_role(Role.SUPERVISOR))
    assert "更正名称" in page
    assert "公文" in page
    assert "更正名称" not in _page(client)


def test_records_of_other_registers_that_point_here_are_counted_as_far_as_the_reader_sees_them(
    client: Client, as_role: Callable[..., Client], companies: object
) -> None:
    city = "/registers/regions/140800/"
    page = _page(as_role(Role.SUPERVISOR, "140822"), city)
    assert '<a href="/registers/organisations/?region=140800">单位</a>' in page
    assert '1 <span class="t-2">家</span>' in page
    assert '<a href="/registers/regions/?parent=140800">行政区</a>' in page
    assert "/registers/organisations/" not in _page(client, city)


def test_the_linked_list_shows_as_many_as_the_page_says(client: Client, regions: object) -> None:
    assert '2 <span class="t-2">个</span>' in _page(client, "/registers/regions/140800/")
    linked = client.get("/registers/regions/?parent=140800").content.decode()
    assert linked.count("data-key=") == 2


def test_the_history_says_who_made_what_of_which_field(
    as_role: Callable[..., Client], regions: dict[str, Region], make_user: Callable[..., User]
) -> None:
    region = regions["140822"]
    region._history_user = make_user("editor", Role.ADMINISTRATOR)  # type: ignore[attr-defined]
    region._change_reason = "国务院批复"  # type: ignore[attr-defined]
    region.name, region.parent_id, region.level = "万荣市", "141000", "city"
    region.save()
    page = _page(as_role(Role.SUPERVISOR), f"{COUNTY}history/")
    for said in ("editor", "万荣县", "万荣市", "运城市", "临汾市", "县（市、区）", "国务院批复", "新增"):
        assert f"<td>{said}</td>" in page or f'<td class="m">{said}</td>' in page


def test_fields_that_the_register_does_not_show_have_no_history_either(
    make_user: Callable[..., User],
) -> None:
    user = make_user("watched", Role.SUPERVISOR)
    user.phone = "13912345678"
    user.is_superuser = True
    user.name = "改过的名字"
    user.save()
    register = register_named("people")
    assert register is not None
    changes = changes_of(register, user)
    assert [change.field for change in changes if change.field] == ["姓名"]


def test_the_history_is_not_for_visitors(client: Client, regions: object) -> None:
    assert client.get(f"{COUNTY}history/").status_code == 404


def test_the_card_beside_the_map_leads_to_the_object(client: Client, county_shapes: object) -> None:
    card = _page(client, f"{COUNTY}card/")
    assert '<h3><a href="/registers/regions/140822/">万荣县</a></h3>' in card
    assert "<html" not in card


def test_an_object_that_has_ended_says_so(client: Client, regions: dict[str, Region]) -> None:
    Region.objects.filter(pk="140822").update(valid_to="2025-01-01")
    assert "已终止" in _page(client)


def test_a_layer_that_is_restricted_shows_no_place(
    as_role: Callable[..., Client],
    declare: Callable[..., SimpleNamespace],
    county_shapes: object,
    may: Callable[..., None],
) -> None:
    real = register_named("regions")
    assert real is not None
    assert real.layer is not None
    from dataclasses import replace

    declare("regions", layer=replace(real.layer, secrecy="restricted"))
    supervisor = as_role(Role.SUPERVISOR)
    assert "data-shape" not in _page(supervisor)
    may(Role.ENGINEER, "regions.restricted")
    assert "data-shape" in _page(as_role(Role.ENGINEER))
