"""Programs read registers: filtered, sorted, paged, and no more than their person may see."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shuibao.platform.accounts.models import Organisation, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Event
from shuibao.platform.registers.registry import registers

Program = Callable[..., Client]
MakeUser = Callable[..., User]


def read(client: Client, path: str, **query: Any) -> Any:
    answer = client.get(path, query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def problem(answer: Any, status: int, code: str) -> Any:
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert (said["status"], said["code"]) == (status, code)
    assert said["request_id"] == answer["X-Request-Id"]
    return said


@pytest.mark.django_db
def test_every_register_has_its_operations(client: Client) -> None:
    paths = read(client, "/api/openapi.json")["paths"]
    for register in registers():
        assert {"get"} <= paths[f"/api/registers/{register.name}"].keys()
        assert {"get"} <= paths[f"/api/registers/{register.name}/{{key}}"].keys()


def test_a_visitor_reads_what_is_open(client: Client, regions: Any) -> None:
    page = read(client, "/api/registers/regions", level="county", sort="-code", per=2)
    assert page["total"] == 3
    assert [row["code"] for row in page["items"]] == ["141002", "140822"]
    assert page["items"][0]["level"] == "county"
    assert page["items"][0]["parent_id"] == "141000"


def test_pages_follow_each_other_without_gap_or_double(client: Client, regions: Any) -> None:
    seen = [
        row["code"]
        for page in (1, 2, 3)
        for row in read(client, "/api/registers/regions", per=2, page=page)["items"]
    ]
    assert seen == sorted(regions)
    assert read(client, "/api/registers/regions", per=2, page=9)["items"] == []


def test_a_region_filter_takes_all_inside_it(client: Client, regions: Any) -> None:
    page = read(client, "/api/registers/regions", code="140800")
    assert {row["code"] for row in page["items"]} == {"140800", "140802", "140822"}


def test_a_visitor_is_asked_to_sign_in_where_it_is_not_open(client: Client, regions: Any) -> None:
    answer = client.get("/api/registers/people")
    problem(answer, 401, "not_signed_in")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_without_the_right_to_see_a_register_it_is_not_there(program: Program, make_user: MakeUser) -> None:
    liaison = program(make_user("liaison", Role.LIAISON))
    problem(liaison.get("/api/registers/people"), 404, "not_found")
    problem(liaison.get("/api/registers/people/1"), 404, "not_found")


def test_people_of_another_city_are_not_there(program: Program, make_user: MakeUser, engineer: User) -> None:
    stranger = program(make_user("stranger", Role.ENGINEER, "141000"))
    names = {row["username"] for row in read(stranger, "/api/registers/people")["items"]}
    assert names == {"stranger"}
    for path in (f"/api/registers/people/{engineer.pk}", f"/api/registers/people/{engineer.pk}/history"):
        problem(stranger.get(path), 404, "not_found")


def test_a_telephone_number_is_masked_and_has_no_history(program: Program, make_user: MakeUser) -> None:
    person = make_user("officer", Role.ENGINEER, phone="13812345678")
    person.phone = "13900001111"
    person.save()
    reader = program(make_user("colleague", Role.ENGINEER))
    assert read(reader, f"/api/registers/people/{person.pk}")["phone_shown"] == "139****1111"
    assert "1381234" not in str(read(reader, f"/api/registers/people/{person.pk}/history"))


def test_the_history_says_who_changed_what(
    program: Program, engineer: User, water_bureau: Organisation
) -> None:
    water_bureau.name = "运城市水利局"
    water_bureau.save()
    history = read(program(engineer), "/api/registers/organisations/yc-water/history")
    assert (history[0]["before"], history[0]["after"]) == ("运城市水务局", "运城市水利局")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"per": "201"}, "per"),
        ({"page": "0"}, "page"),
        ({"sort": "boundary"}, "sort"),
        ({"level": "village"}, "level.0"),
        ({"levle": "county"}, "levle"),
        ({"code": "运城"}, "code"),
    ],
)
def test_a_question_that_cannot_be_is_refused_by_name(
    client: Client, regions: Any, query: Any, field: str
) -> None:
    said = problem(client.get("/api/registers/regions", query), 422, "invalid")
    assert [fault["field"] for fault in said["errors"]] == [field]
    assert said["errors"][0]["detail"]


@pytest.mark.parametrize("key", ["%00", "x", "99999999999999999999", "-1"])
def test_a_key_that_is_none_is_not_found(program: Program, engineer: User, key: str) -> None:
    problem(program(engineer).get(f"/api/registers/people/{key}"), 404, "not_found")


def test_an_address_without_operation_is_a_problem_too(client: Client, regions: Any) -> None:
    problem(client.get("/api/nothing"), 404, "not_found")
    answer = client.delete("/api/regions")
    problem(answer, 405, "wrong_method")
    assert answer["Allow"] == "GET"


def test_copies_are_for_those_with_the_right(program: Program, make_user: MakeUser, engineer: User) -> None:
    problem(program(engineer).get("/api/registers/regions/exports"), 403, "not_allowed")
    problem(program(engineer).get("/api/registers/regions/exports/csv"), 403, "not_allowed")
    problem(Client().get("/api/registers/regions/exports"), 401, "not_signed_in")
    auditor = program(make_user("auditor", Role.AUDITOR))
    links = {
        link["form"]: link["href"] for link in read(auditor, "/api/registers/regions/exports", level="city")
    }
    assert links.keys() == {"xlsx", "csv", "gpkg", "geojson"}
    copy = auditor.get(links["csv"])
    text = b"".join(copy.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "运城市" in text
    assert "万荣县" not in text
    assert Event.objects.filter(verb="regions.exported").count() == 1


def test_a_program_sees_the_same_as_its_person_in_the_browser(
    client: Client, program: Program, engineer: User
) -> None:
    client.force_login(engineer)
    by_session, by_token = (read(c, "/api/registers/people") for c in (client, program(engineer)))
    assert by_session == by_token
