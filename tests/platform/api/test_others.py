"""Who is asking, jobs, regions as a tree, health, the documentation's page."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.jobs.models import Job

Program = Callable[..., Client]
MakeUser = Callable[..., User]


@pytest.fixture(scope="module", autouse=True)
def napping() -> None:
    """A kind of job that naps."""
    site = str(Path(__file__).parents[1] / "jobs" / "site")
    if site not in sys.path:
        sys.path.append(site)
    importlib.import_module("napping.job_kinds")


def start(client: Client, region: str = "140800", **parameters: Any) -> Any:
    body = {"kind": "nap", "region": region, "parameters": {"diary": "x", **parameters}}
    return client.post("/api/jobs", body, content_type="application/json")


def test_me_is_the_owner_of_the_token(program: Program, engineer: User) -> None:
    me = program(engineer, "read").get("/api/me").json()
    assert (me["username"], me["region"], me["token"]["scope"]) == ("engineer", "140800", "read")
    assert me["roles"] == [{"role": "engineer", "title": "监测工程师", "region": "140800"}]
    assert Client().get("/api/me").status_code == 401


def test_a_job_is_started_watched_cancelled_and_started_again(program: Program, engineer: User) -> None:
    client = program(engineer)
    started = start(client)
    assert started.status_code == 202, started.content.decode()
    path = started["Location"]
    assert client.get(path).json()["state"] == "queued"
    assert start(client).json()["id"] == started.json()["id"]
    page = client.get("/api/jobs", {"state": "queued"}).json()
    assert (page["total"], page["items"][0]["started_by"]) == (1, "engineer")
    assert client.post(f"{path}/cancel", {}, content_type="application/json").status_code == 422
    cancelled = client.post(f"{path}/cancel", {"reason": "参数写错"}, content_type="application/json")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    again = client.post(f"{path}/retry")
    assert (again.status_code, again.json()["state"]) == (200, "queued")
    twice = client.post(f"{path}/retry")
    assert (twice.status_code, twice.json()["code"]) == (409, "move_not_allowed")


def test_a_job_of_another_city_is_not_there(program: Program, engineer: User, make_user: MakeUser) -> None:
    path = start(program(engineer))["Location"]
    stranger = program(make_user("stranger", Role.ENGINEER, "141000"))
    assert stranger.get("/api/jobs").json()["total"] == 0
    assert stranger.get(path).status_code == 404
    assert (
        stranger.post(f"{path}/cancel", {"reason": "x"}, content_type="application/json").status_code == 404
    )
    assert stranger.post(f"{path}/retry").status_code == 404
    assert Job.objects.get().state == Job.State.QUEUED


def test_a_job_is_not_started_where_one_has_no_right(
    program: Program, engineer: User, make_user: MakeUser
) -> None:
    assert start(program(engineer), region="141000").status_code == 403
    assert start(program(make_user("officer", Role.SUPERVISOR))).status_code == 403
    assert start(Client()).status_code == 401
    nowhere = start(program(engineer), region="999999")
    assert (nowhere.status_code, nowhere.json()["errors"][0]["field"]) == (422, "region")
    assert not Job.objects.exists()


def test_the_kinds_of_jobs_are_listed(program: Program, engineer: User) -> None:
    assert "nap" in {kind["name"] for kind in program(engineer).get("/api/jobs/kinds").json()}


def test_regions_are_a_tree(client: Client, regions: Any) -> None:
    [province] = client.get("/api/regions").json()
    assert [city["name"] for city in province["parts"]] == ["运城市", "临汾市"]
    branch = client.get("/api/regions/140800").json()
    assert [part["code"] for part in branch["parts"]] == ["140802", "140822"]
    assert client.get("/api/regions/999999").status_code == 404


@pytest.mark.django_db
def test_health_says_no_more_than_that(client: Client) -> None:
    assert client.get("/api/health").json() == {"status": "ok"}


@pytest.mark.django_db
def test_the_documentation_needs_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert "http://" not in page.content.decode()
    assert "https://" not in page.content.decode()
    policy = page["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src" not in policy
    assert client.get("/api/").headers["Location"] == "/api/docs"
