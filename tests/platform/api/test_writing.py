"""Programs write registers through the same services as the pages."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shuibao.platform.accounts.models import Organisation, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Event

pytestmark = pytest.mark.usefixtures("writable_site")

Program = Callable[..., Client]
MakeUser = Callable[..., User]
PATH = "/api/registers/organisations"
NEW = {"code": "wr-water", "name": "万荣县水利局", "kind": "water", "region": "140822"}


@pytest.fixture
def office(make_user: MakeUser) -> User:
    """The leading group's office of Yuncheng: it keeps the organisations."""
    return make_user("office", Role.OFFICE)


def send(client: Client, method: str, path: str, body: Any, **more: Any) -> Any:
    return client.generic(method, path, json.dumps(body), content_type="application/json", **more)


def test_a_record_is_made_and_remembered(program: Program, office: User) -> None:
    answer = send(program(office), "POST", PATH, NEW)
    assert answer.status_code == 201, answer.content.decode()
    assert answer["Location"] == f"{PATH}/wr-water"
    assert answer.json()["region"] == "140822"
    made = Organisation.objects.get(code="wr-water")
    assert made.history.get().history_user == office
    assert Event.objects.get(verb="organisations.created").by == office


def test_what_is_wrong_is_said_field_by_field(program: Program, office: User, water_bureau: Any) -> None:
    client = program(office)
    said = send(client, "POST", PATH, {"kind": "church", "colour": "red"}).json()
    assert {fault["field"] for fault in said["errors"]} == {"code", "name", "region", "kind", "colour"}
    assert said["status"] == 422
    twice = send(client, "POST", PATH, {**NEW, "code": "yc-water"})
    assert (twice.status_code, twice.json()["errors"][0]["field"]) == (422, "code")
    unreadable = client.post(PATH, b"{", content_type="application/json")
    assert (unreadable.status_code, unreadable.json()["code"]) == (400, "unreadable")


def test_a_region_outside_ones_own_is_refused(program: Program, office: User) -> None:
    answer = send(program(office), "POST", PATH, {**NEW, "region": "141002"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "region")
    assert not Organisation.objects.exists()


def test_without_the_right_nothing_is_written(program: Program, engineer: User, water_bureau: Any) -> None:
    client = program(engineer)
    for method, path, body in (
        ("POST", PATH, NEW),
        ("PATCH", f"{PATH}/yc-water", {"name": "x"}),
        ("POST", f"{PATH}/yc-water/end", {"reason": "x"}),
    ):
        answer = send(client, method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
        assert send(Client(), method, path, body).status_code == 401
    assert not Event.objects.filter(verb__startswith="organisations").exists()


def test_another_citys_office_may_not_change_it(
    program: Program, make_user: MakeUser, water_bureau: Any
) -> None:
    stranger = program(make_user("stranger", Role.OFFICE, "141000"))
    answer = send(stranger, "PATCH", f"{PATH}/yc-water", {"name": "临汾市水务局"})
    assert answer.status_code == 403
    assert send(stranger, "POST", f"{PATH}/yc-water/end", {"reason": "撤并"}).status_code == 403


def test_another_countys_company_is_not_there(program: Program, make_user: MakeUser, regions: Any) -> None:
    Organisation.objects.create(code="mine", name="某煤业公司", kind="company", region_id="140822")
    stranger = program(make_user("stranger", Role.OFFICE, "141002"))
    for method, path, body in (
        ("GET", f"{PATH}/mine", None),
        ("GET", f"{PATH}/mine/history", None),
        ("PATCH", f"{PATH}/mine", {"name": "x"}),
        ("POST", f"{PATH}/mine/end", {"reason": "x"}),
    ):
        assert send(stranger, method, path, body).status_code == 404


def test_only_what_is_sent_changes(program: Program, office: User, water_bureau: Organisation) -> None:
    answer = send(program(office), "PATCH", f"{PATH}/yc-water", {"short_name": "水务局"})
    assert answer.status_code == 200, answer.content.decode()
    water_bureau.refresh_from_db()
    assert (water_bureau.name, water_bureau.short_name) == ("运城市水务局", "水务局")
    facts = Event.objects.get(verb="organisations.changed").facts
    assert facts == {"before": {"short_name": "市水务局"}, "after": {"short_name": "水务局"}}


def test_a_change_on_an_old_version_is_a_conflict(program: Program, office: User, water_bureau: Any) -> None:
    client = program(office)
    seen = client.get(f"{PATH}/yc-water")["ETag"]
    first = send(client, "PATCH", f"{PATH}/yc-water", {"name": "甲"}, headers={"If-Match": seen})
    second = send(client, "PATCH", f"{PATH}/yc-water", {"name": "乙"}, headers={"If-Match": seen})
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["code"] == "conflict"


def test_a_record_ends_once_and_with_a_reason(program: Program, office: User, water_bureau: Any) -> None:
    client, path = program(office), f"{PATH}/yc-water/end"
    assert send(client, "POST", path, {"reason": ""}).status_code == 422
    ended = send(client, "POST", path, {"reason": "机构改革撤并"})
    assert ended.status_code == 200, ended.content.decode()
    assert ended.json()["valid_to"] is not None
    again = send(client, "POST", path, {"reason": "再撤一次"})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


def test_a_browser_writes_only_with_its_csrf_token(office: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(office)
    refused = send(browser, "POST", PATH, NEW)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    token = browser.get("/api/docs").cookies["csrftoken"].value
    assert send(browser, "POST", PATH, NEW, headers={"X-CSRFToken": token}).status_code == 201


def test_a_token_that_only_reads_does_not_write(program: Program, office: User) -> None:
    client = program(office, "read")
    assert client.get(PATH).status_code == 200
    refused = send(client, "POST", PATH, NEW)
    assert (refused.status_code, refused.json()["code"]) == (403, "read_only")
