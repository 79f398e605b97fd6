"""台账: what the list shows, how it is filtered, ordered and paged, and for whom."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shuibao.platform.accounts.models import Organisation
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Region
from shuibao.platform.registers import paging
from shuibao.platform.registers.declaration import Column

LIST = "/registers/regions/"


def _keys(page: str) -> list[str]:
    return re.findall(r'data-key="([^"]+)"', page)


def _page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_visitors_read_what_is_open_and_sign_in_for_the_rest(client: Client, regions: object) -> None:
    assert _keys(_page(client, LIST)) == ["140000", "140800", "140802", "140822", "141000", "141002"]
    answer = client.get("/registers/organisations/?q=水务")
    assert answer.status_code == 302
    assert "next=/registers/organisations/%3Fq" in answer["Location"]


def test_a_register_that_does_not_exist_or_may_not_be_seen_is_not_there(
    as_role: Callable[..., Client],
) -> None:
    client = as_role(Role.LIAISON)
    assert client.get("/registers/nothing/").status_code == 404
    assert client.get("/registers/people/").status_code == 404


def test_an_officer_sees_the_companies_of_the_own_county_alone(
    as_role: Callable[..., Client], companies: dict[str, Organisation]
) -> None:
    page = _page(as_role(Role.SUPERVISOR, "140822"), "/registers/organisations/?kind=company")
    assert _keys(page) == ["c-140822"]
    assert "尧都区建设公司" not in page


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("q=万荣", ["140822"]),
        ("q=1410", ["141000", "141002"]),
        ("level=city", ["140800", "141000"]),
        ("level=city&level=province", ["140000", "140800", "141000"]),
        ("code=140800", ["140800", "140802", "140822"]),
        ("code=140800&level=county&q=盐湖", ["140802"]),
        ("parent=140800", ["140802", "140822"]),
        ("q=没有这个地方", []),
    ],
)
def test_the_filter_stands_in_the_address(
    client: Client, regions: object, query: str, codes: list[str]
) -> None:
    assert _keys(_page(client, f"{LIST}?{query}")) == codes


@pytest.mark.parametrize("query", ["level=moon", "code=14%2008", "page=0&per=7&sort=nothing", "q=%00"])
def test_what_cannot_be_read_in_an_address_is_said_or_passed_over(
    client: Client, regions: object, query: str
) -> None:
    page = _page(client, f"{LIST}?{query}")
    assert len(_keys(page)) == 6
    assert ('role="alert"' in page) == query.startswith(("level", "code"))


def test_a_chip_says_what_it_is_set_to_and_how_to_take_it_out(client: Client, regions: object) -> None:
    page = _page(client, f"{LIST}?level=city&level=county&code=140800&sort=name&page=1")
    assert "<b>市、县（市、区）</b>" in page
    assert "<b>运城市</b>" in page
    assert 'href="?code=140800&amp;sort=name"' in page
    assert 'href="?level=city&amp;level=county&amp;sort=name"' in page


def test_a_click_on_the_head_orders_by_code_points_on_every_database(client: Client, regions: object) -> None:
    names = sorted(Region.objects.all(), key=lambda region: region.name)
    assert _keys(_page(client, f"{LIST}?sort=name")) == [region.code for region in names]
    assert _keys(_page(client, f"{LIST}?sort=-name")) == [region.code for region in reversed(names)]


def test_rows_without_a_value_come_last_in_both_directions(client: Client, regions: object) -> None:
    assert _keys(_page(client, f"{LIST}?sort=parent_of_name"))[-1] == "140000"
    assert _keys(_page(client, f"{LIST}?sort=-parent_of_name"))[-1] == "140000"


def test_the_next_click_on_a_head_turns_the_order(client: Client, regions: object) -> None:
    assert 'href="?sort=name"' in _page(client, LIST)
    page = _page(client, f"{LIST}?sort=name&page=1")
    assert 'href="?sort=-name"' in page
    assert 'aria-sort="ascending"' in page


def test_pages_are_of_20_50_or_100_rows_and_the_last_stands_for_every_later_one(
    client: Client, regions: object
) -> None:
    made = [
        Region(code=f"140822{number:03}", name=f"第{number}乡", level="township", parent_id="140822")
        for number in range(60)
    ]
    Region.objects.bulk_create(made)
    assert len(_keys(_page(client, f"{LIST}?level=township"))) == 20
    assert len(_keys(_page(client, f"{LIST}?level=township&per=50"))) == 50
    assert len(_keys(_page(client, f"{LIST}?level=township&per=100"))) == 60
    assert _keys(_page(client, f"{LIST}?level=township&page=99999"))[0] == "140822040"
    assert "第 41–60 条，共 60 条" in _page(client, f"{LIST}?level=township&page=3")


def test_numbers_stand_right_with_their_unit_in_the_head_and_what_is_unknown_is_said(
    client: Client, county_shapes: object
) -> None:
    page = _page(client, f"{LIST}?parent=140800")
    assert 'class="num"' in page
    assert '面积 <span class="u">km²</span>' in page
    assert '<td class="num">101.2</td>' in page
    assert '<td class="num"><span class="t-note">缺</span></td>' in _page(client, f"{LIST}?level=city")
    assert '<td class="m">—</td>' in page


def test_a_state_is_an_icon_and_a_word_in_its_tone(
    client: Client, declare: Callable[..., object], regions: object
) -> None:
    declare("regions", columns=(Column("name", is_link=True), Column("level", tones={"city": "warn"})))
    page = _page(client, f"{LIST}?level=city")
    assert re.search(r'class="st st--warn"><svg.*?</svg>市</span>', page)


def test_a_list_asks_once_for_its_number_and_for_its_rows(client: Client, regions: object) -> None:
    with CaptureQueriesContext(connection) as few:
        _page(client, f"{LIST}?level=city")
    with CaptureQueriesContext(connection) as many:
        _page(client, LIST)
    assert len(few) == len(many)
    said = [query["sql"] for query in many if "core_region" in query["sql"]]
    assert len([sql for sql in said if "COUNT(" in sql]) == 1
    assert not [sql for sql in said if '"core_region"."boundary"' in sql and "LIMIT" in sql and "JOIN" in sql]


def test_a_number_that_took_long_is_remembered_for_those_who_may_see_the_same(
    regions: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "SLOW_S", -1.0)
    monkeypatch.setattr(paging, "_slow", {})
    rows = Region.objects.filter(level="county")
    assert paging.count_of(rows) == 3
    Region.objects.filter(code="141002").update(level="zone")
    assert paging.count_of(rows) == 3
    assert paging.count_of(rows.filter(code__startswith="1408")) == 2


def test_a_view_everybody_has_is_marked_when_its_filter_is_open(client: Client, regions: object) -> None:
    assert re.search(r'href="\?level=zone" aria-current="true"', _page(client, f"{LIST}?level=zone&page=1"))
    assert re.search(r'href="\?" aria-current="true"', _page(client, f"{LIST}?sort=name"))


def test_acts_stand_on_the_list_of_those_who_may_do_them(
    client: Client, as_role: Callable[..., Client]
) -> None:
    administrator = _page(as_role(Role.ADMINISTRATOR), LIST)
    for address in ("/registers/regions/new/", "/registers/regions/import/", "/export/xlsx/"):
        assert address in administrator
        assert address not in _page(client, LIST)


def test_an_empty_register_says_what_to_do_first(db: None, client: Client) -> None:
    assert "运行 shuibao regions load" in _page(client, LIST)
    assert "可以放宽条件" in _page(client, f"{LIST}?q=没有")
